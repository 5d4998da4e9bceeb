// Packages that are bent, each in one place or a few: bytes of the container, what its headers say, words of JSON, notes, signatures,
// proofs. Whatever each is, all verifiers have to say the same of it.
import { BEGIN, DAY, genesis, leaf, listed, look, pack, text } from './liar.mjs';
import { STRIPES } from './log.mjs';
import { unzip } from './package.mjs';
import { field, otherName, wide, wrap } from './wrap.mjs';

/** @typedef {(below: number) => number} Any @typedef {{what: string, raw: Buffer}} Bent */

const TEXT = Buffer.from('The privacy policy of that day. '.repeat(20));
const PICTURE = listed('picture', 'image/png', STRIPES);

/** @returns {any[]} */
const entries = () => [
  genesis(),
  look(1, BEGIN + 1000, 'on', { change: 'first' }),
  look(2, BEGIN + DAY, 'on', { attachments: [PICTURE] }),
  look(3, BEGIN + 2 * DAY, 'unknown'),
  text(4, BEGIN + 2 * DAY, TEXT),
  look(5, BEGIN + 3 * DAY, 'on'),
  look(6, BEGIN + 4 * DAY, 'on'),
];
const extra = new Map([
  [`data/attachments/${PICTURE.sha256}.png`, STRIPES],
  [`data/attachments/${listed('text', '', TEXT).sha256}.txt`, TEXT],
]);
/** @param {any[]} lines @param {any} [options] */
const packed = (lines, options = {}) => pack(lines, { instructions: 'x', proofs: [2, 6], extra, ...options });

/** @param {Buffer} bytes @param {number} from @param {number} to @param {Buffer | string} by */
const splice = (bytes, from, to, by = '') =>
  Buffer.concat([bytes.subarray(0, from), Buffer.from(by), bytes.subarray(to)]);

/** A byte or some, otherwise, gone or there twice. @param {Buffer} bytes @param {Any} any @param {number} at */
export function bentAt(bytes, any, at) {
  const length = 1 + any(4);
  const kind = any(5);
  if (kind === 0) return splice(bytes, at, at + length);
  if (kind === 1) return splice(bytes, at, at, bytes.subarray(at, at + length));
  if (kind === 2) return splice(bytes, at, at + 1, Buffer.from([[0, 1, 10, 13, 32, 127, 128, 255][any(8)]]));
  return splice(bytes, at, at + 1, Buffer.from([bytes[at] ^ (1 << any(8))]));
}

/** Where a container's own bytes stand: its headers, directory and end. @param {Buffer} raw */
function headersOf(raw) {
  const places = [];
  const directory = raw.readUInt32LE(raw.length - 6);
  for (let at = directory; at < raw.length; at += 1) places.push(at);
  for (let at = raw.indexOf('PK\x03\x04'); at !== -1 && at < directory; at = raw.indexOf('PK\x03\x04', at + 4))
    for (let i = 0; i < 30 + raw.readUInt16LE(at + 26) + raw.readUInt16LE(at + 28); i += 1) places.push(at + i);
  return places;
}

/** The package as it is exported, and as another program packs it. @returns {['own' | 'other', Buffer][]} */
function bothKinds() {
  const own = packed(entries()).raw;
  const list = [...unzip(own)].map(([name, data], i) => [name, data, { method: i % 2 ? 8 : 0, flags: i % 3 ? 0 : 8 }]);
  return [
    ['own', own],
    ['other', wrap(/** @type {any} */ (list))],
  ];
}

/** Any byte of the container, and any of a record's members at an edge. @param {Any} any @param {number} count @returns {Bent[]} */
function containers(any, count) {
  const [[, own], [, other]] = bothKinds();
  return Array.from({ length: count }, (_, i) => {
    const raw = i % 2 ? own : other;
    const places = headersOf(raw);
    const at = places[any(places.length)];
    if (i % 4 < 2) return { what: `container ${i}: a byte at ${at}`, raw: bentAt(raw, any, at) };
    const bent = Buffer.from(raw);
    const value = [0, 1, 0xffff, 0xfffe, 0x8000, 0xffffffff, 0x7fffffff, bent.length, bent.length - 22][any(9)];
    if (at + 4 > bent.length) return { what: `container ${i}: cut`, raw: bent.subarray(0, at) };
    if (any(2)) bent.writeUInt32LE(value >>> 0, at);
    else bent.writeUInt16LE(value & 0xffff, at);
    return { what: `container ${i}: ${value} at ${at}`, raw: bent };
  });
}

