// A time authority's answer, what it was asked, and a certificate beside it, bent element by element (ASN.1, X.690): tags, contents, elements
// that are gone, there twice or in each other's place. Lengths follow, so that it is the element that is judged; the entry names the answer
// as it is then.
import { BEGIN, DAY, genesis, listed, look, pack, stamp } from './liar.mjs';

/** @typedef {import('./bent.mjs').Any} Any @typedef {import('./bent.mjs').Bent} Bent */
/** @typedef {{tag: number, content: Buffer, inner: Element[]}} Element inner: what is in it, if it has elements */

const [INSIDE, SEQUENCE, OCTET_STRING] = [0x20, 0x30, 4];

/** @param {Buffer} bytes in DER @returns {Element[] | null} null: they are none */
function elementsOf(bytes) {
  const list = [];
  for (let at = 0; at < bytes.length;) {
    const more = bytes[at + 1] & 0x80 ? bytes[at + 1] & 0x7f : 0;
    const body = at + 2 + more;
    const end = body + (more ? bytes.readUIntBE(at + 2, more) : bytes[at + 1]);
    if (more > 4 || end > bytes.length) return null;
    list.push(element(bytes[at], bytes.subarray(body, end)));
    at = end;
  }
  return list;
}

/** A text that holds a sequence is looked into as well. @param {number} tag @param {Buffer} content @returns {Element} */
const element = (tag, content) => ({
  tag,
  content,
  inner: (tag & INSIDE || (tag === OCTET_STRING && content[0] === SEQUENCE) ? elementsOf(content) : null) ?? [],
});

/** @param {Element} one @returns {Buffer} */
function written({ tag, content, inner }) {
  const body = inner.length ? Buffer.concat(inner.map(written)) : content;
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  const short = length.subarray(length.findIndex((byte) => byte !== 0));
  return Buffer.concat([Buffer.from(body.length < 128 ? [tag, body.length] : [tag, 0x80 | short.length, ...short]), body]);
} // prettier-ignore

/** Where each element stands: the way to it from the first one. @param {Element} one @returns {number[][]} */
const waysIn = ({ inner }) => inner.flatMap((next, i) => [[i], ...waysIn(next).map((way) => [i, ...way])]);

/** @param {Element} one @param {number[]} way @param {(siblings: Element[], i: number) => Element[]} bend @returns {Element} */
const bentAlong = (one, [i, ...way], bend) => ({
  ...one,
  inner: way.length ? one.inner.map((next, n) => (n === i ? bentAlong(next, way, bend) : next)) : bend(one.inner, i),
});

/** @param {(one: Element) => Element} change @returns {(all: Element[], i: number) => Element[]} */
const only = (change) => (all, i) => all.map((one, n) => (n === i ? change(one) : one));
const TAGS = [0, 1, 2, 3, 4, 5, 6, 10, 12, 22, 23, 24, 28, 30, 0x24, 0x30, 0x31, 0x80, 0xa0, 0xa1];
/** @type {Record<string, (any: Any) => (all: Element[], i: number) => Element[]>} */
const BENDS = {
  'is gone': () => (all, i) => all.filter((_, n) => n !== i),
  'is there twice': () => (all, i) => [...all.slice(0, i + 1), ...all.slice(i)],
  'is behind the next': () => (all, i) => [...all.slice(0, i), ...all.slice(i + 1, i + 2), all[i], ...all.slice(i + 2)],
  'is the last': () => (all, i) => [...all.filter((_, n) => n !== i), all[i]],
  'is in another': (any) =>
    only((one) => ({ tag: TAGS[any(TAGS.length)], content: Buffer.alloc(0), inner: [one] })),
  'is of another kind': (any) => only((one) => ({ ...one, tag: TAGS[any(TAGS.length)] })),
  'has another bit in its tag': (any) => only((one) => ({ ...one, tag: one.tag ^ (1 << any(8)) })),
  'says nothing': () => only((one) => ({ ...one, content: Buffer.alloc(0), inner: [] })),
  'begins with another bit': (any) => only((one) => beginning(one, one.content[0] ^ (1 << any(8)))),
  'begins with a byte more': (any) =>
    only((one) => ({ ...one, content: Buffer.concat([Buffer.from([[0, 0x7f, 0x80, 255][any(4)]]), one.content]), inner: [] })),
  'has one bit otherwise': (any) => only((one) => oneBit(one, any)),
}; // prettier-ignore

/** @param {Element} one @param {number} byte @returns {Element} */
const beginning = (one, byte) => ({ ...one, content: Buffer.from([byte, ...one.content.subarray(1)]), inner: [] });

/** @param {Element} one @param {Any} any @returns {Element} */
function oneBit(one, any) {
  const content = Buffer.from(one.content);
  if (content.length) content[any(content.length)] ^= 1 << any(8);
  return { ...one, content, inner: [] };
}

const same = (/** @type {Buffer} */ bytes) => bytes;
const armour = (/** @type {Buffer} */ der) =>
  Buffer.from(
    `-----BEGIN CERTIFICATE-----\n${(der.toString('base64').match(/.{1,64}/g) ?? []).join('\n')}\n-----END CERTIFICATE-----\n`,
  );
const opened = (/** @type {Buffer} */ pem) => Buffer.from(pem.toString().replace(/-----[^-]+-----|\s/g, ''), 'base64');
/** By its file's end. @type {Record<string, {part: string, from: (file: Buffer) => Buffer, to: (der: Buffer) => Buffer}>} */
const PARTS = {
  '.tsr': { part: 'reply', from: same, to: same },
  '.tsq': { part: 'query', from: same, to: same },
  '.chain.pem': { part: 'chain', from: opened, to: armour },
};

/**
 * Every element in every way.
 * @param {Any} any @param {string} folder of tsa.sh, whose root counts @param {Buffer} chain @param {number} share of a hundred that are made
 * @returns {Bent[]}
 */
export function bentStamps(any, folder, chain, share) {
  const first = [genesis(), look(1, BEGIN + DAY, 'on', { change: 'first' })];
  const stamps = new Map();
  first.push(stamp(first, stamps, folder, { chain }));
  return Object.entries(PARTS).flatMap(([end, { part, from, to }]) => {
    const name = [...stamps.keys()].find((one) => one.endsWith(end)) ?? '';
    const [honest] = elementsOf(from(stamps.get(name))) ?? [];
    return waysIn(honest).flatMap((way) =>
      Object.entries(BENDS)
        .filter(() => any(100) < share)
        .map(([what, bend]) => ({
          what: `${name}: element ${way.join('.')} ${what}`,
          raw: packed(first, new Map([...stamps, [name, to(written(bentAlong(honest, way, bend(any))))]]), name, part),
        })),
    );
  });
}

/**
 * With the entry of the stamp naming the file as it is.
 * @param {any[]} lines @param {Map<string, Buffer>} stamps @param {string} name @param {string} part
 */
function packed(lines, stamps, name, part) {
  const attachments = lines[2].attachments.map((/** @type {any} */ one) =>
    one.name === part ? listed(one.name, one.media_type, /** @type {Buffer} */ (stamps.get(name))) : one,
  );
  return pack([...lines.slice(0, 2), { ...lines[2], attachments }], { instructions: 'x', extra: stamps }).raw;
}
