// Members of an entry, read in their order. The first that is missing, otherwise than described, or not known ends the reading by its name.

import { isHex } from './bytes.js';
import { readTime } from './times.js';

/** @typedef {import('./json.js').Json} Json @typedef {(value: Json, path: string) => void} Rule */

/** Which member cannot be read. */
export class Unread extends Error {
  /** @param {string} member */
  constructor(member) {
    super(member);
    this.member = member;
  }
}

/** Bytes of UTF-8; it has no lone surrogates. @param {string} value */
function lengthOf(value) {
  let length = value.length;
  for (let i = 0; i < value.length; i += 1) {
    const unit = value.charCodeAt(i);
    if (unit > 0x7f) length += unit < 0x800 || (unit & 0xf800) === 0xd800 ? 1 : 2;
  }
  return length;
}

/** @param {boolean} fits @param {string} path */
function need(fits, path) {
  if (!fits) throw new Unread(path);
}

/** @param {Rule} rule @returns {Rule} */
export const orNull = (rule) => (value, path) => {
  if (value !== null) rule(value, path);
};

/** @param {number} most bytes @returns {Rule} */
export const text = (most) => (value, path) =>
  need(
    typeof value === 'string' &&
      value.length > 0 &&
      (value.length * 3 <= most || (value.length <= most && lengthOf(value) <= most)),
    path,
  );

/** @param {RegExp} pattern @returns {Rule} */
export const like = (pattern) => (value, path) => need(typeof value === 'string' && pattern.test(value), path);

/** @param {readonly string[]} words @returns {Rule} */
export const oneOf = (words) => (value, path) => need(typeof value === 'string' && words.includes(value), path);

/** @param {number} least @param {number} [most] @returns {Rule} */
export const integer =
  (least, most = Number.MAX_SAFE_INTEGER) =>
  (value, path) =>
    need(typeof value === 'number' && value >= least && value <= most, path);

/** @type {Rule} */
export const bool = (value, path) => need(typeof value === 'boolean', path);

/** @type {Rule} */
export const isTrue = (value, path) => need(value === true, path);

/** @type {Rule} */
export const time = (value, path) => need(readTime(value) !== null, path);

/** @param {number} bytes @returns {Rule} */
export const hexOf = (bytes) => (value, path) =>
  need(typeof value === 'string' && value.length === 2 * bytes && isHex(value), path);

/** @param {number} most @param {Rule} rule @returns {Rule} */
export const list = (most, rule) => (value, path) => {
  if (!Array.isArray(value) || value.length > most) throw new Unread(path);
  value.forEach((item, i) => rule(item, `${path}[${i}]`));
};

/** @param {Json} value @param {string} path @param {Record<string, Rule>} rules */
export function readMembers(value, path, rules) {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Unread(path);
  const before = path ? `${path}.` : '';
  let read = 0;
  for (const name in rules) {
    if (!Object.hasOwn(value, name)) throw new Unread(before + name);
    rules[name](value[name], before + name);
    read += 1;
  }
  const names = Object.keys(value);
  if (names.length !== read) throw new Unread(before + names.find((name) => !Object.hasOwn(rules, name)));
}

/** @param {Record<string, Rule>} rules @returns {Rule} */
export const object = (rules) => (value, path) => readMembers(value, path, rules);
