// Where bytes come from: a file of the computer, read in parts, or a buffer.

import { Refusal } from './fault.js';

/**
 * @typedef {{size: number, read: (at: number, length: number) => Promise<Uint8Array>}} Source
 * @typedef {{name: string, size: number, chunks: () => AsyncIterable<Uint8Array>}} PackedFile a file of the package
 */

const PART = 1 << 20;

/**
 * Small files lie side by side, and each question to the disk takes its time: what follows a small piece comes with it.
 * @param {Source} source
 * @returns {Source}
 */
export function ahead({ size, read }) {
  let from = 0;
  let held = /** @type {Uint8Array} */ (new Uint8Array());
  return {
    size,
    async read(at, length) {
      if (length > PART / 2) return read(at, length);
      if (at >= from && at + length <= from + held.length) return held.subarray(at - from, at - from + length);
      const bytes = await read(at, Math.max(length, Math.min(PART, size - at)));
      [from, held] = [at, bytes];
      return bytes.subarray(0, length);
    },
  };
}

/** @typedef {(blob: Blob) => Promise<ArrayBuffer>} BytesOf */

/** @param {Blob} blob @param {BytesOf} [bytesOf] for where not everybody may read @returns {Source} */
export const fromBlob = (blob, bytesOf = (part) => part.arrayBuffer()) =>
  ahead({
    size: blob.size,
    read: async (at, length) => new Uint8Array(await bytesOf(blob.slice(at, at + length))),
  });

/** @param {Uint8Array} bytes @returns {Source} */
export const fromBytes = (bytes) => ({
  size: bytes.length,
  read: async (at, length) => bytes.subarray(at, at + length),
});

/** Each is asked for while the one before it is worked on. @param {Source} source @param {number} at @param {number} length */
export async function* parts(source, at, length) {
  if (length === 0) return;
  const ask = (/** @type {number} */ done) => {
    const part = source.read(at + done, Math.min(PART, length - done));
    part.catch(() => {}); // told when it is waited for
    return part;
  };
  let next = ask(0);
  for (let done = PART; done < length; done += PART) {
    const part = await next;
    next = ask(done);
    yield part;
  }
  yield next;
}

/** The whole file; callers have compared its size with a limit. @param {PackedFile} file @param {Uint8Array} [bytes] of its size, to hold it */
export async function whole(file, bytes = new Uint8Array(file.size)) {
  let at = 0;
  for await (const chunk of file.chunks()) {
    if (at + chunk.length > bytes.length) throw new Refusal('malformed', file.name, 'zipData');
    bytes.set(chunk, at);
    at += chunk.length;
  }
  if (at !== bytes.length) throw new Refusal('malformed', file.name, 'zipData');
  return bytes;
}
