// How independent timestamps stand, as stored; the background asks for them and alone writes this.

import { authoritiesOf, readPrefs } from './prefs.js';

/** @typedef {import('./types.js').Stamping} Stamping @typedef {import('./types.js').Got} Got */

/** A record for each of the two that may be asked. */
export const TIMESTAMPS_KEYS = Object.freeze(['timestamps', 'timestamps-second']);
export const NO_STAMPING = Object.freeze({ wanted: false, failures: 0, retryAt: 0, error: null });

/**
 * As it stands with this authority: that another failed, which was chosen before, is no reason to put this one off.
 * @template {Stamping} S
 * @param {S} stamping @param {string} authority @returns {S}
 */
export function ofAuthority(stamping, authority) {
  const { failedOf = authority } = stamping;
  return failedOf === authority ? stamping : { ...stamping, failures: 0, retryAt: 0, error: null };
}

/** @param {number} slot @param {string} authority @returns {Promise<Stamping & {got?: Got}>} */
async function readSlot(slot, authority) {
  const key = TIMESTAMPS_KEYS[slot];
  const stored = /** @type {any} */ ((await chrome.storage.local.get(key))[key]);
  return ofAuthority({ ...NO_STAMPING, ...stored }, authority);
}

/** How it stands: with that authority that is in trouble, else with the first. @returns {Promise<Stamping>} */
export async function readStamping() {
  const { timestamps } = await readPrefs();
  const slots = await Promise.all(authoritiesOf(timestamps).map((authority, slot) => readSlot(slot, authority)));
  const { wanted, failures, retryAt, error } = slots.find((one) => one.error !== null) ?? slots[0];
  return { wanted, failures, retryAt, error };
}

/** The pattern that the browser is asked to let us reach. @param {string} authority */
export function originPattern(authority) {
  const { protocol, hostname } = new URL(authority);
  return `${protocol}//${hostname}/*`;
}
