// The picture of a history, worked out from summaries: stretches that were seen, gaps, and points. Pure; pages/timeline.js draws.

const DAY = 86_400_000;
/** Seen on both sides within so long, a state is drawn as having lasted; beyond, nobody knows. */
export const GAP = 31 * DAY;

/**
 * @typedef {object} Summary of an entry: all that list and picture need
 * @property {number} seq
 * @property {string} kind
 * @property {number} at when it was seen; for what is not seen but done, when it was written
 * @property {string} account pseudonym or ''
 * @property {string | null} state
 * @property {string | null} reason
 * @property {string | null} change
 * @property {string | null} cause
 * @property {string | null} phase
 * @property {string | null} subject which document, authority or fault
 *
 * @typedef {{state: string, from: number, to: number}} Stretch `state` may be 'gap'
 * @typedef {{account: string, stretches: Stretch[]}} Lane
 */

/** @param {any} entry of the log @returns {Summary} */
export function summaryOf(entry) {
  const observed = Date.parse(entry.observed_at);
  return {
    seq: entry.seq,
    kind: entry.kind,
    at: Number.isFinite(observed) ? observed : Date.parse(entry.time),
    account: entry.account?.pseudonym ?? '',
    state: entry.state ?? null,
    reason: entry.reason ?? null,
    change: entry.change ?? null,
    cause: entry.cause ?? null,
    phase: entry.phase ?? null,
    subject: entry.document ?? entry.tsa ?? entry.authority ?? entry.found ?? null,
  };
}

/** @param {Summary} summary @returns {'user' | 'unexplained' | 'document' | 'timestamp' | 'break' | null} the mark that stands out */
export function markOf({ kind, change, cause, phase }) {
  if (kind === 'document') return change === 'unchanged' ? null : 'document';
  if (kind === 'timestamp') return 'timestamp';
  if (kind === 'discontinuity' || kind === 'genesis') return 'break';
  return change === 'changed' && phase !== 'pending' && (cause === 'user' || cause === 'unexplained') ? cause : null;
}

/** @param {Summary[]} seen of one account, by time, none pending @returns {Stretch[]} */
export function stretchesOf(seen) {
  /** @type {Stretch[]} */
  const stretches = [];
  let last = /** @type {Stretch | null} */ (null);
  for (const { at, state } of seen) {
    const lasted = last && last.state === state && at - last.to <= GAP;
    if (last && lasted) {
      last.to = at;
      continue;
    }
    if (last && at > last.to) stretches.push({ state: 'gap', from: last.to, to: at });
    last = { state: /** @type {string} */ (state), from: at, to: at };
    stretches.push(last);
  }
  return stretches;
}

/** @param {Summary[]} summaries in any order @returns {Lane[]} the account seen first on top */
export function lanesOf(summaries) {
  /** @type {Map<string, Summary[]>} */
  const byAccount = new Map();
  const observed = summaries.filter(({ kind, phase }) => kind === 'observation' && phase !== 'pending');
  for (const one of observed.sort((a, b) => a.at - b.at)) {
    const seen = byAccount.get(one.account) ?? [];
    seen.push(one);
    byAccount.set(one.account, seen);
  }
  return [...byAccount].map(([account, seen]) => ({ account, stretches: stretchesOf(seen) }));
}

/**
 * Round times for the axis: as few as fit.
 * @param {number} from @param {number} to @param {number} most
 * @returns {{at: number, unit: 'year' | 'month' | 'day' | 'hour'}[]}
 */
export function ticksOf(from, to, most) {
  const span = Math.max(to - from, 1);
  /** @type {[number, 'year' | 'month' | 'day' | 'hour', (date: Date) => void, (date: Date) => void][]} */
  const steps = [
    [DAY / 8, 'hour', (d) => d.setMinutes(0, 0, 0), (d) => d.setHours(d.getHours() + 3)],
    [DAY, 'day', (d) => d.setHours(0, 0, 0, 0), (d) => d.setDate(d.getDate() + 1)],
    [7 * DAY, 'day', (d) => d.setHours(0, 0, 0, 0), (d) => d.setDate(d.getDate() + 7)],
    [30 * DAY, 'month', (d) => (d.setDate(1), d.setHours(0, 0, 0, 0)), (d) => d.setMonth(d.getMonth() + 1)],
    [91 * DAY, 'month', (d) => (d.setMonth(3 * Math.floor(d.getMonth() / 3), 1), d.setHours(0, 0, 0, 0)), (d) => d.setMonth(d.getMonth() + 3)],
    [365 * DAY, 'year', (d) => (d.setMonth(0, 1), d.setHours(0, 0, 0, 0)), (d) => d.setFullYear(d.getFullYear() + 1)],
  ];
  const [, unit, floor, next] = steps.find(([length]) => span / length <= most) ?? steps[steps.length - 1];
  const date = new Date(from);
  floor(date);
  const ticks = [];
  for (; date.getTime() <= to && ticks.length < 200; next(date)) if (date.getTime() >= from) ticks.push({ at: date.getTime(), unit });
  return ticks;
}
