// Every page of the table, in jsdom: what the reader and the judge say of it, and that no wrong state is ever said.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { allowedStates, difference, loadPages, parsePage } from '../replica/pages.mjs';
import { openPage, until } from './page-window.mjs';

const STEP_LIMIT = 30_000;

async function expectWithin(opened, expected, milliseconds) {
  const last = () => opened.observations.at(-1);
  await until(opened, () => difference(last(), expected) === '', milliseconds);
  const wrong = difference(last(), expected);
  assert.equal(wrong, '', `${wrong}; readings: ${opened.readings.length}`);
}

async function take(opened, step) {
  if ('wait' in step) return opened.clock.advance(step.wait);
  if ('click' in step) return opened.click(step.click);
  if ('key' in step) return opened.key(step.key);
  return expectWithin(opened, step.expect, STEP_LIMIT);
}

async function run(page, options) {
  const opened = openPage(page, options);
  try {
    for (const step of page.steps) await take(opened, step);
    if (page.hold || page.expect === null) await opened.clock.advance(page.after * 1000);
    await expectWithin(opened, page.expect, page.after * 1000);
    const states = opened.observations.map((o) => o.state);
    const allowed = allowedStates(page);
    assert.deepEqual(
      states.filter((s) => !allowed.has(s)),
      [],
      `wrong states on the way: ${states}`,
    );
    return opened.observations;
  } finally {
    opened.close();
  }
}

const pages = loadPages();

test('the table is large enough, and each page says what it shows', () => {
  assert.ok(pages.length >= 40, `${pages.length} pages`);
  assert.equal(new Set(pages.map((p) => p.shows)).size, pages.length, 'two pages show the same');
});

test('a page without a head, an expectation or a source is refused', () => {
  assert.throws(() => parsePage('x', '<!doctype html>'), /first line/);
  assert.throws(() => parsePage('x', '<!--\nshows: x\nknown: y\n-->'), /no "expect"/);
  assert.throws(() => parsePage('x', '<!--\nshows: x\nexpect: null\n-->'), /neither/);
  assert.throws(() => parsePage('x', '<!--\nshow: x\n-->'), /unknown line/);
});

/* jsdom has one world for the page and the reader. Pages that need two are in the table of the real browsers. */
const needsTwoWorlds = ({ world }) => world === 'isolated';

test('what jsdom cannot show, the real browsers do', () => {
  const table = readFileSync(new URL('../e2e/table.mjs', import.meta.url), 'utf8');
  assert.deepEqual(
    pages.filter(needsTwoWorlds).map(({ name }) => name),
    [
      'icon-by-style',
      'label-in-front-of-link',
      'label-laid-over-button',
      'label-masked',
      'label-of-nothing-over-tab',
      'label-see-through',
      'prototypes-overridden',
      'timers-frozen',
      'turned-by-list-mark',
      'turned-by-marker',
      'turned-by-style-of-an-attribute',
      'turned-by-style-of-the-row',
      'turned-by-style',
    ],
  );
  assert.match(table, /const pages = loadPages\(\)\s*\.map\(/, 'the browsers take every page');
  assert.doesNotMatch(table, /\bskip\b|\.world\b|isolated/, 'and leave none out');
});

describe('the table of pages in jsdom', () => {
  for (const page of pages.filter((p) => !needsTwoWorlds(p))) {
    test(`${page.name}: ${page.shows}`, { timeout: 120_000 }, () => run(page));
  }
});
