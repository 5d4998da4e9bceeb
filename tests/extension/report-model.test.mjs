// What a reader of a package is shown of its looks as a picture: no state is drawn where nobody can know of one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LIMITS } from '../../extension/verifier/limits.js';
import { ReportModel } from '../../extension/verifier/report-model.js';

const DAY = 86_400_000;
const START = Date.parse('2026-06-01T08:00:00.000Z');
const iso = (day) => new Date(START + day * DAY).toISOString();

/** @param {number} seq @param {number} day @param {string} state @param {object} more */
const look = (seq, day, state, more = {}) => ({
  seq,
  kind: 'observation',
  time: iso(day),
  observed_at: iso(day),
  state,
  reason: null,
  change: 'unchanged',
  cause: null,
  phase: 'seen',
  account: { pseudonym: 'a' },
  attachments: [],
  ...more,
});

/** @param {(Record<string, any> | 'withheld' | 'unread')[]} entries */
function runsOf(entries) {
  const model = new ReportModel();
  entries.forEach((entry, seq) => {
    if (entry === 'withheld') model.hide(seq);
    else if (entry === 'unread') model.unread(seq, null, 'state');
    else model.take(/** @type {any} */ (entry), []);
  });
  const day = (/** @type {string} */ at) => (Date.parse(at) - START) / DAY;
  return model
    .told()
    .runs.map(({ account, state, from, to, looks }) => [account, state, `${day(from)}-${day(to)}`, looks].join(' '));
}

for (const hidden of /** @type {const} */ (['withheld', 'unread'])) {
  test(`what lies around an entry that is ${hidden} is not one time`, () =>
    assert.deepEqual(
      runsOf([look(0, 0, 'off'), look(1, 1, 'off'), hidden, hidden, look(4, 4, 'off'), look(5, 5, 'off')]),
      ['1 off 0-1 2', '1 hidden 1-4 0', '1 off 4-5 2'],
    ));
}

test('it is said of every account, and what is stale or pending is no look that ends it', () => {
  const other = { account: { pseudonym: 'b' } };
  assert.deepEqual(
    runsOf([
      look(0, 0, 'off'),
      look(1, 0, 'on', other),
      'withheld',
      look(3, 1, 'on', { phase: 'pending' }),
      look(4, 2, 'off'),
      look(5, 3, 'on', other),
    ]),
    ['1 off 0-0 1', '2 on 0-0 1', '1 hidden 0-2 0', '1 off 2-2 1', '2 hidden 0-3 0', '2 on 3-3 1'],
  );
});

test('an account that was first seen after it has nothing hidden', () =>
  assert.deepEqual(runsOf(['withheld', look(1, 1, 'off'), look(2, 2, 'off')]), ['1 off 1-2 2']));

test('over more than a month without a look nobody knows', () =>
  assert.deepEqual(runsOf([look(0, 0, 'off'), look(1, 31, 'off'), look(2, 63, 'off')]), [
    '1 off 0-31 2',
    '1 off 63-63 1',
  ]));

test('beyond the bound nothing is drawn, and what was drawn does not go on', () => {
  const flips = Array.from({ length: LIMITS.changes + 3 }, (_, i) => look(i, i / 100, i % 2 ? 'on' : 'off'));
  const runs = runsOf(flips);
  assert.equal(runs.length, LIMITS.changes);
  assert.match(runs[LIMITS.changes - 1], / on 19\.99-19\.99 1$/);
});
