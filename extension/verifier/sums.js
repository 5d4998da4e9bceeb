// What is summed over data/entries.jsonl: its SHA-256 and its CRC-32. In a thread of its own, while the checks read the same pieces: to sum takes
// about as long as to read.

import { crc32 } from './crc32.js';
import { SHA256 } from './vendor/sha256.js';

/** @typedef {{digest: Uint8Array, crc: number, length: number}} Sums */
/**
 * Several files may be summed over at once: each question bears the number of its job.
 * @typedef {{job: number, piece: Uint8Array | null}} Piece null: that was all
 * @typedef {{job: number, sums: Sums | null, room: ArrayBuffer | null}} Reply to each piece, with its room for another
 */

class Job {
  #hash = new SHA256();
  #crc = 0;
  #length = 0;

  /** @param {Uint8Array} piece */
  take(piece) {
    this.#hash.update(piece);
    this.#crc = crc32(piece, this.#crc);
    this.#length += piece.length;
  }

  /** @returns {Sums} */
  end() {
    return { digest: this.#hash.digest(), crc: this.#crc, length: this.#length };
  }
}

/** Answers what a SumsClient asks. @param {MessagePort} port */
export function serveSums(port) {
  /** @type {Map<number, Job>} */
  const jobs = new Map();
  port.onmessage = ({ data: { job: number, piece } }) => {
    const job = jobs.get(number) ?? new Job();
    if (piece) {
      jobs.set(number, job);
      job.take(piece);
    } else jobs.delete(number);
    const [room, sums] = piece ? [piece.buffer, null] : [null, job.end()];
    port.postMessage(/** @type {Reply} */ ({ job: number, sums, room }), room ? [room] : []);
  };
  port.postMessage(/** @type {Reply} */ ({ job: 0, sums: null, room: null })); // it is there
}
