// CRC-32 as ZIP and PNG have it, four bytes a step.

const TABLES = Array.from({ length: 4 }, () => new Uint32Array(256));
for (let n = 0; n < 256; n += 1) {
  let value = n;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  TABLES[0][n] = value;
}
for (let n = 0; n < 256; n += 1) {
  for (let k = 1; k < 4; k += 1) TABLES[k][n] = TABLES[0][TABLES[k - 1][n] & 255] ^ (TABLES[k - 1][n] >>> 8);
}
const [T0, T1, T2, T3] = TABLES;

/** @param {Uint8Array} bytes @param {number} [before] the sum of what came before */
export function crc32(bytes, before = 0) {
  let value = ~before;
  let at = 0;
  for (const end = bytes.length & ~3; at < end; at += 4) {
    value ^= bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
    value = T3[value & 255] ^ T2[(value >>> 8) & 255] ^ T1[(value >>> 16) & 255] ^ T0[value >>> 24];
  }
  for (; at < bytes.length; at += 1) value = T0[(value ^ bytes[at]) & 255] ^ (value >>> 8);
  return ~value >>> 0;
}
