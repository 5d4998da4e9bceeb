// When to look again without being asked. Pure: times in, times out.
//
// Counted from the last time that the setting was seen, whoever opened it, so that a member who looks themselves is not
// looked for. Spread at random, so that members do not all knock at once. After an attempt that saw nothing, such as
// when signed out, the distance doubles each time, up to four weeks; a reading that sees the setting makes it as before.

import { DAY_MS, MINUTE_MS } from '../../shared/times.js';

const EVERY_MS = Object.freeze({ daily: DAY_MS, weekly: 7 * DAY_MS });
const LONGEST_MS = 28 * DAY_MS;
/** Share of the distance that chance adds or takes. */
const SPREAD = 0.1;
/** After the browser has started, and when it is not in use at the time. */
export const SOON_MS = 15 * MINUTE_MS;

/** @typedef {import('../../shared/types.js').Plan} Plan */

/** @param {'weekly' | 'daily'} schedule @param {number} failures @param {number} chance 0 … 1 @returns {number} ms from one look to the next */
export function distance(schedule, failures, chance) {
  const plain = Math.min(EVERY_MS[schedule] * 2 ** failures, LONGEST_MS);
  return Math.round(plain * (1 + SPREAD * (2 * chance - 1)));
}

/**
 * A plan for this choice: the old one where it still holds. Times to come are none at which anything was seen: the clock was ahead, and
 * was put right since.
 * @param {Plan | null} before
 * @param {'off' | 'weekly' | 'daily'} schedule
 * @param {{now: number, lastSeen: number | null, chance: number}} given
 * @returns {Plan | null} null: no looking unasked
 */
export function planFor(before, schedule, { now, lastSeen, chance }) {
  if (schedule === 'off') return null;
  const held = before !== null && before.from <= now ? before : null;
  const shown = lastSeen !== null && lastSeen <= now ? lastSeen : 0;
  const seen = Math.max(held?.from ?? 0, shown) || now;
  if (held?.schedule === schedule && held.from >= seen) return held;
  const at = Math.max(seen + distance(schedule, 0, chance), now + SOON_MS);
  return { schedule, at, failures: 0, why: null, from: seen };
}

/**
 * After the setting was seen, by whatever way.
 * @param {Plan} plan
 * @param {{now: number, chance: number}} given
 * @returns {Plan}
 */
export const planAfterSight = ({ schedule }, { now, chance }) => ({
  schedule,
  at: now + distance(schedule, 0, chance),
  failures: 0,
  why: null,
  from: now,
});

/**
 * After an attempt of ours that saw nothing.
 * @param {Plan} plan
 * @param {string} why
 * @param {{now: number, chance: number}} given
 * @returns {Plan}
 */
export function planAfterFailure({ schedule, failures }, why, { now, chance }) {
  const more = failures + 1;
  return { schedule, at: now + distance(schedule, more, chance), failures: more, why, from: now };
}
