// Files of the owner's own, which entries of kind `exhibit` enclose. docs/evidence-format.md section 8.

import { hides } from '../shared/dom.js';
import { contentOf, EXHIBITS, mailHash } from './content.js';
import { Refusal } from './fault.js';

/** @typedef {import('./container.js').ContainerFile} ContainerFile @typedef {import('./content.js').Content} Content */
/** @typedef {import('./entry.js').Entry} Entry */

export const FOLDER = 'data/exhibits/';

/** @param {string} name */
const partsOf = (name) => name.slice(FOLDER.length).split('.');

/** What each is, by the hash that its name states. @param {Map<string, ContainerFile>} files @returns {Promise<Map<string, Content>>} */
export async function contentsOf(files) {
  const contents = new Map();
  for (const [name, file] of files) if (name.startsWith(FOLDER)) contents.set(partsOf(name)[0], await contentOf(file));
  return contents;
}

/** The member of an entry that it denies itself; null: none. @param {Entry} entry @returns {string | null} */
function lie({ file, note, mail, attachments: [{ media_type: type }] }) {
  if (hides(file) || /[/\\]/.test(file)) return 'file';
  if (note !== null && hides(note)) return 'note';
  const texts = mail ? [mail.from, mail.date, mail.subject] : [];
  return (mail !== null) !== (type === EXHIBITS.eml) || texts.some((text) => text !== null && hides(text))
    ? 'mail'
    : null;
}

/** The member that the file denies. @param {Entry} entry @param {Content | undefined} content @returns {string | null} */
function denied({ mail, attachments: [{ media_type: type }] }, content) {
  if (!content || !Object.values(EXHIBITS).includes(type)) return null;
  if (content.type !== type) return 'media_type';
  return mail && content.mail && content.mail !== mailHash(mail) ? 'mail' : null;
}

/** Members of an exhibit that it, or its file, denies. @param {Entry} entry @param {Map<string, Content>} contents */
export const exhibitLies = (entry, contents) =>
  [lie(entry), denied(entry, contents.get(entry.attachments[0].sha256))].filter((member) => member !== null);

/**
 * Every file is one that an entry of that kind names, of the type that it says.
 * @param {string} name
 * @param {string} digest
 * @param {Map<string, {types: Set<string>}>} exhibits what entries of that kind name
 */
export function checkExhibit(name, digest, exhibits) {
  const [hash, ending] = partsOf(name);
  if (digest !== hash) throw new Refusal('package-changed', name, 'attachmentForeign');
  const named = exhibits.get(hash);
  if (!named) throw new Refusal('malformed', name, 'attachmentForeign');
  if (named.types.size !== 1 || !named.types.has(EXHIBITS[ending]))
    throw new Refusal('package-changed', name, 'attachmentOther');
}
