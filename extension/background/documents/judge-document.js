/**
 * From what content/read-document.js describes to a document for the log, or to the reason why it is none. Pure. A page that is
 * not the document, whatever its address says, must never be taken for it: a kept text is compared with for ever after.
 */

import { documentAt, DOCUMENT_ORIGIN } from '../../shared/documents.js';
import { effectiveOf } from './effective.js';
import { fit } from '../setting/observation.js';
import { isTime } from '../setting/reading.js';

/** Why a page was not kept; each has a sentence for the member. */
export const REFUSALS = Object.freeze(
  /** @type {const} */ ([
    'other-page',
    'error-page',
    'signed-out',
    'challenge',
    'consent-wall',
    'empty',
    'too-long',
    'wrong-page',
    'not-loaded',
    'closed',
    'not-kept',
  ]),
);

/** Bytes, as docs/protocol.md has them; of a text that was kept, too. */
export const TEXT_MAX = 1 << 20;
const SIZES = Object.freeze({ title: 512, language: 35, leastText: 200 });
const encoder = new TextEncoder();

/**
 * @typedef {import('../../shared/protocol.js').KeptDocument} KeptDocument
 * @typedef {typeof REFUSALS[number]} Refusal
 * @typedef {{document: KeptDocument} | {refused: Refusal}} Verdict
 */

const text = (/** @type {any} */ v) => (typeof v === 'string' ? v : '');

/** @param {any} seen */
function isDescription(seen) {
  return (
    typeof seen === 'object' &&
    seen !== null &&
    seen.v === 1 &&
    /^[0-9a-f]{32}$/.test(text(seen.id)) &&
    typeof seen.text === 'string' &&
    isTime(seen.observedAt)
  );
}

/** @param {any} language as the page writes it */
function languageOf(language) {
  const tag = text(language).trim().replaceAll('_', '-');
  return /^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*$/.test(tag) ? fit(tag, SIZES.language) : null;
}

/**
 * @param {import('../../shared/documents.js').DocumentKind} kind
 * @param {any} seen
 */
function isNamed({ words }, seen) {
  const wanted = words[(languageOf(seen.language) ?? '').split('-')[0].toLowerCase()];
  return !wanted || wanted.test(text(seen.heading)) || wanted.test(text(seen.title));
}

/**
 * @param {import('../../shared/documents.js').DocumentKind} kind
 * @param {any} seen
 * @returns {Refusal | null} null: nothing is wrong with it
 */
function refusal(kind, seen) {
  if (Number.isInteger(seen.status) && seen.status >= 400) return 'error-page';
  if (seen.challenge === true) return 'challenge';
  if (seen.signIn === true) return 'signed-out';
  const short = seen.text.length < kind.least;
  if (short && seen.wall === true) return 'consent-wall';
  const bytes = encoder.encode(seen.text).length;
  if (short || bytes < SIZES.leastText) return 'empty';
  if (bytes > TEXT_MAX) return 'too-long';
  return text(seen.heading) !== '' && isNamed(kind, seen) ? null : 'wrong-page';
}

/** As the host takes it: of controls only line breaks; lone surrogates, which JSON of ours does not carry, become U+FFFD. @param {string} said */
const cleaned = (said) =>
  said.replace(/\p{Cc}/gu, (c) => (c === '\n' || c > '\u007f' ? c : '')).replace(/\p{Cs}/gu, '\ufffd');

/**
 * @param {any} seen from content/read-document.js
 * @param {{asked: boolean, url: string | undefined}} given url: the tab's, as the browser says it
 * @returns {Verdict}
 */
export function judgeDocument(seen, { asked, url }) {
  const kind = documentAt(url);
  if (!kind || !isDescription(seen) || documentAt(seen.url) !== kind) return { refused: 'other-page' };
  const said = cleaned(seen.text);
  const refused = refusal(kind, { ...seen, text: said });
  if (refused) return { refused };
  return {
    document: {
      reading: seen.id,
      document: kind.id,
      url: DOCUMENT_ORIGIN + new URL(seen.url).pathname,
      title: fit(text(seen.heading) || seen.title, SIZES.title),
      language: languageOf(seen.language),
      ...effectiveOf(said),
      observed_at: new Date(seen.observedAt).toISOString(),
      asked,
      text: said,
    },
  };
}
