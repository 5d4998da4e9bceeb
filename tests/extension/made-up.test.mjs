// Layouts × languages × surroundings: how often the state is said, and that no wrong one ever is. The numbers of silence are printed
// beside the numbers of lies, and may not fall.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KNOWN, LAYOUTS, madeUp, NOT_OURS, OTHERS, SURROUNDINGS, withoutSwitch } from './made-up.mjs';
import { readStill } from './page-window.mjs';

const layouts = Object.keys(LAYOUTS);
const surroundings = Object.keys(SURROUNDINGS);

/** Every layout in every surrounding; the language and the state in turn, so that each pair comes up. */
async function run(languages, perPair) {
  const rows = [];
  let turn = 0;
  for (const layout of layouts) {
    for (const around of surroundings) {
      for (let i = 0; i < perPair; i += 1, turn += 1) {
        const [language, title, label] = languages[turn % languages.length];
        const on = (turn + i) % 2 === 0;
        const { state = 'unknown', reason = null } =
          (await readStill(madeUp(language, title, label, layout, around, on))) ?? {};
        rows.push({ layout, around, language, right: on ? 'on' : 'off', state, reason });
      }
    }
  }
  return rows;
}

const wrongOf = (rows) => rows.filter(({ state, right }) => state !== 'unknown' && state !== right);
const recall = (rows) => rows.filter(({ state, right }) => state === right).length / rows.length;
const percent = (part) => `${Math.round(100 * part)} %`;

/** One line a value of the column. */
function print(t, what, rows) {
  for (const column of ['layout', 'around', 'language']) {
    for (const value of new Set(rows.map((row) => row[column]))) {
      const own = rows.filter((row) => row[column] === value);
      t.diagnostic(`${what}: ${value}: said ${percent(recall(own))} of ${own.length}, wrong ${wrongOf(own).length}`);
    }
  }
  t.diagnostic(`${what}: all: said ${percent(recall(rows))} of ${rows.length}, wrong ${wrongOf(rows).length}`);
}

const known = KNOWN.map(([language, { title, label }]) => [language, title, label]);

test('known words: the state is said', { timeout: 600_000 }, async (t) => {
  const rows = await run(known, 3);
  print(t, 'known words', rows);
  assert.deepEqual(wrongOf(rows), []);
  assert.ok(recall(rows) >= 0.98, percent(recall(rows)));
});

test('languages without known words: said where it is clear', { timeout: 600_000 }, async (t) => {
  const rows = await run(OTHERS, 1);
  print(t, 'other languages', rows);
  assert.deepEqual(wrongOf(rows), []);
  assert.ok(recall(rows) >= 0.76, percent(recall(rows)));
});

const NOT_HERE = {
  en: 'This setting is not available in your region.',
  de: 'Diese Einstellung ist in Ihrer Region nicht verfügbar.',
  fr: 'Ce réglage n’est pas disponible dans votre région.',
};

test('no switch: that is said', { timeout: 600_000 }, async (t) => {
  const rows = [];
  for (const around of surroundings) {
    for (const [language, sentence] of Object.entries(NOT_HERE)) {
      const title = known.find(([first]) => first === language)[1];
      const { state = 'unknown' } = (await readStill(withoutSwitch(language, title, sentence, around))) ?? {};
      rows.push({ layout: 'none', around, language, right: 'not-offered', state });
    }
  }
  print(t, 'not offered', rows);
  assert.deepEqual(wrongOf(rows), []);
  assert.ok(recall(rows) >= 0.83, percent(recall(rows)));
});

/** Each in the layout that has the key, and in one of the others. */
function* notOurs() {
  const labels = Object.entries(NOT_OURS).flatMap(([language, list]) => list.map((label) => ({ language, label })));
  for (const [i, { language, label }] of labels.entries()) {
    const title = known.find(([first]) => first === language)[1];
    for (const [j, layout] of [layouts[0], layouts[1 + (i % (layouts.length - 1))]].entries())
      yield { language, title, label, layout, around: surroundings[(2 * i + j) % surroundings.length], on: j === 0 };
  }
}

test(
  'words that turn, narrow, or are another purpose’s: no state, also under the key',
  { timeout: 600_000 },
  async (t) => {
    const cases = [...notOurs()];
    const said = [];
    for (const { language, title, label, layout, around, on } of cases) {
      const { state = 'unknown' } = (await readStill(madeUp(language, title, label, layout, around, on))) ?? {};
      if (state !== 'unknown') said.push(`${language}, ${layout}, ${around}: ${label}: ${state}`);
    }
    t.diagnostic(`${cases.length} tried, ${said.length} wrong`);
    assert.deepEqual(said, []);
  },
);
