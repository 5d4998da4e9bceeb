import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { paintBadge } from '../../extension/background/reminders/badge.js';
import { ask } from '../../extension/shared/host.js';
import { createState, lastAfter, warningsAfter } from '../../extension/background/host/state.js';
import { emptyQueue } from '../../extension/background/host/queue.js';
import { noticesOf } from '../../extension/shared/notices.js';
import { listenToNotifications } from '../../extension/background/reminders/notifications.js';
import { readStored } from '../../extension/shared/stored.js';
import { hasNotices, markOf, nextOf, viewOf } from '../../extension/shared/view.js';
import { anObservation, installFakeBrowser } from './fake-browser.mjs';

const at = (minute) => new Date(Date.UTC(2026, 10, 21, 12, minute)).toISOString();
const account = (more = {}) => ({
  pseudonym: 'a'.repeat(32),
  premium: null,
  state: 'off',
  since: at(0),
  last_seen: at(1),
  last_state: 'off',
  last_reason: null,
  last_seq: 5,
  pending: null,
  ...more,
});
const last = (more = {}) => ({ ...lastAfter(null, anObservation(1, { state: 'on', observed_at: at(20) })), ...more });
const log = (accounts, more = {}) => ({
  status: { keyring: 'ok', log: 'ok', size: 6, accounts, ...more },
  error: null,
  covers: last().reading,
});
const stored = (more = {}) => ({ outbox: emptyQueue(), log: log([account()]), last: null, warnings: {}, ...more });
const signedOut = () =>
  account({
    pseudonym: null,
    state: null,
    since: null,
    last_state: 'unknown',
    last_reason: 'signed-out',
    last_seen: at(9),
    last_seq: 9,
  });
const waiting = (more) => ({ ...emptyQueue(), waiting: [anObservation(1)], ...more });
const warning = { seq: 5, state: 'on', undone: true, at: at(1), seen: false };

