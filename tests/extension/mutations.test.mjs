// Known layouts, changed a little and at random: every answer is right or `unknown`. The seeds are fixed, so that a run says
// the same everywhere; CL_SEED=<seed> and CL_MUTATIONS=<changes> explore.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadPages } from '../replica/pages.mjs';
import { ALONE, BESIDE, nearby, once, reworded, UNKNOWN_WORDS, verdict } from './mutate.mjs';
import { readStill } from './page-window.mjs';

const SEEDS = process.env.CL_SEED
  ? process.env.CL_SEED.split(',').map(Number)
  : [410_782_556, 20_240_918, 77_003, 1_122];
const CHANGES = Number(process.env.CL_MUTATIONS ?? 2_000) / SEEDS.length;

/** The page, changed; what is said of it; and whether that is wrong. */
async function judged(page, seed, change) {
  let told = { right: [], done: [] };
  const observation = await readStill(page, (document) => {
    told = change(document, page.name, seed);
  });
  return verdict(page.name, seed, observation, told);
}

/** The pages in turn, each with the next seed, until there were enough changes. */
async function runFrom(seed, pages, change, enough = CHANGES) {
  const results = [];
  for (let i = 0, changes = 0; changes < enough; i += 1) {
    results.push(await judged(pages[(seed + i) % pages.length], seed + i, change));
    changes += results.at(-1).changes;
  }
  return results;
}

const count = (results, state) => results.filter((r) => r.state === state).length;

/** Once answered wrongly: a changed copy of the switch, or the switch itself, outside the main part, in a banner, in a closed root, of no
 * known kind, with half of its words, under the same label; another switch beside a label that names what is gone; a state without a
 * role, beside the switch, around it, in it; a copy with a name that means nothing; a switch that says its state only by an input in it that
 * nobody sees. */
const ONCE_WRONG = [
  ['chat-overlay', 100_769],
  ['lang-it', 400_860],
  ['two-switches-label', 5_050_644],
  ['explained-button', 1_234_667],
  ['explained-button', 280_514],
  ['aria-switch-off', 910_731, nearby],
  ['explained-button', 500_817, nearby],
  ['explained-button', 500_208, nearby],
  ['aria-button-off', 500_410, nearby],
  ['wrapped-label', 500_890, nearby],
  ['ad-look-alike', 600_432, nearby],
  ['wrapped-native', 700_349, nearby],
  ['explained-button', 700_380, nearby],
  ['lang-it', 700_386, nearby],
  ['classic-aria-off', 700_607, nearby],
  ['classic-off', 700_840, nearby],
  ['hashed-fr-on', 800_764, nearby],
  ['aria-switch-on', 930_304, nearby],
  ['classic-off', 950_026, nearby],
  ['aria-button-on', 920_096, nearby],
  ['wrapped-native', 960_560, nearby],
  ['classic-aria-off', 1_050_026, nearby],
  ['lang-it', 1_180_110, nearby],
  ['two-switches-label', 261_789],
  ['two-switches-label', 263_598],
  ['two-switches-label', 2_508],
  ['classic-off', 4_400_914, nearby],
  ['wrapped-native', 30_827, nearby],
];

for (const [name, seed, change = once] of ONCE_WRONG) {
  test(`once wrong: ${name}, seed ${seed}`, async () => {
    const { wrong, state, trace } = await judged(
      loadPages().find((page) => page.name === name),
      seed,
      change,
    );
    assert.ok(!wrong && state === 'unknown', trace);
  });
}

const pagesOf = (names) => loadPages().filter(({ name }) => names.includes(name));

for (const [what, change, names] of [
  ['small changes of known layouts', once, [...ALONE, ...BESIDE]],
  ['more things near the switch', nearby, [...ALONE, ...BESIDE].filter((name) => !UNKNOWN_WORDS.includes(name))],
]) {
  test(`${what}: no wrong state`, { timeout: 3_600_000 }, async (t) => {
    const pages = pagesOf(names);
    assert.equal(pages.length, names.length);
    const all = [];
    for (const seed of SEEDS) {
      const results = await runFrom(seed, pages, change);
      all.push(...results);
      const states = ['on', 'off', 'not-offered', 'unknown'].map((s) => `${s} ${count(results, s)}`).join(', ');
      t.diagnostic(
        `CL_SEED=${seed}: ${results.reduce((n, r) => n + r.changes, 0)} changes, ${states}, wrong ${results.filter((r) => r.wrong).length}`,
      );
    }
    const wrong = all.filter((r) => r.wrong).map((r) => r.trace);
    assert.equal(wrong.length, 0, `${wrong.length} wrong:\n${wrong.slice(0, 12).join('\n')}`);
    /* Silence would pass too: what the changes leave readable must often be read. */
    assert.ok(count(all, 'on') + count(all, 'off') > all.length / 4, 'too little was read');
  });
}

test('words that turn the switch round, and those of another purpose: no state', { timeout: 3_600_000 }, async (t) => {
  const pages = pagesOf(ALONE);
  const all = [];
  for (const seed of SEEDS) all.push(...(await runFrom(seed, pages, reworded, CHANGES / 4)));
  t.diagnostic(
    `${all.reduce((n, r) => n + r.changes, 0)} changes, unknown ${count(all, 'unknown')}, wrong ${all.filter((r) => r.wrong).length}`,
  );
  const wrong = all.filter((r) => r.wrong).map((r) => r.trace);
  assert.equal(wrong.length, 0, `${wrong.length} wrong:\n${wrong.slice(0, 12).join('\n')}`);
});
