// What the history page works out: stretches, gaps, marks, the axis, and the sum over the entries.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { JSDOM } from 'jsdom';
import { nextOf, registerCommand, stepsOf, summaryOf as healthOf } from '../../extension/shared/health.js';
import { DEFAULTS } from '../../extension/shared/prefs.js';
import {
  GAP,
  labelled,
  lanesOf,
  lostAt,
  markOf,
  stretchesOf,
  summaryOf,
  ticksOf,
} from '../../extension/shared/timeline.js';
import { showDetail } from '../../extension/ui/entry-detail.js';
import { signOf, whatOf, whenOf } from '../../extension/ui/entry-words.js';
import { loadAll } from '../../extension/ui/history-load.js';
import { leafOf, prove } from '../../extension/ui/log-proof.js';
import { installFakeBrowser } from './fake-browser.mjs';

const DAY = 86_400_000;
const seen = (days, state, more = {}) => ({
  seq: days,
  kind: 'observation',
  at: days * DAY,
  account: 'a',
  state,
  phase: 'seen',
  change: 'unchanged',
  cause: null,
  ...more,
});
const told = (stretches) => stretches.map(({ state, from, to }) => `${state} ${from / DAY}-${to / DAY}`);

describe('stretches', () => {
  for (const [name, given, expected] of [
    ['the same state within a month lasted', [seen(0, 'on'), seen(20, 'on'), seen(51, 'on')], ['on 0-51']],
    ['beyond a month nobody knows', [seen(0, 'off'), seen(32, 'off')], ['off 0-0', 'gap 0-32', 'off 32-32']],
    [
      'between two states nobody knows when it changed',
      [seen(0, 'on'), seen(1, 'off')],
      ['on 0-0', 'gap 0-1', 'off 1-1'],
    ],
    [
      'unknown is a state of its own',
      [seen(0, 'off'), seen(1, 'unknown'), seen(2, 'off')],
      ['off 0-0', 'gap 0-1', 'unknown 1-1', 'gap 1-2', 'off 2-2'],
    ],
    ['nothing', [], []],
  ]) {
    it(name, () => assert.deepEqual(told(stretchesOf(given)), expected));
  }

  it('end where an entry is lost: it may have been a look that saw otherwise', () => {
    const seq = (summary, number) => ({ ...summary, seq: number });
    const looks = [seq(seen(0, 'off'), 1), seq(seen(1, 'off'), 2), seq(seen(2, 'off'), 5), seq(seen(3, 'off'), 6)];
    const [lane] = lanesOf([lostAt(4), ...looks, lostAt(3), lostAt(0)], 9 * DAY);
    assert.deepEqual(told(lane.stretches), ['off 0-1', 'gap 1-2', 'off 2-3', 'off 3-9']);
    const [open] = lanesOf([...looks.slice(0, 2), lostAt(3)], 9 * DAY);
    assert.deepEqual(told(open.stretches), ['off 0-1', 'gap 1-9'], 'nor does it go on until now');
  });

  it('are of what was saved: a flip may not be, and an old tab shows what was', () => {
    const old = { ...seen(2, 'on'), change: 'stale' };
    const [lane] = lanesOf([seen(0, 'off'), { ...seen(1, 'on'), phase: 'pending' }, old, seen(3, 'off')], 9 * DAY);
    assert.deepEqual(told(lane.stretches), ['off 0-3', 'off 3-9']);
    const [last] = lanesOf([seen(0, 'off'), old], 9 * DAY);
    assert.deepEqual(told(last.stretches), ['off 0-0', 'off 0-9'], 'nor does it go on until now');
  });

  it('are of one account each, by time, and what is pending is none', () => {
    const lanes = lanesOf([
      seen(5, 'off', { account: 'b' }),
      seen(3, 'on'),
      seen(1, 'on'),
      seen(2, 'off', { phase: 'pending' }),
      { ...seen(4, null), kind: 'timestamp' },
    ]);
    assert.deepEqual(
      lanes.map(({ account, stretches }) => [account, told(stretches)]),
      [
        ['a', ['on 1-3']],
        ['b', ['off 5-5']],
      ],
    );
    assert.equal(GAP, 31 * DAY);
  });
});

