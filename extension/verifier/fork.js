// Two packages of one log. docs/evidence-format.md section 11.

import { same } from './bytes.js';
import { Refusal } from './fault.js';

/** What is kept of a good package, for those after it. @typedef {{name: string, fingerprint: string, size: number, root: Uint8Array}} Head */

/**
 * @param {Head} earlier
 * @param {import('./keys.js').Key} key of the later
 * @param {import('./tree.js').Tree} tree of the later
 * @returns {string | null} why there is nothing to compare
 */
export function checkExtends(earlier, key, tree) {
  if (earlier.name !== key.name || earlier.fingerprint !== key.fingerprint) return 'forkOtherLog';
  if (earlier.size > tree.size) return 'forkShorter';
  if (!same(tree.root(earlier.size), earlier.root))
    throw new Refusal('package-changed', 'data/entries.jsonl', 'forkOther', earlier.size);
  return null;
}
