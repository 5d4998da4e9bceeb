// Permissions are asked for at the click that needs them, and at no other time. The browser wants the question before
// anything else is awaited.

import { originPattern } from '../background/timestamps.js';
import { tell } from './frame.js';

/** @param {chrome.permissions.Permissions} wanted */
const request = (wanted) => chrome.permissions.request(wanted).catch(() => false);

/** @returns {Promise<boolean>} were they allowed? */
export async function turnNotificationsOn() {
  const granted = await request({ permissions: ['notifications'] });
  if (granted) await tell('prefs', { change: { notify: true } });
  return granted;
}

export async function turnNotificationsOff() {
  await tell('prefs', { change: { notify: false } });
  await chrome.permissions.remove({ permissions: ['notifications'] }).catch(() => false);
}

/** @param {string} authority @returns {Promise<boolean>} was it allowed to reach this address? */
export async function turnTimestampsOn(authority) {
  const granted = await request({ origins: [originPattern(authority)] });
  if (granted) await tell('prefs', { change: { timestamps: { on: true, authority } } });
  return granted;
}

/** @param {string} authority */
export async function turnTimestampsOff(authority) {
  await tell('prefs', { change: { timestamps: { on: false, authority } } });
  await chrome.permissions.remove({ origins: [originPattern(authority)] }).catch(() => false);
}
