// The page's checks (extension/verifier) in Node.js, and their findings beside those of `consentlog verify --json`.
import { webcrypto } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { certificatesOf } from '../../extension/verifier/certificates.js';
import { openZip } from '../../extension/verifier/container.js';
import { fromBytes } from '../../extension/verifier/source.js';
import { verify } from '../../extension/verifier/verify.js';

globalThis.crypto ??= webcrypto;

/** @param {string | undefined} file PEM */
export const rootsOf = (file) => (file ? (certificatesOf(readFileSync(file)) ?? []) : []);

/**
 * @param {Uint8Array} raw
 * @param {import("../../extension/verifier/certificates.js").Cert[]} [roots]
 * @param {import("../../extension/verifier/fork.js").Head | null} [earlier]
 */
export const judgePage = (raw, roots = [], earlier = null) =>
  verify(() => openZip(fromBytes(new Uint8Array(raw))), { roots, earlier });
