// A reading that is not kept: what badge and popup say then is not what was seen before.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createObserved } from '../../extension/background/observed.js';
import { createOutbox } from '../../extension/background/host/outbox.js';
import { createPace, NO_PACE, READINGS_AN_HOUR } from '../../extension/background/host/pace.js';
import { emptyQueue, QUEUE_MAX } from '../../extension/background/host/queue.js';
import { createState } from '../../extension/background/host/state.js';
import { paintBadge } from '../../extension/background/reminders/badge.js';
import { ask } from '../../extension/shared/host.js';
import { readStored } from '../../extension/shared/stored.js';
import { viewOf } from '../../extension/shared/view.js';
import { accepted, anObservation, installFakeBrowser, refused } from './fake-browser.mjs';

const PSEUDONYM = 'a'.repeat(32);
const OLD = '2026-11-20T08:00:00.000Z';
/** Of yesterday, as the log has it. */
const account = {
  pseudonym: PSEUDONYM,
  premium: null,
  state: 'off',
  since: OLD,
  last_seen: OLD,
  last_state: 'off',
  last_reason: null,
  last_seq: 5,
  pending: null,
};
const status = { keyring: 'ok', log: 'ok', size: 6, accounts: [account], documents: [] };
const answer = (message, record) =>
  message.op === 'status' ? { id: message.id, ok: true, result: status } : record(message);

/** The background's way of a reading, on a log in which the switch was off. */
async function background(record = accepted) {
  const browser = installFakeBrowser({ host: (message) => answer(message, record) });
  const state = createState({ ask });
  const outbox = createOutbox({ ask, onRecorded: state.noteRecorded });
  const observed = createObserved({ pace: createPace(), outbox, state, client: Promise.resolve({}) });
  await state.refresh();
  await paintBadge();
  assert.equal(browser.action.shown.text, 'off');
  const shown = async () => {
    await paintBadge();
    const { kind, unwritten, unkept, lastSeen } = viewOf(await readStored());
    return { badge: browser.action.shown.text, kind, unwritten, unkept, lastSeen };
  };
  return { browser, state, outbox, observed, shown };
}

/** No more than it holds now. @param {any} browser @param {number} [more] */
function fill({ storage }, more = 0) {
  const { set, get } = storage.local;
  const sizeOf = async (changed = {}) => JSON.stringify({ ...(await get(null)), ...changed }).length;
  let limit = -1;
  storage.local.set = async (items) => {
    if (limit < 0) limit = (await sizeOf()) + more;
    if ((await sizeOf(items)) > limit) throw new Error('QUOTA_BYTES quota exceeded');
    return set(items);
  };
  return () => (storage.local.set = set);
}

describe('readings that come at the same time', () => {
  it('are shown and kept in the order of their coming, one that the member asked for too', async () => {
    const { browser, observed } = await background();
    const [one, two] = [anObservation(1, { state: 'on' }), anObservation(2, { state: 'off', asked: true })];
    await Promise.all([observed(one), observed(two)]);
    const { outbox, last } = await browser.storage.local.get(null);
    assert.deepEqual(
      [outbox.waiting.map(({ reading }) => reading), last.reading],
      [[one.reading, two.reading], two.reading],
    );
  });
});

describe('a reading that the browser has no room for', () => {
  it('is shown as it was seen, and as one that is not in the log', async () => {
    const { browser, state, observed, shown } = await background();
    const on = anObservation(1, { state: 'on' });
    const makeRoom = fill(browser);
    await assert.rejects(observed(on), /QUOTA/);
    await state.refresh();
    const now = await shown();
    assert.deepEqual(now, { badge: 'on', kind: 'on', unwritten: true, unkept: true, lastSeen: on.observed_at });
    makeRoom();
    await state.refresh();
    assert.equal((await shown()).kind, 'on', 'no later answer of the host makes it the old one');
  });

  it('nor is one that was not known: the state before it does not stand', async () => {
    const { browser, observed, shown } = await background();
    fill(browser);
    const blind = { state: 'unknown', reason: 'timed-out', account: { id: null, premium: null } };
    await assert.rejects(observed(anObservation(1, blind)), /QUOTA/);
    assert.deepEqual([(await shown()).kind, (await shown()).badge], ['unknown', '?']);
  });

  it('gives way to the next one that is kept', async () => {
    const { browser, state, outbox, observed, shown } = await background();
    const makeRoom = fill(browser);
    await assert.rejects(observed(anObservation(1, { state: 'on' })), /QUOTA/);
    makeRoom();
    await observed(anObservation(2, { state: 'off' }));
    assert.deepEqual([(await shown()).kind, (await shown()).unkept], ['off', false]);
    await outbox.flush();
    await state.refresh();
    assert.deepEqual([(await shown()).kind, (await shown()).unwritten], ['off', false]);
    assert.equal(browser.storage.session.data.has('last'), false);
  });

  it('gives way to what another browser has seen since', async () => {
    const { browser, state, observed, shown } = await background();
    const makeRoom = fill(browser);
    await assert.rejects(observed(anObservation(1, { state: 'on' })), /QUOTA/);
    makeRoom();
    const later = { ...account, last_seen: '2026-11-22T08:00:00.000Z' };
    browser.runtime.sendNativeMessage = async (_name, { id }) => ({
      id,
      ok: true,
      result: { ...status, accounts: [later] },
    });
    await state.refresh();
    assert.deepEqual([(await shown()).kind, (await shown()).unwritten], ['off', false]);
  });
});

