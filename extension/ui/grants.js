// Permissions are asked for at the click that needs them, and at no other time. The browser wants the question before
// anything else is awaited.

import { LOOKED_AT } from '../shared/access.js';
import { originPattern } from '../shared/stamping.js';
import { language } from '../shared/i18n.js';
import { tell } from './frame.js';

/** @param {chrome.permissions.Permissions} wanted */
const request = (wanted) => chrome.permissions.request(wanted).catch(() => false);

/** To look at LinkedIn's settings. @returns {Promise<boolean>} was it allowed? */
export const turnAccessOn = () => request({ origins: [...LOOKED_AT] });

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

/** @param {string[]} authorities */
const origins = (authorities) => [...new Set(authorities.map(originPattern))];

/** Their names, as the language joins them. @param {string[]} authorities */
export const hostsOf = (authorities) =>
  new Intl.ListFormat(language(), { type: 'conjunction' }).format(authorities.map((one) => new URL(one).host));

/** @param {string[]} authorities @param {boolean} on */
async function choose([authority, second], on) {
  await tell('prefs', { change: { timestamps: { on, authority, second: second ?? null } } });
}

/**
 * @param {string[]} authorities one or two
 * @param {string[]} [before] whom we could reach until now: what is not needed any more is given back
 * @returns {Promise<boolean>} was it allowed to reach these addresses?
 */
export async function turnTimestampsOn(authorities, before = []) {
  const granted = await request({ origins: origins(authorities) });
  if (!granted) return false;
  await choose(authorities, true);
  const needed = origins(authorities);
  const spare = origins(before).filter((one) => !needed.includes(one));
  if (spare.length > 0) await chrome.permissions.remove({ origins: spare }).catch(() => false);
  return true;
}

/** @param {string[]} authorities */
export async function turnTimestampsOff(authorities) {
  await choose(authorities, false);
  await chrome.permissions.remove({ origins: origins(authorities) }).catch(() => false);
}