describe('up to now', () => {
  it('the state that was seen last goes on, and is told apart from what was seen', () => {
    const [lane] = lanesOf([seen(1, 'on'), seen(3, 'on')], 50 * DAY);
    assert.deepEqual(lane.stretches, [
      { state: 'on', from: DAY, to: 3 * DAY },
      { state: 'on', from: 3 * DAY, to: 50 * DAY, unseen: true },
    ]);
    assert.equal(lanesOf([seen(3, 'on')], 3 * DAY)[0].stretches.length, 1, 'nothing after the last look');
  });

  it('an entry with a picture says so, and no other does', () => {
    installFakeBrowser();
    const entry = { seq: 4, kind: 'observation', time: '2026-11-21T12:00:00.000Z', state: 'on' };
    const shot = { name: 'screenshot', media_type: 'image/png', size: 1, sha256: '0'.repeat(64) };
    assert.equal(whatOf(summaryOf({ ...entry, attachments: [shot] })), 'Switched on · with a picture');
    assert.equal(whatOf(summaryOf({ ...entry, attachments: [] })), 'Switched on');
    assert.match(whatOf(summaryOf({ ...entry, change: 'stale', attachments: [] })), /^Switched on · an old tab/);
    assert.equal(summaryOf({ ...entry, attachments: [{ ...shot, media_type: 'text/plain' }] }).pictured, false);
  });
});

describe('marks', () => {
  for (const [point, expected] of [
    [seen(1, 'off', { change: 'changed', cause: 'user', phase: 'confirmed' }), 'user'],
    [seen(1, 'on', { change: 'changed', cause: 'unexplained' }), 'unexplained'],
    [seen(1, 'off', { change: 'changed', cause: 'user', phase: 'pending' }), null],
    [seen(1, 'on', { change: 'first' }), null],
    [{ ...seen(1, null), kind: 'document', change: 'changed' }, 'document'],
    [{ ...seen(1, null), kind: 'document', change: 'unchanged' }, null],
    [{ ...seen(1, null), kind: 'timestamp' }, 'timestamp'],
    [{ ...seen(1, null), kind: 'discontinuity' }, 'break'],
  ]) {
    it(`${point.kind} ${point.change} ${point.cause} ${point.phase}: ${expected}`, () =>
      assert.equal(markOf(point), expected));
  }

  it('are worked out from entries as the log has them', () => {
    const time = '2026-11-21T12:00:00.000Z';
    assert.equal(summaryOf({ seq: 0, kind: 'genesis', time }).at, Date.parse(time));
    const summary = summaryOf({
      seq: 4,
      kind: 'observation',
      time,
      observed_at: '2026-11-20T12:00:00.000Z',
      state: 'on',
      account: { pseudonym: 'p' },
    });
    assert.deepEqual(
      [summary.at, summary.account, summary.reason],
      [Date.parse('2026-11-20T12:00:00.000Z'), 'p', null],
    );
  });
});

describe('the axis', () => {
  for (const [days, most, unit] of [
    [5 / 1440, 8, 'minute'],
    [30 / 1440, 8, 'minute'],
    [1 / 12, 8, 'minute'],
    [0.2, 8, 'hour'],
    [1.5, 8, 'hour'],
    [0.5, 8, 'hour'],
    [5, 8, 'day'],
    [40, 8, 'day'],
    [200, 8, 'month'],
    [700, 8, 'month'],
    [3000, 9, 'year'],
  ]) {
    it(`${days} days: by ${unit}`, () => {
      const from = Date.UTC(2026, 0, 1, 9);
      const ticks = ticksOf(from, from + days * DAY, most);
      assert.equal(ticks[0].unit, unit);
      assert.ok(
        ticks.length <= most + 1 && ticks.every(({ at }) => at >= from && at <= from + days * DAY),
        String(ticks.length),
      );
    });
  }

  const MINUTE = 60_000;
  const noon = new Date(2026, 10, 21, 12, 3, 20).getTime();
  for (const [name, span, most, units] of [
    ['seconds', 30_000, 8, ['second', 'second']],
    ['a minute', 90_000, 2, ['second', 'second']],
    ['a quarter of an hour', 14 * MINUTE, 8, null],
    ['a day and a half', 36 * 60 * MINUTE, 2, null],
    ['a month and a day', 32 * DAY, 2, null],
    ['a year', 366 * DAY, 2, null],
    ['forty years', 14_610 * DAY, 3, null],
  ]) {
    it(`${name}: two labels or more`, () => {
      const to = noon + span;
      const labels = labelled(
        noon,
        to,
        ticksOf(noon, to, most),
        (time) => time >= noon + span / 20 && time <= to - span / 20,
      );
      assert.ok(labels.length >= 2, JSON.stringify(labels));
      if (units)
        assert.deepEqual(
          labels.map(({ unit }) => unit),
          units,
        );
    });
  }

  it('where no round time has room, the ends are named', () => {
    const to = noon + 10 * DAY;
    assert.deepEqual(
      labelled(noon, to, ticksOf(noon, to, 8), () => false),
      [
        { at: noon, unit: 'day', end: 'from' },
        { at: to, unit: 'day', end: 'to' },
      ],
    );
    const later = labelled(noon, noon + 400 * DAY, [], () => false);
    assert.deepEqual(
      later.map(({ unit }) => unit),
      ['month', 'month'],
      'a day and a month do not tell the year',
    );
    assert.equal(labelled(noon, noon, [], () => true).length, 1);
  });

  it('a moment has one, and no end of them is drawn', () => {
    assert.ok(ticksOf(0, 0, 8).length <= 1);
    assert.ok(ticksOf(0, 1e14, 8).length <= 200);
  });
});

