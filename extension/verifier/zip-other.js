// A ZIP that another program packed: its bytes are not fixed, so what it holds is, and nothing may lie where a second reader looks.
// docs/evidence-format.md section 2, "Containers of others".

import { latin1 } from './bytes.js';
import { Refusal } from './fault.js';
import { inflateRaw } from './inflate.js';
import { LIMITS } from './limits.js';
import { isAlike, isSane, shown } from './names.js';
import { parts } from './source.js';
import { checkBeginning } from './strangers.js';
import { findEnd, widen } from './zip-end.js';
import { centralRecord, DESCRIPTOR, LOCAL_SIZE, localRecord, viewOf } from './zip-records.js';
import { isOwnRecord } from './zip-own.js';
import { checkStream } from './zip-stream.js';

/** @typedef {import('./source.js').Source} Source @typedef {import('./source.js').PackedFile} PackedFile */
/** @typedef {import('./zip-end.js').WideRecord} WideRecord */
/** @typedef {PackedFile & {crc: number, stored: {source: Source, at: number} | null}} OtherFile */

const [STORED, DEFLATED] = [0, 8];
const FOLLOWS = 8; // sizes and checksum come after the data
const ENCRYPTED = 0x2041; // by any of three ways
const KNOWN_FLAGS = 0x080e;
const OTHER_NAME = 0x7075;
const CIPHER = 0x9901;
const [FOLDER, FILE, SYSTEMS] = [4, 8, [3, 19]]; // kinds of file, and who states them
const ZERO_OR = (/** @type {number} */ value, /** @type {number} */ wanted, /** @type {boolean} */ later) =>
  value === wanted || (later && value === 0);

/** @param {string} say @param {string | null} [file] */
const unsafe = (say, file = null) => new Refusal('package-unsafe', shown(file), say);

/** Is there a field that says how the data are enciphered? @param {Uint8Array} extra */
function enciphers(extra) {
  const view = viewOf(extra);
  for (let at = 0; at + 4 <= extra.length; at += 4 + view.getUint16(at + 2, true))
    if (view.getUint16(at, true) === CIPHER) return true;
  return false;
}

/** An extra field that gives the file another name. @param {Uint8Array} extra @param {string} name */
function renames(extra, name) {
  const view = viewOf(extra);
  for (let at = 0; at + 4 <= extra.length; at += 4 + view.getUint16(at + 2, true)) {
    const other = latin1(extra.subarray(at + 9, at + 4 + view.getUint16(at + 2, true)));
    if (view.getUint16(at, true) === OTHER_NAME && !isAlike(name, other)) return true;
  }
  return false;
}

const isFolder = (/** @type {string} */ name) => /[/\\]$/.test(name);

/** @param {WideRecord} record */
function checkReadable(record) {
  const { flags, method, name, extra, size, packed } = record;
  if (flags & ENCRYPTED || enciphers(extra)) throw unsafe('zipLocked', name);
  if (flags & ~KNOWN_FLAGS) throw unsafe('zipHides', name);
  if (method !== STORED && method !== DEFLATED) throw unsafe('zipMethod', name);
  if (method === STORED && packed !== size) throw unsafe('zipHides', name);
}

/** @param {WideRecord} record */
function checkKind({ external, made, name, extra, crc, size, packed }) {
  if (renames(extra, name)) throw unsafe('zipHides', name);
  if (isFolder(name) && (size || crc || (packed && packed !== 2))) throw unsafe('zipHides', name);
  const kind = SYSTEMS.includes(made >> 8) ? external >>> 28 : 0;
  if (kind && kind !== (isFolder(name) ? FOLDER : FILE)) throw unsafe('zipLink', name);
}

