// What the badge and the popup show, worked out from what is in storage. Pure.

import { ALARM_ERRORS, HOST_ERRORS, UNLOCKABLE_ERRORS } from './errors.js';

/**
 * @typedef {import('./protocol.js').State} State
 * @typedef {import('./protocol.js').Account} Account
 * @typedef {import('./protocol.js').Status} Status
 * @typedef {import('./types.js').Last} Last
 * @typedef {import('./types.js').Warning} Warning
 * @typedef {import('./types.js').Stored} Stored
 *
 * @typedef {object} ReminderView
 * @property {{key: string, cause: string, account: string}[]} open what neither the state nor a warning says already
 * @property {number | null} next
 * @property {number | null} snoozedUntil
 * @property {boolean} any is there something that a snooze would silence?
 *
 * @typedef {object} TasksView
 * @property {boolean} checking now, in a tab in the background
 * @property {string | null} failed why the last check that the member asked for saw nothing
 * @property {{why: string, at: string} | null} waiting scheduled checks have seen nothing: why, and when the next is
 * @property {string[]} changed documents whose text has changed and the member has not seen how
 *
 * @typedef {object} View
 * @property {'empty' | State} kind
 * @property {string | null} reason
 * @property {string | null} since of the settled state
 * @property {string | null} lastSeen
 * @property {string | null} looked a later look, which saw nothing of any account
 * @property {State | null} settled when `kind` is unknown: what was last known
 * @property {State | null} pending flipped to this, not confirmed
 * @property {boolean} unwritten not yet in the log
 * @property {boolean} unkept and not on its way there
 * @property {Warning | null} warning
 * @property {string | null} warnedAccount
 * @property {{code: string, kind: 'host' | 'locked' | 'alarm' | 'other'} | null} trouble
 * @property {number} waiting
 * @property {number} problems
 * @property {string | null} problemCode
 * @property {number} thinned
 * @property {number} lost
 * @property {{state: State, premium: boolean | null, lastSeen: string | null, account: string}[]} others the other accounts
 * @property {string | null} account pseudonym of the one that is shown, when the host has said whose it is
 * @property {ReminderView} reminder
 * @property {TasksView} tasks
 * @property {{words: string, reading: string, answered: boolean} | null} asks of which words the member is asked what they mean
 * @property {{reading: string, said: boolean, accounts: {account: string, number: number}[], more: boolean} | null} whose the page named nobody:
 *   which accounts the member may name, the last seen first
 * @property {boolean} allowed may we look at LinkedIn's settings?
 */

/**
 * The account that was seen last comes first. That a state was seen again is not written anew on the same day: then this browser knows
 * better than the log which one it was.
 * @param {Account[]} accounts @param {Last | null} last
 */
function byRecency(accounts, last) {
  const sorted = [...accounts].sort((a, b) => b.last_seq - a.last_seq);
  const again = sorted.find(({ pseudonym }) => pseudonym === last?.account);
  const newest = accounts.every(({ last_seq: seq }) => seq < (last?.before ?? 0));
  return again && newest ? [again, ...sorted.filter((one) => one !== again)] : sorted;
}

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

/**
 * Has the host's last answer not taken account of this browser's last reading? One that went nowhere is told until something newer is known.
 * @param {Stored} stored
 */
export function isUnwritten({ last, outbox, log }) {
  if (!last) return false;
  if (outbox.waiting.some(({ reading }) => reading === last.reading)) return true;
  const seen = Date.parse(last.observedAt);
  return log.covers !== last.reading && !log.status?.accounts.some((one) => Date.parse(one.last_seen) > seen);
}

/** Does the host refuse it for what it is? @param {Stored} stored */
export const isRefused = ({ last, outbox }) =>
  (outbox.problems ?? []).some(({ item }) => item !== undefined && item.reading === last?.reading);

/** A flip that nothing has confirmed is no state, and a look that knew nothing says so. @param {Account} account @returns {State} */
const settledOf = ({ state, last_state: lastState }) => (lastState === 'unknown' || state === null ? 'unknown' : state);

/**
 * The account to show. A look that came to a sign-in page tells of none: what was known before is still what is known.
 * @param {Account[]} accounts most recently seen first
 * @returns {Account | undefined}
 */
function currentOf(accounts) {
  const [latest] = accounts;
  const blind = latest?.pseudonym === null && latest.last_state === 'unknown';
  return (blind && accounts.find(({ pseudonym }) => pseudonym !== null)) || latest;
}

