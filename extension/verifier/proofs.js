// Single proofs: c2sp.org/tlog-proof. docs/evidence-format.md section 9.

import { base64, same, utf8, join } from './bytes.js';
import { Refusal } from './fault.js';

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
  if (!same(bytes, expected)) throw new Refusal('package-changed', file, 'proofOther');
}
