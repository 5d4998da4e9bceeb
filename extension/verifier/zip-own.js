// The container as consentlog writes it: every byte is fixed. docs/evidence-format.md section 2.

import { latin1, same } from './bytes.js';
import { Refusal } from './fault.js';
import { LIMITS } from './limits.js';
import { isName, NameSet } from './names.js';
import { parts } from './source.js';
import { CENTRAL_SIZE, centralRecord, END, END_SIZE, LOCAL_SIZE, localRecord, viewOf } from './zip-records.js';

/** @typedef {import('./source.js').Source} Source @typedef {import('./source.js').PackedFile} PackedFile */
/** @typedef {import('./zip-records.js').CentralRecord} CentralRecord */
/** @typedef {{files: Map<string, PackedFile & {crc: number}>, folder: string}} OwnContainer */

const REGULAR = 0o100644 * 65536;
const EXTRA = Uint8Array.of(0x43, 0x4c, 0x02, 0x00, 0x76, 0x31);
const VERSION = 10;
const ONES = 0xffffffff; // would say: see ZIP64
const UNIX = 0x300;

/** @param {string} say @param {string | null} [file] */
const unsafe = (say, file = null) => new Refusal('package-unsafe', file, say);

/** @param {{version: number, flags: number, method: number}} record @param {Uint8Array} extra */
const isOurs = ({ version, flags, method }, extra) =>
  version === VERSION && flags === 0 && method === 0 && same(extra, EXTRA);

/** @param {Source} source @param {number} at @param {number} length */
const readSome = (source, at, length) => source.read(at, Math.max(0, Math.min(length, source.size - at)));

/** @param {Source} source */
async function isFirstLocalOurs(source) {
  const head = await readSome(source, 0, LOCAL_SIZE + 2 * 65535);
  const local = localRecord(head);
  const from = LOCAL_SIZE + (local?.named ?? 0);
  return local !== null && isOurs(local, head.subarray(from, from + local.extra));
}

/** @param {Source} source */
async function isFirstRecordOurs(source) {
  const end = await readSome(source, Math.max(0, source.size - END_SIZE), END_SIZE);
  if (end.length < END_SIZE || viewOf(end).getUint32(0, true) !== END) return false;
  const record = centralRecord(await readSome(source, viewOf(end).getUint32(16, true), CENTRAL_SIZE + 2 * 65535), 0);
  return record !== null && isOwnRecord(record);
}

/** Is it, by its first headers, one of ours? Then it is held to be one. @param {Source} source */
export const isOwn = async (source) => (await isFirstLocalOurs(source)) || (await isFirstRecordOurs(source));

/** @param {CentralRecord} record the first of a directory */
export const isOwnRecord = (record) => isOurs(record, record.extra);

/** @param {Source} source @returns {Promise<{count: number, at: number, directory: Uint8Array}>} */
async function readEnd(source) {
  if (source.size > LIMITS.container) throw new Refusal('package-limit', null, 'packageLarge');
  if (source.size < END_SIZE) throw new Refusal('malformed', null, 'zipNone');
  const view = viewOf(await source.read(source.size - END_SIZE, END_SIZE));
  if (view.getUint32(0, true) !== END || view.getUint16(20, true)) throw new Refusal('malformed', null, 'zipNone');
  const [disk, start, here, count] = [4, 6, 8, 10].map((at) => view.getUint16(at, true));
  const [length, at] = [12, 16].map((member) => view.getUint32(member, true));
  const fits = at + length === source.size - END_SIZE;
  if (disk || start || here !== count || count === 0 || count > LIMITS.files || !fits) throw unsafe('zipHides');
  if (length > count * (CENTRAL_SIZE + LIMITS.name + EXTRA.length))
    throw new Refusal('package-limit', null, 'packageLarge');
  return { count, at, directory: await source.read(at, length) };
}

/** @param {CentralRecord} record @param {number} following @param {CentralRecord} first */
function checkRecord(record, following, first) {
  const { made, packed, size, disk, internal, external, offset, comment, named, name, time } = record;
  if (named > LIMITS.name) throw new Refusal('package-limit', null, 'name');
  if (named !== name.length || !isName(name)) throw unsafe('name');
  if (!isOwnRecord(record) || made !== (UNIX | VERSION) || packed !== size || size === ONES || time !== first.time)
    throw unsafe('zipHides', name);
  if (disk || comment || internal || external !== REGULAR || offset !== following) throw unsafe('zipHides', name);
}

/** Does the local header say the same? @param {Uint8Array} head @param {CentralRecord} record */
function checkLocal(head, record) {
  const local = localRecord(head);
  if (!local) throw new Refusal('malformed', record.name, 'zipCut');
  const { time, crc, packed, size, named, extra } = local;
  const from = LOCAL_SIZE + record.name.length;
  if (extra !== EXTRA.length || !isOurs(local, head.subarray(from, from + extra)))
    throw unsafe('zipHides', record.name);
  const agrees = time === record.time && crc === record.crc && packed === record.size && size === record.size;
  if (!agrees || latin1(head.subarray(LOCAL_SIZE, LOCAL_SIZE + named)) !== record.name)
    throw unsafe('zipHides', record.name);
}

/** @param {Iterable<string>} names */
function onlyFolder(names) {
  let folder = '';
  for (const name of names) {
    const own = name.slice(0, name.indexOf('/') + 1);
    if (!own || (folder && own !== folder)) throw unsafe('zipFolder', name);
    folder = own;
  }
  return folder;
}

/**
 * @param {Source} source
 * @returns {Promise<OwnContainer>} files by their whole names; a refusal if one byte is otherwise
 */
export async function openOwn(source) {
  const { count, at, directory } = await readEnd(source);
  /** @type {OwnContainer['files']} */
  const files = new Map();
  const names = new NameSet();
  const first = centralRecord(directory, 0);
  let [next, following] = [0, 0];
  for (let i = 0; i < count; i += 1) {
    const record = centralRecord(directory, next);
    if (!first || !record) throw new Refusal('malformed', null, 'zipCut');
    checkRecord(record, following, first);
    const { name, size, crc, offset } = record;
    names.add(name);
    const body = offset + LOCAL_SIZE + name.length + EXTRA.length;
    checkLocal(await source.read(offset, body - offset), record);
    files.set(name, { name, size, crc, chunks: () => parts(source, body, size) });
    following = body + size;
    ({ next } = record);
  }
  if (next !== directory.length || following !== at) throw unsafe('zipHides');
  return { files, folder: onlyFolder(files.keys()) };
}
