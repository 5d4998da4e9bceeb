// Known layouts, changed a little and at random: every answer is right or `unknown`. The seeds are fixed, so that a run says
// the same everywhere; CL_SEED=<seed> and CL_MUTATIONS=<changes> explore.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadPages } from '../replica/pages.mjs';
import { addNeighbour, chance, mutate, truths } from './mutate.mjs';
import { readStill } from './page-window.mjs';

const SEEDS = process.env.CL_SEED ? process.env.CL_SEED.split(',').map(Number) : [410_782_556, 20_240_918, 77_003, 1_122];
const CHANGES = Number(process.env.CL_MUTATIONS ?? 2_000) / SEEDS.length;
const AT_ONCE_MAX = 3;
const ANY = 'main input[type="checkbox"], main [role="switch"], main [aria-pressed]';
const OURS = '#sw, [aria-labelledby="allowGenAiTraining"], [id="_r_7_"]';

/** Pages with one switch, and pages where another stands near. */
const ALONE = ['classic-on', 'classic-off', 'classic-aria-on', 'classic-aria-off', 'role-switch-on', 'role-switch-off', 'hashed-fr-on',
  'hashed-fr-off', 'aria-switch-on', 'aria-switch-off', 'aria-button-on', 'aria-button-off', 'wrapped-label', 'wrapped-native', 'lang-de',
  'lang-ja', 'lang-ar', 'lang-ru', 'lang-it', 'explained-on', 'explained-off', 'explained-button'];
const BESIDE = ['two-switches-key', 'two-switches-label', 'cookie-banner', 'ad-look-alike', 'chat-overlay'];

/** @param {(document: any, kin: Set<any>, random: ReturnType<typeof chance>) => string[]} change says what it did */
async function changed(page, seed, selector, change) {
  let right = new Set();
  let done = [];
  const observation = await readStill(page, (document) => {
    const kin = new Set(document.querySelectorAll(selector));
    assert.ok(kin.size > 0, page.name);
    done = change(document, kin, chance(seed));
    right = truths(kin);
  });
  const state = observation?.state ?? 'unknown';
  const wrong = state !== 'unknown' && !right.has(state);
  const story = `${page.name}, seed ${seed}: said ${state}, true is ${[...right].join() || 'nothing'}\n  ${done.join('\n  ')}`;
  return { state, wrong, story, changes: done.length };
}

function once(page, seed) {
  const texts = ALONE.includes(page.name);
  return changed(page, seed, texts ? ANY : OURS, (document, kin, random) => {
    const count = 1 + Math.floor(random.next() * AT_ONCE_MAX);
    return Array.from({ length: count }, () => mutate(document, kin, random, { texts }));
  });
}

/** Something more stands near; then up to two of the changes above, but for those that move words about or write a frame. */
function nearby(page, seed) {
  return changed(page, seed, ALONE.includes(page.name) ? ANY : OURS, (document, kin, random) => {
    const neighbour = addNeighbour(kin, random);
    /* Another setting keeps the heading that tells it from this one: without, it is this one with new words. */
    const count = neighbour === 'another setting about AI' ? 1 : Math.floor(random.next() * AT_ONCE_MAX);
    return [neighbour, ...Array.from({ length: count }, () => mutate(document, kin, random, { texts: false, frames: false }))];
  });
}

/** The pages in turn, each with the next seed, until there were enough changes. */
async function runFrom(seed, pages, makeOne) {
  const results = [];
  for (let i = 0, changes = 0; changes < CHANGES; i += 1) {
    results.push(await makeOne(pages[(seed + i) % pages.length], seed + i));
    changes += results.at(-1).changes;
  }
  return results;
}

const count = (results, state) => results.filter((r) => r.state === state).length;

/** Once answered wrongly: a changed copy of the switch, or the switch itself, outside the main part, in a banner, in a closed root, of no
 * known kind, with half of its words, under the same label; a state without a role, beside the switch, around it, in it. */
const ONCE_WRONG = [['chat-overlay', 100_769], ['lang-it', 400_860], ['two-switches-label', 5_050_644], ['explained-button', 1_234_667],
  ['explained-button', 280_514], ['aria-switch-off', 910_731, nearby], ['explained-button', 500_817, nearby],
  ['explained-button', 500_208, nearby], ['aria-button-off', 500_410, nearby], ['wrapped-label', 500_890, nearby],
  ['ad-look-alike', 600_432, nearby], ['wrapped-native', 700_349, nearby], ['explained-button', 700_380, nearby], ['lang-it', 700_386, nearby],
  ['classic-aria-off', 700_607, nearby], ['classic-off', 700_840, nearby], ['hashed-fr-on', 800_764, nearby],
  ['aria-switch-on', 930_304, nearby], ['classic-off', 950_026, nearby], ['aria-button-on', 920_096, nearby], ['wrapped-native', 960_560, nearby],
  ['classic-aria-off', 1_050_026, nearby], ['lang-it', 1_180_110, nearby]];

for (const [name, seed, makeOne = once] of ONCE_WRONG) {
  test(`once wrong: ${name}, seed ${seed}`, async () => {
    const { wrong, state, story } = await makeOne(loadPages().find((page) => page.name === name), seed);
    assert.ok(!wrong && state === 'unknown', story);
  });
}

/** In a language whose words are not known nothing tells this setting from the one that took its place. */
const UNKNOWN_WORDS = ['lang-ja', 'lang-ar', 'lang-ru', 'cookie-banner', 'chat-overlay', 'two-switches-key'];
const pagesOf = (names) => loadPages().filter(({ name }) => names.includes(name));

for (const [what, makeOne, names] of [
  ['small changes of known layouts', once, [...ALONE, ...BESIDE]],
  ['more things near the switch', nearby, [...ALONE, ...BESIDE].filter((name) => !UNKNOWN_WORDS.includes(name))],
]) {
  test(`${what}: no wrong state`, { timeout: 3_600_000 }, async (t) => {
    const pages = pagesOf(names);
    assert.equal(pages.length, names.length);
    const all = [];
    for (const seed of SEEDS) {
      const results = await runFrom(seed, pages, makeOne);
      all.push(...results);
      const states = ['on', 'off', 'not-offered', 'unknown'].map((s) => `${s} ${count(results, s)}`).join(', ');
      t.diagnostic(`CL_SEED=${seed}: ${results.reduce((n, r) => n + r.changes, 0)} changes, ${states}, wrong ${results.filter((r) => r.wrong).length}`);
    }
    const wrong = all.filter((r) => r.wrong).map((r) => r.story);
    assert.equal(wrong.length, 0, `${wrong.length} wrong:\n${wrong.slice(0, 12).join('\n')}`);
    /* Silence would pass too: what the changes leave readable must often be read. */
    assert.ok(count(all, 'on') + count(all, 'off') > all.length / 4, 'too little was read');
  });
}