describe('the browser’s own sum', () => {
  const sha = (...parts) =>
    createHash('sha256')
      .update(Buffer.concat(parts.map((part) => Buffer.from(part))))
      .digest();
  const entries = Array.from({ length: 7 }, (_, seq) => ({ v: 1, seq, label: 'ä – ✓' }));
  /** RFC 6962, 2.1, as it is written there. */
  const mth = (list) => {
    if (list.length === 1) return sha([0], JSON.stringify(list[0]));
    let k = 1;
    while (k * 2 < list.length) k *= 2;
    return sha([1], mth(list.slice(0, k)), mth(list.slice(k)));
  };

  for (let size = 1; size <= entries.length; size += 1) {
    it(`${size} entries`, async () => {
      const some = entries.slice(0, size);
      const leaves = await Promise.all(some.map(leafOf));
      const proof = await prove(leaves, mth(some).toString('hex'));
      assert.equal(proof.leaves[size - 1], sha([0], JSON.stringify(some[size - 1])).toString('hex'));
    });
  }

  it('no entries: the hash of nothing', async () => {
    const root = sha().toString('hex');
    assert.deepEqual(await prove([], root), { root, leaves: [] });
  });

  it('claims nothing when one entry differs, one is missing, or no root is named', async () => {
    const root = mth(entries).toString('hex');
    const leaves = await Promise.all(entries.map(leafOf));
    assert.equal(await prove([...leaves.slice(0, 6), await leafOf({ ...entries[6], v: 2 })], root), null);
    assert.equal(await prove(leaves.slice(1), root), null);
    assert.equal(await prove(leaves, null), null);
  });
});

describe('a log with entries that cannot be read', () => {
  const LOST = [0, 3, 4, 199, 200, 201, 202, 203, 204, 305];
  const SIZE = 306;
  const time = '2026-11-21T12:00:00.000Z';
  /** Answers of at most five, so that some hold nothing that can be read. */
  const host = {
    async ask(/** @type {string} */ op, /** @type {{from: number, count: number}} */ { from, count }) {
      assert.equal(op, 'history');
      const asked = Array.from({ length: Math.min(count, 5, SIZE - from) }, (_, i) => from + i);
      const end = from + asked.length;
      const entries = asked
        .filter((seq) => !LOST.includes(seq))
        .map((seq) => ({ v: 1, seq, kind: 'observation', time, state: 'on' }));
      return { entries, lost: asked.filter((seq) => LOST.includes(seq)), next: end < SIZE ? end : null, size: SIZE };
    },
  };

  it('shows all the others, and each of those in its place', async () => {
    globalThis.requestIdleCallback = /** @type {any} */ ((/** @type {() => void} */ then) => setTimeout(then));
    const shown = [];
    const leaves = await loadAll(/** @type {any} */ (host), (summaries, size) => void shown.push([summaries, size]));
    const [all, size] = shown.at(-1);
    assert.deepEqual([all.map(({ seq }) => seq), size], [Array.from({ length: SIZE }, (_, seq) => seq), SIZE]);
    assert.deepEqual(
      all.filter(({ kind }) => kind === 'lost').map(({ seq }) => seq),
      LOST,
    );
    assert.equal(leaves.length, SIZE - LOST.length, 'so no sum over all is claimed');
    installFakeBrowser({ locale: 'en' });
    assert.deepEqual([whenOf(all[3]), signOf(all[3])], ['?', 'break']);
    assert.match(whatOf(all[3]), /cannot be read/);
    assert.match(whenOf(all[1]), /2026/);
    assert.deepEqual(lanesOf(all).length, 1, 'the picture leaves them out');
  });
});

