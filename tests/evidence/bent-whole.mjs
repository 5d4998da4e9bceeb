// A package that has all that one may have (files of the member's own, entries kept back, proofs, a stamp, a document, a loss), bent member
// by member and file by file; all else of it is made to fit and signed.
import { MAIL, noise } from '../e2e/exhibits.mjs';
import { bentAt, bentText } from './bent.mjs';
import { place, enclose } from './exhibit-lies.mjs';
import { BEGIN, DAY, genesis, head, leaf, listed, look, note, pack, root, sha256, stamp, text } from './liar.mjs';
import { STRIPES } from './log.mjs';
import { unzip } from './package.mjs';
import { wrap } from './wrap.mjs';

/** @typedef {import('./bent.mjs').Any} Any @typedef {import('./bent.mjs').Bent} Bent @typedef {Map<string, Buffer>} Files */

const TEXT = Buffer.from('The privacy policy of that day. '.repeat(20));
const NOTE = Buffer.from('What the hotline said on the telephone.\n');
const PICTURE = listed('picture', 'image/png', STRIPES);
const [MAIL_TYPE, TEXT_TYPE, BYTES_TYPE] = ['message/rfc822', 'text/plain; charset=utf-8', 'application/octet-stream'];
const WITHHELD = [8, 11];
const PROOFS = [1, 3, 8, 9];

/** Which files lie where. @returns {Files} */
const files = () =>
  new Map([
    [`data/attachments/${PICTURE.sha256}.png`, STRIPES],
    [`data/attachments/${sha256(TEXT).toString('hex')}.txt`, TEXT],
    [place(MAIL_TYPE, MAIL), MAIL],
    [place('image/png', STRIPES), STRIPES],
    [place(TEXT_TYPE, NOTE), NOTE],
  ]);

/** What comes after the first two entries and their stamp. @param {any[]} first @returns {any[]} */
function entries(first) {
  const list = [
    ...first,
    look(3, BEGIN + 2 * DAY, 'on', { attachments: [PICTURE] }),
    text(4, BEGIN + 2 * DAY, TEXT),
    enclose(5, 'mail.eml', MAIL_TYPE, MAIL, { ...on(5), note: 'as it arrived' }),
    enclose(6, 'screen.png', 'image/png', STRIPES, {
      ...on(6),
      client: { browser: 'firefox', version: '153.0', extension: '0.1.0' },
    }),
    enclose(7, 'call.txt', TEXT_TYPE, NOTE, on(7)),
    look(8, BEGIN + 9 * DAY, 'on'),
    look(9, BEGIN + 10 * DAY, 'off', { change: 'changed', cause: 'unexplained' }),
  ];
  list.push({
    ...head(10, 'discontinuity', BEGIN + 11 * DAY),
    found: 'log-changed',
    head_size: 10,
    head_root: '0c'.repeat(32),
    log_size: 10,
    log_root: root(list.map((one) => leaf(JSON.stringify(one)))).toString('hex'),
    previous: null,
    damaged: [{ first: 8, last: 8 }],
  });
  return [...list, look(11, BEGIN + 12 * DAY, 'off'), look(12, BEGIN + 13 * DAY, 'off')];
}
const on = (/** @type {number} */ seq) => head(seq, 'exhibit', BEGIN + seq * DAY);
const beginning = () => [genesis(), look(1, BEGIN + DAY, 'on', { change: 'first' })];

/** With some entries kept back, unless they were written otherwise. @param {(any | string)[]} lines @param {Files} extra @param {any} [how] */
function packed(lines, extra, how = {}) {
  const all = lines.map((line, seq) =>
    WITHHELD.includes(seq) && typeof line !== 'string'
      ? `{"withheld":"${leaf(JSON.stringify(line)).toString('hex')}"}`
      : line,
  );
  return pack(all, { instructions: 'x', proofs: PROOFS.filter((seq) => seq < all.length), extra, ...how });
}

/** As its owner exports it, but for the stamp. */
export const whole = () => packed(entries([...beginning(), look(2, BEGIN + DAY, 'on')]), files());

/** @typedef {[string, string][]} Members name and text of each */
/**
 * An object's text, of which the member at the end of a path is bent.
 * @param {any} value @param {string[]} path @param {(members: Members, i: number) => Members} bend @returns {string}
 */
