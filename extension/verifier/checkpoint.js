// A checkpoint: c2sp.org/tlog-checkpoint, a signed note. docs/evidence-format.md section 6.

import { decimal, decodeUtf8, fromBase64, isClean, same, utf8 } from './bytes.js';
import { Refusal } from './fault.js';
import { verifies } from './keys.js';
import { LIMITS } from './limits.js';

/** @typedef {import('./keys.js').Key} Key @typedef {{size: number, root: Uint8Array}} Checkpoint */

/** A name has no white space of Unicode. */
const LINE = /^— ([^\p{White_Space}+]+) ([A-Za-z0-9+/=]+)$/u;
const SIGNED = 8192; // bytes of a signature, of whatever kind of key

/** @param {string} line @param {Key} key @param {Uint8Array} signed @param {string} file @returns {boolean} is it of this key? */
function fits(line, key, signed, file) {
  const found = LINE.exec(line);
  const signature = found && fromBase64(found[2]);
  if (!found || !signature || signature.length < 5 || signature.length > SIGNED)
    throw new Refusal('malformed', file, 'noteSpelling');
  if (found[1] !== key.name || !same(signature.subarray(0, 4), key.id)) return false;
  if (!verifies(key.bytes, signed, signature.subarray(4))) throw new Refusal('bad-signature', file, 'noteSignature');
  return true;
}

/**
 * @param {Uint8Array} note
 * @param {Key} key
 * @param {string} file that it is
 * @returns {Checkpoint}
 */
export function openCheckpoint(note, key, file) {
  const all = note.length <= LIMITS.note ? decodeUtf8(note) : null;
  const end = all === null ? -1 : all.lastIndexOf('\n\n');
  if (all === null || end < 0 || !all.endsWith('\n') || !isClean(all))
    throw new Refusal('malformed', file, 'noteSpelling');
  const text = all.slice(0, end + 1);
  const lines = all.slice(end + 2, -1).split('\n');
  if (lines.length > LIMITS.signatures) throw new Refusal('malformed', file, 'noteSpelling');
  const own = lines.filter((line) => fits(line, key, utf8(text), file));
  if (own.length > 1) throw new Refusal('malformed', file, 'noteSpelling');
  if (own.length === 0) throw new Refusal('other-key', file, 'noteKey');
  const [origin, size, root, ...others] = text.slice(0, -1).split('\n');
  const [count, hash] = [decimal(size ?? ''), fromBase64(root ?? '')];
  if (others.some((line) => line === '') || count < 0 || hash?.length !== 32)
    throw new Refusal('malformed', file, 'noteSpelling');
  if (origin !== key.name) throw new Refusal('other-key', file, 'noteKey');
  return { size: count, root: hash };
}