/** As the log has it. @param {Account[]} accounts */
function fromLog(accounts) {
  const [latest] = accounts;
  const current = currentOf(accounts);
  if (!current)
    return {
      kind: 'empty',
      reason: null,
      since: null,
      lastSeen: null,
      looked: null,
      settled: null,
      pending: null,
      account: null,
    };
  const unknown = latest.last_state === 'unknown' || current.state === null;
  return {
    kind: unknown ? 'unknown' : current.state,
    reason: latest.last_reason,
    since: current.since,
    lastSeen: current.last_seen,
    looked: latest === current ? null : latest.last_seen,
    settled: unknown ? current.state : null,
    pending: current.pending?.state ?? null,
    account: current.pseudonym,
  };
}

/** A look that saw nothing of any account. @param {Last} last */
const isBlind = ({ blind, reason }) => blind === true || reason === 'signed-out';

/** Nothing is said of a state that the host does not believe. @param {Last} last @returns {Last} */
const withoutState = (last) => ({ ...last, state: 'unknown', reason: null, pending: false, settled: null });

/** As this browser has seen it, with the log for what came before. @param {Last} last @param {Account[]} accounts */
function fromLast(last, accounts) {
  const current = currentOf(accounts);
  const known = current?.state ? current : accounts.find(({ state }) => state !== null);
  const settled = last.settled ?? known?.state ?? null;
  const unknown = last.state === 'unknown' || settled === null;
  const blind = isBlind(last) && current !== undefined && current.pseudonym !== null;
  return {
    kind: unknown ? 'unknown' : settled,
    reason: last.reason,
    since: known && known.state === settled ? known.since : last.settledSince,
    lastSeen: blind ? current.last_seen : last.observedAt,
    looked: blind ? last.observedAt : null,
    settled: unknown ? settled : null,
    pending: last.pending ? last.state : null,
    account: blind ? current.pseudonym : (last.account ?? null), // whose it is only the host can tell
  };
}

/**
 * An alarm does not wait for the good news of another account.
 * @param {Record<string, Warning>} warnings @returns {[string | null, Warning | null]} the account, and the newest that was not seen
 */
const unseen = (warnings) =>
  Object.entries(warnings)
    .filter(([, { seen }]) => !seen)
    .sort(([, a], [, b]) => Number(alarms(b)) - Number(alarms(a)) || b.seq - a.seq)[0] ?? [null, null];

/** The state, the warnings, the headline and the notice of changed documents say the others. */
const SAID_HERE = new Set(['stale', 'reworded']);
const LASTING = new Set(['on', 'unknown', 'stale', 'unchecked']);

/** @param {Partial<import('./types.js').Reminders> | null} reminders @returns {ReminderView} */
function reminderView(reminders) {
  const standing = reminders?.standing ?? [];
  const answered = new Set(reminders?.answered ?? []);
  return {
    open: standing
      .filter(({ cause, key }) => SAID_HERE.has(cause) && !answered.has(key))
      .map(({ key, cause, account }) => ({ key, cause, account })),
    next: reminders?.next ?? null,
    snoozedUntil: reminders?.snoozedUntil ? reminders.snoozedUntil : null,
    any: standing.some(({ cause }) => LASTING.has(cause)),
  };
}

/** @param {import('./types.js').Plan | null} plan */
function waitingOf(plan) {
  return plan && plan.failures > 0 && plan.why ? { why: plan.why, at: new Date(plan.at).toISOString() } : null;
}

/** @param {Partial<Stored>} stored @returns {TasksView} */
export function tasksView({ check, plan, documents }) {
  return {
    checking: check?.running ?? false,
    failed: check?.outcome === 'failed' ? check.reason : null,
    waiting: waitingOf(plan?.plan ?? null),
    changed: Object.entries(documents?.changes ?? {})
      .filter(([, { seen }]) => !seen)
      .map(([id]) => id),
  };
}

/** The words whole: what turns them may stand at their end. @param {Last | null} last @returns {View['asks']} */
function asksOf(last) {
  if (!last?.words) return null;
  return { words: last.words, reading: last.reading, answered: last.reason !== 'reworded' };
}

/** As many accounts have a button; the others are rarely signed in here. */
const OFFERED = 4;