describe('view', () => {
  for (const [name, given, expected, mark] of [
    [
      'nothing yet',
      stored({ log: { status: null, error: null, covers: null } }),
      { kind: 'empty', trouble: null },
      'none',
    ],
    ['no log yet', stored({ log: log([], { log: 'log-absent' }) }), { kind: 'empty', trouble: null }, 'none'],
    ['off', stored(), { kind: 'off', since: at(0), lastSeen: at(1), unwritten: false }, 'off'],
    ['on', stored({ log: log([account({ state: 'on', last_state: 'on' })]) }), { kind: 'on' }, 'on'],
    [
      'not offered',
      stored({ log: log([account({ state: 'not-offered', last_state: 'not-offered' })]) }),
      { kind: 'not-offered' },
      'not-offered',
    ],
    [
      'unknown after off',
      stored({ log: log([account({ last_state: 'unknown', last_reason: 'mixed' })]) }),
      { kind: 'unknown', reason: 'mixed', settled: 'off', since: at(0) },
      'unknown',
    ],
    [
      'signed out: another account is what was last known',
      stored({
        log: log([
          account({ last_seq: 4 }),
          account({
            pseudonym: null,
            state: null,
            since: null,
            last_state: 'unknown',
            last_reason: 'signed-out',
            last_seq: 9,
          }),
        ]),
      }),
      { kind: 'unknown', reason: 'signed-out', settled: 'off', since: at(0) },
      'unknown',
    ],
    [
      'signed out: the account that was known is still the one that is shown, and not among the others',
      stored({
        log: log([account({ last_seq: 4 }), account({ pseudonym: 'b', state: 'on', last_seq: 2 }), signedOut()]),
      }),
      {
        kind: 'unknown',
        account: 'a'.repeat(32),
        settled: 'off',
        lastSeen: at(1),
        looked: at(9),
        others: [{ account: 'b', state: 'on', premium: null, lastSeen: at(1) }],
      },
      'unknown',
    ],
    [
      'signed out before any account was seen',
      stored({ log: log([signedOut()]) }),
      { kind: 'unknown', account: null, settled: null, lastSeen: at(9), looked: null, others: [] },
      'unknown',
    ],
    [
      'signed out, and of the account only that it was looked for: nobody else’s state is said',
      stored({
        log: log([
          account({ last_seq: 4, state: null, since: null }),
          account({ pseudonym: 'b', state: 'on', last_seq: 2 }),
          signedOut(),
        ]),
      }),
      { kind: 'unknown', account: 'a'.repeat(32), settled: null, since: null },
      'unknown',
    ],
    [
      'signed out, not yet in the log',
      stored({ outbox: waiting(), last: last({ state: 'unknown', reason: 'signed-out', settled: 'off' }) }),
      { kind: 'unknown', account: 'a'.repeat(32), settled: 'off', lastSeen: at(1), looked: at(20), others: [] },
      'unknown',
    ],
    [
      'a switch on a page that names no account',
      stored({
        log: log([account({ last_seq: 4 }), account({ pseudonym: null, state: 'on', last_state: 'on', last_seq: 9 })]),
      }),
      {
        kind: 'on',
        account: null,
        looked: null,
        others: [{ account: 'a'.repeat(32), state: 'off', premium: null, lastSeen: at(1) }],
      },
      'on',
    ],
    [
      'seen again after a look that was signed out: not written anew, and all the same what was seen last',
      stored({
        log: log([account({ last_seq: 4 }), signedOut()]),
        last: last({ state: 'off', settled: 'off', account: 'a'.repeat(32), before: 10 }),
      }),
      { kind: 'off', reason: null, account: 'a'.repeat(32), looked: null, others: [] },
      'off',
    ],
    [
      'seen again, and signed out after that, in another browser',
      stored({
        log: log([account({ last_seq: 4 }), signedOut()]),
        last: last({ state: 'off', settled: 'off', account: 'a'.repeat(32), before: 9 }),
      }),
      { kind: 'unknown', reason: 'signed-out', settled: 'off' },
      'unknown',
    ],
    [
      'signed out once more',
      stored({
        log: log([account({ last_seq: 4 }), signedOut()]),
        last: last({ state: 'unknown', reason: 'signed-out', settled: 'off', account: null, before: 10 }),
      }),
      { kind: 'unknown', reason: 'signed-out', settled: 'off', looked: at(9) },
      'unknown',
    ],
    [
      'another account seen again',
      stored({
        log: log([account({ last_seq: 9 }), account({ pseudonym: 'b', state: 'on', last_state: 'on', last_seq: 4 })]),
        last: last({ account: 'b', before: 10 }),
      }),
      { kind: 'on', account: 'b', others: [{ account: 'a'.repeat(32), state: 'off', premium: null, lastSeen: at(1) }] },
      'on',
    ],
    [
      'flipped, not confirmed: still what was settled',
      stored({
        log: log([account({ state: 'on', last_state: 'off', pending: { state: 'off', at: at(1), trusted: true } })]),
      }),
      { kind: 'on', pending: 'off' },
      'on',
    ],
    [
      'the account that was seen last',
      stored({
        log: log([account({ last_seq: 1 }), account({ pseudonym: 'b', state: 'on', last_state: 'on', last_seq: 2 })]),
      }),
      { kind: 'on', others: [{ account: 'a'.repeat(32), state: 'off', premium: null, lastSeen: at(1) }] },
      'on',
    ],
    [
      'a reading on its way is newer than the log',
      stored({ outbox: waiting(), last: last() }),
      { kind: 'on', unwritten: true, account: null, since: at(20), lastSeen: at(20), waiting: 1 },
      'on',
    ],
    [
      'a reading that came after the host’s last answer',
      stored({ last: last({ reading: 'f'.repeat(32) }) }),
      { kind: 'on', unwritten: true },
      'on',
    ],
    ['a reading that the host has', stored({ last: last() }), { kind: 'off', unwritten: false }, 'off'],
    [
      'a flip on its way',
      stored({ outbox: waiting(), last: last({ pending: true, state: 'off', settled: 'on' }) }),
      { kind: 'on', pending: 'off' },
      'on',
    ],
    ['a change nobody explains', stored({ warnings: { a: warning } }), { kind: 'off', warning }, 'attention'],
    ['a change that was seen', stored({ warnings: { a: { ...warning, seen: true } } }), { warning: null }, 'off'],
    [
      'a missing host',
      stored({ log: { ...log([account()]), error: 'host-missing' } }),
      { kind: 'off', trouble: { code: 'host-missing', kind: 'host' } },
      'off',
    ],
    [
      'a locked keyring',
      stored({ log: log([account()], { keyring: 'keyring-locked' }) }),
      { trouble: { code: 'keyring-locked', kind: 'locked' } },
      'off',
    ],
    [
      'a changed log',
      stored({ log: log([account()], { log: 'log-changed' }) }),
      { trouble: { code: 'log-changed', kind: 'alarm' } },
      'attention',
    ],
    [
      'a foreign key',
      stored({ log: log([account()], { keyring: 'key-foreign' }) }),
      { trouble: { code: 'key-foreign', kind: 'alarm' } },
      'attention',
    ],
    [
      'a full disk met when sending',
      stored({ outbox: waiting({ error: 'disk-full' }) }),
      { trouble: { code: 'disk-full', kind: 'other' } },
      'off',
    ],
    [
      'old trouble of an empty outbox',
      stored({ outbox: { ...emptyQueue(), error: 'disk-full' } }),
      { trouble: null },
      'off',
    ],
    [
      'trouble this version does not know',
      stored({ log: log([account()], { log: 'from-the-future' }) }),
      { trouble: { code: 'from-the-future', kind: 'other' } },
      'off',
    ],
  ]) {
    it(`of ${name}`, () => {
      const view = viewOf(given);
      for (const [key, value] of Object.entries(expected)) assert.deepEqual(view[key], value, key);
      assert.equal(markOf(view), mark);
    });
  }
});

