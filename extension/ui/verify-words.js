// What the checks found and what the entries say, in words.

import { language, plural, t } from '../shared/i18n.js';
import { COUNTED } from '../verifier/sayings.js';

/** @typedef {import('../verifier/fault.js').Finding} Finding @typedef {import('../verifier/report-model.js').Event} Event */
/** @typedef {import('../verifier/brackets.js').Bracket} Bracket */

const CONTROL = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
const WIDTH = 300;

/** Words of strangers: one line, of bounded length, without signs that are not seen or that turn what follows. @param {string} text */
export function plain(text) {
  const shown = text.replace(
    CONTROL,
    (sign) => `U+${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`,
  );
  return shown.length > WIDTH ? `${shown.slice(0, WIDTH)}…` : shown;
}

/** Made once for each language: a long log asks thousands of times, and to make one takes longer than to use it. @type {Map<string, any>} */
const formats = new Map();

/** @template T @param {string} name @param {(language: string) => T} make @returns {T} */
function formatOf(name, make) {
  const key = `${name} ${language()}`;
  if (!formats.has(key)) formats.set(key, make(language()));
  return formats.get(key);
}

/** @param {string} value */
const number = (value) =>
  /^\d{4,15}$/.test(value)
    ? formatOf('number', (words) => new Intl.NumberFormat(words)).format(Number(value))
    : plain(value);

/** @param {{say: string, values: string[]}} finding */
export function saying({ say, values }) {
  const [count, ...others] = values;
  return COUNTED.includes(say)
    ? plural(`verify_${say}`, Number(count), ...others.map(number))
    : t(`verify_${say}`, ...values.map(number));
}

/** @param {'short' | 'medium'} timeStyle */
const clock = (timeStyle) =>
  formatOf(timeStyle, (words) => new Intl.DateTimeFormat(words, { dateStyle: 'medium', timeStyle, timeZone: 'UTC' }));

/** Seconds count where somebody compares. @param {string} iso */
const utc = (/** @type {string} */ iso) => `${clock('medium').format(new Date(iso))} UTC`;

/** The same of a time by which something was: a part of a second counts as a whole one, so that no more is said than is known. @param {string} iso */
export const utcUp = (iso) =>
  utc(/\.\d*[1-9]/.test(iso) ? new Date((Math.floor(Date.parse(iso) / 1000) + 1) * 1000).toISOString() : iso);

/** Readers of one log live in several zones, and what they print is laid side by side. @param {string | null} iso */
export const when = (iso) => (iso ? `${clock('short').format(new Date(iso))} UTC` : '?');

/** A day without a time, which an entry or a list states. @param {string} iso */
export const day = (iso) =>
  formatOf('day', (words) => new Intl.DateTimeFormat(words, { dateStyle: 'medium', timeZone: 'UTC' })).format(
    new Date(iso),
  );

/** The state as a reader of another's log reads it. @param {{state: string, reason: string | null}} look */
const stateWords = ({ state, reason }) =>
  state === 'unknown' && reason ? t('remindNamed', t('headline_unknown'), t(`why_${reason}`)) : t(`headline_${state}`);

/** @param {Event} event @returns {string | null} */
function changeWords({ change, cause, phase }) {
  if (phase === 'pending') return t('notePending');
  if (change === 'changed') return cause === 'user' ? t('verifyByMember') : t('verifyByNobody');
  if (change === 'first') return t('verifyFirst');
  if (change === 'reworded') return t('noteReworded');
  return change === 'stale' ? t('verifyStale') : null;
}

/** @param {Event} event @param {number} accounts */
function lookWords(event, accounts) {
  const account = accounts > 1 ? t('verifyAccount', event.account) : null;
  const said = event.said ? t('verifyAccountSaid') : null;
  return [account, stateWords(event), changeWords(event), said].filter((part) => part !== null).join(' · ');
}

/** @param {Event} event */
function documentWords({ document, change, effective }) {
  const name = t(`document_${document ?? ''}`);
  const what = change === 'changed' ? t('noteChanged') : change === 'first' ? t('noteFirst') : t('noteSame');
  return [name, what, effective ? t('remindNamed', t('docEffective'), day(effective)) : t('docNoDate')].join(' · ');
}

/** @param {Event} event @param {number} accounts how many there are */
export function eventWords(event, accounts) {
  if (event.kind === 'observation') return lookWords(event, accounts);
  if (event.kind === 'document') return documentWords(event);
  if (event.kind === 'withheld') return t('verifyHidden');
  if (event.kind === 'exhibit') return t('verifyEnclosed', plain(event.text));
  if (event.kind === 'unread') return t('verifyUnreadable');
  return event.kind === 'genesis' ? t('kind_genesis') : t('kind_discontinuity');
}

/** @param {number} seq @param {Bracket[]} brackets */
export function bracketWords(seq, brackets) {
  const found = brackets.find(({ first, last }) => first <= seq && seq <= last);
  const parts = [
    found?.not_before && t('verifyAfter', utc(found.not_before)),
    found?.not_after && t('verifyBefore', utcUp(found.not_after)),
  ];
  return parts.filter(Boolean).join(', ') || t('verifyUnbound');
}

/** @param {{account: string, state: string, from: string, to: string, looks: number}} run */
export function runWords({ account, state, from, to, looks }) {
  const name = t('verifyAccount', account);
  if (state === 'hidden') return t('verifyRunHidden', name, when(from), when(to));
  return t('verifyRun', name, t(`headline_${state}`), when(from), when(to), looks);
}
