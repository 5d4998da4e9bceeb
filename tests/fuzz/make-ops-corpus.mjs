// Writes tests/fuzz/corpus/ops: conversations that a browser could have. node tests/fuzz/make-ops-corpus.mjs
// Little-endian lengths, as on every machine that the fuzzer runs on.
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { frame, observation, observationOff } from '../e2e/host.mjs';
import { document, picture, png } from '../e2e/kept.mjs';

const folder = join(dirname(fileURLToPath(import.meta.url)), 'corpus/ops');
const time = '2026-11-21T18:00:00.000Z';
const fixed = { observed_at: time, page: { loaded_at: time } };

/** @param {string} op @param {object} [params] */
const ask = (op, params = {}) => frame(JSON.stringify({ id: 1, op, params }));
/** @param {...any} observations */
const record = (...observations) => ask('record', { observations });
/** @param {number} n */
const reading = (n) => n.toString(16).padStart(32, '0');
/** @param {number} n @param {object} [change] */
const on = (n, change = {}) => ({ ...observation({ ...fixed, ...change }), reading: reading(n) });
/** @param {number} n @param {object} [change] */
const off = (n, change = {}) => ({ ...observationOff({ ...fixed, ...change }), reading: reading(n) });

const unknown = on(7, {
  state: 'unknown',
  reason: 'signed-out',
  control: null,
  candidates: 0,
  account: { id: null, premium: null },
});
/** @param {number} n @param {object} [change] */
const keep = (n, change = {}) =>
  ask('document', { document: { ...document({ observed_at: time, ...change }), reading: reading(n) } });
/** A part of a file. @param {string} bytes @param {number} [offset] @param {number} [size] @param {object} [change] */
const exhibit = (bytes, offset = 0, size = bytes.length, change = {}) =>
  ask('keep', {
    file: 'mail.eml',
    note: 'as it arrived',
    size,
    offset,
    base64: Buffer.from(bytes).toString('base64'),
    client: observation().client,
    ...change,
  });
const other = 'Your data matters. '.repeat(20);
const token = {
  size: 1,
  checkpoint: 'consentlog/0000000000000000\n1\nAAAA\n\n— x y\n',
  query: 'MAA=',
  reply: 'MAA=',
  authority: 'https://time.example/',
};
const withhold = { accounts: ['0'.repeat(32)], pictures: true, documents: false, entries: [1, 2] };
/** Of the text that document() has. */
const ofText = createHash('sha256').update(document().text).digest('hex');
const conversations = {
  hello: [ask('hello')],
  status: [ask('status')],
  check: [record(on(1)), ask('check')],
  unlock: [ask('unlock')],
  'record-on': [record(on(1))],
  'record-off': [record(off(2))],
  'record-unknown': [record(unknown)],
  'record-not-offered': [record(on(3, { state: 'not-offered', control: null, candidates: 0 }))],
  'record-flip': [record(on(4)), record(off(5, { pending: true, trusted: true })), record(off(6))],
  'record-twice': [record(on(8)), record(on(8))],
  'record-batch': [record(on(9), off(10), on(11, { asked: true }))],
  'record-two-accounts': [
    record(on(12, { account: { id: 'a', premium: true } }), off(13, { account: { id: 'b', premium: null } })),
  ],
  'record-contradiction': [record(on(14, { control: { checked: false } }))],
  history: [record(on(15)), ask('history', { from: 0, count: 1000 })],
  'history-beyond': [ask('history', { from: 9007199254740991, count: 1 })],
  'record-picture': [record(on(18, { picture: picture(png(1, 1)) }))],
  'record-no-picture': [record(on(19, { picture: { media_type: 'image/png', base64: 'AAAA' } }))],
  document: [keep(20)],
  'document-twice': [
    keep(21),
    keep(21),
    keep(22, { text: other, effective: null, effective_text: null }),
    keep(23, { asked: true }),
  ],
  'document-short': [keep(24, { text: 'x' })],
  keep: [exhibit('From: a\r\nDate: b\r\nDKIM-Signature: d=linkedin.com\r\n\r\nx')],
  'keep-parts': [exhibit('one', 0, 6), exhibit('two', 3, 6, { note: null })],
  'keep-astray': [exhibit('one', 0, 6), exhibit('two', 2, 6)],
  'keep-name': [exhibit('x', 0, 1, { file: '../x' })],
  attachment: [keep(25), ask('attachment', { sha256: ofText, offset: 5 })],
  'attachment-none': [record(on(26)), ask('attachment', { sha256: '0'.repeat(64), offset: 0 })],
  'timestamp-request': [ask('timestamp.request')],
  'timestamp-store': [ask('timestamp.store', token)],
  export: [ask('export', { since: '2026-01-01', until: null, withhold, language: 'en', owner: 'A', folder: '/tmp' })],
  'unknown-op': [ask('import')],
  'unknown-member': [frame('{"id":1,"op":"hello","params":{},"x":1}')],
  'repeated-member': [frame('{"id":1,"id":2,"op":"hello","params":{}}')],
  escapes: [frame('{"id":1,"op":"\\u0068\\ud83d\\ude00\\n","params":{}}')],
  zero: [Buffer.alloc(4), ask('hello')],
  'too-long': [Buffer.from([0xff, 0xff, 0xff, 0xff])],
  cut: [ask('hello').subarray(0, 20)],
  // Without a length: the fuzzer also takes each input as the body of one frame.
  'body-record': [record(on(16), off(17)).subarray(4)],
  'body-history': [ask('history', { from: 0, count: 10 }).subarray(4)],
};

mkdirSync(folder, { recursive: true });
for (const [name, frames] of Object.entries(conversations)) writeFileSync(join(folder, name), Buffer.concat(frames));
