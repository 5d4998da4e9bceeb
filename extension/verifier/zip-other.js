// A ZIP that another program packed: its bytes are not fixed, so what it holds is, and nothing may lie where a second reader looks.

import { latin1 } from './bytes.js';
import { Refusal } from './fault.js';
import { inflateRaw } from './inflate.js';
import { LIMITS } from './limits.js';
import { parts } from './source.js';
import { checkStream } from './zip-stream.js';
import { centralRecord, DESCRIPTOR, END, END_SIZE, LOCAL_SIZE, localRecord, viewOf } from './zip-records.js';

/** @typedef {import('./source.js').Source} Source @typedef {import('./source.js').PackedFile} PackedFile */
/** @typedef {import('./zip-records.js').CentralRecord & {zip64: boolean}} Record64 */
/** @typedef {PackedFile & {crc: number, mode: number, stored: {source: Source, at: number} | null}} OtherFile */

const COMMENT = 65535;
const ALL_ONES = 0xffffffff;
const [STORED, DEFLATED] = [0, 8];
const [ENCRYPTED, FOLLOWS, STRONG, MASKED] = [1, 8, 64, 8192];

/** @param {string} say @param {string | null} [file] */
const unsafe = (say, file = null) => new Refusal('package-unsafe', file, say);

/** @param {DataView} view @param {number} at */
function big(view, at) {
  const value = view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
  if (value > LIMITS.container) throw new Refusal('package-limit', null, 'packageLarge');
  return value;
}

/** @param {Source} source @returns {Promise<{count: number, at: number, length: number}>} */
async function findEnd(source) {
  if (source.size < END_SIZE) throw unsafe('zipNone');
  const from = Math.max(0, source.size - END_SIZE - COMMENT);
  const tail = await source.read(from, source.size - from);
  const view = viewOf(tail);
  for (let at = tail.length - END_SIZE; at >= 0; at -= 1) {
    if (view.getUint32(at, true) === END && at + END_SIZE + view.getUint16(at + 20, true) === tail.length) {
      return readEnd(source, view, at, from + at);
    }
  }
  throw unsafe('zipNone');
}

/** @param {Source} source @param {DataView} view @param {number} at @param {number} place of the end record */
async function readEnd(source, view, at, place) {
  const [disk, start, here, count] = [4, 6, 8, 10].map((member) => view.getUint16(at + member, true));
  const [length, offset] = [12, 16].map((member) => view.getUint32(at + member, true));
  const found =
    count === 65535 || length === ALL_ONES || offset === ALL_ONES
      ? await readEnd64(source, place)
      : { count, at: offset, length, place };
  if ((disk && disk !== 65535) || (start && start !== 65535) || here !== count) throw unsafe('zipHides');
  if (found.count > LIMITS.files || found.length > LIMITS.directory)
    throw new Refusal('package-limit', null, 'packageLarge');
  if (found.at + found.length !== found.place || found.count === 0) throw unsafe('zipHides');
  return found;
}

/** @param {Source} source @param {number} place */
async function readEnd64(source, place) {
  if (place < 76) throw unsafe('zipHides');
  const locator = viewOf(await source.read(place - 20, 20));
  const end = locator.getUint32(0, true) === 0x07064b50 ? big(locator, 8) : -1;
  if (end !== place - 76) throw unsafe('zipHides');
  const view = viewOf(await source.read(end, 56));
  if (
    view.getUint32(0, true) !== 0x06064b50 ||
    big(view, 4) !== 44 ||
    view.getUint32(16, true) ||
    view.getUint32(20, true)
  )
    throw unsafe('zipHides');
  return { count: big(view, 32), length: big(view, 40), at: big(view, 48), place: end };
}

/**
 * The sizes that a ZIP64 field holds in place of those that do not fit.
 * @param {import('./zip-records.js').CentralRecord} record
 * @returns {Record64}
 */
function widen(record) {
  const wide = { ...record, zip64: false };
  const view = viewOf(record.extra);
  for (let at = 0; at + 4 <= record.extra.length; at += 4 + view.getUint16(at + 2, true)) {
    const end = at + 4 + view.getUint16(at + 2, true);
    if (end > record.extra.length) throw unsafe('zipHides', record.name);
    if (view.getUint16(at, true) === 1) widenBy(wide, view, at + 4, end);
  }
  if ([wide.size, wide.packed, wide.offset].includes(ALL_ONES))
    throw new Refusal('package-limit', null, 'packageLarge');
  return wide;
}

