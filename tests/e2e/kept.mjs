/** Documents and pictures as the extension sends them. */
import { deflateSync } from 'node:zlib';
import { crc32 } from '../evidence/crc32.mjs';
import { observation, randomHex } from './host.mjs';

/** A good document; `change` replaces members, those of `client` too. @param {Record<string, any>} [change] @returns {any} */
export function document(change = {}) {
  const { client, observed_at } = observation();
  return {
    reading: randomHex(32),
    document: 'privacy-policy',
    url: 'https://www.linkedin.com/legal/privacy-policy',
    title: 'LinkedIn Privacy Policy',
    language: 'en',
    effective: '2025-11-03',
    effective_text: 'Effective November 3, 2025',
    observed_at,
    asked: false,
    text: 'Your privacy matters. '.repeat(20),
    ...change,
    client: { ...client, ...change.client },
  };
}

/** @param {string} type @param {Buffer} data */
function chunk(type, data) {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body) >>> 0);
  return Buffer.concat([length, body, sum]);
}

/** A PNG file that says to be of that size, filled up to `length` bytes by a comment. @param {number} width @param {number} height */
export function png(width, height, length = 0) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  header[9] = 6;
  const parts = [
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    // All its pixels, for whoever decodes it; of what is too large for that, the first.
    chunk('IDAT', deflateSync(Buffer.alloc(width * height <= 1_000_000 ? height * (1 + 4 * width) : 5))),
  ];
  const rest = length - parts.reduce((sum, part) => sum + part.length, 0) - 12 - 12;
  if (rest > 0) parts.push(chunk('tEXt', Buffer.alloc(rest, 0x61)));
  return Buffer.concat([...parts, chunk('IEND', Buffer.alloc(0))]);
}

/** @param {Buffer} bytes */
export const picture = (bytes) => ({ media_type: 'image/png', base64: bytes.toString('base64') });
