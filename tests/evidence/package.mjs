// Packages taken apart and put together again, in the one spelling that the format allows, so that a test reaches the
// check that it means and not the container's.
import { createHash } from 'node:crypto';
import { crc32 } from './crc32.mjs';

const EXTRA = Buffer.from('CL\x02\0v1', 'latin1');

/** @param {Buffer} raw @returns {Map<string, Buffer>} contents by whole name, in order; good packages only */
export function unzip(raw) {
  const files = new Map();
  let at = raw.readUInt32LE(raw.length - 6);
  for (let left = raw.readUInt16LE(raw.length - 12); left > 0; left -= 1) {
    const nameLength = raw.readUInt16LE(at + 28);
    const name = raw.toString('latin1', at + 46, at + 46 + nameLength);
    const body = raw.readUInt32LE(at + 42) + 30 + nameLength + EXTRA.length;
    files.set(name, raw.subarray(body, body + raw.readUInt32LE(at + 24)));
    at += 46 + nameLength + EXTRA.length;
  }
  return files;
}

/** @param {Iterable<[string, Buffer]>} files @returns {Buffer} */
export function zip(files) {
  const parts = [];
  const directory = [];
  let offset = 0;
  for (const [name, data] of files) {
    const common = Buffer.alloc(26);
    common.writeUInt16LE(10, 0);
    common.writeUInt32LE(0x5cf98a80, 6);
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    common.writeUInt16LE(EXTRA.length, 24);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE((0o100644 << 16) >>> 0, 6);
    tail.writeUInt32LE(offset, 10);
    const local = [Buffer.from('PK\x03\x04', 'latin1'), common, Buffer.from(name), EXTRA, data];
    directory.push(Buffer.from('PK\x01\x02\x0a\x03', 'latin1'), common, tail, Buffer.from(name), EXTRA);
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
