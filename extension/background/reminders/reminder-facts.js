// From what is stored to what the reminders' policy needs to know. Pure.

import { isRefused, isUnwritten } from '../../shared/view.js';
import { isMembersReading } from '../../shared/wordings.js';

/**
 * @typedef {import('./reminders.js').Facts} Facts
 * @typedef {import('./reminders.js').AccountFacts} AccountFacts
 * @typedef {import('../../shared/types.js').Stored} Stored
 *
 * What is counted from answers to `record`, because the log's summary does not say it.
 * @typedef {object} Counted
 * @property {Record<string, {count: number, reading: string}>} unknowns readings in a row that were unknown, and the last of
 *   them, by account: an answer may come twice
 * @property {Record<string, {id: string, at: number}>} reworded the last change of words, by account
 */

/**
 * @param {Counted} before
 * @param {import('../../shared/protocol.js').Recorded[]} recorded
 * @param {import('../../shared/protocol.js').Observation[]} batch
 * @returns {Counted}
 */
export function countedAfter(before, recorded, batch) {
  const unknowns = { ...before.unknowns };
  const reworded = { ...before.reworded };
  recorded.forEach(({ change, seq, pseudonym }, index) => {
    const account = pseudonym ?? '';
    const { reading, state, reason, observed_at: at } = batch[index];
    if (state !== 'unknown' || isMembersReading(reason)) delete unknowns[account];
    else if (unknowns[account]?.reading !== reading)
      unknowns[account] = { count: (unknowns[account]?.count ?? 0) + 1, reading };
    if (change === 'reworded') reworded[account] = { id: String(seq), at: Date.parse(at) };
  });
  return { unknowns, reworded };
}

/** @param {Stored} stored @param {Counted} counted @returns {AccountFacts[]} */
function loggedAccounts({ log, warnings }, { unknowns }) {
  return (log.status?.accounts ?? []).map(({ pseudonym, state, last_seen: lastSeen }) => {
    const account = pseudonym ?? '';
    const warning = warnings[account];
    const undone = warning && warning.state === 'on' && !warning.seen ? String(warning.seq) : null;
    return { account, state, lastSeen: Date.parse(lastSeen), unknowns: unknowns[account]?.count ?? 0, undone };
  });
}

/**
 * A reading that the log does not have yet: it tells of an account that cannot be named.
 * @param {Stored} stored @param {AccountFacts[]} accounts @returns {AccountFacts[]}
 */
function unlogged(stored, accounts) {
  const { last } = stored;
  if (!last || !isUnwritten(stored) || isRefused(stored)) return [];
  if (accounts.some(({ state }) => state === last.settled)) return [];
  if (accounts.length > 0 && last.settled !== 'on') return [];
  return [{ account: 'here', state: last.settled, lastSeen: Date.parse(last.observedAt), unknowns: 0, undone: null }];
}

/** @param {any} status @returns {import('./reminders.js').ChangeFact[]} */
const documentChanges = (status) =>
  (status?.documents ?? [])
    .filter((/** @type {any} */ one) => typeof one?.changed === 'string')
    .map((/** @type {any} */ one) => ({
      cause: 'document',
      id: `${one.document}@${one.changed}`,
      account: '',
      at: Date.parse(one.changed),
    }));

/** @param {Stored} stored @param {Counted} counted @param {number} since @returns {Facts} */
export function factsOf(stored, counted, since) {
  const accounts = loggedAccounts(stored, counted);
  const reworded = Object.entries(counted.reworded).map(([account, { id, at }]) => ({
    cause: /** @type {const} */ ('reworded'),
    id,
    account,
    at,
  }));
  return {
    since,
    accounts: [...accounts, ...unlogged(stored, accounts)],
    changes: [...reworded, ...documentChanges(stored.log.status)],
  };
}
