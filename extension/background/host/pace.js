// How much a page can make us write. Who is signed in is text on a page, and so is the switch: a script there can change both as often as it
// likes, over as many documents as it likes. Above these numbers one reading says so, and the rest is counted and told, not kept.
// Counted in memory (storage.session): no page ends the browser.

import { createSerial } from '../../shared/serial.js';
import { DAY_MS, HOUR_MS } from '../../shared/times.js';
import { signOf } from './whose.js';

const KEY = 'pace';
export const READINGS_AN_HOUR = 600;
export const ACCOUNTS_A_DAY = 32;

/**
 * @typedef {import('../../shared/protocol.js').Observation} Observation
 * @typedef {object} Pace
 * @property {number[]} readings when they were taken
 * @property {Record<string, number>} accounts when each was seen last, by its sign
 * @property {number} toldAt when it was said last that it is too much
 */

/** @type {Readonly<Pace>} */
export const NO_PACE = Object.freeze({ readings: [], accounts: {}, toldAt: 0 });

/**
 * Pure.
 * @param {Pace} before
 * @param {string | null} whose sign of the member
 * @param {number} now
 * @returns {{pace: Pace, verdict: 'take' | 'tell' | 'leave'}} tell: take it as one that says that it is too much
 */
export function paced({ readings, accounts, toldAt }, whose, now) {
  const hour = readings.filter((at) => at > now - HOUR_MS && at <= now);
  const day = Object.fromEntries(Object.entries(accounts).filter(([, at]) => at > now - DAY_MS && at <= now));
  const stranger = whose !== null && !(whose in day);
  const over = hour.length >= READINGS_AN_HOUR || (stranger && Object.keys(day).length >= ACCOUNTS_A_DAY);
  if (!over) {
    const seen = whose === null ? day : { ...day, [whose]: now };
    return { pace: { readings: [...hour, now], accounts: seen, toldAt }, verdict: 'take' };
  }
  const told = toldAt > now - HOUR_MS && toldAt <= now;
  return {
    pace: { readings: hour, accounts: day, toldAt: told ? toldAt : now },
    verdict: told ? 'leave' : 'tell',
  };
}

/** What is said instead of the first one that is too much: nothing that the page could choose. @param {Observation} o @returns {Observation} */
export const tooMuch = (o) => ({
  ...o,
  state: 'unknown',
  reason: 'too-many',
  pending: false,
  trusted: null,
  account: { id: null, premium: null },
  page: { .../** @type {any} */ (o.page), title: null, language: null, corroboration: null },
  control: null,
  candidates: 0,
});

/** @param {{now?: () => number}} [given] */
export function createPace({ now = Date.now } = {}) {
  const inTurn = createSerial();

  return {
    /** @param {Observation} observation @returns {Promise<Observation | null>} null: it is not kept */
    take: (observation) =>
      inTurn(async () => {
        const { id } = observation.account;
        const before = /** @type {any} */ ((await chrome.storage.session.get(KEY))[KEY]) ?? NO_PACE;
        const { pace, verdict } = paced(before, id === null ? null : await signOf(id), now());
        await chrome.storage.session.set({ [KEY]: pace });
        if (verdict === 'take') return observation;
        return verdict === 'tell' ? tooMuch(observation) : null;
      }),
  };
}