/** @param {Record64} wide @param {DataView} view @param {number} from @param {number} end */
function widenBy(wide, view, from, end) {
  let at = from;
  wide.zip64 = true;
  for (const member of /** @type {const} */ (['size', 'packed', 'offset'])) {
    if (wide[member] !== ALL_ONES) continue;
    if (at + 8 > end) throw unsafe('zipHides', wide.name);
    wide[member] = big(view, at);
    at += 8;
  }
}

/** @param {Record64} record */
function checkReadable(record) {
  const { flags, method, external, made, name } = record;
  if (flags & (ENCRYPTED | STRONG | MASKED)) throw unsafe('zipLocked', name);
  if (method !== STORED && method !== DEFLATED) throw unsafe('zipMethod', name);
  if (method === STORED && record.packed !== record.size) throw unsafe('zipHides', name);
  const kind = made >> 8 === 3 ? external >>> 28 : 0;
  if (kind && kind !== 8 && kind !== 4) throw unsafe('zipLink', name);
}

/** Where its data lie and what follows them. @param {Source} source @param {Record64} record @param {number} end where the next thing begins */
async function locate(source, record, end) {
  const head = await source.read(record.offset, LOCAL_SIZE);
  const local = localRecord(head);
  if (!local || local.flags !== record.flags || local.method !== record.method) throw unsafe('zipHides', record.name);
  const name = latin1(await source.read(record.offset + LOCAL_SIZE, local.named));
  if (name !== record.name) throw unsafe('zipHides', record.name);
  const body = record.offset + LOCAL_SIZE + local.named + local.extra;
  const left = end - body - record.packed;
  if (
    record.flags & FOLLOWS
      ? !(await isDescriptor(source, body + record.packed, left, record))
      : left !== 0 || !agrees(local, record)
  ) {
    throw unsafe('zipHides', record.name);
  }
  if (record.flags & FOLLOWS && record.method === STORED) await checkStream(source, body, record);
  return body;
}

/** @param {import('./zip-records.js').LocalRecord} local @param {Record64} record */
const agrees = (local, record) =>
  local.crc === record.crc &&
  (local.size === record.size || local.size === ALL_ONES) &&
  (local.packed === record.packed || local.packed === ALL_ONES);

/** @param {Source} source @param {number} at @param {number} length @param {Record64} record */
async function isDescriptor(source, at, length, record) {
  if (![12, 16, 20, 24].includes(length)) return false;
  const view = viewOf(await source.read(at, length));
  const signed = length === 16 || length === 24 ? 4 : 0;
  if (signed && view.getUint32(0, true) !== DESCRIPTOR) return false;
  const wide = length >= 20;
  const packed = wide ? big(view, signed + 4) : view.getUint32(signed + 4, true);
  const size = wide ? big(view, signed + 12) : view.getUint32(signed + 8, true);
  return view.getUint32(signed, true) === record.crc && packed === record.packed && size === record.size;
}

/** @param {Source} source @param {Record64} record @param {number} body @returns {OtherFile} */
function fileOf(source, record, body) {
  const { name, size, crc, method, packed, external, made } = record;
  const chunks =
    method === STORED ? () => parts(source, body, size) : () => inflateRaw(parts(source, body, packed), size, name);
  return {
    name,
    size,
    crc,
    chunks,
    mode: made >> 8 === 3 ? external >>> 16 : 0,
    stored: method === STORED ? { source, at: body } : null,
  };
}

/** @param {Source} source @returns {Promise<Record64[]>} */
async function readDirectory(source) {
  const { count, at, length } = await findEnd(source);
  const directory = await source.read(at, length);
  const records = [];
  let next = 0;
  let total = 0;
  for (let i = 0; i < count; i += 1) {
    const record = centralRecord(directory, next);
    if (!record) throw unsafe('zipHides');
    records.push(widen(record));
    total += records[i].size;
    ({ next } = record);
  }
  if (total > LIMITS.container) throw new Refusal('package-limit', null, 'packageLarge');
  if (next !== length) throw unsafe('zipHides');
  records.push(/** @type {Record64} */ ({ offset: at }));
  return records;
}

/**
 * The files of a ZIP, folders left out. Data lie end to end from the first byte to the directory.
 * @param {Source} source
 * @returns {Promise<OtherFile[]>}
 */
export async function openOther(source) {
  const records = (await readDirectory(source)).sort((a, b) => a.offset - b.offset);
  const files = [];
  if (records[0].offset !== 0) throw unsafe('zipHides');
  for (let i = 0; i + 1 < records.length; i += 1) {
    const record = records[i];
    checkReadable(record);
    const body = await locate(source, record, records[i + 1].offset);
    if (!record.name.endsWith('/')) files.push(fileOf(source, record, body));
    else if (record.size) throw unsafe('zipHides', record.name);
  }
  return files;
}
