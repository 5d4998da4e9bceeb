// Files that are made from the entries when a package is written. They are for people and prove nothing; here they are neither opened nor made again.

import { DERIVED } from './layout.js';

/** @param {Iterable<string>} names @returns {string[]} those that the package has, VERIFY.txt among them */
export function derivedIn(names) {
  const present = new Set(names);
  return ['VERIFY.txt', ...DERIVED].filter((name) => present.has(name));
}
