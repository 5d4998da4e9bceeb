// The tree of RFC 9162 section 2.1: leaf SHA-256(00 ‖ entry), node SHA-256(01 ‖ left ‖ right).

import { digestOf } from './digest.js';
import { LIMITS } from './limits.js';
import { SHA256 } from './vendor/sha256.js';

const HASH = 32;
const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** One for all of them, begun anew each time. */
const hasher = new SHA256();

/** @param {Uint8Array} to @param {...Uint8Array} parts */
function hashInto(to, ...parts) {
  hasher.reset();
  for (const part of parts) hasher.update(part);
  hasher.finish(to);
  return to;
}

/** For one leaf after the other: a digest is asked of a copy (Web Cryptography API, SubtleCrypto.digest, step 2), taken before it returns. */
const next = new Uint8Array(LEAF.length + LIMITS.entry);
next.set(LEAF);

/**
 * Of many at once the browser’s own hash takes half of what the library does in Chromium, and three quarters in Firefox.
 * @param {Uint8Array} entry @returns {Promise<Uint8Array>}
 */
export function leafOf(entry) {
  next.set(entry, LEAF.length);
  return digestOf(next.subarray(0, LEAF.length + entry.length), () => hashInto(new Uint8Array(HASH), LEAF, entry));
}

/** Leaf hashes, end to end, of any number; the whole tree can be asked about. */
export class Tree {
  /** @type {Uint8Array[]} level 0 are the leaves; level k holds the roots of whole runs of 2^k */
  levels = [new Uint8Array(1 << 12)];
  size = 0;

  /** @param {Uint8Array} left @param {Uint8Array} right */
  node(left, right) {
    return hashInto(new Uint8Array(HASH), NODE, left, right);
  }

  /** With whatever it makes whole, upwards. @param {Uint8Array} leaf the next */
  append(leaf) {
    let index = this.size;
    this.#room(0, index).set(leaf);
    this.size += 1;
    for (let level = 0; index % 2 === 1; level += 1) {
      const both = this.levels[level].subarray((index - 1) * HASH, (index + 1) * HASH);
      index = (index - 1) / 2;
      hashInto(this.#room(level + 1, index), NODE, both);
    }
  }

  /** Where that hash lies. @param {number} level @param {number} index */
  #room(level, index) {
    this.levels[level] ??= new Uint8Array(HASH);
    if ((index + 1) * HASH > this.levels[level].length) {
      const larger = new Uint8Array(this.levels[level].length * 2);
      larger.set(this.levels[level]);
      this.levels[level] = larger;
    }
    return this.at(level, index);
  }

  /** @param {number} level @param {number} index */
  at(level, index) {
    return this.levels[level].subarray(index * HASH, (index + 1) * HASH);
  }

  /**
   * The root of leaves from … to − 1, where `from` is a multiple of the largest power of two below their number.
   * @param {number} from
   * @param {number} to
   */
  range(from, to) {
    /** @type {Uint8Array | null} */
    let hash = null;
    let [left, end] = [to - from, to];
    for (let level = 0; left > 0; level += 1) {
      const run = 2 ** level;
      if (Math.floor(left / run) % 2 === 0) continue;
      const node = this.at(level, end / run - 1);
      hash = hash ? this.node(node, hash) : node.slice();
      end -= run;
      left -= run;
    }
    return /** @type {Uint8Array} */ (hash);
  }

  /** The root of the first `size` leaves. */
  root(size = this.size) {
    return this.range(0, size);
  }

  /** From the leaf's sibling up: RFC 9162 section 2.1.3. @param {number} index @returns {Uint8Array[]} */
  path(index) {
    const path = [];
    let [from, to] = [0, this.size];
    while (to - from > 1) {
      const split = from + 2 ** (Math.ceil(Math.log2(to - from)) - 1);
      path.push(index < split ? this.range(split, to) : this.range(from, split));
      if (index < split) to = split;
      else from = split;
    }
    return path.reverse();
  }
}
