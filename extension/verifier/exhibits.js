// Files of the owner's own, which entries of kind `exhibit` enclose. docs/evidence-format.md section 8.

import { hex } from './bytes.js';
import { contentOf, EXHIBITS, mailHash } from './content.js';
import { Refusal } from './fault.js';
import { hides } from './hidden.js';

/** @typedef {import('./container.js').ContainerFile} ContainerFile @typedef {import('./content.js').Content} Content */
/** @typedef {import('./entry.js').Entry} Entry */

const FOLDER = 'data/exhibits/';

/** @param {string} name */
const partsOf = (name) => name.slice(FOLDER.length).split('.');

/** What each is, by the hash that its name states. @param {Map<string, ContainerFile>} files @returns {Promise<Map<string, Content>>} */
export async function contentsOf(files) {
  const contents = new Map();
  for (const [name, file] of files) if (name.startsWith(FOLDER)) contents.set(partsOf(name)[0], await contentOf(file));
  return contents;
}

/**
 * The member of an entry that it denies itself, or that the file denies; null: none.
 * @param {Entry} entry
 * @param {Map<string, Content>} contents
 * @returns {string | null}
 */
export function exhibitLie({ file, note, mail, attachments }, contents) {
  const type = attachments[0]?.media_type;
  if (hides(file) || /[/\\]/.test(file)) return 'file';
  if (note !== null && hides(note)) return 'note';
  const texts = mail ? [mail.from, mail.date, mail.subject] : [];
  if (texts.some((text) => text !== null && hides(text)) || (mail === null) === (type === EXHIBITS.eml)) return 'mail';
  const content = contents.get(attachments[0]?.sha256);
  if (!content) return null;
  if (content.type !== type) return 'attachments';
  return content.mail === mailHash(mail) ? null : 'mail';
}

/**
 * Every file is one that an entry of that kind names, as large and of the type that it says.
 * @param {Map<string, ContainerFile>} files
 * @param {Map<string, Uint8Array>} digests
 * @param {Map<string, {sizes: Set<number>, types: Set<string>}>} exhibits what entries of that kind name
 * @returns {{count: number, missing: number}}
 */
export function checkExhibits(files, digests, exhibits) {
  const present = new Set();
  for (const [name, { size }] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (!name.startsWith(FOLDER)) continue;
    const [hash, ending] = partsOf(name);
    const named = exhibits.get(hash);
    if (hex(digests.get(name) ?? new Uint8Array()) !== hash)
      throw new Refusal('package-changed', name, 'attachmentForeign');
    if (!named) throw new Refusal('malformed', name, 'attachmentForeign');
    const fits =
      named.sizes.size === 1 && named.sizes.has(size) && named.types.size === 1 && named.types.has(EXHIBITS[ending]);
    if (!fits) throw new Refusal('package-changed', name, 'attachmentOther');
    present.add(hash);
  }
  return { count: present.size, missing: [...exhibits.keys()].filter((hash) => !present.has(hash)).length };
}