function written(value, [name, ...rest], bend) {
  const all = Object.entries(value).map(
    ([one, its]) =>
      /** @type {[string, string]} */ ([
        one,
        one === name && rest.length ? written(its, rest, bend) : JSON.stringify(its),
      ]),
  );
  const i = all.findIndex(([one]) => one === name);
  const done = rest.length ? all : bend(all, i);
  if (Array.isArray(value)) return `[${done.map(([, its]) => its)}]`;
  return `{${done.map(([one, its]) => `${JSON.stringify(one)}:${its}`)}}`;
}

/** The path of every member of every object in it. @param {any} value @returns {string[][]} */
const pathsIn = (value) =>
  value === null || typeof value !== 'object'
    ? []
    : Object.entries(value).flatMap(([name, its]) => [
        ...(Array.isArray(value) ? [] : [[name]]),
        ...pathsIn(its).map((path) => [name, ...path]),
      ]);

const TYPES = ['null', 'true', '7', '"x"', '[]', '{}', '[{}]'];
/** @type {Record<string, (any: Any, members: Members, i: number) => Members>} */
const BENDS = {
  'is gone': (_, all, i) => all.filter((_one, n) => n !== i),
  'is there twice': (_, all, i) => [...all.slice(0, i + 1), ...all.slice(i)],
  'is of another type': (any, all, i) => {
    const others = TYPES.filter((one) => one[0] !== all[i][1][0]);
    return all.map(([name, its], n) => [name, n === i ? others[any(others.length)] : its]);
  },
  'is last': (_, all, i) => [...all.filter((_one, n) => n !== i), all[i]],
};

/** Every member of every object of one entry of each kind. @param {Any} any @param {any[]} first @param {Files} stamps @returns {Bent[]} */
function members(any, first, stamps) {
  const honest = entries(first);
  return [0, 2, 3, 4, 5, 6, 10].flatMap((seq) =>
    pathsIn(honest[seq]).flatMap((path) =>
      Object.entries(BENDS).map(([what, bend]) => {
        const line = written(honest[seq], path, (all, i) => bend(any, all, i));
        // Where another key or another beginning would spoil every stamp, there is none.
        const lines = seq === 0 ? [line, beginning()[1]] : honest.map((one, n) => (n === seq ? line : one));
        const extra = seq === 0 ? new Map() : new Map([...files(), ...stamps]);
        return { what: `entry ${seq}: ${path.join('.')} ${what}`, raw: packed(lines, extra).raw };
      }),
    ),
  );
}

/** Another name that a file of that name could have. @param {Any} any @param {string} path with its folder */
function renamed(any, path) {
  const [folder, name] = path.split(/\/(.*)/);
  const ends = /\.[a-z-]+$/.exec(name)?.[0] ?? '';
  const stem = name.slice(0, name.length - ends.length);
  const others = [
    name.toUpperCase(),
    `${name}.txt`,
    `${stem}${['.png', '.txt', '.eml', '.bin', '.tlog-proof', '.tsr'][any(6)]}`,
    name.replace(/[0-9a-f](?=[^/]*$)/, (digit) => ((parseInt(digit, 16) + 1) % 16).toString(16)),
    name.replace('attachments', 'exhibits').replace('proofs', 'attachments'),
    name.replace('exhibits', 'attachments').replace('timestamps', 'proofs'),
    name.replace('data/', ''),
    name.replace('data/', 'data/proofs/'),
  ].filter((one) => one !== name);
  return `${folder}/${others[any(others.length)]}`;
}

/** @type {Record<string, (any: Any, all: Files, name: string, bytes: Buffer) => void>} */
const ON_FILES = {
  'is gone': (_, all, name) => void all.delete(name),
  'is there twice': (any, all, name, bytes) => void all.set(renamed(any, name), bytes),
  'has another name': (any, all, name, bytes) => void (all.delete(name), all.set(renamed(any, name), bytes)),
  'is cut': (any, all, name, bytes) => void all.set(name, bytes.subarray(0, any(bytes.length))),
  'is empty': (_, all, name) => void all.set(name, Buffer.alloc(0)),
  'is followed by itself': (_, all, name, bytes) => void all.set(name, Buffer.concat([bytes, bytes])),
  'is not its own in one bit': (any, all, name, bytes) =>
    void all.set(name, bytes.map((byte, i) => byte ^ (i === bytes.length >> 1 ? 1 << any(8) : 0))), // prettier-ignore
};

/**
 * Every file: listed and signed as it is then, and behind the signature's back.
 * @param {Any} any
 * @param {any[]} first
 * @param {Files} stamps
 * @returns {Bent[]}
 */