describe('notices', () => {
  const idsOf = (given) => noticesOf(viewOf(stored(given))).map(({ id }) => id);

  it('are none when all is well', () => assert.deepEqual(idsOf({}), []));

  it('stand in the order of their weight', () => {
    const outbox = {
      ...waiting({ thinned: 1, lost: 1 }),
      problems: [{ observation: anObservation(2), code: 'bad-value', field: '', at: at(0) }],
    };
    const given = {
      outbox,
      warnings: { a: warning },
      log: { ...log([account({ pending: { state: 'on', at: at(1), trusted: true } })]), error: 'host-crashed' },
    };
    assert.deepEqual(idsOf({ ...given, last: null }), ['warning', 'pending', 'trouble', 'problems', 'full']);
  });

  it('an alarm that is answered by a flip waits for it to be confirmed', () => {
    const own = account({ state: 'on', last_state: 'off', pending: { state: 'off', at: at(1), trusted: true } });
    const told = (warnedAccount) => {
      const view = viewOf(stored({ log: log([own]), warnings: { [warnedAccount]: warning }, last: null }));
      return [noticesOf(view).map(({ id, tone }) => `${id} ${tone}`), nextOf(view).filled];
    };
    assert.deepEqual(told(own.pseudonym), [['pending caution', 'warning know'], false]);
    assert.deepEqual(
      told('b'.repeat(32)),
      [['warning attention', 'pending caution'], true],
      'not one of another account',
    );
  });

  for (const [name, given] of [
    ['a change that nobody made', { warnings: { a: warning } }],
    [
      'a flip that nothing has confirmed',
      { log: log([account({ pending: { state: 'on', at: at(1), trusted: true } })]) },
    ],
    ['a host that is not there', { log: { ...log([account()]), error: 'host-missing' } }],
    ['a reading that was refused', { outbox: { ...emptyQueue(), problems: [{ code: 'bad-value' }] } }],
    ['repeats left out', { outbox: { ...emptyQueue(), thinned: 1 } }],
    ['a reading lost', { outbox: { ...emptyQueue(), lost: 1 } }],
    ['a reading that waits', { outbox: waiting() }],
    ['a check that saw nothing', { check: { running: false, outcome: 'failed', reason: 'closed' } }],
    ['a schedule that sees nothing', { plan: { plan: { at: 1, failures: 2, why: 'closed' } } }],
    ['a changed document', { documents: { changes: { 'ai-faq': { seen: false } } } }],
    ['a reminder that is open', { reminders: { standing: [{ key: 'k', cause: 'stale', account: '' }], answered: [] } }],
  ]) {
    it(`are looked for when there is ${name}`, () => {
      assert.equal(idsOf(given).length, 1);
      assert.equal(hasNotices(viewOf(stored(given))), true);
    });
  }

  it('are not loaded for nothing', () => assert.equal(hasNotices(viewOf(stored())), false));

  for (const [code, commands, actions, filled] of [
    ['host-missing', ['bash manifests/install.sh', 'consentlog register'], ['setup', 'refresh'], 'setup'],
    ['host-forbidden', ['consentlog register'], ['refresh'], undefined],
    ['host-crashed', ['consentlog doctor'], ['refresh'], undefined],
    ['keyring-locked', [], ['unlock'], 'unlock'],
    ['log-changed', ['consentlog verify'], ['go-on', 'history'], 'go-on'],
  ]) {
    it(`say what to do about ${code}`, () => {
      const [notice] = noticesOf(viewOf(stored({ log: { ...log([account()]), error: code } })));
      assert.deepEqual(
        notice.commands.map(({ text }) => text),
        commands,
      );
      assert.deepEqual(
        notice.actions.map(({ id }) => id),
        actions,
      );
      assert.equal(notice.actions.find((action) => action.filled)?.id, filled);
    });
  }
});

