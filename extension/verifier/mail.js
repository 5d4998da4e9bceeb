// What a mail says of itself. docs/evidence-format.md section 8. Nothing of it is verified, and nothing decoded.

import { hides } from '../shared/dom.js';
import { decodeUtf8, latin1 } from './bytes.js';

/** @typedef {{from: string | null, date: string | null, subject: string | null, linkedin_signature: boolean}} Mail */

/** Bytes within which the headers end. */
export const HEAD = 65536;
const FIELD = /^[!-9;-~]+:/;
const FOLD = /\n[ \t]*/g;
const LINKEDIN = /(?:^|\.)linkedin\.com$/i;
const [TEXT, DATE] = [512, 128];

/** @param {string} sign */
const isBlank = (sign) => sign === ' ' || sign === '\t';

/** Without spaces and tabs at both ends. @param {string} text */
function trimmed(text) {
  let [from, to] = [0, text.length];
  while (from < to && isBlank(text[from])) from += 1;
  while (to > from && isBlank(text[to - 1])) to -= 1;
  return text.slice(from, to);
}

/**
 * The fields in their order, names in lower case, values as bytes with their line ends made one space; null: it does not begin with a header block.
 * @param {string} head a character for each byte
 * @returns {{name: string, value: string}[] | null}
 */
function fieldsOf(head) {
  /** @type {string[]} */
  const fields = [];
  for (let from = 0; ;) {
    const end = head.indexOf('\n', from);
    if (end === -1) return null;
    const line = head.slice(from, head[end - 1] === '\r' && end > from ? end - 1 : end);
    from = end + 1;
    if (line === '') break;
    if (FIELD.test(line)) fields.push(line);
    else if (fields.length && /^[ \t]/.test(line)) fields[fields.length - 1] += `\n${line}`;
    else return null;
    if (line.includes('\0')) return null;
  }
  return fields.map((field) => {
    const colon = field.indexOf(':');
    return { name: field.slice(0, colon).toLowerCase(), value: trimmed(field.slice(colon + 1).replace(FOLD, ' ')) };
  });
}

/** As it stands there. @param {string | undefined} value @param {number} most bytes */
function said(value, most) {
  if (!value || value.length > most) return null;
  const text = decodeUtf8(Uint8Array.from(value, (sign) => sign.charCodeAt(0)));
  return text === null || hides(text) ? null : text;
}

/** Is there a field of LinkedIn's? Anybody can write one. @param {string} value */
function isLinkedIn(value) {
  for (const part of value.split(';')) {
    const at = part.indexOf('=');
    if (at !== -1 && trimmed(part.slice(0, at)) === 'd') return LINKEDIN.test(trimmed(part.slice(at + 1)));
  }
  return false;
}

/**
 * @param {Uint8Array} head the first bytes of the file, at most HEAD
 * @returns {Mail | null} null: it is no mail
 */
export function mailOf(head) {
  const fields = fieldsOf(latin1(head));
  const first = (/** @type {string} */ wanted) => fields?.find(({ name }) => name === wanted)?.value;
  const [from, date] = [first('from'), first('date')];
  if (!fields || from === undefined || date === undefined) return null;
  return {
    from: said(from, TEXT),
    date: said(date, DATE),
    subject: said(first('subject'), TEXT),
    linkedin_signature: fields.some(({ name, value }) => name === 'dkim-signature' && isLinkedIn(value)),
  };
}
