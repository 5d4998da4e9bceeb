// Encoded words (RFC 2047): how the header of a mail spells what is not ASCII. The same as host/entry/encoded_word.c; one file of vectors holds
// the two together.

import { hides } from '../shared/dom.js';
import { decodeUtf8, fromBase64, utf8 } from './bytes.js';

/** Section 2; a language may stand behind the charset (RFC 2231, section 5). */
const WORD = /( *)=\?([^?* ]*)(?:\*[^? ]*)?\?([bq])\?([^? ]*)\?=/iy;
const TEXT = /(?: +|[^ ])/uy;

/** Section 4.2. @param {string} text @returns {Uint8Array | null} null: broken */
function fromQ(text) {
  if (!/^(?:[^=]|=[0-9a-f]{2})*$/i.test(text)) return null;
  const bytes = text
    .replace(/_/g, ' ')
    .split(/(=..)/)
    .filter((part) => part !== '')
    .map((part) => (part.length === 3 && part[0] === '=' ? Uint8Array.of(parseInt(part.slice(1), 16)) : utf8(part)));
  return joined(bytes);
}

/** @param {Uint8Array[]} parts */
const joined = (parts) => Uint8Array.from(parts.flatMap((part) => [...part]));

/**
 * In UTF-8; null: broken, or of another charset.
 * @param {string} charset @param {string} encoding @param {string} text @returns {Uint8Array | null}
 */
function decoded(charset, encoding, text) {
  const bytes = /b/i.test(encoding) ? fromBase64(text) : fromQ(text);
  if (!bytes || /^(?:utf-8|us-ascii)$/i.test(charset)) return bytes;
  return /^iso-8859-1$/i.test(charset) ? utf8(String.fromCharCode(...bytes)) : null;
}

/** @param {string} value @returns {Uint8Array | null} */
function bytesOf(value) {
  const parts = [];
  let behindWord = false;
  for (let at = 0; at < value.length;) {
    WORD.lastIndex = TEXT.lastIndex = at;
    const word = WORD.exec(value);
    if (word) {
      const [whole, blanks, charset, encoding, text] = word;
      const bytes = decoded(charset, encoding, text);
      if (!bytes) return null;
      parts.push(utf8(behindWord ? '' : blanks), bytes);
      at += whole.length;
    } else {
      const [text] = /** @type {RegExpExecArray} */ (TEXT.exec(value));
      parts.push(utf8(text));
      at += text.length;
    }
    behindWord = word !== null;
  }
  return joined(parts);
}

/**
 * A value of a header field as people read it: its encoded words decoded, the blanks between two of them left out (section 6.2). The value as it
 * stands where a word is broken or of another charset than UTF-8, US-ASCII and ISO-8859-1, and where the outcome is empty, not UTF-8, or has a
 * character that hides or moves others.
 * @param {string} value
 */
export function showEncodedWords(value) {
  const bytes = bytesOf(value);
  const text = bytes && decodeUtf8(bytes);
  return text && !hides(text) ? text : value;
}
