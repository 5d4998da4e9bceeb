// Names of files in a package: one spelling, so that every program and every disk sees the same files.

import { Refusal } from './fault.js';
import { LIMITS } from './limits.js';

const ALLOWED = /^[A-Za-z0-9._/-]+$/;

/** Is it one that this document allows? @param {string} name */
export const isName = (name) =>
  name.length <= LIMITS.name &&
  ALLOWED.test(name) &&
  name.split('/').every((part) => part !== '' && !part.startsWith('.') && !part.endsWith('.'));

/** What a finding calls a file: names of strangers are not repeated. @param {string | null} name */
export const shown = (name) => (name !== null && isName(name) ? name : null);

/** Refuses names that are alike whatever the case, and one that is a file and a folder. */
export class NameSet {
  /** @type {Set<string>} */
  files = new Set();
  /** @type {Set<string>} */
  folders = new Set();

  /** @param {string} name */
  add(name) {
    if (!isName(name)) throw new Refusal('package-unsafe', null, 'name');
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

const FOLDERS = /(?:^|\/)(?:__MACOSX|@eaDir|\.AppleDouble)\//;
const JUNK = /(?:^|\/)(?:\.DS_Store|\.directory|\.localized|Icon\r|check\.py|ROOT\.pem)$/;
const ANY_CASE = /(?:^|\/)(?:thumbs\.db|ehthumbs\.db|desktop\.ini)$/i;
const MADE = /(?:^|\/)(?:\._[^/]*|~\$[^/]*|\.~lock\.[^/]*#|\.[^/]*\.swp|[^/]+:Zone\.Identifier)$/;

/** What systems and programs put beside others' files, and what VERIFY.txt has its reader save. @param {string} name */
export const isJunk = (name) => [FOLDERS, JUNK, ANY_CASE, MADE].some((pattern) => pattern.test(name));

const SEPARATOR = /[/\\]/;
/** No control characters, not absolute, and no part that climbs. @param {string} name of another program's, a sign a byte */
export const isSane = (name) =>
  name !== '' && !SEPARATOR.test(name[0]) && !/[^ -~\u0080-\u00ff]/.test(name) && !name.split(SEPARATOR).includes('..');

/**
 * Does a field that gives a file another name give it the same, but for parts of the path that the header could not spell?
 * @param {string} name @param {string} other
 */
export function isAlike(name, other) {
  const [parts, others] = [name, other].map((whole) => whole.split(/([/\\])/));
  if (!isSane(other) || parts.length !== others.length) return false;
  return parts.every(
    (part, i) => part === others[i] || (/[^A-Za-z0-9._/\\-]/.test(part) && /[\u0080-\u00ff]/.test(others[i])),
  );
}
