// Which files a package has. docs/evidence-format.md section 1.

import { Refusal } from './fault.js';
import { LIMITS } from './limits.js';

/** @typedef {import('./source.js').PackedFile} PackedFile */

/** Those that each has, and how many bytes of them. */
export const SIZES = Object.freeze({
  'VERIFY.txt': 65536,
  'bag-info.txt': 4096,
  'bagit.txt': 256,
  'data/allowed_signers': 1024,
  'data/checkpoint': LIMITS.note,
  'data/entries.jsonl': LIMITS.container,
  'data/public-key.pem': 1024,
  'data/vkey': 1024,
  'manifest-sha256.txt': LIMITS.manifest,
  'tagmanifest-sha256.txt': 4096,
  'tagmanifest-sha256.txt.sig': 4096,
});
export const REQUIRED = Object.freeze(Object.keys(SIZES));
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

/** Of those that may be many. @type {[string, number][]} */
const MOST = [
  ['.checkpoint', LIMITS.note],
  ['.chain.pem', LIMITS.chain],
  ['.tsq', LIMITS.token],
  ['.tsr', LIMITS.token],
];

/** @param {string} name @returns {number} */
function limitOf(name) {
  if (name.startsWith('data/proofs/')) return LIMITS.proof;
  if (name.startsWith('data/attachments/')) return LIMITS.attachment;
  if (name.startsWith('data/exhibits/')) return LIMITS.exhibit;
  return MOST.find(([ending]) => name.endsWith(ending))?.[1] ?? LIMITS.container;
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
  for (const [name, most] of Object.entries(SIZES)) {
    const file = files.get(name);
    if (!file) throw new Refusal('malformed', name, 'missing');
    if (file.size > most) throw new Refusal('package-limit', name, 'fileLarge');
  }
}
