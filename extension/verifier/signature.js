// The SSH signature of the tag manifest: OpenSSH's PROTOCOL.sshsig, version 1. docs/evidence-format.md section 5.

import { decodeUtf8, fromBase64, join, same, utf8 } from './bytes.js';
import { Refusal } from './fault.js';
import { sshBlob, sshString, verifies } from './keys.js';
import { sha512 } from './vendor/noble.js';

const FILE = 'tagmanifest-sha256.txt.sig';
const ARMOUR = /^-----BEGIN SSH SIGNATURE-----\n((?:[A-Za-z0-9+/=]+\n)+)-----END SSH SIGNATURE-----\n$/;
const NAMESPACE = utf8('consentlog-evidence@v1');
const MAGIC = utf8('SSHSIG');
const SIGNATURE = 64;

/** What stands before the signature's own bytes. @param {Uint8Array} key */
const head = (key) =>
  join(
    MAGIC,
    Uint8Array.of(0, 0, 0, 1),
    sshString(sshBlob(key)),
    sshString(NAMESPACE),
    sshString(new Uint8Array()),
    sshString(utf8('sha512')),
  );

/**
 * @param {(name: string) => Uint8Array} text
 * @param {Uint8Array} key
 */
export function checkSignature(text, key) {
  const found = ARMOUR.exec(decodeUtf8(text(FILE)) ?? '');
  const blob = found && fromBase64(found[1].replaceAll('\n', ''));
  const inner = join(sshString(utf8('ssh-ed25519')), Uint8Array.of(0, 0, 0, SIGNATURE));
  const before = join(head(key), Uint8Array.of(0, 0, 0, inner.length + SIGNATURE), inner);
  if (!blob) throw new Refusal('malformed', FILE, 'signatureSpelling');
  if (blob.length !== before.length + SIGNATURE) throw new Refusal('malformed', FILE, 'signatureSpelling');
  const end = MAGIC.length + 4 + 4 + sshBlob(key).length;
  const begin = end - key.length;
  const fits = (/** @type {number} */ from, /** @type {number} */ to) =>
    same(blob.subarray(from, to), before.subarray(from, to));
  if (!fits(0, begin) || !fits(end, before.length)) throw new Refusal('malformed', FILE, 'signatureSpelling');
  if (!fits(begin, end)) throw new Refusal('other-key', FILE, 'signatureKey');
  const hash = sha512(text('tagmanifest-sha256.txt'));
  const signed = join(
    MAGIC,
    sshString(NAMESPACE),
    sshString(new Uint8Array()),
    sshString(utf8('sha512')),
    sshString(hash),
  );
  if (!verifies(key, signed, blob.subarray(before.length))) throw new Refusal('bad-signature', FILE, 'signatureOther');
}
