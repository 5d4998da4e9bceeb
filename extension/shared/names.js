// What accounts are called, everywhere alike: by the member's own name, else by a number. The log has them in the order in which
// it first saw them and forgets none, so that a number stays with its account.

import { t } from './i18n.js';

/**
 * @param {import('./protocol.js').Account[]} accounts as the host lists them
 * @param {Record<string, string>} given the member's own names, by pseudonym
 * @returns {Record<string, string>} by pseudonym; none for a history without an account
 */
export function namesOf(accounts, given) {
  const known = accounts.flatMap(({ pseudonym }) => (pseudonym === null ? [] : [pseudonym]));
  return {
    ...given,
    ...Object.fromEntries(known.map((account, index) => [account, given[account] ?? t('accountShort', index + 1)])),
  };
}

/**
 * The same where a name is only there to tell accounts apart: one alone needs none.
 * @param {import('./protocol.js').Account[]} accounts
 * @param {Record<string, string>} given
 */
export function namesToTellApart(accounts, given) {
  return accounts.filter(({ pseudonym }) => pseudonym !== null).length > 1 ? namesOf(accounts, given) : given;
}

/** @param {string | null} name @param {string} words */
export const named = (name, words) => (name ? t('remindNamed', name, words) : words);
