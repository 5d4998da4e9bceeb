// Attachments: what entries name, as large and of the type that they say. docs/evidence-format.md section 8.

import { decodeUtf8, hex } from './bytes.js';
import { Refusal } from './fault.js';
import { isPng } from './png.js';
import { whole } from './source.js';

/** @typedef {import('./container.js').ContainerFile} ContainerFile @typedef {import('./entries.js').Entries} Entries */

/** @type {Record<string, string>} */
const EXTENSIONS = { 'image/png': 'png', 'text/plain; charset=utf-8': 'txt' };
const CONTROL = /[^\P{Cc}\n]/u;

/** @param {string} type @param {Uint8Array} bytes */
async function isOfType(type, bytes) {
  if (type === 'image/png') return isPng(bytes);
  const text = decodeUtf8(bytes);
  return text !== null && !CONTROL.test(text);
}

/**
 * @param {string} name of the file
 * @param {ContainerFile} file
 * @param {Uint8Array} digest
 * @param {Entries} entries
 */
async function checkAttachment(name, file, digest, entries) {
  const [hash, extension] = name.slice('data/attachments/'.length).split('.');
  if (hex(digest) !== hash) throw new Refusal('package-changed', name, 'attachmentForeign');
  const named = entries.named.get(hash);
  if (!named) throw new Refusal('malformed', name, 'attachmentForeign');
  if (EXTENSIONS[named.media_type] !== extension) throw new Refusal('malformed', name, 'attachmentOther');
  if (named.size !== file.size) throw new Refusal('malformed', name, 'attachmentOther');
  if (!(await isOfType(named.media_type, await whole(file)))) throw new Refusal('malformed', name, 'attachmentOther');
}

/**
 * @param {Map<string, ContainerFile>} files
 * @param {Map<string, Uint8Array>} digests
 * @param {Entries} entries
 * @returns {Promise<{count: number, missing: number}>}
 */
export async function checkAttachments(files, digests, entries) {
  const names = [...files.keys()].filter((name) => name.startsWith('data/attachments/')).sort();
  for (const name of names) {
    await checkAttachment(
      name,
      /** @type {ContainerFile} */ (files.get(name)),
      /** @type {Uint8Array} */ (digests.get(name)),
      entries,
    );
  }
  const present = new Set(names.map((name) => name.slice('data/attachments/'.length).split('.')[0]));
  const missing = [...entries.named.keys()].filter((hash) => !present.has(hash)).length;
  return { count: names.length, missing };
}
