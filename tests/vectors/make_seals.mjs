// Write seals.txt: sealed records made by another implementation of AES-256-GCM, from the description in host/log/seal.h.
// Run in this folder: node make_seals.mjs > seals.txt
// One record a line: type, number, log id, key, plain bytes, sealed bytes; all but the numbers in hexadecimal.
import { createCipheriv, createHash } from 'node:crypto';

const bytes = (label, n) => {
  const blocks = [];
  for (let i = 0; i * 32 < n; i++) blocks.push(createHash('sha256').update(`${label} ${i}`).digest());
  return Buffer.concat(blocks).subarray(0, n);
};

const be = (value, n) => {
  const out = Buffer.alloc(8);
  out.writeBigUInt64BE(BigInt(value));
  return out.subarray(8 - n);
};

// The step of version 2: 1792 or a power of two from 4096 for entries, Padmé in units of 256 for the rest.
const step = (type, length) => {
  if (type === 1) return length <= 1792 ? 1792 : Math.max(4096, 2 ** Math.ceil(Math.log2(length)));
  const exponent = Math.floor(Math.log2(length));
  const unit = 2 ** (exponent - Math.floor(Math.log2(exponent)) - 1);
  return Math.ceil((Math.ceil(length / unit) * unit) / 256) * 256;
};

// Version 2 has, of an entry, the root of the entries before it; here any 32 bytes.
const seal = (version, type, number, length) => {
  const name = version === 1 ? `${type} ${number} ${length}` : `${version} ${type} ${number} ${length}`;
  const [key, logId, nonce, plain] = [
    bytes(`key ${name}`, 32),
    bytes(`log ${name}`, 32),
    bytes(`nonce ${name}`, 12),
    bytes(`plain ${name}`, length),
  ];
  const padded = Buffer.alloc(version === 1 ? Math.ceil((length + 4) / 256) * 256 : step(type, length + 4));
  be(length, 4).copy(padded);
  plain.copy(padded, 4);
  const before = version === 2 && type === 1 ? bytes(`before ${name}`, 32) : Buffer.alloc(0);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(Buffer.concat([Buffer.from(`consentlog/v${version}\0`), logId, be(type, 1), be(number, 8), before]));
  const sealed = Buffer.concat([
    ...(version === 1 ? [] : [be(version, 1)]),
    before,
    nonce,
    cipher.update(padded),
    cipher.final(),
    cipher.getAuthTag(),
  ]);
  return [
    type,
    number,
    logId.toString('hex'),
    key.toString('hex'),
    plain.toString('hex') || '-',
    sealed.toString('hex'),
  ].join(' ');
};

for (const [type, number, length] of [
  [1, 0, 0],
  [1, 1, 1],
  [1, 2, 251],
  [1, 3, 252],
  [1, 4, 253],
  [1, 4, 2044],
  [1, 4, 2045],
  [2, 5, 1000],
  [3, 9007199254740991, 300],
  [3, 6, 1533],
])
  for (const version of [1, 2]) console.log(seal(version, type, number, length));
