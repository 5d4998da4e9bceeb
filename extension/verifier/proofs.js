// Single proofs: c2sp.org/tlog-proof. docs/evidence-format.md section 9.

import { base64, fromBase64, join, latin1, same, utf8 } from './bytes.js';
import { Refusal } from './fault.js';

const FORM = /^c2sp\.org\/tlog-proof@v1\nindex (0|[1-9][0-9]{0,19})\n((?:[A-Za-z0-9+/]{43}=\n){0,64})\n/;
const LAST_INDEX = 2n ** 64n - 1n;

/** Is it written as one is, up to the checkpoint? That one may be any bytes. @param {Uint8Array} bytes */
function isProof(bytes) {
  const [, index, path] = FORM.exec(latin1(bytes)) ?? [];
  if (index === undefined || BigInt(index) > LAST_INDEX) return false;
  return path.split('\n').slice(0, -1).every((line) => fromBase64(line) !== null); // prettier-ignore
}

/**
 * @param {string} file
 * @param {Uint8Array} bytes
 * @param {import('./tree.js').Tree} tree
 * @param {Uint8Array} checkpoint the package's, verbatim
 */
export function checkProof(file, bytes, tree, checkpoint) {
  const index = Number(file.slice('data/proofs/'.length, -'.tlog-proof'.length));
  if (!(index < tree.size)) throw new Refusal('malformed', file, 'proofOther');
  const path = tree
    .path(index)
    .map((hash) => `${base64(hash)}\n`)
    .join('');
  const expected = join(utf8(`c2sp.org/tlog-proof@v1\nindex ${index}\n${path}\n`), checkpoint);
  if (!same(bytes, expected)) throw new Refusal(isProof(bytes) ? 'package-changed' : 'malformed', file, 'proofOther');
}
