// X.509: names, purposes and paths of certificates, judged at a stated time.

import { armoured } from './armour.js';
import { hex, latin1, same } from './bytes.js';
import { isCertificate, isEcdsa, nameKey } from './der.js';
import { verifies } from './keys.js';
import { LIMITS } from './limits.js';
import { sha256 } from './vendor/sha256.js';
import { Certificate, CryptoEngine } from './vendor/pki.js';

/** @typedef {{der: Uint8Array, x509: any, subject: string, issuer: string, sound: boolean}} Cert the names as they are compared; sound: the
 * extensions that are looked at can be read */

const OID = {
  basicConstraints: '2.5.29.19',
  keyUsage: '2.5.29.15',
  extKeyUsage: '2.5.29.37',
  timeStamping: '1.3.6.1.5.5.7.3.8',
  nameConstraints: '2.5.29.30',
  subjectKey: '2.5.29.14',
  otherNames: '2.5.29.17',
  issuerKey: '2.5.29.35',
  ec: '1.2.840.10045.2.1',
  ed25519: '1.3.101.112',
};
/** Critical extensions that are understood here, or that do not bear on a time-stamp: those of OpenSSL, which takes no identifier of a key. */
const UNDERSTOOD = new Set([
  OID.basicConstraints,
  OID.keyUsage,
  OID.extKeyUsage,
  OID.otherNames,
  '2.5.29.31', // cRLDistributionPoints
  '2.5.29.32', // certificatePolicies, and what constrains them: nobody asks for one
  '2.5.29.33', // policyMappings
  '2.5.29.36', // policyConstraints
  '2.5.29.54', // inhibitAnyPolicy
]);
const LOOKED_AT = new Set([
  OID.basicConstraints,
  OID.keyUsage,
  OID.extKeyUsage,
  OID.otherNames,
  OID.subjectKey,
  OID.issuerKey,
]);
/** @type {Record<string, string>} */
const SHORT = {
  '2.5.4.3': 'CN',
  '2.5.4.4': 'SN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'street',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '2.5.4.12': 'title',
  '2.5.4.42': 'GN',
  '2.5.4.97': 'organizationIdentifier',
  '1.2.840.113549.1.9.1': 'emailAddress',
  '0.9.2342.19200300.100.1.25': 'DC',
};

/** @type {any} */
let made = null;

/** WebCrypto, as PKI.js wants it; made when first asked for. */
export function engine() {
  made ??= new CryptoEngine({ name: 'webcrypto', crypto: globalThis.crypto });
  return made;
}

/** @param {any} name as PKI.js read it */
export const nameKeyOf = (name) => nameKey(new Uint8Array(name.toSchema().toBER()));

/** PKI.js reads an extension when it is first asked for it. @param {any} x509 */
function isSound(x509) {
  try {
    return (x509.extensions ?? []).every(
      (/** @type {any} */ one) => !LOOKED_AT.has(one.extnID) || one.parsedValue !== undefined,
    );
  } catch {
    return false;
  }
}

/** @param {Uint8Array} der @returns {Cert} */
export function certificate(der) {
  if (!isCertificate(der)) throw new TypeError('no certificate');
  const x509 = Certificate.fromBER(der);
  return {
    der,
    x509,
    subject: nameKeyOf(x509.subject),
    issuer: nameKeyOf(x509.issuer),
    sound: isSound(x509),
  };
}

/** @param {Uint8Array} pem @returns {Cert[] | null} null: none, or one that cannot be read */
export function certificatesOf(pem) {
  try {
    const list = armoured(latin1(pem)).map((inner) =>
      certificate(Uint8Array.from(atob(inner), (c) => c.charCodeAt(0))),
    );
    return list.length ? list : null;
  } catch {
    return null;
  }
}

/** @param {Cert} cert */
export const fingerprintOf = (cert) =>
  hex(sha256(cert.der))
    .toUpperCase()
    .replace(/..(?=.)/g, '$&:');

/** RFC 2253: the last part first. @param {Cert} cert */
export function nameOf(cert) {
  const parts = [...cert.x509.subject.typesAndValues].reverse();
  return parts
    .map(({ type, value }) => `${SHORT[type] ?? type}=${escapeName(String(value.valueBlock.value ?? ''))}`)
    .join(',');
}

