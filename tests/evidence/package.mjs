// Packages taken apart and put together again, in the one spelling that the format allows, so that a test reaches the
// check that it means and not the container's.
import { createHash } from 'node:crypto';
import { crc32 } from './crc32.mjs';

const HEAD = 30;

/** @param {Buffer} raw @returns {Map<string, Buffer>} contents by whole name, in order; good packages only */
export function unzip(raw) {
  const files = new Map();
  let at = raw.readUInt32LE(raw.length - 6);
  for (let left = raw.readUInt16LE(raw.length - 12); left > 0; left -= 1) {
    const nameLength = raw.readUInt16LE(at + 28);
    const name = raw.toString('latin1', at + 46, at + 46 + nameLength);
    const body = raw.readUInt32LE(at + 42) + HEAD + nameLength + 24;
    files.set(name, raw.subarray(body, body + raw.readUInt32LE(at + 24)));
    at += 46 + nameLength + 24;
  }
  return files;
}

function extra(seconds) {
  const bytes = Buffer.from('5554050001000000007578' + '0b000104' + '00000000' + '04' + '00000000', 'hex');
  bytes.writeUInt32LE(seconds, 5);
  return bytes;
}

/** @param {Iterable<[string, Buffer]>} files @returns {Buffer} */
export function zip(files, seconds = 1785000000) {
  const parts = [];
  const directory = [];
  let offset = 0;
  for (const [name, data] of files) {
    const common = Buffer.alloc(26);
    common.writeUInt16LE(10, 0);
    common.writeUInt16LE(8, 2);
    common.writeUInt32LE(0x5cf98a80, 6);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    common.writeUInt16LE(24, 24);
    const crc = crc32(data);
    const descriptor = Buffer.alloc(16);
    descriptor.writeUInt32LE(0x08074b50, 0);
    descriptor.writeUInt32LE(crc, 4);
    descriptor.writeUInt32LE(data.length, 8);
    descriptor.writeUInt32LE(data.length, 12);
    const local = [Buffer.from('PK\x03\x04', 'latin1'), common, Buffer.from(name), extra(seconds), data, descriptor];
    const central = Buffer.from(common);
    central.writeUInt32LE(crc, 10);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE((0o100644 << 16) >>> 0, 6);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.from('PK\x01\x02\x0a\x03', 'latin1'), central, tail, Buffer.from(name), extra(seconds));
    parts.push(...local);
    offset += local.reduce((sum, part) => sum + part.length, 0);
  }
  const records = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(directory.length / 5, 8);
  end.writeUInt16LE(directory.length / 5, 10);
  end.writeUInt32LE(records.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, records, end]);
}

/** Make both manifests fit what is there, as somebody without the key could. */
export function relist(files) {
  const [first] = files.keys();
  const folder = first.slice(0, first.indexOf('/') + 1);
  const list = (wanted) =>
    [...files]
      .map(([name, data]) => [name.slice(folder.length), data])
      .filter(([name]) => wanted(name))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, data]) => `${createHash('sha256').update(data).digest('hex')}  ${name}\n`)
      .join('');
  const payload = [...files].filter(([name]) => name.startsWith(`${folder}data/`));
  const info = files.get(`${folder}bag-info.txt`);
  if (info) {
    const oxum = `Payload-Oxum: ${payload.reduce((sum, [, data]) => sum + data.length, 0)}.${payload.length}`;
    files.set(`${folder}bag-info.txt`, Buffer.from(info.toString().replace(/Payload-Oxum: .*/, oxum)));
  }
  files.set(`${folder}manifest-sha256.txt`, Buffer.from(list((name) => name.startsWith('data/'))));
  files.set(
    `${folder}tagmanifest-sha256.txt`,
    Buffer.from(list((name) => !name.startsWith('data/') && !name.startsWith('tagmanifest-sha256.txt'))),
  );
  return files;
}
