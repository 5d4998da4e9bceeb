// A ZIP of anybody's, of which every field is what its writer wants, whether it is true or not.
import { deflateRawSync } from 'node:zlib';
import { crc32 } from './crc32.mjs';

const bytes = (/** @type {string | Buffer} */ text) => (typeof text === 'string' ? Buffer.from(text) : text);

/** A field of the extra fields. @param {number} id @param {string | Buffer} data */
export function field(id, data) {
  const head = Buffer.alloc(4);
  head.writeUInt16LE(id, 0);
  head.writeUInt16LE(bytes(data).length, 2);
  return Buffer.concat([head, bytes(data)]);
}

/** @param {...bigint} values @returns {Buffer} */
export function wide(...values) {
  const data = Buffer.alloc(8 * values.length);
  values.forEach((value, i) => data.writeBigUInt64LE(value, 8 * i));
  return field(1, data);
}

/** Another name, as some write beside one that is not UTF-8. @param {string | Buffer} name @param {string | Buffer} own */
export function otherName(name, own) {
  const head = Buffer.alloc(5);
  head[0] = 1;
  head.writeUInt32LE(crc32(bytes(own)), 1);
  return field(0x7075, Buffer.concat([head, bytes(name)]));
}

/** @param {any} said what stands in both headers */
function common({ version, flags, method, crc, packed, size, name, extra }) {
  const head = Buffer.alloc(26);
  head.writeUInt16LE(version, 0);
  head.writeUInt16LE(flags, 2);
  head.writeUInt16LE(method, 4);
  head.writeUInt32LE(0x5cf98a80, 6);
  head.writeUInt32LE(crc, 10);
  head.writeUInt32LE(packed, 14);
  head.writeUInt32LE(size, 18);
  head.writeUInt16LE(name.length, 22);
  head.writeUInt16LE(extra.length, 24);
  return head;
}

function descriptor({ crc, packed, size }) {
  const said = Buffer.from('PK\x07\x08............', 'latin1');
  [crc, packed, size].forEach((value, i) => said.writeUInt32LE(value, 4 + 4 * i));
  return said;
}

/**
 * A file: its name, its contents, and how: `local` and `central` are what one header says otherwise, `packed` the data as they lie there.
 * @param {[string | Buffer, Buffer, any?]} file @param {number} offset
 */
function fileOf([name, data, how = {}], offset) {
  const { method = 0, flags = 0, local = {}, central = {}, gap = Buffer.alloc(0), external = 0, made = 20 } = how;
  const packed = how.packed ?? (method === 8 ? deflateRawSync(data) : data);
  const both = {
    version: 20,
    flags,
    method,
    crc: crc32(data),
    packed: packed.length,
    size: data.length,
    name: bytes(name),
    extra: how.extra ?? Buffer.alloc(0),
  };
  const later = flags & 8 ? { crc: 0, packed: 0, size: 0 } : {};
  const here = { ...both, ...later, ...local, name: bytes(local.name ?? both.name) };
  const there = {
    ...both,
    comment: Buffer.alloc(0),
    disk: 0,
    offset,
    ...central,
    name: bytes(central.name ?? both.name),
  };
  const behind = how.descriptor ?? (flags & 8 ? descriptor(both) : Buffer.alloc(0));
  const lying = Buffer.concat([
    Buffer.from('PK\x03\x04', 'latin1'),
    common(here),
    here.name,
    here.extra,
    packed,
    behind,
    gap,
  ]);
  const tail = Buffer.alloc(14);
  tail.writeUInt16LE(there.comment.length, 0);
  tail.writeUInt16LE(there.disk, 2);
  tail.writeUInt32LE(external >>> 0, 6);
  tail.writeUInt32LE(there.offset, 10);
  const version = Buffer.from([made & 255, made >> 8]);
  const record = [
    Buffer.from('PK\x01\x02', 'latin1'),
    version,
    common(there),
    tail,
    there.name,
    there.extra,
    there.comment,
  ];
  return { lying, record: Buffer.concat(record) };
}

/** ZIP64's end and its locator. @param {any} end */
function wideEnd({ count, length, at, place, more = Buffer.alloc(0), disks = 1 }) {
  const record = Buffer.alloc(56);
  record.write('PK\x06\x06', 'latin1');
  record.writeBigUInt64LE(BigInt(44 + more.length), 4);
  record.writeUInt16LE(45, 12);
  record.writeUInt16LE(45, 14);
  [count, count, length, at].forEach((value, i) => record.writeBigUInt64LE(BigInt(value), 24 + 8 * i));
  const locator = Buffer.alloc(20);
  locator.write('PK\x06\x07', 'latin1');
  locator.writeBigUInt64LE(BigInt(place), 8);
  locator.writeUInt32LE(disks, 16);
  return Buffer.concat([record, more, locator]);
}

/**
 * @param {Iterable<[string | Buffer, Buffer, any?]>} list
 * @param {{before?: Buffer, behind?: Buffer, comment?: Buffer, end?: any, zip64?: any}} [whole] `end` is what the end record says otherwise
 */
export function wrap(list, whole = {}) {
  const parts = [whole.before ?? Buffer.alloc(0)];
  const records = [];
  let offset = parts[0].length;
  for (const file of list) {
    const { lying, record } = fileOf(file, offset);
    parts.push(lying);
    records.push(record);
    offset += lying.length;
  }
  const directory = Buffer.concat(records);
  const said = { count: records.length, length: directory.length, at: offset };
  const large = whole.zip64 ? wideEnd({ ...said, place: offset + directory.length, ...whole.zip64 }) : Buffer.alloc(0);
  const end = { disk: 0, start: 0, here: records.length, ...said, ...whole.end };
  const comment = whole.comment ?? Buffer.alloc(0);
  const last = Buffer.alloc(22);
  last.write('PK\x05\x06', 'latin1');
  [end.disk, end.start, end.here, end.count].forEach((value, i) => last.writeUInt16LE(value, 4 + 2 * i));
  last.writeUInt32LE(end.length, 12);
  last.writeUInt32LE(end.at, 16);
  last.writeUInt16LE(comment.length, 20);
  return Buffer.concat([...parts, directory, large, last, comment, whole.behind ?? Buffer.alloc(0)]);
}
