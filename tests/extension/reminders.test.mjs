// The policy against its table, and a year of a member's life with two accounts: every reminder at its time, and no other.
process.env.TZ = 'Europe/Berlin';

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { DEFAULTS, REMIND_EVERY } from '../../extension/shared/prefs.js';
import { countedAfter, factsOf } from '../../extension/background/reminders/reminder-facts.js';
import { afterQuiet, plan, TABLE } from '../../extension/background/reminders/reminders.js';
import { DAY_MS as DAY } from '../../extension/shared/times.js';
import { createReminders, REMINDERS_ALARM } from '../../extension/background/reminders/remind.js';
import { installFakeBrowser } from './fake-browser.mjs';

const HOUR = DAY / 24;
const ADA = 'a'.repeat(32);
const BEN = 'b'.repeat(32);
const NOW = Date.UTC(2026, 0, 1, 9);
const fresh = { given: {}, snoozedUntil: 0 };
const account = (more) => ({ account: ADA, state: 'off', lastSeen: NOW, unknowns: 0, undone: null, ...more });
const facts = (accounts, changes = []) => ({ since: NOW - 100 * DAY, accounts, changes });
const told = (result) => result.due.map(({ key }) => key);

describe('the table of reminders', () => {
  it('is the one in docs/architecture.md', () => {
    const text = readFileSync(new URL('../../docs/architecture.md', import.meta.url), 'utf8');
    const section = text.slice(text.indexOf('\n## When it reminds\n'), text.indexOf('\n## Numbers that matter\n'));
    const rows = section
      .split('\n')
      .filter((line) => /^\| `/.test(line))
      .map((line) =>
        line
          .slice(1, -1)
          .split('|')
          .map((cell) => cell.trim()),
      );
    const days = REMIND_EVERY.filter(Boolean);
    const again = (value) => {
      if (value === null) return 'no';
      if (value === 'chosen')
        return `as chosen: every ${days.slice(0, -1).join(', ')} or ${days.at(-1)} days, or never`;
      return value === DAY ? 'every day' : `every ${value / DAY} days`;
    };
    assert.deepEqual(
      rows,
      TABLE.map((row) => [
        `\`${row.cause}\``,
        row.when,
        row.first,
        again(row.again),
        row.until,
        row.snooze ? 'yes' : 'no',
      ]),
    );
  });

  for (const [name, given, expected] of [
    ['on: at once', facts([account({ state: 'on' })]), [`on:${ADA}`]],
    ['off and seen: nothing', facts([account()]), []],
    ['off, seen 30 days ago: look again', facts([account({ lastSeen: NOW - 30 * DAY })]), [`stale:${ADA}`]],
    ['off, seen a minute less: nothing yet', facts([account({ lastSeen: NOW - 30 * DAY + 60_000 })]), []],
    [
      'not offered, seen 31 days ago: it may be there by now',
      facts([account({ state: 'not-offered', lastSeen: NOW - 31 * DAY })]),
      [`stale:${ADA}`],
    ],
    ['unknown once: nothing', facts([account({ state: null, unknowns: 1 })]), []],
    ['unknown twice', facts([account({ unknowns: 2 })]), [`unknown:${ADA}`]],
    ['unknown twice, last known on: it is on', facts([account({ state: 'on', unknowns: 2 })]), [`on:${ADA}`]],
    ['undone: that, and not also on', facts([account({ state: 'on', undone: '7' })]), [`undone:${ADA}`]],
    ['never checked, for 100 days', facts([]), ['unchecked:']],
    ['never checked, installed an hour ago', { ...facts([]), since: NOW - HOUR }, []],
    [
      'two accounts, each its own',
      facts([account({ state: 'on' }), account({ account: BEN, state: 'on' })]),
      [`on:${ADA}`, `on:${BEN}`],
    ],
    [
      'a document changed',
      facts([account()], [{ cause: 'document', id: 'p@1', account: '', at: NOW }]),
      ['document:p@1'],
    ],
    [
      'a document changed before we were here',
      facts([account()], [{ cause: 'document', id: 'p@1', account: '', at: NOW - 200 * DAY }]),
      [],
    ],
  ]) {
    it(name, () => assert.deepEqual(told(plan(given, fresh, DEFAULTS, NOW)), expected));
  }

  it('tells of a cause again after its interval, not before', () => {
    const on = facts([account({ state: 'on' })]);
    for (const remindEvery of REMIND_EVERY.filter(Boolean)) {
      const prefs = { ...DEFAULTS, remindEvery };
      const first = plan(on, fresh, prefs, NOW);
      assert.equal(first.next, NOW + remindEvery * DAY);
      assert.deepEqual(told(plan(on, first, prefs, first.next - 1)), []);
      assert.deepEqual(told(plan(on, first, prefs, first.next)), [`on:${ADA}`]);
    }
  });

  it('never: not even once; but an undoing warns', () => {
    const never = { ...DEFAULTS, remindEvery: 0 };
    const quiet = plan(facts([account({ state: 'on' })]), fresh, never, NOW);
    assert.deepEqual([told(quiet), quiet.next], [[], null]);
    assert.deepEqual(told(plan(facts([account({ state: 'on', undone: '7' })]), fresh, never, NOW)), [`undone:${ADA}`]);
  });

  it('undone breaks through a snooze, nothing else does', () => {
    const snoozed = { given: {}, snoozedUntil: NOW + DAY };
    const all = plan(
      facts([account({ state: 'on', undone: '7' }), account({ account: BEN, state: 'on' })]),
      snoozed,
      DEFAULTS,
      NOW,
    );
    assert.deepEqual(told(all), [`undone:${ADA}`]);
    assert.deepEqual(told(plan(facts([account({ account: BEN, state: 'on' })]), snoozed, DEFAULTS, NOW + DAY)), [
      `on:${BEN}`,
    ]);
  });

  it('a second undoing is another cause; one that was seen leaves no reminder at once behind', () => {
    const once = plan(facts([account({ state: 'on', undone: '7' })]), fresh, DEFAULTS, NOW);
    assert.deepEqual(told(plan(facts([account({ state: 'on', undone: '9' })]), once, DEFAULTS, NOW + HOUR)), [
      `undone:${ADA}`,
    ]);
    const seen = plan(facts([account({ state: 'on' })]), once, DEFAULTS, NOW + HOUR);
    assert.deepEqual([told(seen), seen.next], [[], NOW + DAY]);
  });

  it('off and on again is another cause', () => {
    const once = plan(facts([account({ state: 'on' })]), fresh, DEFAULTS, NOW);
    const off = plan(facts([account({ lastSeen: NOW + HOUR })]), once, DEFAULTS, NOW + HOUR);
    assert.deepEqual(told(plan(facts([account({ state: 'on' })]), off, DEFAULTS, NOW + 2 * HOUR)), [`on:${ADA}`]);
  });

  it('what was told before the log knew the account is not told again', () => {
    const unnamed = facts([account({ account: 'here', state: 'on' })]);
    const soon = plan(unnamed, fresh, DEFAULTS, NOW - 1);
    assert.deepEqual([told(soon), soon.next], [[], NOW - 1 + 60_000], 'the log has a minute to name the account');
    const here = plan(
      { ...unnamed, accounts: [{ ...unnamed.accounts[0], lastSeen: NOW - 60_000 }] },
      soon,
      DEFAULTS,
      NOW,
    );
    assert.deepEqual(told(here), ['on:here']);
    const named = plan(facts([account({ state: 'on' })]), here, DEFAULTS, NOW + HOUR);
    assert.deepEqual([told(named), named.next, Object.keys(named.given)], [[], NOW + DAY, [`on:${ADA}`]]);
  });

  it('a clock set back by a year does not silence', () => {
    const on = facts([account({ state: 'on' })]);
    let memory = plan(on, { given: {}, snoozedUntil: 0 }, DEFAULTS, NOW + 365 * DAY);
    memory = plan(on, { ...memory, snoozedUntil: NOW + 372 * DAY }, DEFAULTS, NOW);
    assert.equal(memory.next, NOW + 7 * DAY, 'a week is the longest snooze');
    memory = plan(on, memory, DEFAULTS, NOW + 3 * DAY);
    assert.equal(memory.next, NOW + 7 * DAY);
  });

  it('a change is told once, also when the list of documents was away in between', () => {
    const changed = facts([account()], [{ cause: 'document', id: 'p@1', account: '', at: NOW }]);
    let memory = plan(changed, fresh, DEFAULTS, NOW);
    memory = plan(facts([account()]), memory, DEFAULTS, NOW + HOUR);
    assert.deepEqual(told(plan(changed, memory, DEFAULTS, NOW + 2 * HOUR)), []);
  });
});

