// Known layouts, changed a little and at random: every answer is right or `unknown`. Repeat a run with CL_SEED=<seed>.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadPages } from '../replica/pages.mjs';
import { chance, mutate, truths } from './mutate.mjs';
import { readStill } from './page-window.mjs';

const RUNS = Number(process.env.CL_MUTATIONS ?? 2_000);
const CHANGES_MAX = 3;
const CONTROL = 'main input[type="checkbox"], main [role="switch"], main [aria-pressed]';
const LAYOUTS = ['classic-on', 'classic-off', 'classic-aria-on', 'classic-aria-off', 'role-switch-on', 'role-switch-off',
  'hashed-fr-on', 'hashed-fr-off', 'aria-switch-on', 'aria-switch-off', 'aria-button-on', 'aria-button-off', 'wrapped-label',
  'wrapped-native', 'lang-de', 'lang-ja', 'lang-ar', 'lang-ru', 'lang-it'];

async function once(page, seed) {
  const random = chance(seed);
  const done = [];
  let right = new Set();
  const observation = await readStill(page, (document) => {
    const kin = new Set(document.querySelectorAll(CONTROL));
    const count = 1 + Math.floor(random.next() * CHANGES_MAX);
    for (let i = 0; i < count; i += 1) done.push(mutate(document, kin, random));
    right = truths(kin);
  });
  const state = observation?.state ?? 'unknown';
  const wrong = state !== 'unknown' && !right.has(state);
  return { state, wrong, story: `${page.name}, seed ${seed}: said ${state}, true is ${[...right].join() || 'nothing'}\n  ${done.join('\n  ')}` };
}

test(`${RUNS} small changes of known layouts: no wrong state`, { timeout: 600_000 }, async (t) => {
  const first = Number(process.env.CL_SEED ?? Math.floor(Math.random() * 1e9));
  t.diagnostic(`CL_SEED=${first}`);
  const pages = loadPages().filter(({ name }) => LAYOUTS.includes(name));
  assert.equal(pages.length, LAYOUTS.length);
  const results = [];
  for (let i = 0; i < RUNS; i += 1) results.push(await once(pages[i % pages.length], first + i));
  const count = (state) => results.filter((r) => r.state === state).length;
  t.diagnostic(['on', 'off', 'not-offered', 'unknown'].map((s) => `${s} ${count(s)}`).join(', '));
  const wrong = results.filter((r) => r.wrong).map((r) => r.story);
  assert.equal(wrong.length, 0, `${wrong.length} wrong, repeat with CL_SEED=${first}:\n${wrong.slice(0, 8).join('\n')}`);
  /* Silence would pass too: what the changes leave readable must mostly be read. */
  assert.ok(count('on') + count('off') > RUNS / 4, 'too little was read');
});
