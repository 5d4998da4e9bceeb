// Attachments: what entries name, as large and of the type that they say. docs/evidence-format.md section 8.

import { decodeUtf8, hex, isClean } from './bytes.js';
import { checkExhibit, FOLDER } from './exhibits.js';
import { Refusal } from './fault.js';
import { isPng } from './png.js';
import { whole } from './source.js';

/** @typedef {import('./container.js').ContainerFile} ContainerFile @typedef {import('./entries.js').Entries} Entries */

/** @type {Record<string, string>} */
const TYPES = { png: 'image/png', txt: 'text/plain; charset=utf-8' };

/** @param {string} extension @param {Uint8Array} bytes */
async function isWhatItIsCalled(extension, bytes) {
  if (extension === 'png') return isPng(bytes);
  const text = decodeUtf8(bytes);
  return text !== null && isClean(text);
}

/**
 * @param {string} name of the file
 * @param {ContainerFile} file
 * @param {string} digest
 * @param {Entries} entries
 */
async function checkAttachment(name, file, digest, entries) {
  const [hash, extension] = name.slice('data/attachments/'.length).split('.');
  if (digest !== hash) throw new Refusal('package-changed', name, 'attachmentForeign');
  const named = entries.named.get(hash);
  if (!named) throw new Refusal('malformed', name, 'attachmentForeign');
  if (!(await isWhatItIsCalled(extension, await whole(file)))) throw new Refusal('malformed', name, 'attachmentOther');
  if (named.types.size !== 1 || !named.types.has(TYPES[extension]))
    throw new Refusal('package-changed', name, 'attachmentOther');
}

/** Every entry that names a file states its size. @param {ContainerFile} file @param {string} name @param {string} digest @param {Entries} entries */
function checkSize({ size }, name, digest, { named, exhibits }) {
  for (const said of [named.get(digest), exhibits.get(digest)])
    if (said && (said.sizes.size !== 1 || !said.sizes.has(size)))
      throw new Refusal('package-changed', name, 'attachmentOther');
}

const [ATTACHED, STAMPS] = ['data/attachments/', 'data/timestamps/'];
const PLACES = [ATTACHED, FOLDER, STAMPS];

/**
 * @param {Map<string, ContainerFile>} files
 * @param {Map<string, Uint8Array>} digests
 * @param {Entries} entries
 * @returns {Promise<{count: number, missing: number}>}
 */
export async function checkAttachments(files, digests, entries) {
  const [present, enclosed] = [new Set(), new Set()];
  let count = 0;
  for (const [name, file] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const place = PLACES.find((one) => name.startsWith(one));
    const digest = hex(digests.get(name) ?? new Uint8Array());
    if (!place) continue;
    if (place === ATTACHED) await checkAttachment(name, file, digest, entries);
    if (place === FOLDER) checkExhibit(name, digest, entries.exhibits);
    checkSize(file, name, digest, entries);
    (place === FOLDER ? enclosed : present).add(digest);
    count += place === STAMPS ? 0 : 1;
  }
  const missing = [...entries.named.keys()].filter((hash) => !present.has(hash)).length;
  const withheld = [...entries.exhibits.keys()].filter((hash) => !enclosed.has(hash)).length;
  return { count, missing: missing + withheld };
}
