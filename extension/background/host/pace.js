// How much a page can make us write. The switch is a page's, and a script there can change it as often as it likes, over as many documents as
// it likes. Above this number one reading says so, and the rest is counted and told, not kept. How many accounts a page may make up
// the host knows, which knows those that it had before. Counted in memory (storage.session): no page ends the browser.

import { HOUR_MS } from '../../shared/times.js';
import { createRecord } from '../record.js';

const KEY = 'pace';
export const READINGS_AN_HOUR = 600;

/**
 * @typedef {import('../../shared/protocol.js').Observation} Observation
 * @typedef {object} Pace
 * @property {number[]} readings when they were taken
 * @property {number} toldAt when it was said last that it is too much
 */

/** @type {Readonly<Pace>} */
export const NO_PACE = Object.freeze({ readings: [], toldAt: 0 });

/**
 * Pure.
 * @param {Pace} before
 * @param {number} now
 * @returns {{pace: Pace, verdict: 'take' | 'tell' | 'leave'}} tell: take it as one that says that it is too much
 */
export function paced({ readings, toldAt }, now) {
  const hour = readings.filter((at) => at > now - HOUR_MS && at <= now);
  if (hour.length < READINGS_AN_HOUR) return { pace: { readings: [...hour, now], toldAt }, verdict: 'take' };
  const told = toldAt > now - HOUR_MS && toldAt <= now;
  return { pace: { readings: hour, toldAt: told ? toldAt : now }, verdict: told ? 'leave' : 'tell' };
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
  picture: null,
  candidates: 0,
});

/** @param {{now?: () => number}} [given] */
export function createPace({ now = Date.now } = {}) {
  const record = createRecord(KEY, NO_PACE, () => chrome.storage.session);

  return {
    /**
     * What the member asks for is never too much.
     * @param {Observation} observation @returns {Promise<Observation | null>} null: it is not kept
     */
    async take(observation) {
      if (observation.asked) return observation;
      let verdict = 'take';
      await record.update((before) => {
        const next = paced(before, now());
        verdict = next.verdict;
        return next.pace;
      });
      if (verdict === 'take') return observation;
      return verdict === 'tell' ? tooMuch(observation) : null;
    },
  };
}