describe('quiet hours', () => {
  const at = (text) => new Date(text).getTime();
  for (const [from, to, when, expected] of [
    ['22:00', '08:00', '2026-01-05T21:59', '2026-01-05T21:59'],
    ['22:00', '08:00', '2026-01-05T22:00', '2026-01-06T08:00'],
    ['22:00', '08:00', '2026-01-06T03:00', '2026-01-06T08:00'],
    ['22:00', '08:00', '2026-01-06T08:00', '2026-01-06T08:00'],
    ['12:00', '14:00', '2026-01-06T13:00', '2026-01-06T14:00'],
    ['12:00', '14:00', '2026-01-06T11:00', '2026-01-06T11:00'],
    ['22:00', '08:00', '2026-03-28T23:00', '2026-03-29T08:00'], // the night is an hour shorter
    ['22:00', '08:00', '2026-10-24T23:00', '2026-10-25T08:00'], // and longer
    ['22:00', '08:00', '2026-12-31T23:00', '2027-01-01T08:00'],
  ]) {
    it(`${from} to ${to}, at ${when}: ${expected}`, () =>
      assert.equal(afterQuiet(at(when), { on: true, from, to }), at(expected)));
  }

  it('do nothing when they are off', () =>
    assert.equal(afterQuiet(NOW, { on: false, from: '00:00', to: '23:59' }), NOW));
});

