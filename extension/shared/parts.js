// What the host gives in parts (an attachment, a report): asked for one after the other until it is all there.

import { fromBase64 } from './encoding.js';
import { CodedError } from './errors.js';

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
    if (typeof answer?.base64 !== 'string') throw new CodedError('host-answer');
    const part = fromBase64(answer.base64);
    const { next } = answer;
    parts.push(part);
    size += part.length;
    if (size > max || (next !== null && (next !== size || part.length === 0))) throw new CodedError('host-answer');
    if (next === null) return { bytes: new Blob(parts), last: answer };
  }
}