describe('one entry in full', () => {
  const time = '2026-11-21T12:00:00.000Z';
  const entry = {
    v: 1,
    seq: 4,
    kind: 'observation',
    time,
    observed_at: time,
    state: 'off',
    account: { pseudonym: 'p', premium: false },
    page: { title: 'ä <b>', url: 'https://x.example/' },
    control: {
      kind: 'role-switch',
      key: null,
      label: 'Use my data',
      checked: false,
      aria_checked: 'false',
      aria_pressed: null,
    },
    candidates: 1,
    attachments: [],
  };

  async function detail(given, proof = null, locale = 'en') {
    installFakeBrowser({ locale });
    const { document } = new JSDOM('<section id="detail"></section><p id="live"></p>').window;
    const copied = [];
    globalThis.document = document;
    Object.defineProperty(globalThis, 'navigator', {
      configurable: true,
      value: { clipboard: { writeText: async (text) => void copied.push(text) } },
    });
    await showDetail(document.getElementById('detail'), given, { host: null, names: {}, proof });
    const facts = Object.fromEntries(
      [...document.querySelectorAll('dt')].map((term) => [term.textContent, term.nextElementSibling.textContent]),
    );
    return { document, facts, copied };
  }

  it('is told in words', async () => {
    const { document, facts } = await detail(entry);
    assert.equal(facts['What it said of itself'], 'checked: off · aria-checked: off');
    assert.equal(facts['Kind of switch'], 'A checkbox that is marked as a switch');
    for (const fact of document.querySelectorAll('dd')) assert.doesNotMatch(fact.textContent, /[{}]|null|undefined/);
    const mixed = await detail(
      {
        ...entry,
        control: { ...entry.control, kind: 'aria-button', checked: null, aria_checked: null, aria_pressed: 'mixed' },
      },
      null,
      'de',
    );
    assert.equal(mixed.facts['Was er von sich sagte'], 'aria-pressed: keins von beiden');
  });

  it('names the browser alone where its version is not told', async () => {
    for (const [version, said] of [
      ['153.0', 'firefox 153.0 · consentlog 0.1.0'],
      ['withheld', 'firefox · consentlog 0.1.0'],
      ['unknown', 'firefox · consentlog 0.1.0'],
    ]) {
      const client = { browser: 'firefox', version, extension: '0.1.0' };
      const { facts } = await detail({ ...entry, client }, null, 'de');
      assert.equal(facts['Gesehen mit'], said);
    }
  });

  it('has its bytes in a part that folds, to copy, after the words', async () => {
    const { document, copied } = await detail(entry, { root: '', leaves: ['', '', '', '', 'ab'] });
    const [bytes] = document.querySelectorAll('details');
    assert.equal(bytes.open, false);
    assert.equal(document.getElementById('detail').lastElementChild, bytes);
    assert.equal(bytes.querySelector('pre').textContent, JSON.stringify(entry));
    assert.equal(bytes.querySelector('.hint'), null);
    bytes.querySelector('button').click();
    assert.deepEqual(copied, [JSON.stringify(entry)]);
  });

  it('does not promise bytes that no sum has borne out', async () => {
    const { document } = await detail({ ...entry, control: null });
    assert.match(document.querySelector('details .hint').textContent, /as the browser has read it/);
  });
});