describe('the last reading', () => {
  it('settles by a state that is loaded, not by a flip and not by unknown', () => {
    const on = lastAfter(null, anObservation(1, { observed_at: at(1) }));
    const again = lastAfter(on, anObservation(2, { observed_at: at(2) }));
    const flipped = lastAfter(again, anObservation(3, { state: 'off', pending: true, observed_at: at(3) }));
    const lost = lastAfter(flipped, anObservation(4, { state: 'unknown', reason: 'mixed', observed_at: at(4) }));
    const off = lastAfter(lost, anObservation(5, { state: 'off', observed_at: at(5) }));
    assert.deepEqual(
      [on, again, flipped, lost, off].map(({ settled, settledSince }) => [settled, settledSince]),
      [
        ['on', at(1)],
        ['on', at(1)],
        ['on', at(1)],
        ['on', at(1)],
        ['off', at(5)],
      ],
    );
  });
});

describe('warnings', () => {
  const recorded = (more) => ({
    reading: '',
    written: true,
    seq: 7,
    change: 'changed',
    cause: 'unexplained',
    phase: 'seen',
    pseudonym: 'a',
    ...more,
  });
  const after = (before, ...more) =>
    warningsAfter(
      before,
      [account({ pseudonym: 'a' })],
      more.map(recorded),
      more.map((_, n) => anObservation(n)),
    );

  it('come of a change without the member, an account each', () => {
    assert.deepEqual(Object.keys(after({}, {}, { pseudonym: 'b', seq: 8 })), ['a', 'b']);
    assert.deepEqual(after({}, {}).a, {
      seq: 7,
      state: 'on',
      undone: true,
      at: anObservation(0).observed_at,
      seen: false,
    });
  });

  it('speak of an undone opt-out only where there was one', () => {
    const seen = (states) => states.map((state, n) => anObservation(n, { state }));
    const of = (states, before) =>
      warningsAfter(
        {},
        before,
        states.map((_, seq) => recorded({ seq })),
        seen(states),
      );
    assert.equal(of(['on'], []).a.undone, false);
    assert.equal(of(['on'], [account({ pseudonym: 'a', state: 'not-offered' })]).a.undone, false);
    assert.equal(of(['on'], [account({ pseudonym: 'b' })]).a.undone, false);
    assert.equal(of(['off', 'on'], []).a.undone, true);
    assert.equal(of(['on', 'off'], [account({ pseudonym: 'a' })]).a.undone, false);
  });

  it('speak of one also where the host’s last answer has the change already: it was recorded, and what came of it heard only later', async () => {
    const told = (state, last_seq) => ({
      keyring: 'ok',
      log: 'ok',
      size: 9,
      accounts: [account({ pseudonym: 'a', state, last_seq })],
    });
    for (const [states, undone] of [
      [['off', 'on'], true],
      [['off', 'on', 'on'], true],
      [['not-offered', 'on'], false],
      [['off', 'not-offered', 'on'], false],
      [['on'], false],
    ]) {
      let result;
      installFakeBrowser({ host: ({ id }) => ({ id, ok: true, result }) });
      const state = createState({ ask });
      for (const [index, one] of states.entries()) {
        result = told(one, 7 - states.length + 1 + index);
        await state.refresh();
      }
      await state.noteRecorded([recorded({})], [anObservation(0)], 9);
      assert.equal((await readStored()).warnings.a.undone, undone, states.join());
    }
  });

  for (const [name, more] of [
    ['the member’s own change', { cause: 'user' }],
    ['no change', { change: 'unchanged', cause: null }],
    ['the first reading', { change: 'first', cause: null }],
    ['a flip that is not confirmed', { phase: 'pending' }],
  ]) {
    it(`do not come of ${name}`, () => assert.deepEqual(after({}, more), {}));
  }

  it('end with the member’s own change, stay seen when the host repeats itself, and wake for a new change', () => {
    const seen = { a: { ...warning, seq: 7, seen: true } };
    assert.deepEqual(after(seen, { cause: 'user', seq: 9 }), {});
    assert.equal(after(seen, {}).a.seen, true);
    assert.equal(after(seen, { seq: 9 }).a.seen, false);
  });
});

