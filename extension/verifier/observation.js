// What a look at the setting says, whether its parts agree, and what it means after the one before. docs/protocol.md, `record`.

import { millis } from './times.js';

/** @typedef {import('./entry.js').Entry} Entry */
/** @typedef {{change: string, cause: string | null, phase: string}} Meaning */
/** What was read: the page's language, the control's key and its label. @typedef {(string | null)[]} Wording */
/**
 * What is known of an account before a look. Times in milliseconds.
 * @typedef {{settled: boolean, state: string, loadedAt: number, settledAt: number, pending: boolean, pendingState: string,
 *   pendingAt: number, pendingTrusted: boolean, wording: Wording | null}} Account
 */

const SETTING_URL = /^https:\/\/www\.linkedin\.com\/mypreferences\/[dm]\/(?:settings\/)?data-for-ai-improvement\/?$/;

/** @returns {Account} */
export const nobody = () => ({
  settled: false,
  state: '',
  loadedAt: 0,
  settledAt: 0,
  pending: false,
  pendingState: '',
  pendingAt: 0,
  pendingTrusted: false,
  wording: null,
});

/** One by one: this is done for every look of a log. @param {Account} account @returns {Account} */
const copyOf = ({
  settled,
  state,
  loadedAt: loaded,
  settledAt,
  pending,
  pendingState,
  pendingAt,
  pendingTrusted,
  wording,
}) => ({
  settled,
  state,
  loadedAt: loaded,
  settledAt,
  pending,
  pendingState,
  pendingAt,
  pendingTrusted,
  wording,
});

/** @param {Entry} entry */
export const isPending = (entry) => entry.trusted !== null;

/** @param {string} value */
const ariaOf = (value) => (value === 'true' ? true : value === 'false' ? false : 'mixed');

/** The first of the control's three states that does not say it. @param {Record<string, any>} control @param {boolean} on */
function deniedBy({ checked, aria_checked: aria, aria_pressed: pressed }, on) {
  if (checked !== null && checked !== on) return 'control.checked';
  if (aria !== null && ariaOf(aria) !== on) return 'control.aria_checked';
  if (pressed !== null && ariaOf(pressed) !== on) return 'control.aria_pressed';
  return checked === null && aria === null && pressed === null ? 'control.checked' : null;
}

/** Reasons that tell the member's own reading. */
const MEMBERS = new Set(['member-on', 'member-off']);

/** By the member's reading it has to say one thing, whatever that means. @param {Entry} entry */
function deniedIn({ state, control }) {
  if (state !== 'unknown') return deniedBy(control, state === 'on');
  return deniedBy(control, true) && deniedBy(control, false) ? 'control.checked' : null;
}

/**
 * The member that contradicts the state, in the order of the table of docs/protocol.md, or null.
 * @param {Entry} entry
 * @returns {string | null}
 */
export function contradiction(entry) {
  const { state, reason, control, page, candidates } = entry;
  const settled = state === 'on' || state === 'off';
  const shown = settled || MEMBERS.has(reason);
  if (shown ? !control : state === 'not-offered' && control) return 'control';
  if ((state === 'unknown') !== (reason !== null)) return 'reason';
  const denied = shown ? deniedIn(entry) : null;
  if (denied) return denied;
  if (isPending(entry) && !settled) return 'pending';
  if ((shown || state !== 'unknown') && !SETTING_URL.test(page.url)) return 'page.url';
  return shown && candidates < 1 ? 'candidates' : null;
}

/** @param {Entry} entry */
const loadedAt = (entry) => millis(entry.page.loaded_at);
/** @param {Entry} entry */
const observedAt = (entry) => millis(entry.observed_at);

/** Does it belong to a flip that no later document has confirmed or refuted yet? @param {Entry} entry @param {Account} before */
const stillWaits = (entry, before) => before.pending && loadedAt(entry) <= before.pendingAt;

/** @param {Entry} entry @param {Account} before */
function isStale(entry, before) {
  return (
    before.settled &&
    !isPending(entry) &&
    entry.state !== 'unknown' &&
    entry.state !== before.state &&
    loadedAt(entry) < before.loadedAt &&
    observedAt(entry) >= before.settledAt
  );
}

/** @param {Entry} entry @param {Account} before */
function phaseOf(entry, before) {
  if (isPending(entry)) return 'pending';
  if (entry.state === 'unknown' || !before.pending || entry.state !== before.pendingState) return 'seen';
  return stillWaits(entry, before) ? 'pending' : 'confirmed';
}

/** @param {Wording | null} a @param {Wording | null} b */
const isSameWording = (a, b) => a === b || (a !== null && b !== null && a.every((words, i) => words === b[i]));

/** @param {Entry} entry @param {Account} before @param {boolean} first @param {Wording | null} wording */
function changeOf(entry, before, first, wording) {
  if (entry.state === 'unknown') return first ? 'first' : 'unchanged';
  if (!before.settled) return 'first';
  if (isStale(entry, before)) return 'stale';
  if (entry.state !== before.state) return 'changed';
  return entry.control && before.wording !== null && !isSameWording(wording, before.wording) ? 'reworded' : 'unchanged';
}

/** @param {Entry} entry @param {Account} before @param {string} phase @param {string} change */
function causeOf(entry, before, phase, change) {
  const flipped = before.pending && before.pendingState === entry.state && before.pendingTrusted;
  const trusted = isPending(entry) ? flipped || entry.trusted === true : flipped && phase !== 'seen';
  if (phase !== 'pending' && change !== 'changed') return null;
  return trusted ? 'user' : 'unexplained';
}

/** @param {Entry} entry @param {Account} before @param {Meaning} meaning @param {Wording | null} wording @returns {Account} */
function take(entry, before, meaning, wording) {
  const after = copyOf(before);
  if (meaning.change !== 'stale') after.wording = wording;
  if (entry.state === 'unknown') return after;
  if (isPending(entry)) {
    Object.assign(after, {
      pending: true,
      pendingState: entry.state,
      pendingAt: observedAt(entry),
      pendingTrusted: meaning.cause === 'user',
    });
  }
  if (meaning.phase === 'pending' || meaning.change === 'stale') return after;
  if (!stillWaits(entry, before)) after.pending = false;
  after.settled = true;
  after.state = entry.state;
  after.loadedAt = loadedAt(entry);
  after.settledAt = observedAt(entry);
  return after;
}

/**
 * @param {Entry} entry an observation
 * @param {Account | null} known null: the account's first
 * @returns {{meaning: Meaning, after: Account}}
 */
export function interpret(entry, known) {
  const before = known ?? nobody();
  const worded = entry.control && entry.state !== 'unknown';
  const wording = worded ? [entry.page.language, entry.control.key, entry.control.label] : before.wording;
  const phase = phaseOf(entry, before);
  const change = changeOf(entry, before, known === null, wording);
  const meaning = { phase, change, cause: causeOf(entry, before, phase, change) };
  return { meaning, after: take(entry, before, meaning, wording) };
}

/** What it can be, whatever stood before. @param {Entry} entry @returns {Meaning} */
export function possible(entry) {
  const meaning = { change: entry.change, cause: entry.cause, phase: isPending(entry) ? 'pending' : entry.phase };
  if (entry.state === 'unknown') {
    meaning.phase = 'seen';
    if (meaning.change !== 'first') meaning.change = 'unchanged';
  }
  if (meaning.phase !== 'pending' && meaning.change !== 'changed') meaning.cause = null;
  else meaning.cause ??= 'unexplained';
  return meaning;
}
