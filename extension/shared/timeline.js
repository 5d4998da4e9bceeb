// The picture of a history, worked out from summaries: stretches that were seen, gaps, and points. Pure; ui/timeline.js draws.

import { DAY_MS, HOUR_MS, MINUTE_MS } from './times.js';

/** Seen on both sides within so long, a state is drawn as having lasted; beyond, nobody knows. */
export const GAP = 31 * DAY_MS;

/**
 * @typedef {object} Summary of an entry: all that list and picture need
 * @property {number} seq
 * @property {string} kind
 * @property {number} at when it was seen; for what is not seen but done, when it was written; NaN: nobody knows
 * @property {string} account pseudonym or ''
 * @property {string | null} state
 * @property {string | null} reason
 * @property {string | null} change
 * @property {string | null} cause
 * @property {string | null} phase
 * @property {string | null} subject which document, authority, fault or file
 * @property {boolean} pictured is a picture kept with it?
 * @property {boolean} said is the account the member's word?
 *
 * @typedef {{state: string, from: number, to: number, unseen?: boolean}} Stretch `state` may be 'gap'; unseen: not known to have lasted
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
    said: entry.account?.said === true,
    subject: entry.document ?? entry.tsa ?? entry.authority ?? entry.found ?? entry.file ?? null,
    // a picture of the setting; one that the member enclosed is a file like others
    pictured:
      entry.kind !== 'exhibit' &&
      (entry.attachments ?? []).some((/** @type {any} */ { media_type: type }) => String(type).startsWith('image/')),
  };
}

/** One that cannot be read any more: only its number is known. @param {number} seq @returns {Summary} */
export const lostAt = (seq) => ({
  seq,
  kind: 'lost',
  at: NaN,
  account: '',
  state: null,
  reason: null,
  change: null,
  cause: null,
  phase: null,
  subject: null,
  pictured: false,
  said: false,
});

/** @param {Summary} summary @returns {'user' | 'unexplained' | 'document' | 'timestamp' | 'break' | null} the mark that stands out */
export function markOf({ kind, change, cause, phase }) {
  if (kind === 'document') return change === 'unchanged' ? null : 'document';
  if (kind === 'timestamp') return 'timestamp';
  if (kind === 'discontinuity' || kind === 'genesis' || kind === 'lost') return 'break';
  return change === 'changed' && phase !== 'pending' && (cause === 'user' || cause === 'unexplained') ? cause : null;
}

/**
 * The first whose value is not below that; as many as there are if none is.
 * @template T
 * @param {readonly T[]} items by value, ascending
 * @param {number} wanted
 * @param {(item: T) => number} valueOf
 */
