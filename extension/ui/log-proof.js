// The browser's own sum over what it was shown: the hashes of all entries, put together as RFC 6962 says, must be the root
// that the host states. It holds only if the host's JSON comes out of the browser byte for byte; when it does not, nothing is claimed.

import { hex } from '../shared/encoding.js';
import { sha256 } from '../shared/hash.js';

const encoder = new TextEncoder();

/** @typedef {{root: string, leaves: string[]}} Proof */

/** @param {number} prefix @param {...Uint8Array} parts @returns {Promise<Uint8Array>} */
function hash(prefix, ...parts) {
  const bytes = new Uint8Array(1 + parts.reduce((sum, part) => sum + part.length, 0));
  bytes[0] = prefix;
  let at = 1;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return sha256(bytes);
}

/** @param {any} entry @returns {Promise<Uint8Array>} */
export const leafOf = (entry) => hash(0, encoder.encode(JSON.stringify(entry)));

/** @param {Uint8Array[]} leaves @returns {Promise<Uint8Array>} */
async function rootOf(leaves) {
  let level = leaves;
  while (level.length > 1) {
    const pairs = Array.from({ length: Math.ceil(level.length / 2) }, (_, index) =>
      level.slice(2 * index, 2 * index + 2),
    );
    // One without a partner goes up as it is.
    level = await Promise.all(pairs.map(([left, right]) => (right ? hash(1, left, right) : Promise.resolve(left))));
  }
  return level[0] ?? sha256(new Uint8Array(0));
}

/**
 * @param {Uint8Array[]} leaves of all entries, in order
 * @param {string | null} stated the root that the host names
 * @returns {Promise<Proof | null>} null: they do not make up that root
 */
export async function prove(leaves, stated) {
  const root = hex(await rootOf(leaves));
  return root === stated ? { root, leaves: leaves.map(hex) } : null;
}