describe('a reading that is too much', () => {
  it('of a page that changes all the time: nothing is said of the state', async () => {
    const { browser, observed, shown } = await background();
    const full = { ...NO_PACE, readings: Array(READINGS_AN_HOUR).fill(Date.now() - 1), toldAt: Date.now() - 1 };
    await browser.storage.session.set({ pace: full });
    await observed(anObservation(1, { state: 'on' }));
    const { badge, kind, unkept } = await shown();
    assert.deepEqual([badge, kind, unkept], ['?', 'unknown', true]);
    assert.equal((await readStored()).outbox.lost, 1);
  });

  it('with as many waiting as there is room for', async () => {
    const { browser, state, observed, shown } = await background();
    const waiting = Array.from({ length: QUEUE_MAX }, (_, n) => {
      const value = anObservation(n + 10, { state: n % 2 ? 'on' : 'off' });
      return { op: 'record', reading: value.reading, value, body: null };
    });
    await browser.storage.local.set({ outbox: { ...emptyQueue(), waiting } });
    await observed(anObservation(1, { state: 'on' }));
    await state.refresh();
    const { badge, unwritten, unkept } = await shown();
    assert.deepEqual([badge, unwritten, unkept], ['on', true, true]);
  });
});

it('a reading that the host refuses for what it is says nothing of the state, and the one before does not stand', async () => {
  const { state, outbox, observed, shown } = await background((message) =>
    refused(message, 'contradiction', 'observations[0].control'),
  );
  await observed(anObservation(1, { state: 'on' }));
  await outbox.flush();
  await state.refresh();
  const { badge, kind, unkept } = await shown();
  assert.deepEqual([badge, kind, unkept], ['?', 'unknown', true]);
});

it('a reading that is on its way while the host is asked is not taken for one that the log has', async () => {
  const { state, shown } = await background();
  await state.noteReading(anObservation(1, { state: 'on' })); // and then the browser ends
  await state.refresh();
  assert.deepEqual([(await shown()).kind, (await shown()).unwritten], ['on', true]);
});

describe('a browser whose storage fails', () => {
  const broken = async () => {
    throw new Error('IO error: /storage/LOG: Input/output error');
  };

  it('in memory: the reading is shown and kept', async () => {
    const { browser, observed, shown } = await background();
    Object.assign(browser.storage.session, { get: async () => ({}), set: broken });
    await observed(anObservation(1, { state: 'on', account: { id: null, premium: null } }));
    assert.deepEqual([(await shown()).kind, (await readStored()).outbox.waiting.length], ['on', 1]);
  });

  it('on the disk, when what was seen is noted: it is kept all the same', async () => {
    const { browser, state, observed } = await background();
    state.noteReading = broken;
    await observed(anObservation(1, { state: 'on' }));
    assert.equal((await readStored()).outbox.waiting.length, 1);
    assert.ok(browser.alarms.set.size > 0);
  });

  it('altogether: the badge does not go on saying what it said', async () => {
    const { browser } = await background();
    Object.assign(browser.storage.local, { get: broken, set: broken });
    await paintBadge();
    assert.equal(browser.action.shown.text, '?');
    assert.match(browser.action.shown.title, /^consentlog: .*could not keep/);
  });
});
