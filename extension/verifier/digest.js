// SHA-256 of what streams by.

import { crc32 } from './crc32.js';
import { Refusal } from './fault.js';
import { whole } from './source.js';
import { SHA256, sha256 } from './vendor/sha256.js';

/** @typedef {import('./container.js').ContainerFile} ContainerFile */
/** @typedef {(done: number, total: number) => void} Progress */

/** Between them the browser's own hash, which is quicker but does not stream and is asked in another thread, is given the whole. */
const [ASKED_FOR, AT_ONCE] = [1 << 14, 1 << 26];

/**
 * By the browser's own hash, of which it makes a copy before this returns. A page that came over an open connection has none, and where memory
 * or threads are few it may refuse, which says nothing of the bytes: then the library does it.
 * @param {Uint8Array} bytes @param {() => Uint8Array} [again] the hash of the same by the library, for whoever uses the room of the bytes again
 * @returns {Promise<Uint8Array>}
 */
export async function digestOf(bytes, again = () => sha256(bytes)) {
  try {
    return new Uint8Array(
      await globalThis.crypto.subtle.digest('SHA-256', /** @type {Uint8Array<ArrayBuffer>} */ (bytes)),
    );
  } catch {
    return again();
  }
}

/** For the bytes of one file after the other: a browser clears a large buffer away late. */
class Room {
  #bytes = new Uint8Array();

  /** @param {ContainerFile} file @returns {Promise<Uint8Array>} good until the next */
  read(file) {
    if (this.#bytes.length < file.size) this.#bytes = new Uint8Array(file.size);
    return whole(file, this.#bytes.subarray(0, file.size));
  }
}

/** @param {ContainerFile} file @param {Uint8Array} bytes @param {(length: number) => void} passed */
async function digestAtOnce(file, bytes, passed) {
  if (file.crc !== undefined && crc32(bytes) !== file.crc) throw new Refusal('malformed', file.name, 'zipData');
  const hash = bytes.length < ASKED_FOR ? sha256(bytes) : await digestOf(bytes);
  passed(bytes.length);
  return hash;
}

/** @typedef {(file: ContainerFile, passed: (length: number) => void) => Promise<Uint8Array | null>} DigestOne */

/** @param {ContainerFile} file @param {(length: number) => void} passed @param {Room} [room] @returns {Promise<Uint8Array>} */
async function digest(file, passed, room = new Room()) {
  if (file.size <= AT_ONCE) return digestAtOnce(file, await room.read(file), passed);
  const hash = new SHA256();
  let [sum, length] = [0, 0];
  for await (const chunk of file.chunks()) {
    hash.update(chunk);
    if (file.crc !== undefined) sum = crc32(chunk, sum);
    length += chunk.length;
    passed(chunk.length);
  }
  if (length !== file.size || (file.crc !== undefined && sum !== file.crc))
    throw new Refusal('malformed', file.name, 'zipData');
  return hash.digest();
}

/**
 * The SHA-256 of every file, read once from front to back.
 * @param {Map<string, ContainerFile>} files
 * @param {Progress} progress
 * @param {{name: string, digest: DigestOne} | null} [aside] a file that somebody else sums over at the same time; null of it: could not
 * @returns {Promise<Map<string, Uint8Array>>}
 */
export async function digestAll(files, progress, aside = null) {
  const digests = new Map();
  const room = new Room();
  const total = [...files.values()].reduce((sum, { size }) => sum + size, 0);
  let done = 0;
  const passed = (/** @type {number} */ length) => {
    done += length;
    progress(done, total);
  };
  /** @type {Promise<Uint8Array> | null} */
  let begun = null;
  for (const [name, file] of files) {
    if (name === aside?.name) {
      begun = aside.digest(file, passed).then((sum) => sum ?? digest(file, () => {}));
      begun.catch(() => {}); // told below
      continue;
    }
    try {
      digests.set(name, await digest(file, passed, room));
    } catch (why) {
      await begun; // a fault of a file before this one comes first
      throw why;
    }
  }
  if (aside && begun) digests.set(aside.name, await begun);
  return digests;
}