describe('what is remembered', () => {
  const good = { keyring: 'ok', log: 'ok', size: 1, accounts: [account()] };
  const answering =
    (result) =>
    ({ id }) => ({ id, ok: true, result });

  it('is the host’s answer', async () => {
    installFakeBrowser({ host: answering(good) });
    await createState({ ask }).refresh();
    assert.deepEqual((await readStored()).log.status, good);
  });

  it('keeps the accounts while the keyring is locked', async () => {
    let result = good;
    installFakeBrowser({ host: (message) => answering(result)(message) });
    const state = createState({ ask });
    await state.refresh();
    const { covers: before } = (await readStored()).log;
    result = { keyring: 'keyring-locked', log: 'keyring-locked', size: 0, accounts: [] };
    await state.refresh();
    const { log: now } = await readStored();
    assert.deepEqual([now.status.accounts, now.status.keyring, now.covers], [good.accounts, 'keyring-locked', before]);
  });

  it('is never older than the last reading: one that waited when the host was asked is not in that answer', async () => {
    let result = good;
    const browser = installFakeBrowser({ host: (message) => answering(result)(message) });
    await browser.storage.local.set(stored({ outbox: waiting(), last: last() }));
    const state = createState({ ask });
    await state.refresh();
    await browser.storage.local.set({ outbox: emptyQueue() }); // written, and then the log is changed before it is asked again
    result = { keyring: 'ok', log: 'log-rolled-back', size: 0, accounts: [] };
    await state.refresh();
    const { kind, lastSeen, trouble } = viewOf(await readStored());
    assert.deepEqual([kind, lastSeen, trouble.kind], ['on', at(20), 'alarm']);
  });

  for (const [name, host, code] of [
    [
      'a host that is gone',
      () => {
        throw new Error('Specified native messaging host not found.');
      },
      'host-missing',
    ],
    ['nonsense', answering({ keyring: 'ok', accounts: 'none' }), 'host-answer'],
  ]) {
    it(`is not lost to ${name}`, async () => {
      const browser = installFakeBrowser({ host });
      await browser.storage.local.set({ log: log([account()]) });
      await createState({ ask }).refresh();
      const { log: now } = await readStored();
      assert.deepEqual([now.error, now.status.accounts.length], [code, 1]);
    });
  }

  it('is whose the last reading is, as soon as the host has said so', async () => {
    const browser = installFakeBrowser();
    await browser.storage.local.set(stored({ last: last() }));
    const recorded = {
      reading: last().reading,
      written: false,
      seq: 5,
      change: 'unchanged',
      cause: null,
      phase: 'seen',
      pseudonym: 'b',
    };
    await createState({ ask }).noteRecorded(
      [{ ...recorded, reading: 'e'.repeat(32), pseudonym: 'c' }, recorded],
      [anObservation(2), anObservation(1)],
      7,
    );
    assert.deepEqual((await readStored()).last, { ...last(), account: 'b', before: 7 });
  });

  it('is what the host said last, whichever answer comes last', async () => {
    installFakeBrowser();
    const answers = [];
    const { refresh } = createState({ ask: () => new Promise((answer) => answers.push(answer)) });
    const status = (size) => ({ keyring: 'ok', log: 'ok', size, accounts: [] });
    const rest = () => new Promise((resolve) => setTimeout(resolve, 5));
    const both = [refresh()];
    await rest();
    both.push(refresh());
    await rest();
    answers[1]?.(status(2));
    await rest();
    answers[0](status(1));
    await rest();
    answers[1]?.(status(2));
    await Promise.all(both);
    assert.equal((await readStored()).log.status.size, 2);
  });

  it('shows warnings until they are seen', async () => {
    const browser = installFakeBrowser();
    await browser.storage.local.set(stored({ warnings: { a: warning } }));
    await createState({ ask }).markWarningSeen({ account: 'a', seq: 5 });
    assert.equal(viewOf(await readStored()).warning, null);
  });

  it('of each account on its own: what was not shown was not seen', async () => {
    const browser = installFakeBrowser();
    const { markWarningSeen } = createState({ ask });
    await browser.storage.local.set(stored({ warnings: { a: warning, b: { ...warning, seq: 6 } } }));
    const shown = async () => viewOf(await readStored()).warnedAccount;
    assert.equal(await shown(), 'b');
    const [{ actions }] = noticesOf(viewOf(await readStored()));
    assert.deepEqual([actions[0].id, actions[0].more], ['warning-seen', { account: 'b', seq: 6 }]);
    await markWarningSeen(actions[0].more);
    assert.equal(await shown(), 'a');
    for (const which of [{ account: 'a', seq: 4 }, { account: 'constructor' }, { account: 'c', seq: 5 }])
      await markWarningSeen(which);
    assert.equal(await shown(), 'a', 'nor one that came while the one before it was read');
    await markWarningSeen({ account: 'a' });
    assert.equal(await shown(), null);
  });

  it('a click on the notification of one account has not shown that of another', async () => {
    const browser = installFakeBrowser();
    const { markWarningSeen } = createState({ ask });
    listenToNotifications({ openSetting: async () => {}, markWarningSeen, answer: async () => {} });
    await browser.storage.local.set(stored({ warnings: { a: warning, b: { ...warning, seq: 6 } } }));
    browser.notifications.onClicked.emit('undone:b');
    await new Promise((resolve) => setTimeout(resolve, 5));
    const { warnings } = await readStored();
    assert.deepEqual([warnings.a.seen, warnings.b.seen], [false, true]);
  });

  it('an alarm does not wait for the good news of another account', async () => {
    const browser = installFakeBrowser();
    const better = { ...warning, seq: 6, state: 'off', undone: false };
    await browser.storage.local.set(stored({ warnings: { a: warning, b: better } }));
    const view = viewOf(await readStored());
    assert.deepEqual([view.warnedAccount, markOf(view)], ['a', 'attention']);
  });
});

