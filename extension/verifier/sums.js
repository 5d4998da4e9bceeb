// What is summed over data/entries.jsonl: its SHA-256, its CRC-32 and the tree of its lines. In a thread of its own, while the checks read
// the same pieces: the sums take as long as the reading.

import { crc32 } from './crc32.js';
import { Splitter, withheldLeaf } from './lines.js';
import { hashAt, Tree } from './tree.js';
import { sha256 } from './vendor/noble.js';

/**
 * `tree` is null where no line was asked for, or one cannot be: whoever reads the lines says what is wrong.
 * @typedef {{digest: Uint8Array, crc: number, length: number, tree: {levels: Uint8Array[], size: number} | null}} Sums
 */
/**
 * Several files may be summed over at once: each question bears the number of its job.
 * @typedef {{job: number, piece: Uint8Array | null, lines: boolean, leaves: Uint8Array | null}} Piece null: that was all; not lines: they
 *   are not read any more; leaves: those of the lines that it completes, where whoever gives it had the time
 * @typedef {{job: number, sums: Sums | null, room: ArrayBuffer | null}} Reply to each piece, with its room for another
 */

class Job {
  #hash = sha256.create();
  #crc = 0;
  #length = 0;
  /** @type {Tree | null} */
  #tree = new Tree();
  #splitter = new Splitter(() => new Error('line'));

  /** @param {Uint8Array} piece @param {boolean} lines @param {Uint8Array | null} leaves */
  take(piece, lines, leaves) {
    this.#hash.update(piece);
    this.#crc = crc32(piece, this.#crc);
    this.#length += piece.length;
    if (!lines) this.#tree = null;
    if (this.#tree) this.#grow(this.#tree, piece, leaves);
  }

  /** @param {Tree} tree @param {Uint8Array} piece @param {Uint8Array | null} leaves */
  #grow(tree, piece, leaves) {
    try {
      this.#splitter.take(piece).forEach((line, i) => {
        const leaf = withheldLeaf(line, tree.size) ?? (leaves && hashAt(leaves, i));
        if (leaf) tree.append(leaf);
        else tree.appendEntry(line);
      });
    } catch {
      this.#tree = null;
    }
  }

  /** @returns {Sums} */
  end() {
    const tree = this.#tree && { levels: this.#tree.levels, size: this.#tree.size };
    return { digest: this.#hash.digest(), crc: this.#crc, length: this.#length, tree };
  }
}

/** Answers what a SumsClient asks. @param {MessagePort} port */
export function serveSums(port) {
  /** @type {Map<number, Job>} */
  const jobs = new Map();
  port.onmessage = ({ data: { job: number, piece, lines, leaves } }) => {
    const job = jobs.get(number) ?? new Job();
    if (piece) {
      jobs.set(number, job);
      job.take(piece, lines, leaves);
    } else jobs.delete(number);
    const [room, sums] = piece ? [piece.buffer, null] : [null, job.end()];
    const given = sums?.tree?.levels.map(({ buffer }) => buffer) ?? [];
    port.postMessage(/** @type {Reply} */ ({ job: number, sums, room }), room ? [room] : given);
  };
  port.postMessage(/** @type {Reply} */ ({ job: 0, sums: null, room: null })); // it is there
}
