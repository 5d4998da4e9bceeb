/**
 * What a reading may be. It is described by content/read-setting.js but may have been shaped by the page, so nothing in it is
 * believed without a look at its type.
 */

import { isSettingAddress } from './address.js';
import { NAVIGATIONS } from './observation.js';

const CONTROLS_MAX = 50;
const TIME_MAX = Date.UTC(2200, 0, 1);

export const isObject = (/** @type {any} */ v) => typeof v === 'object' && v !== null && !Array.isArray(v);
export const isTime = (/** @type {any} */ v) => Number.isInteger(v) && v > 0 && v < TIME_MAX;
export const list = (/** @type {any} */ v) => (Array.isArray(v) ? v : []);
export const text = (/** @type {any} */ v) => (typeof v === 'string' ? v : null);
export const tri = (/** @type {any} */ v) => (typeof v === 'boolean' ? v : null);

/** @param {any} r @returns {boolean} */
export function isReading(r) {
  return (
    isObject(r) &&
    r.v === 1 &&
    typeof r.id === 'string' &&
    /^[0-9a-f]{32}$/.test(r.id) &&
    isTime(r.observedAt) &&
    Number.isFinite(r.quiet) &&
    typeof r.final === 'boolean' &&
    isObject(r.page) &&
    isObject(r.account) &&
    isTime(r.page.loadedAt) &&
    NAVIGATIONS.includes(r.page.navigation) &&
    isSettingAddress(r.page.url) &&
    Array.isArray(r.controls) &&
    r.controls.length <= CONTROLS_MAX * 3 &&
    r.controls.every(isObject)
  );
}

/**
 * The reader could not read the page: that is known, and nothing else.
 * @param {any} r
 * @returns {boolean}
 */
export function isFailure(r) {
  return (
    isObject(r) &&
    r.v === 1 &&
    typeof r.failed === 'string' &&
    typeof r.id === 'string' &&
    /^[0-9a-f]{32}$/.test(r.id) &&
    isTime(r.observedAt) &&
    isObject(r.page) &&
    isSettingAddress(r.page.url)
  );
}