/** Where its data lie, and that nothing but what belongs there follows them. @param {Source} source @param {WideRecord} record @param {number} end */
async function locate(source, record, end) {
  const head = localRecord(await source.read(record.offset, LOCAL_SIZE));
  if (!head) throw new Refusal('malformed', null, 'zipCut');
  if (head.flags !== record.flags || head.method !== record.method) throw unsafe('zipHides', record.name);
  const rest = await source.read(record.offset + LOCAL_SIZE, head.named + head.extra);
  if (latin1(rest.subarray(0, head.named)) !== record.name) throw unsafe('zipHides', record.name);
  const extra = rest.subarray(head.named);
  const local = widen({ ...record, packed: head.packed, size: head.size, offset: 0, extra });
  const body = record.offset + LOCAL_SIZE + rest.length;
  const later = (record.flags & FOLLOWS) !== 0;
  const agrees =
    ZERO_OR(head.crc, record.crc, later) &&
    ZERO_OR(local.packed, record.packed, later) &&
    ZERO_OR(local.size, record.size, later);
  if (enciphers(extra)) throw unsafe('zipLocked', record.name);
  if (!agrees || extra.length > LIMITS.extra || renames(extra, record.name)) throw unsafe('zipHides', record.name);
  const left = end - body - record.packed;
  if (later ? !(await isDescriptor(source, body + record.packed, left, record)) : left !== 0)
    throw unsafe('zipHides', record.name);
  if (later && record.method === STORED) await checkStream(source, body, record);
  if (isFolder(record.name) && record.packed) await checkEmpty(source, body, record.name);
  return body;
}

/** Two bytes that open to none. @param {Source} source @param {number} at @param {string} name of a folder */
async function checkEmpty(source, at, name) {
  const [first, second] = await source.read(at, 2);
  if (first !== 3 || second !== 0) throw unsafe('zipHides', name);
}

/** @param {Source} source @param {number} at @param {number} length @param {WideRecord} record */
async function isDescriptor(source, at, length, record) {
  if (![12, 16, 20, 24].includes(length)) return false;
  const view = viewOf(await source.read(at, length));
  const from = length === 16 || length === 24 ? 4 : 0;
  if (from && view.getUint32(0, true) !== DESCRIPTOR) return false;
  const read = (/** @type {number} */ place) =>
    length >= 20 ? Number(view.getBigUint64(from + 4 + 8 * place, true)) : view.getUint32(from + 4 + 4 * place, true);
  return view.getUint32(from, true) === record.crc && read(0) === record.packed && read(1) === record.size;
}

/** @param {Source} source @param {WideRecord} record @param {number} body @returns {OtherFile} */
function fileOf(source, record, body) {
  const { name, size, crc, method, packed } = record;
  const stored = method === STORED;
  const chunks = stored ? () => parts(source, body, size) : () => inflateRaw(parts(source, body, packed), size, name);
  return { name, size, crc, chunks, stored: stored ? { source, at: body } : null };
}

/** @param {import('./zip-records.js').CentralRecord} record @param {number} end */
function checkName({ named, name, extra, next }, end) {
  if (named > LIMITS.longName) throw new Refusal('package-limit', null, 'name');
  if (next > end || extra.length > LIMITS.extra) throw new Refusal('malformed', null, 'zipCut');
  if (!isSane(name)) throw unsafe('zipHides');
}

/** @param {Uint8Array} directory @param {number} count @param {number} most that all may unpack to @returns {WideRecord[]} */
function readDirectory(directory, count, most) {
  const records = [];
  let [next, total] = [0, 0];
  for (let i = 0; i < count; i += 1) {
    const record = centralRecord(directory, next);
    if (!record) throw new Refusal('malformed', null, 'zipCut');
    checkName(record, directory.length);
    if (record.disk || (i === 0 && isOwnRecord(record))) throw unsafe('zipHides', record.name);
    const wide = widen(record);
    checkKind(wide);
    checkReadable(wide);
    records.push(wide);
    total += wide.size;
    if (total > most) throw new Refusal('package-limit', null, 'packageLarge');
    ({ next } = record);
  }
  if (next !== directory.length) throw unsafe('zipHides');
  return records;
}

/**
 * The files of a ZIP, folders left out.
 * @param {Source} source
 * @returns {Promise<OtherFile[]>}
 */
export async function openOther(source) {
  await checkBeginning(source);
  const { count, at, length } = await findEnd(source);
  const most = Math.min(LIMITS.container, LIMITS.unpacked + LIMITS.ratio * source.size);
  const records = readDirectory(await source.read(at, length), count, most).sort((a, b) => a.offset - b.offset);
  const files = [];
  const slashes = ['/', '\\'].filter((slash) => records.some(({ name }) => name.includes(slash)));
  if (records[0].offset !== 0 || slashes.length === 2) throw unsafe('zipHides');
  for (const [i, record] of records.entries()) {
    const body = await locate(source, record, records[i + 1]?.offset ?? at);
    const name = record.name.replaceAll('\\', '/'); // as some programs of Windows write it
    if (!isFolder(name)) files.push(fileOf(source, { ...record, name }, body));
  }
  return files;
}