function everyFile(any, first, stamps) {
  const honest = packed(entries(first), new Map([...files(), ...stamps]));
  const names = [...honest.files.keys()];
  return names.flatMap((path) => {
    const name = path.slice(honest.folder.length + 1);
    return Object.entries(ON_FILES).flatMap(([what, bend]) => {
      const change = (/** @type {Files} */ all) => {
        const bytes = all.get(path);
        if (bytes) bend(any, all, path, bytes);
      };
      const signed = packed(entries(first), new Map([...files(), ...stamps]), { change }).raw;
      const behind = new Map(unzip(honest.raw));
      change(behind);
      const found = [{ what: `${name} ${what}`, raw: wrap([...behind]) }];
      return /manifest/.test(name) ? found : [...found, { what: `${name} ${what}, and signed`, raw: signed }];
    });
  });
}

/**
 * Files that are bent, and the entry that names them follows.
 * @param {Any} any
 * @param {any[]} first
 * @param {Files} stamps
 * @param {number} count
 * @returns {Bent[]}
 */
const followed = (any, first, stamps, count) =>
  Array.from({ length: count }, (_, i) => {
    const lines = entries(first);
    const extra = new Map([...files(), ...stamps]);
    const [seq, type, bytes] = /** @type {[number, string, Buffer][]} */ ([
      [5, MAIL_TYPE, MAIL],
      [6, 'image/png', STRIPES],
      [7, TEXT_TYPE, NOTE],
    ])[i % 3];
    const bent = i % 6 < 3 ? bentAt(bytes, any, any(i % 12 < 6 ? 12 : bytes.length)) : bentText(any, bytes);
    extra.delete(place(type, bytes));
    extra.set(place(type, bent), bent);
    lines[seq].attachments = [listed('file', type, bent)];
    return { what: `the file of entry ${seq}, ${i}: ${bent.toString('latin1').slice(0, 60)}`, raw: packed(lines, extra).raw };
  }); // prettier-ignore

/**
 * The parts of a stamp, bent; the entry names them as they are then.
 * @param {Any} any
 * @param {any[]} first
 * @param {Files} stamps
 * @param {number} count
 * @returns {Bent[]}
 */
const answers = (any, first, stamps, count) =>
  Array.from({ length: count }, (_, i) => {
    const [name, bytes] = [...stamps][i % 4];
    const bent = name.endsWith('.pem') || i % 8 < 4 ? bentText(any, bytes) : bentAt(bytes, any, any(bytes.length));
    const as = name.endsWith('.pem') || name.endsWith('.checkpoint') ? bent : bentAt(bytes, any, any(bytes.length));
    const list = first[2].attachments.map((/** @type {any} */ one, /** @type {number} */ n) =>
      n === i % 4 ? listed(one.name, one.media_type, as) : one,
    );
    const lines = entries([...first.slice(0, 2), { ...first[2], attachments: list }]);
    return { what: `${name} ${i}`, raw: packed(lines, new Map([...files(), ...stamps, [name, as]])).raw };
  });

/** @param {Buffer} hash @param {number} [more] */
const headOf =
  (hash, more = 0) =>
  (/** @type {string} */ name, /** @type {number} */ size) =>
    note(name, size + more, hash);

/**
 * The hash of an entry that is kept back, and the tree that its proof climbs.
 * @param {Any} any
 * @param {any[]} first
 * @param {Files} stamps
 * @returns {Bent[]}
 */