describe('what the reminders know', () => {
  const status = (accounts, more) => ({
    status: { keyring: 'ok', log: 'ok', accounts, ...more },
    error: null,
    covers: null,
  });
  const none = { unknowns: {}, reworded: {} };
  const logged = (more) => ({ pseudonym: ADA, state: 'off', last_seen: new Date(NOW).toISOString(), ...more });
  const stored = (more) => ({ outbox: { waiting: [] }, log: status([logged()]), last: null, warnings: {}, ...more });

  it('is the log’s, with the warnings', () => {
    const warnings = { [ADA]: { seq: 4, state: 'on', undone: true, at: '', seen: false } };
    assert.deepEqual(factsOf(stored({ warnings }), none, 0).accounts, [account({ undone: '4' })]);
    for (const harmless of [{ seen: true }, { state: 'off' }]) {
      assert.equal(
        factsOf(stored({ warnings: { [ADA]: { ...warnings[ADA], ...harmless } } }), none, 0).accounts[0].undone,
        null,
      );
    }
  });

  it('is this browser’s while the log cannot be written', () => {
    const last = { reading: 'r', state: 'on', settled: 'on', observedAt: new Date(NOW).toISOString(), pending: false };
    const here = account({ account: 'here', state: 'on' });
    assert.deepEqual(
      factsOf(stored({ log: { status: null, error: 'host-missing', covers: null }, last }), none, 0).accounts,
      [here],
    );
    assert.deepEqual(factsOf(stored({ last }), none, 0).accounts, [account(), here], 'another state than the log’s');
    assert.deepEqual(factsOf(stored({ last: { ...last, settled: 'off' } }), none, 0).accounts, [account()]);
    assert.deepEqual(
      factsOf(stored({ log: { ...status([logged()]), covers: 'r' }, last }), none, 0).accounts,
      [account()],
      'the log has it',
    );
  });

  it('counts unknown readings in a row, each once', () => {
    const answer = (pseudonym, change = 'unchanged') => [{ pseudonym, change, seq: 3 }];
    const saw = (reading, state) => [{ reading, state, observed_at: new Date(NOW).toISOString() }];
    let counted = countedAfter(none, answer(ADA), saw('1', 'unknown'));
    counted = countedAfter(counted, answer(ADA), saw('1', 'unknown'));
    assert.equal(counted.unknowns[ADA].count, 1, 'the same answer twice');
    counted = countedAfter(counted, answer(ADA), saw('2', 'unknown'));
    counted = countedAfter(counted, answer(null), saw('3', 'unknown'));
    assert.deepEqual([counted.unknowns[ADA].count, counted.unknowns[''].count], [2, 1]);
    counted = countedAfter(counted, answer(ADA, 'reworded'), saw('4', 'off'));
    assert.deepEqual([counted.unknowns[ADA], counted.reworded[ADA]], [undefined, { id: '3', at: NOW }]);
  });

  it('sees changed documents', () => {
    const documents = [
      { document: 'privacy-policy', changed: '2026-01-01T00:00:00.000Z' },
      { document: 'ai-faq', changed: null },
    ];
    assert.deepEqual(
      factsOf(stored({ log: status([logged()], { documents }) }), none, 0).changes.map(({ id }) => id),
      ['privacy-policy@2026-01-01T00:00:00.000Z'],
    );
  });
});