describe('badge', () => {
  for (const [given, text, icon] of [
    [{ log: log([]) }, '', 'none'],
    [{}, 'off', 'off'],
    [{ log: log([account({ state: 'on', last_state: 'on' })]) }, 'on', 'on'],
    [{ log: log([account({ last_state: 'unknown', last_reason: 'mixed' })]) }, '?', 'unknown'],
    [{ warnings: { a: warning } }, '!', 'attention'],
  ]) {
    it(`says "${text}" by text, colour, title and shape`, async () => {
      const browser = installFakeBrowser();
      await browser.storage.local.set(stored(given));
      await paintBadge();
      const { shown } = browser.action;
      assert.equal(shown.text, text);
      assert.equal(shown.icon[16], `/icons/${icon}-16.png`);
      assert.match(shown.title, /^consentlog: ./);
      assert.match(shown.colour, /^#/);
    });
  }

  it('says of which account where there are several', async () => {
    const browser = installFakeBrowser();
    const b = 'b'.repeat(32);
    const two = {
      log: log([account(), account({ pseudonym: b, state: 'on', last_seq: 9 })]),
      warnings: { [b]: warning },
    };
    await browser.storage.local.set(two);
    await paintBadge();
    assert.match(browser.action.shown.title, /· Account 2: Switched on again, not in this browser/);
    await browser.storage.local.set({ log: log([account({ pseudonym: b })]) });
    await paintBadge();
    assert.match(browser.action.shown.title, /· Switched on again, not in this browser/);
  });

  it('gives the words of which the member is asked whole: what turns them may stand at their end', () => {
    const words = `${'Use my data for training content creation AI models, '.repeat(12)}never`;
    assert.equal(viewOf(stored({ last: last({ words }) })).asks?.words, words);
  });

  it('has room for its words in every language', () => {
    for (const locale of ['en', 'de', 'fr']) {
      const { i18n } = installFakeBrowser({ locale });
      for (const mark of ['on', 'off', 'unknown', 'not_offered', 'attention']) {
        const words = i18n.getMessage(`badge_${mark}`);
        assert.ok(words.length >= 1 && words.length <= 4, `${locale} ${mark}`);
      }
    }
  });
});