/** @param {string} text */
const escapeName = (text) =>
  text
    .replace(/[,+"\\<>;]|^[# ]| $/g, '\\$&')
    .replace(/\p{Cc}/gu, (sign) => `\\${hex(Uint8Array.of(sign.charCodeAt(0))).toUpperCase()}`);

/** @param {Cert} cert @param {string} oid @returns {any} */
const extension = (cert, oid) => (cert.x509.extensions ?? []).find((/** @type {any} */ one) => one.extnID === oid);

/** @param {Cert} cert @returns {number} the bits of its key usage, the first the highest of the byte; -1: it has none */
function usage(cert) {
  const found = extension(cert, OID.keyUsage)?.parsedValue?.valueBlock?.valueHexView;
  return found ? (found[0] ?? 0) | ((found[1] ?? 0) << 8) : -1;
}

/** Only for time-stamps, and that is critical. RFC 3161 section 2.3. @param {Cert} cert */
export function isForTimestamps(cert) {
  if (!cert.sound) return false;
  const purposes = extension(cert, OID.extKeyUsage);
  const list = purposes?.parsedValue?.keyPurposes ?? [];
  const bits = usage(cert);
  const signs = bits === -1 || ((bits & 0xc0) !== 0 && (bits & ~0xc0) === 0);
  const only = list.length > 0 && list.every((/** @type {string} */ one) => one === OID.timeStamping);
  return purposes?.critical === true && only && signs;
}

/** @param {Cert} cert @param {number} below certificates of authorities between it and the signer's */
function mayIssue(cert, below) {
  const constraints = extension(cert, OID.basicConstraints)?.parsedValue;
  const bits = usage(cert);
  const purposes = extension(cert, OID.extKeyUsage)?.parsedValue?.keyPurposes;
  const forTime = !purposes || purposes.includes(OID.timeStamping) || purposes.includes('2.5.29.37.0');
  if (!constraints) return cert.subject === cert.issuer && cert.x509.version === 0;
  const limit = constraints.pathLenConstraint;
  return (
    constraints.cA === true &&
    (bits === -1 || (bits & 0x04) !== 0) &&
    forTime &&
    (limit === undefined || Number(limit.valueBlock?.valueDec ?? limit) >= below)
  );
}

const WEAK = new Set(['1.2.840.113549.1.1.4', '1.2.840.113549.1.1.5', '1.2.840.10045.4.1', '1.2.840.10040.4.3']); // MD5, SHA-1, DSA
const RSA = '1.2.840.113549.1.1.1';

/** 112 bits: RSA of 2048 and more, no signature by SHA-1. @param {Cert} cert @param {boolean} isRoot whose own signature proves nothing */
function isStrong(cert, isRoot) {
  const { algorithm, parsedKey } = cert.x509.subjectPublicKeyInfo;
  const bytes =
    algorithm.algorithmId === RSA ? new Uint8Array(parsedKey?.modulus?.valueBlock?.valueHexView ?? []) : null;
  const length = bytes && (bytes[0] === 0 ? bytes.length - 1 : bytes.length);
  return (isRoot || !WEAK.has(cert.x509.signatureAlgorithm.algorithmId)) && (length === null || length >= 256);
}

/** Constraints on names, which programs read differently, lead to no root, critical or not. @param {Cert} cert */
const isUnderstood = (cert) =>
  (cert.x509.extensions ?? []).every(
    (/** @type {any} */ one) => one.extnID !== OID.nameConstraints && (!one.critical || UNDERSTOOD.has(one.extnID)),
  );

/** The last second is no more in it, as OpenSSL has it. @param {Cert} cert @param {number} at in milliseconds */
export const isValidAt = (cert, at) =>
  cert.x509.notBefore.value.getTime() <= at && at < cert.x509.notAfter.value.getTime();

/**
 * Ed25519 by its own file; the rest by WebCrypto.
 * @param {Uint8Array} data
 * @param {any} value
 * @param {any} publicKey
 * @param {any} algorithm
 * @param {string} [hash]
 */
export async function signatureFits(data, value, publicKey, algorithm, hash) {
  if (publicKey.algorithm.algorithmId === OID.ed25519) {
    return verifies(
      new Uint8Array(publicKey.subjectPublicKey.valueBlock.valueHexView),
      data,
      new Uint8Array(value.valueBlock.valueHexView),
    );
  }
  if (publicKey.algorithm.algorithmId === OID.ec && !isEcdsa(new Uint8Array(value.valueBlock.valueHexView)))
    return false;
  try {
    return (await engine().verifyWithPublicKey(data, value, publicKey, algorithm, hash)) === true;
  } catch {
    return false;
  }
}

/** By which its key is named: RFC 5280 section 4.2.1.2. @param {Cert} cert @returns {Uint8Array | null} null: it says none that can be read */
export function subjectKeyOf(cert) {
  const said = cert.sound ? extension(cert, OID.subjectKey)?.parsedValue : null;
  return said ? new Uint8Array(said.valueBlock.valueHexView) : null;
}

/** Where it says by which key it was issued, this is that key: RFC 5280 section 4.2.1.1. @param {Cert} cert @param {Cert} issuer */
function isSaidIssuer(cert, issuer) {
  const said = extension(cert, OID.issuerKey)?.parsedValue;
  const key = subjectKeyOf(issuer);
  const bytes = (/** @type {any} */ value) => new Uint8Array(value.valueBlock.valueHexView);
  if (said?.keyIdentifier && key && !same(bytes(said.keyIdentifier), key)) return false;
  const serial = said?.authorityCertSerialNumber;
  if (serial && !same(bytes(serial), bytes(issuer.x509.serialNumber))) return false;
  const name = said?.authorityCertIssuer?.find((/** @type {any} */ { type }) => type === 4)?.value;
  return !name || nameKeyOf(name) === issuer.issuer;
}

/** @param {Cert} cert @param {Cert} issuer of the name that it states */
const issued = async (cert, issuer) =>
  isSaidIssuer(cert, issuer) &&
  signatureFits(
    new Uint8Array(cert.x509.tbsView),
    cert.x509.signatureValue,
    issuer.x509.subjectPublicKeyInfo,
    cert.x509.signatureAlgorithm,
  );

/** Those of the issuer's name that are not in the path. @param {Cert[]} pool @param {Cert} cert @param {Cert[]} path */
const named = (pool, cert, path) =>
  pool
    .filter(
      (issuer) => issuer.sound && cert.issuer === issuer.subject && !path.some(({ der }) => same(der, issuer.der)),
    )
    .slice(0, LIMITS.certificates);

/**
 * @typedef {{cert: Cert, path: Cert[]}} Step
 * @typedef {{path: Cert[], root: Cert | null}} Path root null: no trusted one was reached
 */

/**
 * The shortest way from a certificate to a trusted root, else the longest that was found.
 * @param {Cert} signer @param {Cert[]} others @param {Cert[]} roots @param {number} at
 * @returns {Promise<Path>}
 */
export async function pathOf(signer, others, roots, at) {
  const pool = [...roots, ...others];
  const left = { tries: LIMITS.tries };
  /** @type {Step[]} */
  let steps = [{ cert: signer, path: [signer] }];
  /** @type {Path} */
  let best = { path: [signer], root: null };
  for (let depth = 0; depth < LIMITS.path && steps.length; depth += 1) {
    const found = await stepUp(steps, { pool, roots, at, left });
    if (found.end) return found.end;
    steps = found.next;
    if (steps.length) best = { path: steps[0].path, root: null };
  }
  return best;
}

/** @param {Step[]} steps @param {{pool: Cert[], roots: Cert[], at: number, left: {tries: number}}} ground */
async function stepUp(steps, { pool, roots, at, left }) {
  /** @type {Step[]} */
  const next = [];
  for (const { cert, path } of steps) {
    for (const issuer of named(pool, cert, path).slice(0, left.tries)) {
      left.tries -= 1;
      if (!(await issued(cert, issuer))) continue;
      const longer = [...path, issuer];
      const isRoot = issuer.subject === issuer.issuer && roots.includes(issuer);
      const sound =
        longer.every(isUnderstood) &&
        mayIssue(issuer, path.length - 1) &&
        path.every((one) => isStrong(one, false)) &&
        isStrong(issuer, true);
      if (isRoot && sound && longer.every((one) => isValidAt(one, at)))
        return { next, end: { path: longer, root: issuer } };
      if (sound && next.length < LIMITS.certificates) next.push({ cert: issuer, path: longer });
    }
  }
  return { next, end: null };
}

/** @param {Cert[]} list without what is there twice */
export const distinct = (list) => [...new Map(list.map((cert) => [latin1(cert.der), cert])).values()];
