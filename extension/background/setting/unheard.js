// What was not heard. The reader goes into each tab that shows the setting and says something of it by its bound, if only that it
// could not look. A page that keeps it from running, from being put in, or from speaking is silent, and then nothing would go
// on saying what was seen before. So each such tab is watched from here, where no page reaches: one of which nothing came is told as not known.
//
// A page cannot put the end off: neither loading again nor going away and coming back begins the time anew.

import { createGathered, createSerial } from '../../shared/serial.js';
import { newReadingId } from '../../shared/ids.js';
import { blindObservation } from './redirect.js';

const KEY = 'watched';
export const UNHEARD_ALARM = 'unheard';
/** The reader's own bound is 31 s from when it begins; a hidden tab's timers and a busy machine are late. */
export const HEARD_BY_MS = 45_000;
/** Counted from arriving, not from loading, for a page may never be done with that. */
const LATEST_MS = 120_000;
/** An alarm of Chromium's cannot come sooner. */
const ALARM_MS = 30_000;
const ANSWER_MS = 10_000;
/** So long after its time a tab that shows something else is still remembered. */
const AWAY_MS = 30_000;
/** So late the machine has slept, and the page with it. */
const SLEPT_MS = 30_000;

/**
 * @typedef {object} Watched
 * @property {number} from when the tab came to the setting
 * @property {number} until
 * @property {boolean} again it was asked once more, and is alive
 * @property {boolean} away the tab shows something else now
 * @property {boolean} [over] its time ended while it was away
 *
 * @typedef {Record<string, Watched>} Watching by tab
 */

/**
 * @template T
 * @param {Promise<T>} promise
 * @returns {Promise<T | null>} null: it took too long
 */
function soon(promise) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(() => resolve(null), ANSWER_MS);
  });
  return Promise.race([promise, /** @type {Promise<null>} */ (late)]).finally(() => clearTimeout(timer));
}

/** @returns {Promise<Watching>} */
const read = async () => /** @type {any} */ ((await chrome.storage.session.get(KEY))[KEY]) ?? {};

/** @param {Watching} watching @param {number} tabId @param {number} now @param {boolean} done @returns {Watching} the same: nothing new */
function withArrived(watching, tabId, now, done) {
  const known = watching[tabId];
  const { from, until, again } = known?.over
    ? { ...known, until: now }
    : (known ?? { from: now, until: now + HEARD_BY_MS, again: false });
  const later = Math.min(now + HEARD_BY_MS, from + LATEST_MS);
  const next = { from, until: done ? Math.max(until, later) : until, again, away: false };
  return JSON.stringify(next) === JSON.stringify(known) ? watching : { ...watching, [tabId]: next };
}

/** What is watched, and the clock that goes with it. @param {() => number} now @param {() => Promise<void>} look */
function createWatch(now, look) {
  const inTurn = createSerial();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  /** The timer is exact while the worker lives; the alarm is for when it does not. @param {Watching} watching */
  async function wake(watching) {
    clearTimeout(timer);
    const next = Math.min(...Object.values(watching).map(({ until }) => until));
    if (next === Infinity) return void (await chrome.alarms.clear(UNHEARD_ALARM));
    timer = setTimeout(() => void look(), Math.max(0, next - now()));
    await chrome.alarms.create(UNHEARD_ALARM, { when: Math.max(next, now() + ALARM_MS) });
  }

  /** @param {(before: Watching) => Watching} change the same object: nothing is written */
  const update = (change) =>
    inTurn(async () => {
      const before = await read();
      const after = change(before);
      if (after === before) return;
      await chrome.storage.session.set({ [KEY]: after });
      await wake(after);
    });

  return {
    wake,
    update,

    /** @param {number} tabId @param {Partial<Watched>} more */
    amend: (tabId, more) => update((all) => (all[tabId] ? { ...all, [tabId]: { ...all[tabId], ...more } } : all)),

    /** @param {number} tabId */
    forget: (tabId) =>
      update((all) => {
        const { [tabId]: gone, ...others } = all;
        return gone ? others : all;
      }),
  };
}

/**
 * @param {object} parts
 * @param {(url: string) => boolean} parts.isSettingAddress
 * @param {(tabId: number) => Promise<{read: boolean} | null>} parts.inject puts the reader in, or wakes it; null: it does not answer
 * @param {(observation: import('../../shared/protocol.js').Observation, tabId: number) => Promise<void>} parts.observe
 * @param {() => number} [parts.now]
 */
export function createUnheard({ isSettingAddress, inject, observe, now = Date.now }) {
  const look = createGathered(lookAtAll);
  const { wake, update, amend, forget } = createWatch(now, look);

  /** Is it alive and only slow? Then it gets as long again, once. @param {number} tabId @param {Watched} watched */
  async function askAgain(tabId, watched) {
    if (watched.again) return false;
    const slept = now() - watched.until > SLEPT_MS;
    const answer = await soon(inject(tabId));
    if (answer?.read) await forget(tabId);
    else if (answer || slept) await amend(tabId, { again: true, until: now() + HEARD_BY_MS });
    return answer !== null || slept;
  }

  /** @param {number} tabId @param {Watched} watched */
  async function settle(tabId, watched) {
    const tab = await chrome.tabs.get(tabId).catch(() => null);
    const url = tab && !tab.discarded ? tab.url : undefined;
    const gone = watched.away || !url || !isSettingAddress(url);
    /* A page that has gone for a moment comes back to the time that it had: none. */
    if (gone && tab && !watched.over) return amend(tabId, { away: true, over: true, until: now() + AWAY_MS });
    if (gone) return forget(tabId);
    if ((await askAgain(tabId, watched)) || !(await read())[tabId]) return; // alive, or heard meanwhile
    await forget(tabId);
    const at = new Date(now()).toISOString();
    const made = { reading: newReadingId(), at, loadedAt: new Date(watched.from).toISOString() };
    await observe(blindObservation(url, 'timed-out', made), tabId);
  }

  /** The clock was set back: how much of its time is left is not known. @param {Watching} all @returns {Watching} */
  function withoutTimesToCome(all) {
    if (Object.values(all).every(({ from }) => from <= now())) return all;
    const past = (/** @type {Watched} */ one) => (one.from <= now() ? one : { ...one, from: now(), until: now() });
    return Object.fromEntries(Object.entries(all).map(([tabId, one]) => [tabId, past(one)]));
  }

  async function lookAtAll() {
    await update(withoutTimesToCome);
    const watching = await read();
    const over = Object.entries(watching).filter(([, { until }]) => until <= now());
    await Promise.all(over.map(([tabId, watched]) => settle(Number(tabId), watched)));
    await wake(await read());
  }

  return {
    /** The tab shows the setting; `done`: its document is complete. @param {number} tabId @param {boolean} [done] */
    arrived: (tabId, done = false) => update((all) => withArrived(all, tabId, now(), done)),

    /** It shows something else. If it comes back at once, its time goes on. @param {number} tabId */
    left: (tabId) => amend(tabId, { away: true }),

    /** Something was heard of it, or it is gone. @param {number} tabId */
    forget,

    /** For alarms.onAlarm, and when the worker starts. */
    look,
  };
}