/** Members of a local header, of a record of the directory and of the end: where each begins, and how many bytes it has. */
const members = (/** @type {string} */ sizes) => {
  let at = 0;
  return [...sizes].map((size) => [(at += Number(size)) - Number(size), Number(size)]);
};
const [LOCAL, CENTRAL, END] = ['42222244422', '422222244422222444', '42222442'].map(members);
const EDGES = [0, 7, 0xffffffff];

/** Each member of two headers of each kind and of the end, at its edges, in our ZIP and in another's. @returns {Bent[]} */
const headers = () =>
  bothKinds().flatMap(([kind, raw]) => {
    const end = raw.length - 22;
    const [local, central] = ['PK\x03\x04', 'PK\x01\x02'].map((mark) => {
      const first = raw.indexOf(mark);
      return [first, raw.indexOf(mark, raw.indexOf(mark, first + 4) + 4)];
    });
    const records = /** @type {[number, number[][]][]} */ ([
      ...local.map((at) => [at, LOCAL]),
      ...central.map((at) => [at, CENTRAL]),
      [end, END],
    ]);
    return records.flatMap(([at, parts]) =>
      parts.flatMap(([from, size]) =>
        EDGES.flatMap((edge) => {
          const bytes = Buffer.from(raw);
          bytes.writeUIntLE(edge % 2 ** (8 * size), at + from, size);
          return bytes.equals(raw) ? [] : [{ what: `${kind}: ${edge} at ${at} + ${from}`, raw: bytes }];
        }),
      ),
    );
  });

/** What parsers of JSON see in two ways. */
const WORDS = [
  '-0', '1e2', '1.0', '1E400', '9007199254740992', '-9007199254740993', '18446744073709551616', '0x1', '01', '+1', 'NaN',
  'Infinity', 'True', 'nul', '"', '""', '"\\ud800"', '"\\udc00\\ud800"', '"\\ud83d\\ude00"', '"\\u0000"', '"\\u0041"', '"\\/"',
  '"\\x41"', '"\\', '"\t"', '"\u007f"', '"\u2028"', '"\ufeff"', '[]', '{}', '[[[[[[[[[[]]]]]]]]]]', '{"a":{"a":{"a":{"a":{"a":{}}}}}}',
  '{"a":1,"a":1}', '{"__proto__":1}', '{"__proto__":{"state":"off"}}', '{"\\u0061":1,"a":2}', '[1,]', '[,]', '{"a":1,}', 'null', 'true',
  '/**/1', "'a'", '1 ', ' 1', '\n1', '\u00a01', '\ufeff1', '\0', '"\ud83d"',
]; // prettier-ignore

