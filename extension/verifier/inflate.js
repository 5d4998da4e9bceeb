// Deflate, by the browser's own. What comes out is stopped at the size that was stated.

import { Refusal } from './fault.js';

/** What is given at once comes out at once, before it can be stopped: at most 1032 times as much (zlib, "Maximum Compression Factor"). */
const GIVEN = 1 << 14;

/** @param {AsyncIterable<Uint8Array>} packed */
async function* littleByLittle(packed) {
  for await (const piece of packed)
    for (let at = 0; at < piece.length; at += GIVEN) yield piece.subarray(at, at + GIVEN);
}

/**
 * @param {AsyncIterable<Uint8Array>} packed
 * @param {(why: unknown) => void} lost it cannot be read
 * @returns {ReadableStream<any>}
 */
function streamOf(packed, lost) {
  const iterator = littleByLittle(packed);
  const next = () =>
    iterator.next().catch((why) => {
      lost(why);
      throw why;
    });
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await iterator.return(undefined);
    },
  });
}

/**
 * @param {AsyncIterable<Uint8Array>} packed
 * @param {'deflate' | 'deflate-raw'} format
 * @param {number} size that is stated
 * @param {() => Error} wrong
 */
async function* inflate(packed, format, size, wrong) {
  /** What is not of the bytes is not said of them. @type {{why: unknown} | null} */
  let unread = null;
  const stream = streamOf(packed, (why) => {
    unread = { why };
  });
  const reader = stream.pipeThrough(new DecompressionStream(format)).getReader();
  let done = 0;
  try {
    for (;;) {
      const part = await reader.read().catch(() => {
        throw unread ? unread.why : wrong();
      });
      if (part.done) break;
      done += part.value.length;
      if (done > size) throw wrong();
      yield /** @type {Uint8Array} */ (part.value);
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
  if (done !== size) throw wrong();
}

/** A file of a ZIP. @param {AsyncIterable<Uint8Array>} packed @param {number} size @param {string} name */
export const inflateRaw = (packed, size, name) =>
  inflate(packed, 'deflate-raw', size, () => new Refusal('malformed', name, 'zipData'));

/** The picture data of a PNG. @param {AsyncIterable<Uint8Array>} packed @param {number} size */
export const inflateZlib = (packed, size) => inflate(packed, 'deflate', size, () => new RangeError('zlib'));
