// From what somebody dropped to the files of a bag: our own ZIP, one that was packed again, or a folder.

import { crc32 } from './crc32.js';
import { Refusal } from './fault.js';
import { LIMITS } from './limits.js';
import { isJunk, NameSet, shown } from './names.js';
import { fromBlob, fromBytes, parts, whole } from './source.js';
import { openOther } from './zip-other.js';
import { isOwn, openOwn } from './zip-own.js';

/** @typedef {import('./source.js').Source} Source @typedef {import('./source.js').PackedFile} PackedFile */
/** @typedef {PackedFile & {crc?: number}} ContainerFile */
/** @typedef {'own' | 'packed-again' | 'folder'} ContainerKind */
/** @typedef {{files: Map<string, ContainerFile>, count: number, kind: ContainerKind}} Container files by their names in the bag */
/** @typedef {{path: string, blob: Blob}} FolderFile */

const NESTED = 1 << 28; // bytes of a ZIP inside a ZIP that has to be unpacked to be read

/**
 * What is wrong with a file's data is said of it by its name in the bag; of one outside, by none: names of strangers are not repeated.
 * @param {PackedFile['chunks']} chunks
 * @param {string | null} name
 */
async function* calling(chunks, name) {
  try {
    yield* chunks();
  } catch (why) {
    throw why instanceof Refusal ? new Refusal(why.code, name, why.say, ...why.values) : why;
  }
}

/**
 * What others added is left out, and the folder that holds bagit.txt is the bag.
 * @param {ContainerFile[]} all
 * @returns {Map<string, ContainerFile>}
 */
function bagOf(all) {
  const kept = all.filter(({ name }) => !isJunk(name));
  const roots = kept
    .map(({ name }) => /^(?:.*\/)?(?=bagit\.txt$)/.exec(name)?.[0])
    .filter((place) => place !== undefined);
  if (roots.length > 1) throw new Refusal('malformed', null, 'zipSeveral');
  if (roots.length === 0)
    throw new Refusal(
      'malformed',
      'bagit.txt',
      kept.some(({ name }) => /.\.zip$/i.test(name)) ? 'zipInside' : 'missing',
    );
  const [root] = roots;
  const names = new NameSet();
  const files = new Map();
  for (const file of kept) {
    if (!file.name.startsWith(root)) throw new Refusal('package-unsafe', shown(file.name), 'zipFolder');
    const name = file.name.slice(root.length);
    names.add(name);
    files.set(name, { ...file, name, chunks: () => calling(file.chunks, name) });
  }
  return files;
}

/**
 * What is left out has to end where it says: behind it a reader from the front could find other files.
 * @param {import('./zip-other.js').OtherFile} file
 */
async function checkSum({ crc, chunks }) {
  let sum = 0;
  for await (const chunk of calling(chunks, null)) sum = crc32(chunk, sum);
  if (sum !== crc) throw new Refusal('malformed', null, 'zipData');
}

/** @param {Source} source @param {number} depth @returns {Promise<Container>} */
async function openAgain(source, depth) {
  const all = await openOther(source);
  const kept = all.filter(({ name }) => !isJunk(name));
  for (const file of all) if (isJunk(file.name)) await checkSum(file);
  if (depth === 0 && kept.length === 1 && /.\.zip$/i.test(kept[0].name)) return openSource(await inside(kept[0]), 1);
  const files = bagOf(all);
  return { files, count: files.size, kind: 'packed-again' };
}

/** @param {import('./zip-other.js').OtherFile} file @returns {Promise<Source>} */
async function inside(file) {
  const { stored, size } = file;
  if (stored) return { size, read: (at, length) => stored.source.read(stored.at + at, Math.min(length, size - at)) };
  if (size > NESTED) throw new Refusal('package-limit', null, 'packageLarge');
  return fromBytes(await whole(file));
}

/** @param {Source} source @param {number} depth @returns {Promise<Container>} */
async function openSource(source, depth) {
  if (!(await isOwn(source))) return openAgain(source, depth);
  const own = await openOwn(source);
  const files = new Map();
  for (const file of own.files.values()) {
    const name = file.name.slice(own.folder.length);
    files.set(name, { ...file, name });
  }
  return { files, count: files.size, kind: depth ? 'packed-again' : 'own' };
}

/** @param {Source} source @returns {Promise<Container>} */
export const openZip = (source) => openSource(source, 0);

/** @param {FolderFile[]} list @param {import('./source.js').BytesOf} [bytesOf] @returns {Container} */
export function openFolder(list, bytesOf) {
  if (list.length > LIMITS.records) throw new Refusal('package-limit', null, 'packageLarge');
  const all = list.map(({ path, blob }) => ({
    name: path,
    size: blob.size,
    chunks: () => parts(fromBlob(blob, bytesOf), 0, blob.size),
  }));
  const files = bagOf(all);
  return { files, count: files.size, kind: 'folder' };
}