/** A computer on which a browser runs: it sleeps, is restarted, and its clock is set. Alarms ring late, or are lost. */
function aComputer(start, locale = 'en') {
  const browser = installFakeBrowser({ locale });
  const titles = [];
  browser.permissions.granted.add('notifications');
  let now = start;
  let reminders = createReminders({ now: () => now });
  const seen = [];
  const collect = () => {
    for (const { id, title } of browser.notifications.told.splice(0)) {
      if (!id) continue;
      seen.push([new Date(now).toISOString().slice(0, 16), id]);
      titles.push(title);
    }
  };
  const look = async () => (await reminders.look(), collect());
  const alarm = () => browser.alarms.set.get(REMINDERS_ALARM)?.when ?? Infinity;

  return {
    told: seen,
    titles,
    browser,
    look,
    /** The time passes, awake: every alarm rings in its minute. */
    async awakeUntil(end) {
      while (Math.max(alarm(), now) <= end && alarm() !== Infinity) {
        now = Math.max(alarm(), now);
        await look();
      }
      now = end;
    },
    async asleepUntil(end) {
      now = end;
      if (alarm() <= now) await look();
    },
    setClock: (to) => void (now = to),
    /** Alarms are lost; everything that was in memory, too. */
    async restart() {
      browser.alarms.set.clear();
      reminders = createReminders({ now: () => now });
      await look();
    },
    async choose(prefs) {
      await browser.storage.local.set({ prefs: { ...DEFAULTS, notify: true, ...prefs } });
      await look();
    },
    async see(accounts, warnings = {}) {
      const known = accounts.map(([pseudonym, state, at = now]) => ({
        pseudonym,
        state,
        last_seen: new Date(at).toISOString(),
      }));
      await browser.storage.local.set({
        log: { status: { keyring: 'ok', log: 'ok', accounts: known }, error: null, covers: null },
        warnings,
      });
      await look();
    },
    snooze: async (days) => (await reminders.snooze({ days }), collect()),
  };
}

/** Local time in Berlin. */
const at = (text) => new Date(text).getTime();