describe('health', () => {
  const status = (more) => ({ keyring: 'ok', log: 'ok', size: 3, accounts: [{ state: 'off' }], ...more });
  const stored = (log) => ({
    outbox: { waiting: [] },
    log: { status: status(), error: null, covers: null, ...log },
    last: null,
    warnings: {},
  });
  const known = (more) => ({
    hello: { version: '0.1.0', protocol: 1 },
    stored: stored(),
    prefs: { ...DEFAULTS },
    mayLook: true,
    mayNotify: false,
    stampError: null,
    ...more,
  });
  const states = (given) => stepsOf(known(given)).map(({ state }) => state);
  const on = { ...DEFAULTS, timestamps: { on: true, authority: 'https://a.example/' } };

  for (const [name, given, expected] of [
    ['all in place but the code', {}, ['done', 'done', 'done', 'todo', 'todo', 'todo']],
    [
      'all in place',
      { prefs: { ...on, notify: true, recoveryNoted: true }, mayNotify: true },
      ['done', 'done', 'done', 'done', 'done', 'done'],
    ],
    ['not asked yet', { hello: null }, ['wait', 'wait', 'done', 'todo', 'todo', 'todo']],
    ['the program is missing', { hello: { code: 'host-missing' } }, ['bad', 'wait', 'done', 'todo', 'todo', 'todo']],
    ['another protocol', { hello: { version: '9', protocol: 2 } }, ['bad', 'wait', 'done', 'todo', 'todo', 'todo']],
    [
      'locked',
      { stored: stored({ status: status({ keyring: 'keyring-locked', log: 'keyring-locked' }) }) },
      ['done', 'todo', 'done', 'todo', 'todo', 'todo'],
    ],
    [
      'the log was changed',
      { stored: stored({ status: status({ log: 'log-changed' }) }) },
      ['done', 'bad', 'done', 'todo', 'todo', 'todo'],
    ],
    [
      'nothing recorded yet',
      { stored: stored({ status: status({ log: 'log-absent', size: 0, accounts: [] }) }) },
      ['done', 'done', 'todo', 'wait', 'todo', 'todo'],
    ],
    [
      'notifications chosen, permission gone',
      { prefs: { ...DEFAULTS, notify: true } },
      ['done', 'done', 'done', 'todo', 'todo', 'todo'],
    ],
    [
      'the authority does not answer',
      { prefs: on, stampError: 'tsa-unreachable' },
      ['done', 'done', 'done', 'todo', 'todo', 'bad'],
    ],
    [
      'an old failure, timestamps off',
      { stampError: 'tsa-unreachable' },
      ['done', 'done', 'done', 'todo', 'todo', 'todo'],
    ],
  ]) {
    it(name, () => assert.deepEqual(states(given), expected));
  }

  it('counts what is needed, not what is optional', () => {
    assert.deepEqual(healthOf(stepsOf(known({}))), { done: 3, needed: 4, bad: 0 });
    assert.deepEqual(healthOf(stepsOf(known({ hello: { code: 'host-missing' } }))).bad, 1);
    const [other] = stepsOf(known({ hello: { version: '9.9.9', protocol: 99 } }));
    assert.deepEqual([other.state, other.code, other.detail], ['bad', 'host-version', '9.9.9']);
  });

  it('asks to pin a button that the browser hides, and no other', () => {
    const ids = (given) => stepsOf(known(given)).map(({ id }) => id);
    assert.ok(ids({ hidden: true }).includes('pin'));
    assert.ok(!ids({ hidden: false }).includes('pin') && !ids({}).includes('pin'));
    assert.deepEqual(healthOf(stepsOf(known({ hidden: true }))), healthOf(stepsOf(known({}))), 'it is not required');
  });

  it('fills the button of one step: the first that can be taken', () => {
    assert.equal(nextOf(stepsOf(known({}))), 'recovery');
    assert.equal(nextOf(stepsOf(known({ hello: { code: 'host-missing' } }))), 'host');
  });

  it('while the setting is on, or a flip waits, that is next: after what stops the log, before the code', () => {
    assert.equal(nextOf(stepsOf(known({ onward: true }))), 'check');
    const placed = { prefs: { ...on, notify: true, recoveryNoted: true }, mayNotify: true };
    assert.equal(nextOf(stepsOf(known({ ...placed, onward: true }))), 'check');
    assert.equal(nextOf(stepsOf(known({ ...placed }))), null);
    assert.equal(nextOf(stepsOf(known({ onward: true, hello: { code: 'host-missing' } }))), 'host');
    const locked = stored({ status: status({ keyring: 'keyring-locked', log: 'keyring-locked' }) });
    assert.equal(nextOf(stepsOf(known({ onward: true, stored: locked }))), 'keyring');
    assert.deepEqual(states({ onward: true }), states({}));
    const counted = (more) => healthOf(stepsOf(known(more))).done;
    assert.equal(
      counted({ onward: true }),
      counted({}) - 1,
      'what the page marks as to be done is not counted as done',
    );
  });

  it('names the browser as the program knows it', () => {
    assert.equal(registerCommand('chrome'), 'consentlog register --browser google-chrome');
    for (const unknown of ['other', 'constructor', '']) assert.equal(registerCommand(unknown), 'consentlog register');
  });
});
