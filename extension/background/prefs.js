// Changes what the member has chosen. What may be chosen, and how it is read, is in shared/prefs.js.

import { isValidPref, PREFS_KEY, readPrefs } from '../shared/prefs.js';
import { createSerial } from '../shared/serial.js';

const inTurn = createSerial();

/**
 * Change some of them; a value that is not valid changes nothing of its name. Only the background calls this.
 * @param {Partial<import('../shared/prefs.js').Prefs>} change
 * @returns {Promise<import('../shared/prefs.js').Prefs>} as they are now
 */
export const changePrefs = (change) =>
  inTurn(async () => {
    const valid = Object.entries(change ?? {}).filter(([name, value]) => isValidPref(name, value));
    const prefs = { ...(await readPrefs()), ...Object.fromEntries(valid) };
    await chrome.storage.local.set({ [PREFS_KEY]: prefs });
    return prefs;
  });
