// Permissions are asked for at the click that needs them, and at no other time. The browser wants the question before
// anything else is awaited.

import { LOOKED_AT } from '../shared/access.js';
import { originPattern } from '../shared/stamping.js';
import { language, t } from '../shared/i18n.js';
import { tellAloud } from './frame.js';

/** @param {chrome.permissions.Permissions} wanted */
const request = (wanted) => chrome.permissions.request(wanted).catch(() => false);

/**
 * @param {HTMLElement} line where it is said that it was not allowed
 * @param {chrome.permissions.Permissions} wanted
 * @returns {Promise<boolean>} was it allowed?
 */
async function isAllowed(line, wanted) {
  const allowed = await request(wanted);
  line.textContent = allowed ? '' : t('notAllowed');
  return allowed;
}

/** To look at LinkedIn's settings. @param {HTMLElement} line */
export const turnAccessOn = (line) => isAllowed(line, { origins: [...LOOKED_AT] });

/** @param {HTMLElement} line where a refusal is said @returns {Promise<boolean>} are they on? */
export async function turnNotificationsOn(line) {
  if (!(await isAllowed(line, { permissions: ['notifications'] }))) return false;
  return (await tellAloud(line, 'prefs', { change: { notify: true } })).ok;
}

/** Where the choice cannot be kept, they end all the same. @param {HTMLElement} line where a refusal is said */
export async function turnNotificationsOff(line) {
  await tellAloud(line, 'prefs', { change: { notify: false } });
  await chrome.permissions.remove({ permissions: ['notifications'] }).catch(() => false);
}

/** @param {string[]} authorities */
const origins = (authorities) => [...new Set(authorities.map(originPattern))];

/** Their names, as the language joins them. @param {string[]} authorities */
export const hostsOf = (authorities) =>
  new Intl.ListFormat(language(), { type: 'conjunction' }).format(authorities.map((one) => new URL(one).host));

/** @param {HTMLElement} line @param {string[]} authorities @param {boolean} on */
async function choose(line, [authority, second], on) {
  const change = { timestamps: { on, authority, second: second ?? null } };
  return (await tellAloud(line, 'prefs', { change })).ok;
}

/**
 * @param {HTMLElement} line where a refusal is said
 * @param {string[]} authorities one or two
 * @param {string[]} [before] whom we could reach until now: what is not needed any more is given back
 * @returns {Promise<boolean>} are they on, by these addresses?
 */
export async function turnTimestampsOn(line, authorities, before = []) {
  if (!(await isAllowed(line, { origins: origins(authorities) }))) return false;
  if (!(await choose(line, authorities, true))) return false;
  const needed = origins(authorities);
  const spare = origins(before).filter((one) => !needed.includes(one));
  if (spare.length > 0) await chrome.permissions.remove({ origins: spare }).catch(() => false);
  return true;
}

/** Where the choice cannot be kept, nobody is asked all the same. @param {HTMLElement} line @param {string[]} authorities */
export async function turnTimestampsOff(line, authorities) {
  await choose(line, authorities, false);
  await chrome.permissions.remove({ origins: origins(authorities) }).catch(() => false);
}
