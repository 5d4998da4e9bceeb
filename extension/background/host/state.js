// What is remembered for badge and popup: the host's last answer, this browser's last reading, changes nobody has explained.

import { CodedError } from '../../shared/errors.js';
import { createGathered, createSerial } from '../../shared/serial.js';
import { readStored, UNSTORED_KEY } from '../../shared/stored.js';
import { canAskWhose } from '../../shared/whose.js';
import { wordsToAsk } from '../../shared/wordings.js';

/**
 * @typedef {import('../../shared/protocol.js').Observation} Observation
 * @typedef {import('../../shared/protocol.js').Recorded} Recorded
 * @typedef {import('../../shared/protocol.js').Account & {was?: string}} Account
 * @typedef {import('../../shared/types.js').Last} Last
 * @typedef {import('../../shared/types.js').Warning} Warning
 */

/** @param {Last | null} before @param {Observation} observation @returns {Last} */
export function lastAfter(before, observation) {
  const { reading, state, reason, observed_at: observedAt, pending, account } = observation;
  const words = wordsToAsk(observation);
  const settles = !pending && state !== 'unknown';
  const same = before?.settled === state;
  return {
    reading,
    state,
    reason,
    observedAt,
    pending,
    blind: state === 'unknown' && account.id === null,
    settled: settles ? state : (before?.settled ?? null),
    settledSince: settles && !same ? observedAt : (before?.settledSince ?? null),
    ...(words === null ? {} : { words }),
    ...(canAskWhose(observation) ? { whose: account.said === undefined ? 'unsaid' : 'said' } : {}),
  };
}

/**
 * Whose the last reading is only the host can tell.
 * @param {Last | null} last @param {Recorded[]} recorded @param {number} size of the log, now
 * @returns {Last | null}
 */
function ownedAfter(last, recorded, size) {
  const found = recorded.find(({ reading }) => reading === last?.reading);
  if (!last || !found) return last;
  const owned = { ...last, account: found.pseudonym, before: size };
  delete owned.unkept;
  return owned;
}

/**
 * A change without a cause warns until the member has seen it or has changed the setting again.
 * @param {Record<string, Warning>} warnings
 * @param {Account[]} accounts as they were told last
 * @param {Recorded[]} recorded
 * @param {Observation[]} batch what was recorded, in the same order
 * @returns {Record<string, Warning>}
 */
export function warningsAfter(warnings, accounts, recorded, batch) {
  const after = { ...warnings };
  const settled = new Map();
  /**
   * The host's last answer may know of this entry already, where what became of it had to be asked once more.
   * @param {string} account @param {number} seq
   */
  const before = (account, seq) => {
    const known = accounts.find(({ pseudonym }) => (pseudonym ?? '') === account);
    if (settled.has(account) || !known) return settled.get(account);
    return known.last_seq >= seq ? known.was : known.state;
  };
  recorded.forEach(({ change, cause, phase, seq, pseudonym }, index) => {
    const account = pseudonym ?? '';
    const { state, observed_at: at } = batch[index];
    if (phase === 'pending' || state === 'unknown' || change === 'stale') return;
    const undone = state === 'on' && before(account, seq) === 'off';
    settled.set(account, state);
    if (change !== 'changed') return;
    if (cause === 'user') delete after[account];
    if (cause !== 'unexplained' || after[account]?.seq === seq) return;
    after[account] = { seq, state, undone, at, seen: false };
  });
  return after;
}

/**
 * With what each was before it became what it is, as far as that was heard.
 * @param {Account[]} accounts @param {Account[]} before
 */
const withPast = (accounts, before) =>
  accounts.map((account) => {
    const old = before.find(({ pseudonym }) => pseudonym === account.pseudonym);
    const was = old?.state === account.state ? old.was : old?.state;
    return was ? { ...account, was } : account;
  });

/**
 * @param {any} status
 * @param {import('../../shared/types.js').Stored['log']} before
 * @param {string | null} reading the last one when the host was asked; null: the host did not have it yet
 */
function logAfter(status, before, reading) {
  if (typeof status?.keyring !== 'string' || !Array.isArray(status.accounts)) throw new CodedError('host-answer');
  // With the keyring locked the host cannot read its log: what it said before still holds.
  const readable = status.keyring === 'ok' && (status.log === 'ok' || status.log === 'log-absent');
  const known = before.status?.accounts ?? [];
  const accounts = readable ? withPast(status.accounts, known) : known;
  return { status: { ...status, accounts }, error: null, covers: readable ? reading : before.covers };
}

/**
 * The last reading, if the log has it: the host has said whose it is. One that went nowhere is not in the log because nothing waits.
 * @param {import('../../shared/types.js').Stored} stored
 */
function writtenIn({ last, log, outbox }) {
  if (!last || outbox.waiting.some(({ reading }) => reading === last.reading)) return null;
  return last.account !== undefined || log.covers === last.reading ? last.reading : null;
}

/** @param {{ask: (op: string, params?: object) => Promise<any>}} parts */
export function createState({ ask }) {
  const inTurn = createSerial();

  /** @param {any} changed */
  async function write(changed) {
    await chrome.storage.local.set(changed);
    if ('last' in changed) await chrome.storage.session.remove(UNSTORED_KEY);
  }

  /** @param {(stored: import('../../shared/types.js').Stored) => object} change */
  const update = (change) => inTurn(async () => write(change(await readStored())));

  /** In memory where the disk has no room: what is shown must not stay behind what was seen. @param {(last: Last | null) => Last | null} change */
  const updateLast = (change) =>
    inTurn(async () => {
      const last = change((await readStored()).last);
      await write({ last }).catch(() => chrome.storage.session.set({ [UNSTORED_KEY]: last }));
    });

  return {
    /** Before it is kept, so that nothing shown is older than what was seen. @param {Observation} observation @param {boolean} kept */
    noteReading: (observation, kept = true) =>
      updateLast((last) => ({ ...lastAfter(last, observation), ...(kept ? {} : { unkept: true }) })),

    /** @param {string} reading it is not kept after all */
    noteUnkept: (reading) => updateLast((last) => (last?.reading === reading ? { ...last, unkept: true } : last)),

    /** @param {Recorded[]} recorded @param {Observation[]} batch @param {number} size of the log, now */
    noteRecorded: (recorded, batch, size) =>
      update(({ warnings, log, last }) => ({
        warnings: warningsAfter(warnings, log.status?.accounts ?? [], recorded, batch),
        last: ownedAfter(last, recorded, size),
      })),

    /**
     * The member has seen this one, and none of another account or that came since.
     * @param {{account: string, seq?: number}} which
     */
    markWarningSeen: ({ account, seq }) =>
      update(({ warnings }) => {
        const warning = Object.hasOwn(warnings, account) ? warnings[account] : null;
        if (!warning || (seq !== undefined && seq !== warning.seq)) return {};
        return { warnings: { ...warnings, [account]: { ...warning, seen: true } } };
      }),

    /** Ask the host how things are. Its failure is an answer too. One at a time, for each question has a process of its own. */
    refresh: createGathered(async () => {
      try {
        const written = writtenIn(await readStored());
        const status = await ask('status');
        await update(({ log }) => ({ log: logAfter(status, log, written) }));
      } catch (error) {
        if (!(error instanceof CodedError)) throw error;
        await update(({ log }) => ({ log: { ...log, error: error.code } }));
      }
    }),
  };
}
