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

const seal = (type, number, length) => {
  const name = `${type} ${number} ${length}`;
  const [key, logId, nonce, plain] = [
    bytes(`key ${name}`, 32),
    bytes(`log ${name}`, 32),
    bytes(`nonce ${name}`, 12),
    bytes(`plain ${name}`, length),
  ];
  const padded = Buffer.alloc(Math.ceil((length + 4) / 256) * 256);
  be(length, 4).copy(padded);
  plain.copy(padded, 4);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(Buffer.concat([Buffer.from('consentlog/v1\0'), logId, be(type, 1), be(number, 8)]));
  const sealed = Buffer.concat([nonce, cipher.update(padded), cipher.final(), cipher.getAuthTag()]);
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
  [2, 5, 1000],
  [3, 9007199254740991, 300],
])
  console.log(seal(type, number, length));
