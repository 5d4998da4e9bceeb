// The doing of what background/reminders/reminders.js decides: it remembers first and tells afterwards, so that a worker that is
// killed between the two has told too little, never twice. The popup and the badge show what stands in any case.

import { t, useLanguage } from '../../shared/i18n.js';
import { named, namesToTellApart } from '../../shared/names.js';
import { createSerial } from '../../shared/serial.js';
import { readStored } from '../../shared/stored.js';
import { readPrefs } from '../../shared/prefs.js';
import { DAY_MS, HOUR_MS } from '../../shared/times.js';
import { countedAfter, factsOf } from './reminder-facts.js';
import { plan } from './reminders.js';

const REMINDERS_KEY = 'reminders';
export const REMINDERS_ALARM = 'reminders';
/** An alarm may be lost, or a clock be set: look again after so long, whatever was planned. */
const LOOK_AGAIN_MS = 6 * HOUR_MS;
const SNOOZE_DAYS = Object.freeze([1, 7]);

/**
 * @typedef {import('../../shared/types.js').Cause} Cause
 * @typedef {import('../../shared/types.js').Reminders} Reminders
 */

/** @param {number} now @returns {Promise<Reminders>} */
async function readReminders(now) {
  const stored = /** @type {any} */ ((await chrome.storage.local.get(REMINDERS_KEY))[REMINDERS_KEY]);
  const empty = {
    since: now,
    given: {},
    snoozedUntil: 0,
    unknowns: {},
    reworded: {},
    answered: [],
    standing: [],
    next: null,
  };
  return { ...empty, ...stored };
}

/** @returns {Promise<boolean>} */
async function mayNotify() {
  const { notify } = await readPrefs();
  return notify && (await chrome.permissions.contains({ permissions: ['notifications'] }));
}

/** @param {Cause} cause @param {Record<string, string>} names */
function words({ cause, account }, names) {
  return { title: named(names[account] ?? null, t(`remind_${cause}`)), message: t(`remindText_${cause}`) };
}

/** No buttons: Firefox has none. A click opens what it is about. @param {Cause[]} due */
async function notify(due) {
  if (due.length === 0 || !(await mayNotify())) return;
  const [{ log }, prefs] = await Promise.all([readStored(), readPrefs()]);
  await useLanguage(prefs.language);
  const names = namesToTellApart(log.status?.accounts ?? [], prefs.names);
  for (const cause of due) {
    const made = {
      type: /** @type {const} */ ('basic'),
      iconUrl: chrome.runtime.getURL('icons/consentlog-128.png'),
      ...words(cause, names),
    };
    // A desktop without a notification service is no reason to fail: badge and popup say the same.
    await chrome.notifications.create(cause.key, made).catch(() => {});
  }
}

/**
 * What no longer stands needs no notification. One that was made before the account had a name goes with the named cause.
 * @param {Cause[]} before @param {Cause[]} after
 */
async function withdraw(before, after) {
  const stands = new Set(after.flatMap(({ key, cause }) => [key, `${cause}:here`]));
  const gone = before.flatMap(({ key, cause }) => [key, `${cause}:here`]).filter((key) => !stands.has(key));
  if (gone.length === 0 || !(await mayNotify())) return;
  await Promise.all([...new Set(gone)].map((key) => chrome.notifications.clear(key).catch(() => {})));
}

/** What stands no longer may stand again. Changes of words and documents happen once. @param {string[]} answered @param {Cause[]} standing */
const stillAnswered = (answered, standing) =>
  answered.filter((key) => /^(reworded|document):/.test(key) || standing.some((cause) => cause.key === key));

/** @param {{now?: () => number}} [given] */
export function createReminders({ now = Date.now } = {}) {
  const inTurn = createSerial();

  /** @param {number | null} next */
  async function wakeAt(next) {
    const soon = now() + LOOK_AGAIN_MS;
    await chrome.alarms.create(REMINDERS_ALARM, { when: next === null ? soon : Math.min(next, soon) });
  }

  async function evaluate() {
    const at = now();
    const [stored, prefs, before] = await Promise.all([readStored(), readPrefs(), readReminders(at)]);
    const since = Math.min(before.since, at);
    const { due, ...planned } = plan(factsOf(stored, before, since), before, prefs, at);
    const after = { ...before, ...planned, since, answered: stillAnswered(before.answered, planned.standing) };
    if (JSON.stringify(after) !== JSON.stringify(before) || due.length > 0)
      await chrome.storage.local.set({ [REMINDERS_KEY]: after });
    await wakeAt(planned.next);
    await withdraw(before.standing, planned.standing);
    await notify(due);
  }

  /** @param {(before: Reminders) => Partial<Reminders>} change */
  const update = (change) =>
    inTurn(async () => {
      const before = await readReminders(now());
      await chrome.storage.local.set({ [REMINDERS_KEY]: { ...before, ...change(before) } });
    });

  return {
    /** Look at how things stand; tell what is due. At every start, at each alarm, and when anything has changed. */
    look: () => inTurn(evaluate),

    /** @param {import('../../shared/protocol.js').Recorded[]} recorded @param {import('../../shared/protocol.js').Observation[]} batch */
    noteRecorded: (recorded, batch) => update((before) => countedAfter(before, recorded, batch)),

    /** @param {{days: number}} message 1 or 7; 0 ends a snooze */
    async snooze({ days }) {
      const until = SNOOZE_DAYS.includes(days) ? now() + days * DAY_MS : 0;
      await update(() => ({ snoozedUntil: until }));
      await inTurn(evaluate);
    },

    /** The member has seen this one: it no longer marks the badge. @param {{key: string}} message */
    answer: ({ key }) =>
      update(({ answered }) => ({ answered: [...answered.filter((one) => one !== key), String(key)].slice(-200) })),
  };
}
