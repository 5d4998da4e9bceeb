/**
 * When to remind, of what, and when next. Pure: what is known, what was chosen, what was reminded of before, and the time
 * go in; what to do comes out. docs/architecture.md shows the table, and a test holds the two together.
 */

import { DAY_MS, MINUTE_MS } from '../../shared/times.js';

/** No snooze is longer: a clock that was set back must not silence for a year. */
const SNOOZE_MAX = 7 * DAY_MS;
const UNKNOWN_RUN = 2;
const STALE_AFTER = 30 * DAY_MS;
const UNCHECKED_AFTER = DAY_MS;
/** The log gets so long to take a reading and to name its account. */
const UNLOGGED_AFTER = MINUTE_MS;
/** Changes of words and documents are reminded of once each; so many are remembered. */
const CHANGES_KEPT = 200;

/**
 * @typedef {import('../../shared/protocol.js').State} State
 * @typedef {import('../../shared/prefs.js').Prefs} Prefs
 * @typedef {import('../../shared/types.js').Cause} Cause
 * @typedef {import('../../shared/types.js').CauseName} CauseName
 * @typedef {import('../../shared/types.js').Given} Given
 *
 * @typedef {object} AccountFacts
 * @property {string} account pseudonym; '' for a history without one; 'here' for what only this browser knows yet
 * @property {State | null} state the last settled one
 * @property {number} lastSeen
 * @property {number} unknowns how many of the last readings in a row were unknown
 * @property {string | null} undone names the change to `on` that the member has neither made nor seen
 *
 * @typedef {object} ChangeFact
 * @property {'reworded' | 'document'} cause
 * @property {string} id
 * @property {string} account or ''
 * @property {number} at
 *
 * @typedef {object} Facts
 * @property {number} since when reminding began here
 * @property {AccountFacts[]} accounts
 * @property {ChangeFact[]} changes
 *
 * @typedef {{given: Given, snoozedUntil: number}} Memory
 * @typedef {{due: Cause[], standing: Cause[], given: Given, snoozedUntil: number, next: number | null}} Plan
 */

/**
 * The table, most pressing first; an account has one standing cause, the first that applies.
 * `again`: after so long, 'chosen' by the member, or null: once.
 * @type {ReadonlyArray<{cause: CauseName, when: string, first: string, again: number | 'chosen' | null, until: string, snooze: boolean}>}
 */
export const TABLE = Object.freeze([
  {
    cause: 'undone',
    when: 'turned on, with no act of the member seen',
    first: 'at once',
    again: DAY_MS,
    until: 'the member has seen it',
    snooze: false,
  },
  { cause: 'on', when: 'the setting is on', first: 'at once', again: 'chosen', until: 'it is off', snooze: true },
  {
    cause: 'unknown',
    when: 'the last 2 readings were unknown',
    first: 'at once',
    again: 7 * DAY_MS,
    until: 'a state is seen',
    snooze: true,
  },
  {
    cause: 'stale',
    when: 'off or not offered, but not seen for 30 days',
    first: 'at once',
    again: 30 * DAY_MS,
    until: 'it is seen',
    snooze: true,
  },
  {
    cause: 'unchecked',
    when: 'never checked',
    first: 'after 1 day',
    again: 7 * DAY_MS,
    until: 'the first reading',
    snooze: true,
  },
  {
    cause: 'reworded',
    when: 'the switch has other words, the state is the same',
    first: 'at once',
    again: null,
    until: '',
    snooze: true,
  },
  {
    cause: 'document',
    when: 'the text of a kept document has changed',
    first: 'at once',
    again: null,
    until: '',
    snooze: true,
  },
]);

const rowOf = new Map(TABLE.map((row) => [row.cause, row]));

/** @param {AccountFacts} facts @param {number} now @returns {{cause: CauseName, id?: string, from: number} | null} */
function standingOf({ state, lastSeen, unknowns, undone }, now) {
  if (undone !== null) return { cause: 'undone', id: undone, from: 0 };
  if (state === 'on') return { cause: 'on', from: 0 };
  if (unknowns >= UNKNOWN_RUN) return { cause: 'unknown', from: 0 };
  if (state === null) return null;
  return { cause: 'stale', from: Math.min(lastSeen, now) + STALE_AFTER };
}

/** Everything that there is to remind of, now or later. @param {Facts} facts @param {number} now @returns {Cause[]} */
function causesOf({ since, accounts, changes }, now) {
  if (accounts.length === 0) {
    const from = Math.min(since, now) + UNCHECKED_AFTER;
    return [{ key: 'unchecked:', cause: 'unchecked', account: '', id: '', from }];
  }
  const standing = accounts.flatMap((facts) => {
    const found = standingOf(facts, now);
    if (!found) return [];
    const { account, lastSeen } = facts;
    const from = account === 'here' ? Math.max(found.from, Math.min(lastSeen, now) + UNLOGGED_AFTER) : found.from;
    return [{ id: '', ...found, from, account, key: `${found.cause}:${account}` }];
  });
  const changed = changes
    .filter(({ at }) => at >= since)
    .map(({ cause, id, account }) => ({ key: `${cause}:${id}`, cause, account, id, from: 0 }));
  return [...standing, ...changed];
}

