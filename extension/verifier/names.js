// Names of files in a package: one spelling, so that every program and every disk sees the same files.

import { Refusal } from './fault.js';
import { LIMITS } from './limits.js';

const ALLOWED = /^[A-Za-z0-9._/-]+$/;

/**
 * The name, as this document allows names, or a refusal.
 * @param {string} name
 */
function checkName(name) {
  if (name.length > LIMITS.name) throw new Refusal('package-unsafe', null, 'name');
  if (!ALLOWED.test(name)) throw new Refusal('package-unsafe', null, 'name');
  for (const part of name.split('/')) {
    if (part === '') throw new Refusal('package-unsafe', null, 'name');
    if (part.startsWith('.') || part.endsWith('.')) throw new Refusal('package-unsafe', null, 'name');
  }
}

/** Refuses names that are alike whatever the case, and one that is a file and a folder. */
export class NameSet {
  /** @type {Set<string>} */
  files = new Set();
  /** @type {Set<string>} */
  folders = new Set();

  /** @param {string} name */
  add(name) {
    checkName(name);
    const lower = name.toLowerCase();
    if (this.files.has(lower)) throw new Refusal('package-unsafe', name, 'nameTwice');
    if (this.folders.has(lower)) throw new Refusal('package-unsafe', name, 'nameTwice');
    for (let at = lower.indexOf('/'); at !== -1; at = lower.indexOf('/', at + 1)) {
      const folder = lower.slice(0, at);
      if (this.files.has(folder)) throw new Refusal('package-unsafe', name.slice(0, at), 'nameTwice');
      this.folders.add(folder);
    }
    this.files.add(lower);
  }
}

const JUNK = /(?:^|\/)(?:__MACOSX\/.*|\.DS_Store|\._[^/]*|Thumbs\.db|[Dd]esktop\.ini|check\.py|ROOT\.pem)$/;

/** What a Mac or Windows adds to what it packs, and what VERIFY.txt has its reader save. @param {string} name */
export const isJunk = (name) => JUNK.test(name);