/** @param {Any} any @param {string} line @returns {Buffer} */
function bentLine(any, line) {
  const values = [...line.matchAll(/(?<=[:[,])(?:"[^"]*"|-?\d+|true|false|null)(?=[,}\]])/g)];
  const names = [...line.matchAll(/"[a-z_]+":/g)];
  const value = values[any(values.length)];
  const name = names[any(names.length)];
  const word = WORDS[any(WORDS.length)];
  const at = (/** @type {RegExpMatchArray} */ found) => Number(found.index);
  const put = (/** @type {number} */ from, /** @type {number} */ to, /** @type {string} */ by) =>
    Buffer.from(line.slice(0, from) + by + line.slice(to));
  switch (any(9)) {
    case 0:
    case 1:
    case 2:
      return put(at(value), at(value) + value[0].length, word);
    case 3:
      return put(
        at(name),
        at(name),
        `"${['x', '__proto__', 'seq', 'state', 'constructor', '\\u0073tate', 'é'][any(7)]}":${word},`,
      );
    case 4:
      return put(
        at(name),
        at(name) + name[0].length,
        [' ', '\t', '\r', '\u00a0', '\f', '\v', '\ufeff'][any(7)] + name[0],
      );
    case 5:
      return put(at(name), at(name) + name[0].length, name[0].replace('"', '"\\u0073'));
    case 6:
      return put(
        any(2) * line.length,
        any(2) * line.length,
        ['\ufeff', ' ', '\r', '\0', ',', '{}', '#', '\u2028'][any(8)],
      );
    case 7:
      return Buffer.from(line.replace(value[0], value[0].toUpperCase()));
    default:
      return bentAt(Buffer.from(line), any, any(Buffer.byteLength(line)));
  }
}

/** Lines that are no JSON, or another; signed as they are. @param {Any} any @param {number} count @returns {Bent[]} */
const lines = (any, count) =>
  Array.from({ length: count }, (_, i) => {
    /** @type {any[]} */ const list = entries().map((entry) => JSON.stringify(entry));
    const seq = 1 + any(list.length - 1);
    list[seq] = bentLine(any, list[seq]);
    if (any(8) === 0)
      list[seq] = `{"withheld":"${leaf(list[seq]).toString('hex')}"${['}', ' }', '}\r', ',"x":1}'][any(4)]}`;
    return { what: `line ${i}: ${list[seq]}`, raw: packed(list).raw };
  });

/** The files that are read by their form, each bent and listed and signed again. */
const FORMS = ['data/checkpoint', 'data/vkey', 'data/allowed_signers', 'data/public-key.pem', 'bag-info.txt', 'bagit.txt',
  'data/proofs/2.tlog-proof', 'data/proofs/6.tlog-proof']; // prettier-ignore
const PIECES = [
  '\n',
  '\r\n',
  ' ',
  '\0',
  '=',
  '==',
  'A',
  '+',
  '—',
  '\u00a0',
  '\ufeff',
  '\u2014 x AAAAAA==\n',
  '-',
  '0',
  'AAAA',
  '\n\n',
];

/** @param {Any} any @param {Buffer} bytes */
export function bentText(any, bytes) {
  const text_ = bytes.toString();
  const at = any(text_.length + 1);
  const rows = text_.split('\n');
  const row = any(rows.length);
  switch (any(7)) {
    case 0:
      return Buffer.from(text_.slice(0, at) + PIECES[any(PIECES.length)] + text_.slice(at));
    case 1:
      return Buffer.from(rows.filter((_, i) => i !== row).join('\n'));
    case 2:
      return Buffer.from(rows.flatMap((r, i) => (i === row ? [r, r] : [r])).join('\n'));
    case 3:
      return Buffer.from(rows.map((r, i) => (i === row ? `${r}${PIECES[any(PIECES.length)]}` : r)).join('\n'));
    case 4:
      return Buffer.from(text_ + PIECES[any(PIECES.length)]);
    case 5:
      return Buffer.from(text_.replaceAll('\n', '\r\n'));
    default:
      return bentAt(bytes, any, any(bytes.length));
  }
}

/** @param {Any} any @param {number} count @returns {Bent[]} */
const forms = (any, count) =>
  Array.from({ length: count }, (_, i) => {
    const name = FORMS[i % FORMS.length];
    let bent = Buffer.alloc(0);
    const change = (/** @type {Map<string, Buffer>} */ files) => {
      const [whole] = [...files.keys()].filter((one) => one.endsWith(`/${name}`));
      bent = bentText(any, /** @type {Buffer} */ (files.get(whole)));
      files.set(whole, bent);
    };
    return { what: `${name} ${i}`, raw: packed(entries(), { change }).raw };
  });

/** What nothing lists or what lists: the signature and the manifests, bent as they lie. @param {Any} any @param {number} count @returns {Bent[]} */
const listings = (any, count) =>
  Array.from({ length: count }, (_, i) => {
    const { raw } = packed(entries());
    const files = [...unzip(raw)];
    const names = [
      '/tagmanifest-sha256.txt.sig',
      '/tagmanifest-sha256.txt.sig',
      '/tagmanifest-sha256.txt',
      '/manifest-sha256.txt',
    ];
    const name = names[i % names.length];
    const bent = files.map(
      ([one, data]) => /** @type {const} */ ([one, one.endsWith(name) ? bentText(any, data) : data]),
    );
    return { what: `${name} ${i}`, raw: wrap(/** @type {any} */ (bent)) };
  });

/** Bytes that a file may have, and what it is filled up with. @type {[string, number, string][]} */
const LENGTHS = [
  ['VERIFY.txt', 65536, ' '],
  ['bag-info.txt', 4096, 'Contact-Name: somebody\n'],
  ['bagit.txt', 256, '\n'],
  ['data/allowed_signers', 1024, '\n'],
  ['data/public-key.pem', 1024, '\n'],
  ['data/vkey', 1024, '\n'],
  ['data/checkpoint', 16384, '\n'],
  ['data/proofs/2.tlog-proof', 19392, '\n'],
  ['data/timestamps/3-0.chain.pem', 131072, ' '],
  ['data/timestamps/3-0.checkpoint', 16384, ' '],
  ['data/timestamps/3-0.tsq', 65536, ' '],
  ['data/timestamps/3-0.tsr', 65536, ' '],
];

/** Files as long as they may be, and one byte longer; else as good as they were. @returns {Bent[]} */
export const lengths = () =>
  LENGTHS.flatMap(([name, most, filler]) =>
    [most, most + 1].map((length) => {
      const change = (/** @type {Map<string, Buffer>} */ files) => {
        const [folder] = /** @type {string} */ (files.keys().next().value).split('/');
        const before = files.get(`${folder}/${name}`) ?? Buffer.alloc(0);
        const left = Math.max(length - before.length, 0);
        const whole = filler.repeat(Math.floor(left / filler.length));
        const rest = filler === ' ' || filler === '\n' ? '' : `${'-'.repeat(left - whole.length - 1)}\n`;
        files.set(`${folder}/${name}`, Buffer.concat([before, Buffer.from(whole + rest)]));
      };
      return { what: `${name}: ${length} bytes`, raw: packed(entries(), { change }).raw };
    }),
  );

/** Attacks on the parts of a container, one by one, by hand. @returns {Bent[]} */
function byHand() {
  const { raw, folder } = packed(entries());
  const files = [...unzip(raw)];
  const all = (how = {}) =>
    files.map(([name, data]) => /** @type {[string | Buffer, Buffer, any?]} */ ([name, data, how]));
  const one = (/** @type {any} */ how) =>
    all().map((file, i) => /** @type {typeof file} */ (i === 3 ? [file[0], file[1], how] : file));
  const more = (/** @type {string | Buffer} */ name, data = Buffer.from('x'), how = {}) =>
    /** @type {[string | Buffer, Buffer, any?][]} */ ([...all(), [name, data, how]]);
  const [name, data] = files[3];
  const pairs = /** @type {[string, Buffer][]} */ ([
    ['zip64', wrap(all(), { zip64: {} })],
    ['zip64 with another count', wrap(all(), { zip64: { count: 1 } })],
    ['zip64 with a count beyond 2^53', wrap(all(), { zip64: { count: 2n ** 60n } })],
    ['zip64 with another place', wrap(all(), { zip64: { at: 0 } })],
    ['zip64 of several disks', wrap(all(), { zip64: { disks: 2 } })],
    ['zip64 with data of its own', wrap(all(), { zip64: { more: Buffer.from('PK\x05\x06') } })],
    ['wide sizes where none are asked for', wrap(one({ extra: wide(1n, 2n) }))],
    ['a size that is said to be wide, and is not', wrap(one({ central: { size: 0xffffffff } }))],
    ['a wide size beyond 2^64', wrap(one({ central: { size: 0xffffffff, extra: wide(2n ** 64n - 1n) } }))],
    ['a comment', wrap(all(), { comment: Buffer.from('words') })],
    ['a comment that is an end', wrap(all(), { comment: raw.subarray(-22) })],
    ['a comment of 65535', wrap(all(), { comment: Buffer.alloc(65535, 32) })],
    ['a comment that is shorter than is said', splice(wrap(all(), { comment: Buffer.from('words') }), -1, undefined)],
    ['a comment of a file', wrap(one({ central: { comment: Buffer.from('words') } }))],
    ['a file twice', wrap(more(name, data))],
    ['a file twice, by case', wrap(more(name.toUpperCase().replace(folder.toUpperCase(), folder), data))],
    ['a folder twice, by case', wrap(more(name.toUpperCase(), data))],
    ['a name in NFD', wrap(more(`${folder}/e\u0301`, undefined, { flags: 0x800 }))],
    ['a name in NFC', wrap(more(`${folder}/\u00e9`, undefined, { flags: 0x800 }))],
    ['both', wrap([...more(`${folder}/e\u0301`), [`${folder}/\u00e9`, data]])],
    ['a Kelvin sign for a k', wrap(more(`${folder}/data/v\u212aey`))],
    ['a name of 65535 bytes', wrap(more(`${folder}/${'a'.repeat(65535 - folder.length - 1)}`))],
    ['a name of 161 bytes', wrap(more(`${folder}/${'a'.repeat(160 - folder.length)}`))],
    ['an empty name', wrap(more(''))],
    ['a name that is a blank', wrap(more(' '))],
    ['a NUL in a name', wrap(more(`${folder}/data/vkey\0.txt`))],
    ['a name that is no UTF-8', wrap(more(Buffer.from([...Buffer.from(folder), 47, 255])))],
    ['a folder', wrap(more(`${folder}/data/`, Buffer.alloc(0)))],
    ['a folder with contents', wrap(more(`${folder}/data/`))],
    ['a folder of the name of a file', wrap(more(`${name}/`, Buffer.alloc(0)))],
    ['a file below a file', wrap(more(`${name}/x`))],
    ['the root of all', wrap(more('/', Buffer.alloc(0)))],
    ['nothing but a folder', wrap([[`${folder}/`, Buffer.alloc(0)]])],
    ['a file outside', wrap(more('letter.txt'))],
    ['a hidden file beside it', wrap(more('.DS_Store'))],
    ['what a Mac leaves', wrap(more(`__MACOSX/${folder}/._x`))],
    ['what a Mac leaves, with a name that climbs', wrap(more(`__MACOSX/../x`))],
    ['another name in the local header', wrap(one({ local: { name: `${name}x` } }))],
    ['another case in the local header', wrap(one({ local: { name: name.toUpperCase() } }))],
    ['another size in the local header', wrap(one({ local: { size: 1 } }))],
    ['another checksum in the local header', wrap(one({ local: { crc: 1 } }))],
    ['another method in the local header', wrap(one({ local: { method: 8 } }))],
    ['another flag in the local header', wrap(one({ local: { flags: 1 } }))],
    ['other fields in the local header', wrap(one({ local: { extra: field(0x5455, 'x') } }))],
    ['a field that is cut', wrap(one({ extra: Buffer.from([1, 0, 255, 255]) }))],
    ['a name of its own', wrap(one({ extra: otherName(name, name) }))],
    ['another name of its own', wrap(one({ extra: otherName(`${name}x`, name) }))],
    ['a descriptor that says another size', wrap(one({ flags: 8, descriptor: Buffer.from('PK\x07\x08............') }))],
    ['a descriptor without its mark', wrap(one({ flags: 8, descriptor: Buffer.alloc(12) }))],
    ['two files that overlap', wrap(one({ central: { offset: 0 } }))],
    ['a file beyond the end', wrap(one({ central: { offset: raw.length } }))],
    ['a file that reaches into the directory', wrap(one({ central: { size: raw.length, packed: raw.length } }))],
    ['an end that counts one fewer', wrap(all(), { end: { count: files.length - 1, here: files.length - 1 } })],
    ['an end that counts one more', wrap(all(), { end: { count: files.length + 1, here: files.length + 1 } })],
    ['an end without files', wrap(all(), { end: { count: 0, here: 0 } })],
    ['a directory that is longer', wrap(all(), { end: { length: 0xffffffff } })],
    ['a gap', wrap(one({ gap: Buffer.from('PK\x03\x04') }))],
    ['bytes before', wrap(all(), { before: Buffer.from('#!/bin/sh\n') })],
    ['bytes behind', wrap(all(), { behind: Buffer.from('\0') })],
    ['a stream that is cut', wrap(one({ method: 8, packed: Buffer.from([1, 0]) }))],
    ['a stream of another file', wrap(one({ method: 8, packed: Buffer.from('4b4c4a06005', 'hex') }))],
    ['an empty stream', wrap(one({ method: 8, packed: Buffer.alloc(0) }))],
    ['a link', wrap(one({ made: 0x31e, external: 0o120777 * 65536 }))],
    ['a device', wrap(one({ made: 0x31e, external: 0o060777 * 65536 }))],
    ['a folder by its attribute', wrap(one({ external: 16 }))],
    ['a package in it', wrap([['a.zip', raw]])],
    ['a package in a package in it', wrap([['a.zip', wrap([['b.zip', raw]])]])],
    ['a package in it, twice', wrap([['a.zip', raw], ['b.zip', raw]])],
  ]); // prettier-ignore
  return pairs.map(([what, bytes]) => ({ what, raw: bytes }));
}

/** What is the matter with each file's own bytes. @param {Any} any @param {number} count packages of each sort */
export const bent = (any, count) => [
  ...byHand(),
  ...lengths(),
  ...headers(),
  ...containers(any, count),
  ...lines(any, count),
  ...forms(any, count),
  ...listings(any, count),
];