/** @param {CauseName} cause @param {Prefs} prefs @returns {number} Infinity: not again */
function interval(cause, prefs) {
  const again = rowOf.get(cause)?.again ?? null;
  if (again === 'chosen') return prefs.remindEvery === 0 ? Infinity : prefs.remindEvery * DAY_MS;
  return again ?? Infinity;
}

/** @param {number} at @param {string} timeOfDay "HH:MM" @returns {number} that local time on the day of `at` */
function onDayOf(at, timeOfDay) {
  const [hours, minutes] = timeOfDay.split(':').map(Number);
  return new Date(at).setHours(hours, minutes, 0, 0);
}

/**
 * The first moment from `at` on that is not in the quiet hours.
 * @param {number} at
 * @param {import('../../shared/prefs.js').Quiet} quiet
 * @returns {number}
 */
export function afterQuiet(at, { on, from, to }) {
  if (!on || !Number.isFinite(at)) return at;
  const start = onDayOf(at, from);
  const end = onDayOf(at, to);
  if (start <= end) return at >= start && at < end ? end : at;
  if (at < end) return end;
  return at >= start ? onDayOf(new Date(at).setDate(new Date(at).getDate() + 1), to) : at;
}

/** @param {Given} given @param {Cause} cause @returns {number | null} when this was reminded of last */
const lastGiven = (given, { key, id }) => (given[key]?.id === id ? given[key].at : null);

/** @param {Cause} cause @param {Memory} memory @param {Prefs} prefs @param {number} now @returns {number} when it is due, at the earliest now */
function dueAt(cause, { given, snoozedUntil }, prefs, now) {
  const every = interval(cause.cause, prefs);
  const last = lastGiven(given, cause);
  // "Never" is meant for the first time, too.
  const wanted = cause.cause === 'on' && every === Infinity ? Infinity : last === null ? cause.from : last + every;
  const awake = rowOf.get(cause.cause)?.snooze ? Math.max(wanted, snoozedUntil) : wanted;
  return afterQuiet(Math.max(awake, now), prefs.quiet);
}

/**
 * What was reminded of as `here`, before the log could name the account, was reminded of under its name; and nothing was
 * reminded of later than now, whatever a clock had said.
 * @param {Given} given @param {Cause[]} causes @param {number} now @returns {Given}
 */
function straightened(given, causes, now) {
  const past = Object.fromEntries(
    Object.entries(given).map(([key, { at, id }]) => [key, { at: Math.min(at, now), id }]),
  );
  const nameless = causes.filter(({ key, cause }) => !past[key] && past[`${cause}:here`]);
  return {
    ...past,
    ...Object.fromEntries(nameless.map(({ key, cause, id }) => [key, { ...past[`${cause}:here`], id }])),
  };
}

/**
 * What stays remembered: what still stands, and each change for ever. Whoever was told that it was undone knows that it is on.
 * @param {Given} given @param {Cause[]} causes @returns {Given}
 */
function remembered(given, causes) {
  const keys = new Set(
    causes.flatMap(({ key, cause, account }) => (cause === 'undone' ? [key, `on:${account}`] : [key])),
  );
  const isChange = (/** @type {string} */ key) => /^(reworded|document):/.test(key);
  const entries = Object.entries(given);
  const changes = entries.filter(([key]) => isChange(key)).sort(([, a], [, b]) => b.at - a.at);
  return Object.fromEntries([
    ...entries.filter(([key]) => keys.has(key) && !isChange(key)),
    ...changes.slice(0, CHANGES_KEPT),
  ]);
}

/** @param {Given} given @param {Cause} cause @param {number} at @returns {Given} */
function noted(given, { key, cause, account, id }, at) {
  const told = { ...given, [key]: { at, id } };
  return cause === 'undone' ? { ...told, [`on:${account}`]: { at, id: '' } } : told;
}

/**
 * @param {Facts} facts
 * @param {Memory} memory
 * @param {Prefs} prefs
 * @param {number} now
 * @returns {Plan} `due` is to be told now and counts as told; `next` is when to ask again, null: only when something changes
 */
export function plan(facts, memory, prefs, now) {
  const snoozedUntil = Math.min(memory.snoozedUntil, now + SNOOZE_MAX);
  const causes = causesOf(facts, now);
  const before = {
    given: remembered(straightened(memory.given, causes, now), causes),
    snoozedUntil: snoozedUntil > now ? snoozedUntil : 0,
  };
  const due = causes.filter((cause) => dueAt(cause, before, prefs, now) <= now);
  const after = { ...before, given: due.reduce((all, cause) => noted(all, cause, now), before.given) };
  const later = causes.map((cause) => dueAt(cause, after, prefs, now)).filter(Number.isFinite);
  return {
    ...after,
    due,
    standing: causes.filter(({ from }) => from <= now),
    next: later.length > 0 ? Math.min(...later) : null,
  };
}
