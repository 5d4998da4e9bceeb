// Keeps in storage whether we may look at LinkedIn's settings, so that toolbar and popup can say so.

import { mayLook } from '../shared/access.js';
import { createGathered } from '../shared/serial.js';

/**
 * @param {object} parts
 * @param {() => Promise<void>} parts.onAllowed it was taken back, or never given, and is given now
 */
export function createAccess({ onAllowed }) {
  /** At every start, and when the member gives or takes it: one at a time, so that the last answer is the last. */
  const look = createGathered(async () => {
    const { access = { allowed: true } } = /** @type {any} */ (await chrome.storage.local.get('access'));
    const allowed = await mayLook();
    if (access.allowed === allowed) return;
    await chrome.storage.local.set({ access: { allowed } });
    if (allowed) await onAllowed();
  });
  return { look };
}
