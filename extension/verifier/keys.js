// The one key that signs everything. docs/evidence-format.md section 4.

import { base64, decodeUtf8, fromBase64, hex, join, same, utf8 } from './bytes.js';
import { Refusal } from './fault.js';
import { ed25519, sha512 } from './vendor/noble.js';
import { sha256 } from './vendor/sha256.js';

/** @typedef {{name: string, id: Uint8Array, bytes: Uint8Array, fingerprint: string}} Key */

const ED25519 = 1; // the type of a signed-note key
const VKEY = /^(consentlog\/[0-9a-f]{16})\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)\n$/;
const SPKI = Uint8Array.from([0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00]);
const { Point } = ed25519;
const ORDER = Point.Fn.ORDER;

/** RFC 4251: its length and its bytes. @param {Uint8Array} bytes */
export const sshString = (bytes) =>
  join(Uint8Array.of(bytes.length >>> 24, bytes.length >>> 16, bytes.length >>> 8, bytes.length), bytes);

/** @param {Uint8Array} key */
export const sshBlob = (key) => join(sshString(utf8('ssh-ed25519')), sshString(key));

/** A point in its canonical spelling that is not of small order, or null. @param {Uint8Array} bytes */
function pointOf(bytes) {
  try {
    const point = Point.fromBytes(bytes, false);
    return point.isSmallOrder() || !same(point.toBytes(), bytes) ? null : point;
  } catch {
    return null;
  }
}

/** @param {Uint8Array} bytes little-endian */
function scalarOf(bytes) {
  return BigInt(`0x${hex(bytes.slice().reverse())}`);
}

/**
 * RFC 8032 section 5.1.7, the equation without the cofactor; A and R canonical and not of small order, S reduced.
 * @param {Uint8Array} key @param {Uint8Array} message @param {Uint8Array} signature
 */
export function verifies(key, message, signature) {
  if (signature.length !== 64 || key.length !== 32) return false;
  const [a, r] = [pointOf(key), pointOf(signature.subarray(0, 32))];
  const s = scalarOf(signature.subarray(32));
  if (!a || !r || s >= ORDER || !ed25519.verify(signature, message, key, { zip215: false })) return false;
  const k = scalarOf(sha512(join(signature.subarray(0, 32), key, message))) % ORDER;
  return Point.BASE.multiplyUnsafe(s).equals(r.add(a.multiplyUnsafe(k)));
}

/**
 * @param {(name: string) => Uint8Array} text
 * @returns {Key}
 */
export function readKey(text) {
  const file = 'data/vkey';
  const found = VKEY.exec(decodeUtf8(text(file)) ?? '');
  const typed = found && fromBase64(found[3]);
  if (!found || !typed || typed.length !== 33 || typed[0] !== ED25519)
    throw new Refusal('malformed', file, 'keySpelling');
  const [, name, id] = found;
  const bytes = typed.subarray(1);
  const hash = sha256(join(utf8(`${name}\n`), typed)).subarray(0, 4);
  if (hex(hash) !== id) throw new Refusal('malformed', file, 'keySpelling');
  if (!pointOf(bytes)) throw new Refusal('bad-signature', file, 'keyWeak');
  const blob = sshBlob(bytes);
  const line = `consentlog namespaces="consentlog-evidence@v1" ssh-ed25519 ${base64(blob)}\n`;
  if (!same(text('data/allowed_signers'), utf8(line)))
    throw new Refusal('other-key', 'data/allowed_signers', 'keyOther');
  const pem = `-----BEGIN PUBLIC KEY-----\n${base64(join(SPKI, bytes))}\n-----END PUBLIC KEY-----\n`;
  if (!same(text('data/public-key.pem'), utf8(pem))) throw new Refusal('other-key', 'data/public-key.pem', 'keyOther');
  return { name, id: hash, bytes, fingerprint: `SHA256:${base64(sha256(blob)).replace(/=+$/, '')}` };
}
