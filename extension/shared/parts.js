// Bytes that the host gives as base64, also in parts (an attachment, a report): asked for one after the other until they are all there.

import { fromBase64 } from './encoding.js';
import { CodedError } from './errors.js';

/** @param {unknown} base64 @throws {CodedError} `host-answer`: it is none */
export function bytesOf(base64) {
  try {
    if (typeof base64 === 'string') return fromBase64(base64);
  } catch {
    // told below
  }
  throw new CodedError('host-answer');
}

/**
 * @template {{base64: string, next: number | null}} T
 * @param {(offset: number) => Promise<T>} ask
 * @param {number} [max] bytes of all of it
 * @returns {Promise<{bytes: Blob, last: T}>} last: the answer with the last part
 * @throws {CodedError} `host-answer`: a part that is none, one that does not follow the one before it, or more than there may be
 */
export async function readParts(ask, max = Infinity) {
  /** @type {BlobPart[]} */
  const parts = [];
  for (let size = 0; ;) {
    const answer = await ask(size);
    const part = bytesOf(answer?.base64);
    const { next } = answer;
    parts.push(part);
    size += part.length;
    if (size > max || (next !== null && (next !== size || part.length === 0))) throw new CodedError('host-answer');
    if (next === null) return { bytes: new Blob(parts), last: answer };
  }
}
