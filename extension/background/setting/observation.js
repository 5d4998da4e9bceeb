/**
 * What one observation may say, as docs/protocol.md and host/entry/observation.h have it: names, sizes, and the table of
 * contradictions. The host applies the same table; tests/vectors/contradictions.json holds both to it.
 *
 * @typedef {import('../../shared/protocol.js').Observation} Observation
 * @typedef {typeof KINDS[number]} Kind
 */

import { visible } from '../../shared/dom.js';
import { switchSays } from '../../shared/wordings.js';

export const SETTING_ORIGIN = 'https://www.linkedin.com';
export const SETTING_PATH = /^\/mypreferences\/[dm]\/(?:settings\/)?data-for-ai-improvement\/?$/;

/** Of a control. */
export const KINDS = Object.freeze(
  /** @type {const} */ (['role-switch', 'checkbox', 'artdeco', 'aria-switch', 'aria-button', 'aria-checkbox']),
);
export const PLACES = Object.freeze(['document', 'shadow', 'frame']);
export const NAVIGATIONS = Object.freeze(['load', 'in-page']);
export const CANDIDATES_MAX = 1000;
/** Bytes of UTF-8. */
export const SIZES = Object.freeze({ url: 256, language: 35, title: 512, key: 128, label: 1024, account: 64 });

/** @param {string} url exactly as recorded: no query, no fragment @returns {boolean} */
const isRecordedSettingUrl = (url) =>
  url.startsWith(`${SETTING_ORIGIN}/`) && SETTING_PATH.test(url.slice(SETTING_ORIGIN.length));

/** By the member's own reading of words that are not known. @param {any} o */
const isMembers = (o) => o.reason === 'member-on' || o.reason === 'member-off';

const settled = (/** @type {any} */ o) => o.state === 'on' || o.state === 'off';

/** The member that says the opposite of the state, or the first when none says anything. @param {any} o */
function disputed(o) {
  const { checked, aria_checked: ariaChecked, aria_pressed: ariaPressed } = o.control;
  const on = o.state === 'on';
  const against = (/** @type {string | null} */ aria) => aria !== null && aria !== String(on);
  if (checked !== null && checked !== on) return 'control.checked';
  if (against(ariaChecked)) return 'control.aria_checked';
  if (against(ariaPressed)) return 'control.aria_pressed';
  return checked === null && ariaChecked === null && ariaPressed === null ? 'control.checked' : null;
}

/**
 * Tried in this order; the first that gives a member's name is the answer.
 * @type {ReadonlyArray<{when: string, field: (o: any) => string | null}>}
 */
export const CONTRADICTIONS = Object.freeze([
  {
    when: 'state on or off, or by the member: control is not null',
    field: (o) => ((settled(o) || isMembers(o)) && o.control === null ? 'control' : null),
  },
  {
    when: 'state not-offered: control is null',
    field: (o) => (o.state === 'not-offered' && o.control !== null ? 'control' : null),
  },
  {
    when: 'state unknown: reason is not null',
    field: (o) => (o.state === 'unknown' && o.reason === null ? 'reason' : null),
  },
  {
    when: 'state not unknown: reason is null',
    field: (o) => (o.state !== 'unknown' && o.reason !== null ? 'reason' : null),
  },
  { when: 'state on or off: the control says so and nothing else', field: (o) => (settled(o) ? disputed(o) : null) },
  {
    when: 'by the member: the control says one thing',
    field: (o) => (isMembers(o) && switchSays(o.control) === null ? 'control.checked' : null),
  },
  { when: 'pending: state is on or off', field: (o) => (o.pending && !settled(o) ? 'pending' : null) },
  { when: 'pending and trusted go together', field: (o) => (o.pending === (o.trusted === null) ? 'trusted' : null) },
  {
    when: 'state not unknown, or by the member: page.url is an address of the setting',
    field: (o) => ((o.state !== 'unknown' || isMembers(o)) && !isRecordedSettingUrl(o.page.url) ? 'page.url' : null),
  },
  {
    when: 'state on or off, or by the member: candidates ≥ 1',
    field: (o) => ((settled(o) || isMembers(o)) && o.candidates < 1 ? 'candidates' : null),
  },
]);

/**
 * @param {Observation} observation of the right shape
 * @returns {string | null} the member at fault, or null: its parts agree
 */
export function contradiction(observation) {
  for (const { field } of CONTRADICTIONS) {
    const name = field(observation);
    if (name !== null) return name;
  }
  return null;
}

const encoder = new TextEncoder();

/**
 * As a line, verbatim as far as it fits, but for what nobody sees or what moves the rest: cut between characters, never inside one;
 * NUL and lone surrogates, which JSON of ours does not carry, become U+FFFD.
 * @param {unknown} value
 * @param {number} size bytes of UTF-8
 * @returns {string | null} null for what is no text or empty
 */
export function fit(value, size) {
  if (typeof value !== 'string' || value === '') return null;
  let bytes = 0;
  let kept = '';
  for (const character of visible(value.replaceAll('\0', '\ufffd'))) {
    const clean = /^[\ud800-\udfff]$/.test(character) ? '\ufffd' : character;
    bytes += encoder.encode(clean).length;
    if (bytes > size) break;
    kept += clean;
  }
  return kept || null;
}
