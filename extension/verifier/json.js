// Strict JSON, as docs/evidence-format.md section 7 asks: no member twice, integers within ±(2^53 − 1) and no other number, no lone
// surrogate, no NUL, bounded. The engine's parser reads; what it lets pass is looked for here.

import { LIMITS } from './limits.js';

/** What JSON can say. @typedef {any} Json */

const LONE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
const NUMBER = /0|-?[1-9][0-9]*/y;
const SPACE = /[ \t\n\r]*/y;
const STRING = /"(?:[ !#-[\]-\u{10ffff}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy;
const WORD = /true|false|null/y;

/** @param {string} text */
const isText = (text) => !text.includes('\0') && !LONE.test(text);

/** Values as the engine gave them, where what they were written as is known to be the canonical spelling. */
class Walk {
  left = LIMITS.values;

  /** @param {Json} value @param {number} depth @returns {boolean} */
  fits(value, depth) {
    this.left -= 1;
    if (this.left < 0) return false;
    if (typeof value === 'number') return Number.isSafeInteger(value);
    if (typeof value !== 'object' || value === null) return true;
    if (depth === LIMITS.depth) return false;
    const inner = Array.isArray(value) ? value : Object.values(value);
    if (!Array.isArray(value) && inner.length > LIMITS.members) return false;
    for (const one of inner) if (!this.fits(one, depth + 1)) return false;
    return true;
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

/** What `strictText` says of an object, the plain way. @param {string} text @returns {Json} */
export function slowly(text) {
  const reader = new Reader(text);
  if (!text.startsWith('{')) throw new SyntaxError('no object');
  const value = reader.value(0);
  if (reader.at !== text.length) throw new SyntaxError('something follows');
  return value;
}

/** @param {string} text @returns {Json | undefined} */
function quickly(text) {
  if (text.includes('\\u')) return undefined;
  const value = JSON.parse(text);
  return JSON.stringify(value) === text && new Walk().fits(value, 0) ? value : undefined;
}

/**
 * An object of strict JSON.
 * @param {string | null} text null: what should be one is no UTF-8
 * @returns {Record<string, Json> | null} null: it is none
 */
export function strictText(text) {
  if (text === null) return null;
  try {
    const value = quickly(text) ?? slowly(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}
