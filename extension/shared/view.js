// What the badge and the popup show, worked out from what is in storage. Pure.

import { reminderView } from './reminder-view.js';
import { tasksView } from './tasks-view.js';
import { ALARM_ERRORS, HOST_ERRORS, UNLOCKABLE_ERRORS } from './errors.js';

/**
 * @typedef {import('./protocol.js').State} State
 * @typedef {import('./protocol.js').Account} Account
 * @typedef {import('./protocol.js').Status} Status
 *
 * The last reading of this browser, whether the host has it yet or not.
 * @typedef {object} Last
 * @property {string} reading
 * @property {State} state
 * @property {string | null} reason
 * @property {string} observedAt
 * @property {boolean} pending
 * @property {State | null} settled the last state that was neither pending nor unknown
 * @property {string | null} settledSince
 *
 * A change that the member has not made.
 * @typedef {object} Warning
 * @property {number} seq the entry that says it
 * @property {State} state
 * @property {boolean} undone it had been off
 * @property {string} at
 * @property {boolean} seen
 *
 * @typedef {object} Stored
 * @property {import('../background/queue.js').Queue} outbox
 * @property {{status: Status | null, error: string | null, covers: string | null}} log the host's last answer, and the last
 *   reading it can have taken account of
 * @property {Last | null} last
 * @property {Record<string, Warning>} warnings by pseudonym
 * @property {import('../background/remind.js').Reminders | null} [reminders]
 * @property {import('../background/checker.js').Check} [check]
 * @property {import('../background/planner.js').Planned} [plan]
 * @property {import('../background/keeping.js').Documents} [documents]
 *
 * @typedef {object} View
 * @property {'empty' | State} kind
 * @property {string | null} reason
 * @property {string | null} since of the settled state
 * @property {string | null} lastSeen
 * @property {State | null} settled when `kind` is unknown: what was last known
 * @property {State | null} pending flipped to this, not confirmed
 * @property {boolean} unwritten not yet in the log
 * @property {Warning | null} warning
 * @property {{code: string, kind: 'host' | 'locked' | 'alarm' | 'other'} | null} trouble
 * @property {number} waiting
 * @property {number} problems
 * @property {string | null} problemCode
 * @property {number} thinned
 * @property {number} lost
 * @property {{state: State, premium: boolean | null, lastSeen: string, account: string}[]} others the other accounts
 * @property {string | null} account pseudonym of the one that is shown, when the log knows it
 * @property {import('./reminder-view.js').ReminderView} reminder
 * @property {import('./tasks-view.js').TasksView} tasks
 */

/** @param {Account[]} accounts most recently seen first */
const byRecency = (accounts) => [...accounts].sort((a, b) => b.last_seq - a.last_seq);

/** @param {Stored} stored @returns {View['trouble']} */
function troubleOf({ log, outbox }) {
  const { keyring = 'ok', log: file = 'ok' } = log.status ?? {};
  const code = [log.error, keyring, file, outbox.waiting.length > 0 ? outbox.error : null].find(
    (one) => one !== null && one !== 'ok' && one !== 'log-absent',
  );
  if (!code) return null;
  if (HOST_ERRORS.has(code)) return { code, kind: 'host' };
  if (UNLOCKABLE_ERRORS.has(code)) return { code, kind: 'locked' };
  return { code, kind: ALARM_ERRORS.has(code) ? 'alarm' : 'other' };
}

/** Has the host's last answer taken account of this browser's last reading? @param {Stored} stored */
function isUnwritten({ last, outbox, log }) {
  if (!last) return false;
  if (outbox.waiting.some(({ reading }) => reading === last.reading)) return true;
  return log.covers !== last.reading;
}

/** A flip that nothing has confirmed is no state, and a look that knew nothing says so. @param {Account} account @returns {State} */
const settledOf = ({ state, last_state: lastState }) => (lastState === 'unknown' || state === null ? 'unknown' : state);

/** As the log has it. @param {Account[]} accounts */
function fromLog(accounts) {
  const [current] = accounts;
  if (!current) return { kind: 'empty', reason: null, since: null, lastSeen: null, settled: null, pending: null };
  const known = accounts.find(({ state }) => state !== null);
  const unknown = current.last_state === 'unknown' || current.state === null;
  return {
    kind: unknown ? 'unknown' : current.state,
    reason: current.last_reason,
    since: known?.since ?? null,
    lastSeen: current.last_seen,
    settled: unknown ? (known?.state ?? null) : null,
    pending: current.pending?.state ?? null,
  };
}

/** As this browser has seen it, with the log for what came before. @param {Last} last @param {Account[]} accounts */
function fromLast(last, accounts) {
  const known = accounts.find(({ state }) => state !== null);
  const settled = last.settled ?? known?.state ?? null;
  const unknown = last.state === 'unknown' || settled === null;
  return {
    kind: unknown ? 'unknown' : settled,
    reason: last.reason,
    since: known && known.state === settled ? known.since : last.settledSince,
    lastSeen: last.observedAt,
    settled: unknown ? settled : null,
    pending: last.pending ? last.state : null,
  };
}

/** @param {Record<string, Warning>} warnings */
const unseen = (warnings) =>
  Object.values(warnings)
    .filter(({ seen }) => !seen)
    .sort((a, b) => b.seq - a.seq)[0] ?? null;

/** @param {Stored} stored @returns {View} */
export function viewOf(stored) {
  const { last, log, outbox, warnings } = stored;
  const accounts = byRecency(log.status?.accounts ?? []);
  const unwritten = isUnwritten(stored);
  const state = unwritten && last ? fromLast(last, accounts) : fromLog(accounts);
  return {
    .../** @type {any} */ (state),
    unwritten,
    warning: unseen(warnings),
    trouble: troubleOf(stored),
    waiting: outbox.waiting.length,
    problems: outbox.problems.length,
    problemCode: outbox.problems.at(-1)?.code ?? null,
    thinned: outbox.thinned,
    lost: outbox.lost,
    account: accounts[0]?.pseudonym ?? null,
    reminder: reminderView(stored.reminders ?? null),
    tasks: tasksView(stored),
    others: accounts
      .slice(1)
      .filter(({ pseudonym }) => pseudonym !== null)
      .map((other) => ({
        account: /** @type {string} */ (other.pseudonym), state: settledOf(other), premium: other.premium, lastSeen: other.last_seen,
      })),
  };
}

/** One word for the toolbar. @param {View} view @returns {'none' | 'attention' | State} */
export function markOf({ kind, warning, trouble, tasks }) {
  if (warning || trouble?.kind === 'alarm' || tasks.changed.length > 0) return 'attention';
  return kind === 'empty' ? 'none' : kind;
}