function trees(any, first, stamps) {
  const honest = entries(first);
  const all = new Map([...files(), ...stamps]);
  const hash = leaf(JSON.stringify(honest[8])).toString('hex');
  const lines = (/** @type {string} */ line) => honest.map((one, seq) => (seq === 8 ? line : one));
  const other = `${((parseInt(hash[0], 16) + 1) % 16).toString(16)}${hash.slice(1)}`;
  const own = (/** @type {string} */ line, how = {}) => packed(lines(line), all, how).raw;
  const roots = honest.map((one) => leaf(JSON.stringify(one)));
  const asWas = { head: headOf(root(roots)) };
  const proof = (/** @type {(lines: string[]) => string[]} */ change) =>
    packed(honest, all, {
      change: (/** @type {Files} */ there) => {
        for (const [name, bytes] of there)
          if (name.endsWith('/8.tlog-proof')) there.set(name, Buffer.from(change(bytes.toString().split('\n')).join('\n')));
      },
    }).raw; // prettier-ignore
  const swapped = (/** @type {string[]} */ rows) => [...rows.slice(0, 2), rows[3], rows[2], ...rows.slice(4)];
  return [
    { what: 'as it is', raw: packed(honest, all).raw },
    { what: 'an entry that is not what was signed', raw: own(`{"withheld":"${other}"}`, asWas) },
    { what: 'an entry kept back and another shown', raw: own(JSON.stringify(look(8, BEGIN + 9 * DAY, 'off')), asWas) },
    ...[`{"withheld":"${hash.toUpperCase()}"}`, `{"withheld": "${hash}"}`, `{"withheld":"${hash.slice(2)}"}`,
      `{"withheld":null}`, `{"withheld":"${hash}","withheld":"${hash}"}`, `{"v":1,"withheld":"${hash}"}`, '{}', '',
    ].map((line) => ({ what: `kept back as ${line}`, raw: own(line) })),
    { what: 'a proof of one hash fewer', raw: proof((rows) => rows.filter((_, n) => n !== 2)) },
    { what: 'a proof of one hash more', raw: proof((rows) => [...rows.slice(0, 3), ...rows.slice(2)]) },
    { what: 'a proof whose hashes changed places', raw: proof(swapped) },
    { what: 'a proof of another index', raw: proof((rows) => [rows[0], 'index 9', ...rows.slice(2)]) },
    { what: 'a proof of an index in two digits', raw: proof((rows) => [rows[0], 'index 08', ...rows.slice(2)]) },
    { what: 'a proof of an index beyond the log', raw: proof((rows) => [rows[0], 'index 13', ...rows.slice(2)]) },
    { what: 'a proof of a hash too short', raw: proof((rows) => [...rows.slice(0, 2), rows[2].slice(4), ...rows.slice(3)]) },
    { what: 'a proof with a line more', raw: proof((rows) => [rows[0], 'extra AAAA', ...rows.slice(1)]) },
    { what: 'a proof of another head', raw: proof((rows) => rows.map((row) => (row === '13' ? '12' : row))) },
    ...Array.from({ length: 8 }, (_, n) => ({
      what: `a proof ${n}`,
      raw: proof((rows) => bentText(any, Buffer.from(rows.join('\n'))).toString().split('\n')),
    })),
    { what: 'a root of fewer entries', raw: packed(honest, all, { head: headOf(root(roots.slice(0, 12))) }).raw },
    { what: 'a size of fewer entries', raw: packed(honest, all, { head: headOf(root(roots), -1) }).raw },
    { what: 'a size of more entries', raw: packed(honest, all, { head: headOf(root(roots), 1) }).raw },
  ]; // prettier-ignore
}

/** A file of the member's own that is larger than a request may be. @param {any[]} first @param {Files} stamps @returns {Bent[]} */
function large(first, stamps) {
  const bytes = noise(4194304 + 3);
  const one = (/** @type {string} */ what, /** @type {Buffer} */ there, says = bytes) => {
    const lines = [...entries(first), enclose(13, 'disk.bin', BYTES_TYPE, says, on(13))];
    return { what: `a large file ${what}`, raw: packed(lines, new Map([...files(), ...stamps, [place(BYTES_TYPE, says), there]])).raw };
  }; // prettier-ignore
  const flipped = Buffer.from(bytes);
  flipped[4194304] ^= 1;
  return [
    one('as it is', bytes),
    one('cut at a part’s end', bytes.subarray(0, 4194304)),
    one('not its own in one bit', flipped),
    one('twice', Buffer.concat([bytes, bytes])),
    one('that is a picture', Buffer.concat([STRIPES, bytes]), Buffer.concat([STRIPES, bytes])),
  ];
}

/**
 * A half of what is bent everywhere; another with another seed.
 * @param {Any} any @param {string} folder of tsa.sh, whose root counts @param {Buffer} chain @param {number} count
 * @returns {Bent[]}
 */
export function bentWhole(any, folder, chain, count) {
  const stamps = new Map();
  const first = beginning();
  first.push(stamp(first, stamps, folder, { chain }));
  const everywhere = [...members(any, first, stamps), ...everyFile(any, first, stamps)];
  return [
    ...trees(any, first, stamps),
    ...everywhere.filter(() => any(2) === 0),
    ...followed(any, first, stamps, count),
    ...answers(any, first, stamps, count),
    ...large(first, stamps),
  ];
}