/** @param {Last | null} last @param {Account[]} listed in the log's order @returns {View['whose']} */
function whoseOf(last, listed) {
  if (!last?.whose) return null;
  const said = last.whose === 'said';
  const named = listed.filter(({ pseudonym }) => pseudonym !== null);
  const accounts = named
    .map(({ pseudonym, last_seq: seq }, index) => ({ account: String(pseudonym), number: index + 1, seq }))
    .filter(({ account }) => !said || account !== last.account)
    .sort((a, b) => b.seq - a.seq)
    .slice(0, OFFERED)
    .map(({ account, number }) => ({ account, number }));
  return { reading: last.reading, said, accounts, more: named.length > 0 };
}

/** @param {Stored} stored @returns {View} */
export function viewOf(stored) {
  const { last, log, outbox, warnings } = stored;
  const accounts = byRecency(log.status?.accounts ?? [], last);
  const unwritten = isUnwritten(stored);
  const current = currentOf(accounts);
  const [warnedAccount, warning] = unseen(warnings);
  const refused = isRefused(stored);
  const state = unwritten && last ? fromLast(refused ? withoutState(last) : last, accounts) : fromLog(accounts);
  return {
    .../** @type {any} */ (state),
    unwritten,
    unkept: unwritten && (refused || last?.unkept === true),
    warning,
    warnedAccount,
    trouble: troubleOf(stored),
    waiting: outbox.waiting.length,
    problems: outbox.problems.length,
    problemCode: outbox.problems.at(-1)?.code ?? null,
    thinned: outbox.thinned,
    lost: outbox.lost,
    reminder: reminderView(stored.reminders ?? null),
    tasks: tasksView(stored),
    asks: asksOf(last),
    whose: whoseOf(last, log.status?.accounts ?? []),
    allowed: stored.access?.allowed ?? true,
    others: accounts
      .filter((one) => one !== current && one.pseudonym !== null)
      .map((other) => ({
        account: /** @type {string} */ (other.pseudonym),
        state: settledOf(other),
        premium: other.premium,
        lastSeen: other.pending ? null : other.last_seen, // the flip, which is no sight of this state
      })),
  };
}

/**
 * Is there anything to say beside the state? If not, what says it need not be loaded: see notices.js.
 * @param {View} view
 */
export function hasNotices({
  asks,
  whose,
  allowed,
  warning,
  pending,
  trouble,
  problems,
  thinned,
  lost,
  waiting,
  reminder,
  tasks,
}) {
  const { failed, waiting: scheduled, changed } = tasks;
  const counted = problems + thinned + lost + waiting + reminder.open.length + changed.length;
  return counted > 0 || !allowed || Boolean(asks || whose || warning || pending || trouble || failed || scheduled);
}

/** Is a change an alarm? One to `off` is good news. @param {Warning | null} warning */
const alarms = (warning) => warning !== null && warning.state === 'on';

/** Has the member answered the alarm in this browser, by a flip that is not confirmed yet? @param {View} view */
export const isAnswered = ({ warning, warnedAccount, account, pending }) =>
  alarms(warning) && pending === 'off' && warnedAccount === account;

/** States that the member can do something about on LinkedIn's page. */
const OPEN_ENDED = new Set(['on', 'empty', 'unknown']);

/**
 * The one thing to do now on LinkedIn's page. It has the filled button unless a message has it: a view has one.
 * @param {View} view
 * @returns {{words: string, label: string, filled: boolean, brief: boolean}} keys; words may be ''; brief: what the state
 *   means, or why it is not known, is said by a message already, or has to wait
 */
export function nextOf(view) {
  const { kind, trouble, pending, warning, allowed, asks } = view;
  const elsewhere = pending !== null || (trouble !== null && trouble.kind !== 'other');
  const on = kind === 'on' && pending === null;
  return {
    words: on ? 'next_on' : '',
    label: on ? 'optOut' : 'openSetting',
    filled: OPEN_ENDED.has(kind) && ((alarms(warning) && !isAnswered(view)) || (allowed && !elsewhere)),
    brief: elsewhere || trouble !== null || warning !== null || !allowed || asks !== null,
  };
}

/** One word for the toolbar. @param {View} view @returns {'none' | 'attention' | State} */
export function markOf({ kind, warning, trouble }) {
  if (alarms(warning) || trouble?.kind === 'alarm') return 'attention';
  return kind === 'empty' ? 'none' : kind;
}

/** Something to know that neither state nor alarm says. @param {View} view */
export const hasNews = ({ allowed, warning, reminder, tasks }) =>
  !allowed || reminder.open.length > 0 || tasks.changed.length > 0 || (warning !== null && !alarms(warning));
