// Which files a package has. docs/evidence-format.md section 1.

import { Refusal } from './fault.js';
import { LIMITS } from './limits.js';

/** @typedef {import('./source.js').PackedFile} PackedFile */

export const REQUIRED = Object.freeze([
  'VERIFY.txt',
  'bag-info.txt',
  'bagit.txt',
  'data/allowed_signers',
  'data/checkpoint',
  'data/entries.jsonl',
  'data/public-key.pem',
  'data/vkey',
  'manifest-sha256.txt',
  'tagmanifest-sha256.txt',
  'tagmanifest-sha256.txt.sig',
]);
export const DERIVED = Object.freeze([
  'data/report.html',
  'data/history.csv',
  'data/consent-records.jsonld',
  'data/certification.txt',
]);

const NUMBER = '(0|[1-9][0-9]{0,18})';
const LARGEST = (1n << 63n) - 1n;
const NUMBERED = [
  new RegExp(`^data/proofs/${NUMBER}\\.tlog-proof$`),
  new RegExp(`^data/timestamps/(?!0)${NUMBER}-${NUMBER}\\.(?:chain\\.pem|checkpoint|tsq|tsr)$`),
];
const PATTERNS = [
  /^data\/attachments\/[0-9a-f]{64}\.(?:png|txt)$/,
  /^data\/exhibits\/[0-9a-f]{64}\.(?:png|jpg|webp|pdf|eml|txt|bin)$/,
];
const KNOWN = new Set([...REQUIRED, ...DERIVED]);

/** Bytes that are read whole. @type {Record<string, number>} */
const SIZES = {
  'data/checkpoint': LIMITS.note,
  'manifest-sha256.txt': LIMITS.manifest,
  'tagmanifest-sha256.txt': LIMITS.small,
  'tagmanifest-sha256.txt.sig': LIMITS.note,
  'bagit.txt': LIMITS.note,
  'data/vkey': LIMITS.note,
  'data/allowed_signers': LIMITS.note,
  'data/public-key.pem': LIMITS.note,
  'bag-info.txt': LIMITS.small,
  'VERIFY.txt': LIMITS.small,
};

/** @param {string} name @returns {number} */
function limitOf(name) {
  if (name.startsWith('data/proofs/')) return LIMITS.proof;
  if (name.startsWith('data/attachments/')) return LIMITS.attachment;
  if (name.startsWith('data/exhibits/')) return LIMITS.exhibit;
  if (name.startsWith('data/timestamps/')) return name.endsWith('.checkpoint') ? LIMITS.note : LIMITS.token;
  return SIZES[name] ?? LIMITS.container;
}

/** @param {string} name */
function isKnown(name) {
  if (KNOWN.has(name) || PATTERNS.some((pattern) => pattern.test(name))) return true;
  const numbers = NUMBERED.map((pattern) => pattern.exec(name)).find((found) => found !== null);
  return numbers !== undefined && numbers.slice(1).every((number) => BigInt(number) <= LARGEST);
}

/** @param {Map<string, PackedFile>} files */
export function checkLayout(files) {
  for (const [name, { size }] of files) {
    if (!isKnown(name)) throw new Refusal('malformed', name, 'foreign');
    if (size > limitOf(name)) throw new Refusal('package-limit', name, 'fileLarge');
  }
  for (const name of REQUIRED) if (!files.has(name)) throw new Refusal('malformed', name, 'missing');
}