export function firstFrom(items, wanted, valueOf) {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (valueOf(items[middle]) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Is one of these, in order, between the two? @param {number[]} lost @param {number} a @param {number} b */
function isBetween(lost, a, b) {
  const at = firstFrom(lost, Math.min(a, b), Number);
  return at < lost.length && lost[at] < Math.max(a, b);
}

/**
 * A state lasted from one look to the next where both saw it and no entry between them is lost: that may have been another look.
 * @param {Summary[]} seen of one account, by time, none pending or of an old tab
 * @param {number[]} lost entries of which nothing is known, in order
 * @returns {Stretch[]}
 */
export function stretchesOf(seen, lost = []) {
  /** @type {Stretch[]} */
  const stretches = [];
  let last = /** @type {Stretch | null} */ (null);
  let before = 0;
  for (const { at, state, seq } of seen) {
    const lasted = last && last.state === state && at - last.to <= GAP && !isBetween(lost, before, seq);
    before = seq;
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

/**
 * @param {Summary[]} summaries in any order
 * @param {number} [now] up to when the state that was seen last goes on, though nobody looked; without it, no further than it was seen
 * @returns {Lane[]} the account seen first on top
 */
export function lanesOf(summaries, now = -Infinity) {
  /** @type {Map<string, Summary[]>} */
  const byAccount = new Map();
  const observed = summaries.filter(
    ({ kind, phase, change }) => kind === 'observation' && phase !== 'pending' && change !== 'stale',
  );
  for (const one of observed.sort((a, b) => a.at - b.at)) {
    const seen = byAccount.get(one.account) ?? [];
    seen.push(one);
    byAccount.set(one.account, seen);
  }
  const lost = summaries
    .filter(({ kind }) => kind === 'lost')
    .map(({ seq }) => seq)
    .sort((a, b) => a - b);
  return [...byAccount].map(([account, seen]) => {
    const stretches = stretchesOf(seen, lost);
    const last = stretches[stretches.length - 1];
    if (last.to < now && isBetween(lost, seen[seen.length - 1].seq, Infinity))
      stretches.push({ state: 'gap', from: last.to, to: now });
    else if (last.to < now) stretches.push({ state: last.state, from: last.to, to: now, unseen: true });
    return { account, stretches };
  });
}

/** @typedef {'year' | 'month' | 'day' | 'hour' | 'minute' | 'second'} Unit */
/** @typedef {{at: number, unit: Unit, end?: 'from' | 'to'}} Tick */

/** Down to a round time, and on to the next. @typedef {{floor: (date: Date) => void, next: (date: Date) => void}} Step */

/** @param {number} by @returns {Step} */
const minutes = (by) => ({
  floor: (d) => d.setMinutes(by * Math.floor(d.getMinutes() / by), 0, 0),
  next: (d) => d.setMinutes(d.getMinutes() + by),
});
/** @param {number} by @returns {Step} */
const hours = (by) => ({
  floor: (d) => d.setHours(by * Math.floor(d.getHours() / by), 0, 0, 0),
  next: (d) => d.setHours(d.getHours() + by),
});
/** @param {number} by @returns {Step} */
const days = (by) => ({ floor: (d) => d.setHours(0, 0, 0, 0), next: (d) => d.setDate(d.getDate() + by) });
/** @param {number} by @returns {Step} */
const months = (by) => ({
  floor: (d) => (d.setMonth(by * Math.floor(d.getMonth() / by), 1), d.setHours(0, 0, 0, 0)),
  next: (d) => d.setMonth(d.getMonth() + by),
});

/** How far apart ticks may stand, the nearest first. @type {[number, Unit, Step][]} */
const STEPS = [
  [MINUTE_MS, 'minute', minutes(1)],
  [5 * MINUTE_MS, 'minute', minutes(5)],
  [15 * MINUTE_MS, 'minute', minutes(15)],
  [HOUR_MS, 'hour', hours(1)],
  [3 * HOUR_MS, 'hour', hours(3)],
  [6 * HOUR_MS, 'hour', hours(6)],
  [DAY_MS, 'day', days(1)],
  [7 * DAY_MS, 'day', days(7)],
  [30 * DAY_MS, 'month', months(1)],
  [91 * DAY_MS, 'month', months(3)],
  [365 * DAY_MS, 'year', months(12)],
];

/**
 * Round times for the axis: as few as fit.
 * @param {number} from @param {number} to @param {number} most
 * @returns {Tick[]}
 */
export function ticksOf(from, to, most) {
  const span = Math.max(to - from, 1);
  const [, unit, { floor, next }] = STEPS.find(([length]) => span / length <= most) ?? STEPS[STEPS.length - 1];
  const date = new Date(from);
  floor(date);
  const ticks = [];
  for (; date.getTime() <= to && ticks.length < 200; next(date))
    if (date.getTime() >= from) ticks.push({ at: date.getTime(), unit });
  return ticks;
}

/** In what the two ends of a time differ, and no finer. @param {number} span @returns {Unit} */
function unitOfEnds(span) {
  if (span < 2 * MINUTE_MS) return 'second';
  if (span < 2 * DAY_MS) return 'minute';
  // A day of a month does not say of which year it is.
  return span < 180 * DAY_MS ? 'day' : 'month';
}

/**
 * The ticks that get a label. Between fewer than two nobody can read a time: then it is the two ends.
 * @param {number} from @param {number} to @param {Tick[]} ticks @param {(at: number) => boolean} fits
 * @returns {Tick[]} one only where there is but one moment
 */
export function labelled(from, to, ticks, fits) {
  const round = ticks.filter(({ at }) => fits(at));
  if (round.length >= 2) return round;
  const unit = unitOfEnds(to - from);
  /** @type {Tick[]} */
  const ends = [
    { at: from, unit, end: 'from' },
    { at: to, unit, end: 'to' },
  ];
  return from === to ? ends.slice(0, 1) : ends;
}