describe('a year', () => {
  it('counts and times are exact', async () => {
    const pc = aComputer(at('2026-01-01T12:00'));
    await pc.choose({});
    await pc.restart();
    // Never checked: a day later; then a week later, if the computer was on.
    await pc.awakeUntil(at('2026-01-10T12:00'));
    assert.deepEqual(pc.told.splice(0), [
      ['2026-01-02T11:00', 'unchecked:'],
      ['2026-01-09T11:00', 'unchecked:'],
    ]);

    // Ada's is on: at once, then daily; asleep for three days: once on waking, then daily from there.
    await pc.see([[ADA, 'on']]);
    await pc.awakeUntil(at('2026-01-12T13:00'));
    await pc.asleepUntil(at('2026-01-15T18:00'));
    await pc.awakeUntil(at('2026-01-16T19:00'));
    assert.deepEqual(
      pc.told.splice(0),
      ['2026-01-10T11:00', '2026-01-11T11:00', '2026-01-12T11:00', '2026-01-15T17:00', '2026-01-16T17:00'].map(
        (time) => [time, `on:${ADA}`],
      ),
    );

    // Twelve restarts in a day change nothing: one reminder, at its time.
    for (let hour = 0; hour < 24; hour += 2) {
      await pc.awakeUntil(at('2026-01-16T20:00') + hour * HOUR);
      await pc.restart();
    }
    assert.deepEqual(pc.told.splice(0), [['2026-01-17T17:00', `on:${ADA}`]]);

    // Every third day, quiet by night; Ben's account is on too, at three in the morning: told at eight.
    await pc.choose({ remindEvery: 3, quiet: { on: true, from: '22:00', to: '08:00' } });
    await pc.awakeUntil(at('2026-01-18T03:00'));
    await pc.see([
      [ADA, 'on'],
      [BEN, 'on'],
    ]);
    await pc.awakeUntil(at('2026-01-22T12:00'));
    assert.deepEqual(pc.told.splice(0), [
      ['2026-01-18T07:00', `on:${BEN}`],
      ['2026-01-20T17:00', `on:${ADA}`],
      ['2026-01-21T07:00', `on:${BEN}`],
    ]);

    // Snoozed for a week; then Ada opts out, and stays so. Ben is told when the week is over.
    await pc.snooze(7);
    await pc.awakeUntil(at('2026-01-25T12:00'));
    await pc.see([
      [ADA, 'off'],
      [BEN, 'on'],
    ]);
    await pc.awakeUntil(at('2026-01-31T12:00'));
    assert.deepEqual(pc.told.splice(0), [['2026-01-29T11:00', `on:${BEN}`]]);

    // Ada's is undone during a snooze: at once, daily until seen; she turns it off. Both are off.
    await pc.snooze(1);
    const undone = { [ADA]: { seq: 40, state: 'on', undone: true, at: '', seen: false } };
    await pc.see(
      [
        [ADA, 'on'],
        [BEN, 'off'],
      ],
      undone,
    );
    await pc.awakeUntil(at('2026-02-02T20:00'));
    await pc.see(
      [
        [ADA, 'on'],
        [BEN, 'off'],
      ],
      { [ADA]: { ...undone[ADA], seen: true } },
    );
    await pc.awakeUntil(at('2026-02-03T09:00'));
    await pc.see([
      [ADA, 'off'],
      [BEN, 'off'],
    ]);
    assert.deepEqual(
      pc.told.splice(0),
      ['2026-01-31T11:00', '2026-02-01T11:00', '2026-02-02T11:00'].map((time) => [time, `undone:${ADA}`]),
    );

    // The clock jumps a month ahead by mistake, and back: one early reminder to look again, and nothing is silenced for it.
    pc.setClock(at('2026-03-05T09:00'));
    await pc.look();
    pc.setClock(at('2026-02-03T10:00'));
    await pc.look();
    assert.deepEqual(
      pc.told.splice(0).map(([, key]) => key),
      [`stale:${ADA}`, `stale:${BEN}`],
    );
    await pc.see([
      [ADA, 'off'],
      [BEN, 'off'],
    ]);

    // Nobody looks for the rest of the year: each account every thirty days, over both changes of summer time.
    await pc.awakeUntil(at('2026-12-31T12:00'));
    const rest = pc.told.splice(0);
    const expected = Array.from({ length: 11 }, (_, n) =>
      new Date(at('2026-02-03T10:00') + 30 * DAY * (n + 1)).toISOString().slice(0, 16),
    );
    for (const who of [ADA, BEN])
      assert.deepEqual(
        rest.filter(([, key]) => key === `stale:${who}`).map(([time]) => time),
        expected,
      );
    assert.equal(rest.length, 22);
  });

  for (const [locale, second] of [
    ['en', 'Account 2: '],
    ['de', 'Konto 2: '],
    ['fr', 'Compte 2\u00a0: '],
  ]) {
    it(`${locale}: says which account it is about where there are several, and nothing of the kind where there is one`, async () => {
      const pc = aComputer(NOW, locale);
      await pc.choose({ names: { [ADA]: 'Work' } });
      await pc.see([[BEN, 'on']]);
      assert.doesNotMatch(pc.titles.splice(0).join(), /\d|Work/);
      // Seen first is first, whatever is seen last and whoever has a name; who signed out is nobody.
      await pc.see(
        [
          [null, null],
          [ADA, 'off'],
          [BEN, 'on'],
        ],
        { [BEN]: { seq: 9, state: 'on', undone: true, at: '', seen: false } },
      );
      assert.ok(pc.titles.splice(0).join().startsWith(second));
      await pc.see([
        [null, null],
        [ADA, 'on'],
        [BEN, 'off'],
      ]);
      assert.match(pc.titles.splice(0).join(), /^Work/);
    });
  }

  it('tells nothing by notification without permission, and remembers what it would have told', async () => {
    const pc = aComputer(NOW);
    pc.browser.permissions.granted.clear();
    await pc.choose({});
    await pc.see([[ADA, 'on']]);
    assert.deepEqual(pc.told, []);
    const { reminders } = await pc.browser.storage.local.get('reminders');
    assert.deepEqual(
      reminders.standing.map(({ key }) => key),
      [`on:${ADA}`],
    );
  });

  it('remembers before it tells, and withdraws what is over', async () => {
    const pc = aComputer(NOW);
    await pc.choose({});
    pc.browser.notifications.create = async (id) => {
      const { reminders } = await pc.browser.storage.local.get('reminders');
      assert.equal(reminders.given[id].at, NOW);
      throw new Error('no notification service');
    };
    const cleared = [];
    pc.browser.notifications.clear = async (id) => void cleared.push(id);
    await pc.see([[ADA, 'on']]);
    await pc.see([[ADA, 'off']]);
    assert.deepEqual(cleared, [`on:${ADA}`, 'on:here']);
  });

  it('a snooze that nobody offers is none', async () => {
    const pc = aComputer(NOW);
    for (const days of [0, 2, -1, '7', Infinity]) {
      await pc.snooze(days);
      const { reminders } = await pc.browser.storage.local.get('reminders');
      assert.equal(reminders.snoozedUntil, 0);
    }
  });
});
