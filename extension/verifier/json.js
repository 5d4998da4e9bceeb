// Strict JSON, as docs/evidence-format.md section 7 asks: no member twice, integers within ±(2^53 − 1) and no other number, no lone
// surrogate, no NUL, bounded. The engine's parser reads; what it lets pass is looked for here.

import { decodeUtf8 } from './bytes.js';
import { LIMITS } from './limits.js';

/** What JSON can say. @typedef {any} Json */

const LONE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
const NUMBER = /0|-?[1-9][0-9]*/y;
const SPACE = /[ \t\n\r]*/y;
const STRING = /"(?:[ !#-[\]-\u{10ffff}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy;
const WORD = /true|false|null/y;
const [QUOTE, COLON, BACKSLASH, NINE, LETTER_E, LETTER_U, OPENING, CLOSING] = [...'":\\9eu{}'].map((sign) =>
  sign.charCodeAt(0),
);
/** What a number has, and a plain one has not. */
const OF_NUMBERS = Uint8Array.from({ length: 256 }, (_, byte) => Number('.+-E'.includes(String.fromCharCode(byte))));

/** @param {string} text */
const isText = (text) => !text.includes('\0') && !LONE.test(text);

/** Values as the engine gave them, where what they were written as is known to be the canonical spelling. */
class Walk {
  left = LIMITS.values;
  members = 0;

  /** @param {Json} value @param {number} depth @returns {boolean} */
  fits(value, depth) {
    this.left -= 1;
    if (this.left < 0) return false;
    if (typeof value === 'number') return Number.isSafeInteger(value);
    if (typeof value !== 'object' || value === null) return true;
    if (depth === LIMITS.depth) return false;
    return Array.isArray(value) ? value.every((one) => this.fits(one, depth + 1)) : this.#object(value, depth);
  }

  /** @param {Record<string, Json>} value @param {number} depth */
  #object(value, depth) {
    const before = this.members;
    let own = 0;
    for (const name in value) {
      own += 1;
      if (own > LIMITS.members || !this.fits(value[name], depth + 1)) return false;
    }
    this.members += own;
    return before + own <= this.members;
  }
}

/** Reads by the grammar itself, for what was written otherwise than the engine would. */
class Reader {
  at = 0;
  left = LIMITS.values;

  /** @param {string} text */
  constructor(text) {
    this.text = text;
  }

  /** @param {RegExp} pattern @returns {string | null} */
  take(pattern) {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (!found) return null;
    this.at += found[0].length;
    return found[0];
  }

  /** @param {string} sign */
  sign(sign) {
    this.take(SPACE);
    if (this.text[this.at] !== sign) return false;
    this.at += 1;
    return true;
  }

  /** @param {number} depth @returns {Json} */
  value(depth) {
    this.take(SPACE);
    this.left -= 1;
    if (this.left < 0) throw new SyntaxError('values');
    const first = this.text[this.at];
    if (first === '"') return this.string();
    if (first === '{' || first === '[') {
      if (depth === LIMITS.depth) throw new SyntaxError('depth');
      return first === '{' ? this.object(depth) : this.array(depth);
    }
    return this.plain();
  }

  plain() {
    const word = this.take(WORD);
    if (word) return JSON.parse(word);
    const number = this.take(NUMBER);
    if (!number || !Number.isSafeInteger(Number(number))) throw new SyntaxError('number');
    return Number(number);
  }

  string() {
    const written = this.take(STRING);
    if (written === null) throw new SyntaxError('string');
    const text = JSON.parse(written);
    if (!isText(text)) throw new SyntaxError('text');
    return text;
  }

  /** @param {number} depth */
  array(depth) {
    /** @type {Json[]} */
    const list = [];
    this.sign('[');
    if (this.sign(']')) return list;
    do list.push(this.value(depth + 1));
    while (this.sign(','));
    if (!this.sign(']')) throw new SyntaxError(']');
    return list;
  }

  /** @param {number} depth */
  object(depth) {
    /** @type {Map<string, Json>} */
    const members = new Map();
    this.sign('{');
    if (this.sign('}')) return {};
    do {
      this.take(SPACE);
      const name = this.string();
      if (!this.sign(':') || members.has(name) || members.size === LIMITS.members) throw new SyntaxError(name);
      members.set(name, this.value(depth + 1));
    } while (this.sign(','));
    if (!this.sign('}')) throw new SyntaxError('}');
    return Object.fromEntries(members);
  }
}

/** What `strictObject` says, the plain way. @param {string} text @returns {Json} */
export function slowly(text) {
  const reader = new Reader(text);
  if (!text.startsWith('{')) throw new SyntaxError('no object');
  const value = reader.value(0);
  if (reader.at !== text.length) throw new SyntaxError('something follows');
  return value;
}

/** @param {Uint8Array} bytes @param {number} from @returns {number} -1: a sign in it is escaped by its number */
function endOfString(bytes, from) {
  let at = from;
  for (; at < bytes.length && bytes[at] !== QUOTE; at += 1) {
    if (bytes[at] !== BACKSLASH) continue;
    at += 1;
    if (bytes[at] === LETTER_U) return -1;
  }
  return at;
}

/**
 * How many members were written; they are as many as the engine kept, or one stood there twice.
 * @param {Uint8Array} bytes
 * @returns {number} -1: a sign is escaped by its number, or a number is no plain one; the grammar has to be asked
 */
function membersWritten(bytes) {
  const { length } = bytes;
  let count = 0;
  for (let at = 0; at < length; at += 1) {
    const sign = bytes[at];
    if (sign === QUOTE) {
      at = endOfString(bytes, at + 1);
      if (at < 0) return -1;
    } else if (sign === COLON) {
      count += 1;
    } else if (OF_NUMBERS[sign] || (sign === LETTER_E && bytes[at - 1] <= NINE)) {
      return -1;
    }
  }
  return count;
}

/** @param {Uint8Array} bytes @param {string} text @returns {Json | undefined} */
function quickly(bytes, text) {
  const written = membersWritten(bytes);
  if (written < 0 || bytes[0] !== OPENING || bytes[bytes.length - 1] !== CLOSING) return undefined;
  const value = JSON.parse(text);
  const walk = new Walk();
  return walk.fits(value, 0) && walk.members === written ? value : undefined;
}

/**
 * An object of strict JSON.
 * @param {Uint8Array} bytes
 * @returns {Record<string, Json> | null} null: it is none
 */
export function strictObject(bytes) {
  const text = decodeUtf8(bytes);
  if (text === null) return null;
  try {
    const value = quickly(bytes, text) ?? slowly(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}
