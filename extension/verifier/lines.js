// The lines of a file that streams by.

import { fromHex, latin1 } from './bytes.js';
import { LIMITS } from './limits.js';

/** @typedef {import('./source.js').PackedFile} PackedFile */

const WITHHELD = 79; // {"withheld":"…"}
const PATTERN = /^\{"withheld":"([0-9a-f]{64})"\}$/;

/** The leaf hash of an entry that the owner keeps back; null: the line is an entry. @param {Uint8Array} line @param {number} seq */
export function withheldLeaf(line, seq) {
  const found = line.length === WITHHELD && seq > 0 ? PATTERN.exec(latin1(line)) : null;
  return found ? fromHex(found[1]) : null;
}

const NOTHING = new Uint8Array();

/** Puts the pieces of a file together to lines. */
export class Splitter {
  #rest = NOTHING;
  #count = 0;
  #wrong;
  /** @type {Error | null} of what follows the lines that were handed out */
  #fault = null;

  /** @param {(at: number, code: string) => Error} wrong a line is too long, or the last has no newline */
  constructor(wrong) {
    this.#wrong = wrong;
  }

  /** Those that the next piece completes, without their newlines; valid as long as the piece is. @param {Uint8Array} piece */
  take(piece) {
    if (this.#fault) throw this.#fault;
    const lines = [];
    let from = 0;
    for (let end = piece.indexOf(10); end !== -1; end = piece.indexOf(10, from)) {
      const line = this.#rest.length ? joined(this.#rest, piece.subarray(from, end)) : piece.subarray(from, end);
      if (line.length > LIMITS.entry) return this.#tooLong(lines);
      lines.push(line);
      this.#count += 1;
      this.#rest = NOTHING;
      from = end + 1;
    }
    this.#rest = joined(this.#rest, piece.subarray(from));
    return this.#rest.length > LIMITS.entry ? this.#tooLong(lines) : lines;
  }

  /** Those before it may be at fault, too, and then that is said. @param {Uint8Array[]} lines */
  #tooLong(lines) {
    this.#fault = this.#wrong(this.#count, 'package-limit');
    return lines;
  }

  /** Nothing follows. */
  end() {
    if (this.#fault) throw this.#fault;
    if (this.#rest.length) throw this.#wrong(this.#count, 'malformed');
  }
}

/**
 * Each line without its newline; valid until the next is asked for.
 * @param {PackedFile} file
 * @param {(at: number, code: string) => Error} wrong a line is too long, or the last has no newline
 * @returns {AsyncGenerator<Uint8Array[]>} those that one piece completes
 */
export async function* linesOf(file, wrong) {
  const splitter = new Splitter(wrong);
  for await (const piece of file.chunks()) yield splitter.take(piece);
  splitter.end();
}

/** @param {Uint8Array} a @param {Uint8Array} b */
function joined(a, b) {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
