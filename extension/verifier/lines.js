// The lines of a file that streams by.

import { LIMITS } from './limits.js';

/** @typedef {import('./source.js').PackedFile} PackedFile */

/**
 * Each line without its newline; valid until the next is asked for.
 * @param {PackedFile} file
 * @param {(at: number, code: string) => Error} wrong a line is too long, or the last has no newline
 * @returns {AsyncGenerator<Uint8Array[]>} those that one piece completes
 */
export async function* linesOf(file, wrong) {
  let rest = new Uint8Array();
  let count = 0;
  for await (const chunk of file.chunks()) {
    const lines = [];
    let from = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, from)) {
      lines.push(rest.length ? joined(rest, chunk.subarray(from, end)) : chunk.subarray(from, end));
      if (lines[lines.length - 1].length > LIMITS.entry) throw wrong(count + lines.length - 1, 'package-limit');
      rest = new Uint8Array();
      from = end + 1;
    }
    rest = joined(rest, chunk.subarray(from));
    count += lines.length;
    if (rest.length > LIMITS.entry) throw wrong(count, 'package-limit');
    yield lines;
  }
  if (rest.length) throw wrong(count, 'malformed');
}

/** @param {Uint8Array} a @param {Uint8Array} b */
function joined(a, b) {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
