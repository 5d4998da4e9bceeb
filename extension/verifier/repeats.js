// Most looks of a log say the same at another moment. What such a line shares with one that was read is compared and not read again: the
// rest of it is numbers, times and random bytes, each held to its rule. What this cannot tell is left to strictText and readEntry.

import { decimal } from './bytes.js';
import { READING, SALT } from './entry.js';
import { readTime } from './times.js';

/** @typedef {import('./entry.js').Entry} Entry */
/** @typedef {{inside: string, name: string, length: number, read: (value: string) => string | number | null}} Hole `length` 0: a number */
/** @typedef {{entry: Entry, segments: string[], holes: Hole[], nested: string[]}} Known a line that was read, between its holes */

const KNOWN = 8; // accounts, browsers and states take turns
const UNPAID = 16; // lines that are learnt before one was found again

/** Each gives what the member is then, or null: it cannot be that. */
const number = (/** @type {string} */ value) => {
  const read = decimal(value);
  return read < 0 ? null : read;
};
const moment = (/** @type {string} */ value) => (readTime(value) === null ? null : value);
const salt = (/** @type {string} */ value) => (SALT.test(value) ? value : null);
const reading = (/** @type {string} */ value) => (READING.test(value) ? value : null);

/** @type {readonly Hole[]} */
const HOLES = Object.freeze([
  { inside: '', name: 'seq', length: 0, read: number },
  { inside: '', name: 'time', length: 24, read: moment },
  { inside: 'clock', name: 'uptime_ms', length: 0, read: number },
  { inside: '', name: 'salt', length: 24, read: salt },
  { inside: '', name: 'observed_at', length: 24, read: moment },
  { inside: 'page', name: 'loaded_at', length: 24, read: moment },
  { inside: 'page', name: 'server_date', length: 24, read: moment },
  { inside: 'client', name: 'reading', length: 32, read: reading },
]);

/** @param {Record<string, any>} entry @param {Hole} hole @returns {Record<string, any>} */
const holder = (entry, { inside }) => (inside ? entry[inside] : entry);

/** A copy whose holes may be filled. @param {Entry} entry @param {string[]} nested @returns {Entry} */
function copyOf(entry, nested) {
  const copy = { ...entry };
  for (const name of nested) copy[name] = { ...entry[name] };
  return copy;
}

/** @param {string} text @param {Entry} entry that was read from it @returns {Known | null} null: it is not written as a program would */
function knownFrom(text, entry) {
  if (text.includes('\\u')) return null; // the mark of a hole, below
  const holes = HOLES.filter((hole) => holder(entry, hole)[hole.name] !== null);
  const nested = [...new Set(holes.map(({ inside }) => inside).filter(Boolean))];
  const marked = copyOf(entry, nested);
  holes.forEach((hole, i) => (holder(marked, hole)[hole.name] = `\0${i}`));
  const pieces = JSON.stringify(marked).split(/"\\u0000(\d)"/);
  const inOrder = pieces.filter((_, i) => i % 2 === 1).map((i) => holes[Number(i)]);
  const quote = (/** @type {Hole | undefined} */ hole) => (hole?.length ? '"' : '');
  const segments = pieces
    .filter((_, i) => i % 2 === 0)
    .map((piece, i) => quote(inOrder[i - 1]) + piece + quote(inOrder[i]));
  const again = segments.map((segment, i) => segment + (inOrder[i] ? holder(entry, inOrder[i])[inOrder[i].name] : ''));
  return again.join('') === text ? { entry, segments, holes: inOrder, nested } : null;
}

/** Of the digits there. @param {string} text @param {number} at */
function lengthOfNumber(text, at) {
  let end = at;
  for (let unit = text.charCodeAt(end); unit >= 48 && unit <= 57; unit = text.charCodeAt(end)) end += 1;
  return end - at;
}

/** @param {string} text @param {Known} known @returns {Entry | null} */
function readAs(text, { entry, segments, holes, nested }) {
  /** @type {(string | number)[]} */
  const values = [];
  let at = 0;
  for (let i = 0; i < holes.length; i += 1) {
    if (text.slice(at, at + segments[i].length) !== segments[i]) return null;
    at += segments[i].length;
    const length = holes[i].length || lengthOfNumber(text, at);
    const value = holes[i].read(text.slice(at, at + length));
    if (value === null) return null;
    values.push(value);
    at += length;
  }
  const last = segments[holes.length];
  if (text.slice(at) !== last) return null;
  const read = copyOf(entry, nested);
  for (let i = 0; i < holes.length; i += 1) holder(read, holes[i])[holes[i].name] = values[i];
  return read;
}

export class Repeats {
  /** The last that was found again stands first. @type {Known[]} */
  #known = [];
  #learnt = 0;
  #found = 0;

  /** @param {string} text @returns {Entry | null} null: it has to be read */
  read(text) {
    for (let i = 0; i < this.#known.length; i += 1) {
      const entry = readAs(text, this.#known[i]);
      if (!entry) continue;
      this.#found += 1;
      if (i > 0) this.#known.unshift(...this.#known.splice(i, 1));
      return entry;
    }
    return null;
  }

  /** @param {string} text @param {Entry} entry what readEntry read from it */
  learn(text, entry) {
    if (entry.kind !== 'observation' || this.#learnt > this.#found + UNPAID) return;
    this.#learnt += 1;
    const known = knownFrom(text, entry);
    if (known) this.#known = [known, ...this.#known].slice(0, KNOWN);
  }
}
