// Where bytes come from: a file of the computer, read in parts, or a buffer.

import { Refusal } from './fault.js';

/**
 * @typedef {{size: number, read: (at: number, length: number) => Promise<Uint8Array>}} Source
 * @typedef {{name: string, size: number, chunks: () => AsyncIterable<Uint8Array>}} PackedFile a file of the package
 */

const PART = 1 << 20;

/** @param {Blob} blob @returns {Source} */
export const fromBlob = (blob) => ({
  size: blob.size,
  read: async (at, length) => new Uint8Array(await blob.slice(at, at + length).arrayBuffer()),
});

/** @param {Uint8Array} bytes @returns {Source} */
export const fromBytes = (bytes) => ({
  size: bytes.length,
  read: async (at, length) => bytes.subarray(at, at + length),
});

/** @param {Source} source @param {number} at @param {number} length */
export async function* parts(source, at, length) {
  for (let done = 0; done < length; done += PART) yield source.read(at + done, Math.min(PART, length - done));
}

/** The whole file; callers have compared its size with a limit. @param {PackedFile} file */
export async function whole(file) {
  const bytes = new Uint8Array(file.size);
  let at = 0;
  for await (const chunk of file.chunks()) {
    if (at + chunk.length > bytes.length) throw new Refusal('package-unsafe', file.name, 'zipData');
    bytes.set(chunk, at);
    at += chunk.length;
  }
  if (at !== bytes.length) throw new Refusal('package-unsafe', file.name, 'zipData');
  return bytes;
}
