/** Where the setting is. */

import { SETTING_ORIGIN, SETTING_PATH } from './observation.js';

export const SETTING_URL = `${SETTING_ORIGIN}/mypreferences/d/settings/data-for-ai-improvement`;

/** @param {string} url a tab's; query and fragment do not matter @returns {boolean} */
export function isSettingAddress(url) {
  try {
    const { origin, pathname } = new URL(url);
    return origin === SETTING_ORIGIN && SETTING_PATH.test(pathname);
  } catch {
    return false;
  }
}
