// The container as consentlog writes it: every byte is fixed. docs/evidence-format.md section 2.

import { latin1, same } from './bytes.js';
import { Refusal } from './fault.js';
import { LIMITS } from './limits.js';
import { NameSet } from './names.js';
import { parts } from './source.js';
import { checkStream } from './zip-stream.js';
import { centralRecord, DESCRIPTOR, END, END_SIZE, LOCAL_SIZE, localRecord, viewOf } from './zip-records.js';

/** @typedef {import('./source.js').Source} Source @typedef {import('./source.js').PackedFile} PackedFile */
/** @typedef {import('./zip-records.js').CentralRecord} CentralRecord */
/** @typedef {{files: Map<string, PackedFile & {crc: number}>, folder: string, streamed: boolean}} OwnContainer */

const REGULAR = 0o100644 * 65536;
const EXTRA = 24;
const UNIX = 0x300;
const STREAMED = 8; // flags of version 0.1.0: sizes and checksum follow the data
const DESCRIPTOR_SIZE = 16;

/** @param {string} say @param {string | null} [file] */
const unsafe = (say, file = null) => new Refusal('package-unsafe', file, say);

/** @param {Source} source @returns {Promise<{count: number, at: number, directory: Uint8Array}>} */
async function readEnd(source) {
  if (source.size > LIMITS.container) throw new Refusal('package-limit', null, 'packageLarge');
  if (source.size < END_SIZE) throw unsafe('zipNone');
  const view = viewOf(await source.read(source.size - END_SIZE, END_SIZE));
  if (view.getUint32(0, true) !== END) throw unsafe('zipNone');
  const [disk, start, here, count, comment] = [4, 6, 8, 10, 20].map((at) => view.getUint16(at, true));
  const [length, at] = [12, 16].map((member) => view.getUint32(member, true));
  if (
    disk ||
    start ||
    comment ||
    here !== count ||
    count === 0 ||
    at + length !== source.size - END_SIZE ||
    length > LIMITS.directory
  )
    throw unsafe('zipHides');
  return { count, at, directory: await source.read(at, length) };
}

/** @param {CentralRecord} record @param {number} following @param {CentralRecord} first */
function checkRecord(record, following, first) {
  const { made, version, flags, method, packed, size, disk, internal, external, offset, comment, extra, name } = record;
  const isPlain = (version === 10 || version === 20) && made === (UNIX | version) && method === 0 && packed === size;
  if (!isPlain || flags !== first.flags || (flags !== 0 && flags !== STREAMED)) throw unsafe('zipOther', name);
  if (disk || comment || internal || external !== REGULAR || offset !== following) throw unsafe('zipHides', name);
  const head = latin1(extra.subarray(0, 5)) + latin1(extra.subarray(9));
  if (extra.length !== EXTRA || head !== 'UT\x05\0\x01ux\x0b\0\x01\x04\0\0\0\0\x04\0\0\0\0')
    throw unsafe('zipOther', name);
  if (record.time !== first.time || !same(extra, first.extra)) throw unsafe('zipOther', name);
}

/** Does the local header say the same? @param {Uint8Array} head @param {CentralRecord} record */
function checkLocal(head, record) {
  const local = localRecord(head);
  const streamed = record.flags === STREAMED;
  if (!local) throw unsafe('zipHides', record.name);
  const agrees =
    local.version === record.version &&
    local.flags === record.flags &&
    local.method === 0 &&
    local.time === record.time &&
    local.crc === (streamed ? 0 : record.crc) &&
    local.packed === record.size &&
    local.size === record.size;
  if (!agrees || local.named !== record.name.length || local.extra !== EXTRA) throw unsafe('zipHides', record.name);
  if (latin1(head.subarray(LOCAL_SIZE, LOCAL_SIZE + local.named)) !== record.name)
    throw unsafe('zipHides', record.name);
  if (!same(head.subarray(LOCAL_SIZE + local.named), record.extra)) throw unsafe('zipHides', record.name);
}

/** @param {Source} source @param {number} at @param {CentralRecord} record */
async function checkDescriptor(source, at, record) {
  const view = viewOf(await source.read(at, DESCRIPTOR_SIZE));
  const said = [0, 4, 8, 12].map((member) => view.getUint32(member, true));
  if (said[0] !== DESCRIPTOR || said[1] !== record.crc || said[2] !== record.size || said[3] !== record.size)
    throw unsafe('zipHides', record.name);
}

/** @param {Source} source @param {CentralRecord} record @param {number} body @returns {PackedFile & {crc: number}} */
const fileAt = (source, { size, crc }, body) => ({ name: '', size, crc, chunks: () => parts(source, body, size) });

/** @param {Source} source @param {CentralRecord} record */
async function placeOf(source, record) {
  const headSize = LOCAL_SIZE + record.name.length + EXTRA;
  checkLocal(await source.read(record.offset, headSize), record);
  const body = record.offset + headSize;
  const streamed = record.flags === STREAMED;
  if (streamed) {
    await checkDescriptor(source, body + record.size, record);
    await checkStream(source, body, record);
  }
  return { body, following: body + record.size + (streamed ? DESCRIPTOR_SIZE : 0) };
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
  if (!first) throw unsafe('zipHides');
  let [next, following] = [0, 0];
  for (let i = 0; i < count; i += 1) {
    const record = centralRecord(directory, next);
    if (!record) throw unsafe('zipHides');
    names.add(record.name);
    checkRecord(record, following, first);
    const place = await placeOf(source, record);
    files.set(record.name, { ...fileAt(source, record, place.body), name: record.name });
    ({ following } = place);
    ({ next } = record);
  }
  if (next !== directory.length || following !== at) throw unsafe('zipHides');
  return { files, folder: onlyFolder(files.keys()), streamed: first.flags === STREAMED };
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
