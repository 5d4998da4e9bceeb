// ASN.1 of a time-stamp's answer and of certificates: every tag and every length of what is read, as RFC 3161, 5280 and 5652 have
// them. Lengths may be as BER has them, but for those of what is signed.

/** @typedef {{bytes: Uint8Array, tag: number, from: number, body: number, end: number, next: number}} Node end: of what is in it */
/** @typedef {(node: Node) => boolean} Shape */
/** @typedef {{tags: number[], shape: Shape, optional?: boolean}} Member */

const DEPTH = 32;
const LENGTH_BYTES = 4;
const TIME_BYTES = 32;
const [CLASS, INSIDE, SEQUENCE, SET] = [0xc0, 0x20, 16, 17];
const OCTET_STRING = 4;

/** @param {Uint8Array} bytes @param {number} body @param {number} limit @param {number} depth @returns {number} where its end is marked; or -1 */
function marked(bytes, body, limit, depth) {
  for (let at = body; at + 1 < limit && depth < DEPTH;) {
    if (bytes[at] === 0 && bytes[at + 1] === 0) return at;
    const inner = read(bytes, at, limit, depth + 1);
    if (!inner) return -1;
    at = inner.next;
  }
  return -1;
}

/** @param {Uint8Array} bytes @param {number} from @param {number} limit @param {number} [depth] @returns {Node | null} */
function read(bytes, from, limit, depth = 0) {
  const tag = bytes[from];
  if (from + 2 > limit || (tag & 31) === 31) return null;
  const first = bytes[from + 1];
  const count = first & 128 ? first & 127 : 0;
  const body = from + 2 + count;
  if (first === 128) {
    const end = tag & 32 ? marked(bytes, body, limit, depth) : -1;
    return end < 0 ? null : { bytes, tag, from, body, end, next: end + 2 };
  }
  if (body > limit || count > LENGTH_BYTES) return null;
  const size = count ? bytes.subarray(from + 2, body).reduce((sum, byte) => sum * 256 + byte, 0) : first;
  return size > limit - body ? null : { bytes, tag, from, body, end: body + size, next: body + size };
}

/** The first value of the bytes. @param {Uint8Array} bytes */
const nodeOf = (bytes) => read(bytes, 0, bytes.length);

/** @param {Node} node @returns {Node[] | null} null: they do not fill it */
function childrenOf({ bytes, body, end }) {
  const list = [];
  for (let at = body; at < end;) {
    const one = read(bytes, at, end);
    if (!one) return null;
    list.push(one);
    at = one.next;
  }
  return list;
}

/** @param {Node} node */
const contentOf = ({ bytes, body, end }) => bytes.subarray(body, end);

/** @param {Node} node */
const wholeOf = ({ bytes, from, next }) => bytes.subarray(from, next);

/** @type {Shape} */
const anything = () => true;

/** @type {Shape} */
const isInteger = ({ bytes, body, end }) =>
  end === body + 1 ||
  (end > body && !((bytes[body] === 0 && bytes[body + 1] < 128) || (bytes[body] === 255 && bytes[body + 1] > 127)));
/** @type {Shape} */
const isOid = (node) => {
  const content = contentOf(node);
  return (
    content.length > 0 &&
    content[content.length - 1] < 128 &&
    content.every((byte, i) => byte !== 128 || (i > 0 && content[i - 1] > 127))
  );
};
/** @type {Shape} */
const isBits = ({ bytes, body, end }) => end > body && bytes[body] < 8 && (end > body + 1 || bytes[body] === 0);
/** @type {Shape} */
const isOne = ({ body, end }) => end === body + 1;
/** To the second, and in UTC: X.690 sections 11.7 and 11.8. @type {Shape} */
const isTime = (node) =>
  node.end - node.body <= TIME_BYTES &&
  (node.tag === 23 ? /^\d{12}Z$/ : /^\d{14}(?:\.\d+)?Z$/).test(String.fromCharCode(...contentOf(node)));
/** In letters of so many bytes. @param {number} width @returns {Shape} */
const isWide =
  (width) =>
  ({ body, end }) =>
    (end - body) % width === 0;
/** @type {Shape} */
const isEmpty = ({ from, body, end }) => end === body && body === from + 2;

/** By its tag. @type {Map<number, Shape>} */
const PLAIN = new Map([
  [1, isOne],
  [2, isInteger],
  [3, isBits],
  [5, isEmpty],
  [6, isOid],
  [10, isInteger],
  [23, isTime],
  [24, isTime],
  [28, isWide(4)],
  [30, isWide(2)],
]);
/** @type {Shape} */
const isAny = (node) => (PLAIN.get(node.tag) ?? anything)(node);

/**
 * SEQUENCE and SET have elements in them, of the other universal ones none has, and what says nothing is NULL or a text. Whatever it is for:
 * readers would take it in two ways. @type {Shape}
 */
function isUniversal(node) {
  const { tag } = node;
  const number = tag & 31;
  if (tag & CLASS) return true;
  if (number === 0 || !!(tag & INSIDE) !== (number === SEQUENCE || number === SET)) return false;
  return isAny(node);
}

/** Tagged as having no elements, and looks as if it had. @param {Node} node */
function hidesElements({ bytes, tag, body, end }) {
  if (!(tag & CLASS) || tag & INSIDE || end === body || (bytes[body] & ~1) !== (INSIDE | SEQUENCE)) return false;
  const first = read(bytes, body, end);
  return first !== null && first.next === first.end;
}

/** Its elements, or none. @param {Node} node */
const insideOf = (node) => (node.tag & INSIDE ? childrenOf(node) : []);

/** In it each length is stated, in the shortest way. @param {Node} node @param {number} [depth] @returns {boolean} */
const isDer = (node, depth = 0) => {
  const { bytes, from, body, end, next } = node;
  const isShort = body === from + 2 || (bytes[from + 2] !== 0 && end - body > 127);
  return (
    depth < DEPTH &&
    next === end &&
    isShort &&
    isUniversal(node) &&
    !hidesElements(node) &&
    (insideOf(node)?.every((inner) => isDer(inner, depth + 1)) ?? false)
  );
};

/** Of response, token, [0] and signed data the members; and what is said, below one of them and its [0]. */
const [MEMBER, CONTENT] = [4, 6];
/** The one text that may come in pieces, as BER has it. @param {number[]} above tags */
const isContent = (above) => above.length >= CONTENT && above[MEMBER] === 0x30 && above[MEMBER + 1] === 0xa0;

/** Every element of an answer, whatever it is. @param {Node} node @param {number[]} [above] tags @returns {boolean} */
function isSpelled(node, above = []) {
  const isFit = isContent(above)
    ? (node.tag & ~INSIDE) === OCTET_STRING
    : isUniversal(node) && !(above.length === MEMBER && node.tag & CLASS && !(node.tag & INSIDE));
  return (
    isFit && above.length < DEPTH && (insideOf(node)?.every((inner) => isSpelled(inner, [...above, node.tag])) ?? false)
  );
}

/** @param {number} tag @param {Shape} [shape] @returns {Member} */
const one = (tag, shape = isAny) => ({ tags: [tag], shape });
/** @param {Member} member @returns {Member} */
const maybe = (member) => ({ ...member, optional: true });
/** @param {Member} member @param {number} tag @returns {Member} IMPLICIT */
const as = (member, tag) => ({ ...member, tags: [tag] });

/** @param {Member[]} members @returns {Shape} */
const row = (members) => (node) => {
  const list = childrenOf(node);
  let at = 0;
  for (const { tags, shape, optional } of list ? members : []) {
    const there = list?.[at];
    if (there && (tags.length === 0 || tags.includes(there.tag))) {
      if (!shape(there)) return false;
      at += 1;
    } else if (!optional) return false;
  }
  return list !== null && at === list.length;
};
/** @param {Member} member @returns {Shape} */
const each =
  ({ tags, shape }) =>
  (node) =>
    childrenOf(node)?.every((inner) => (tags.length === 0 || tags.includes(inner.tag)) && shape(inner)) ?? false;

/** @param {...Member} members */
const sequence = (...members) => one(0x30, row(members));
/** @param {Member} member */
const sequenceOf = (member) => one(0x30, each(member));
/** @param {Member} member */
const setOf = (member) => one(0x31, each(member));
/** @param {number} number @param {Member} member @returns {Member} EXPLICIT */
const within = (number, member) => one(0xa0 + number, row([member]));

/** @type {Member} */
const ANY = { tags: [], shape: isAny };
const INTEGER = one(2);
const BITS = one(3);
const OCTETS = one(4);
const OBJECT = one(6);
const ALGORITHM = sequence(OBJECT, maybe(ANY));
/** @type {Shape} */
const isText = (node) => node.tag === 0x30 || textOf(node) !== null;
/** @type {Member} */
const TEXT = { tags: [3, 7, 8, 9, 11, 12, 13, 14, 15, 18, 19, 20, 22, 28, 29, 30, 0x30], shape: isText };
const NAME = sequenceOf(setOf(sequence(OBJECT, TEXT)));
/** @type {Member} */
const TIME = { tags: [23, 24], shape: anything };
const EXTENSIONS = sequenceOf(sequence(OBJECT, maybe(one(1)), OCTETS));
const CERTIFICATE = sequence(
  sequence(
    maybe(within(0, INTEGER)),
    INTEGER,
    ALGORITHM,
    NAME,
    sequence(TIME, TIME),
    NAME,
    sequence(ALGORITHM, BITS),
    maybe(as(BITS, 0x81)),
    maybe(as(BITS, 0x82)),
    maybe(within(3, EXTENSIONS)),
  ),
  ALGORITHM,
  BITS,
);
/** @type {Member} beside certificates: what is passed over */
const CHOICE = {
  tags: [0x30, 0xa0, 0xa1, 0xa2, 0xa3],
  shape: (node) => isDer(node) && (node.tag !== 0x30 || CERTIFICATE.shape(node)),
};
/** RFC 5280 section 5.1. */
const REVOKED = sequence(
  sequence(
    maybe(INTEGER),
    ALGORITHM,
    NAME,
    TIME,
    maybe(TIME),
    maybe(sequenceOf(sequence(INTEGER, TIME, maybe(EXTENSIONS)))),
    maybe(within(0, EXTENSIONS)),
  ),
  ALGORITHM,
  BITS,
);
/** @type {Member} */
const REVOCATION = {
  tags: [0x30, 0xa1],
  shape: (node) => (node.tag === 0x30 ? REVOKED.shape(node) : row([OBJECT, ANY])(node)),
};
const ATTRIBUTE_SET = setOf(sequence(OBJECT, setOf(ANY)));
/** @type {Member} */
const ATTRIBUTES = {
  ...ATTRIBUTE_SET,
  shape: (node) => node.end > node.body && isDer(node) && ATTRIBUTE_SET.shape(node),
};
/** @type {Member} */
const SIGNER = {
  tags: [0x30, 0x80],
  shape: (node) => (node.tag === 0x80 ? isDer : row([NAME, INTEGER]))(node),
};
const SIGNER_INFO = sequence(
  INTEGER,
  SIGNER,
  ALGORITHM,
  maybe(as(ATTRIBUTES, 0xa0)),
  ALGORITHM,
  OCTETS,
  maybe(as(ATTRIBUTES, 0xa1)),
);
const SIGNED = sequence(
  INTEGER,
  setOf(ALGORITHM),
  sequence(OBJECT, within(0, { tags: [4, 0x24], shape: anything })),
  maybe(as(setOf(CHOICE), 0xa0)),
  maybe(as(setOf(REVOCATION), 0xa1)),
  setOf(SIGNER_INFO),
);
const STATUS = sequence(INTEGER, maybe(sequenceOf(one(12))), maybe(BITS));
const RESPONSE = sequence(STATUS, maybe(sequence(OBJECT, within(0, SIGNED))));
const IMPRINT = sequence(ALGORITHM, OCTETS);
const QUERY = sequence(INTEGER, IMPRINT, maybe(OBJECT), maybe(INTEGER), maybe(one(1)), maybe(as(EXTENSIONS, 0xa0)));
const INFO = sequence(
  INTEGER,
  OBJECT,
  IMPRINT,
  INTEGER,
  one(24),
  maybe(
    sequence(
      maybe(INTEGER),
      maybe({ ...as(INTEGER, 0x80), shape: isInteger }),
      maybe({ ...as(INTEGER, 0x81), shape: isInteger }),
    ),
  ),
  maybe(one(1)),
  maybe(INTEGER),
  maybe(within(0, ANY)),
  maybe(as(EXTENSIONS, 0xa1)),
);

/** @param {Member} member @returns {(bytes: Uint8Array) => boolean} */
const fits =
  ({ tags, shape }) =>
  (bytes) => {
    const node = nodeOf(bytes);
    return node !== null && tags.includes(node.tag) && shape(node);
  };

/** Spelled in DER from end to end. @param {Member} member @returns {Member} */
const inDer = (member) => ({ ...member, shape: (node) => isDer(node) && member.shape(node) });
/** Nothing follows, and its length is stated. @param {Member} member @returns {(bytes: Uint8Array) => boolean} */
const isWhole = (member) => (bytes) => nodeOf(bytes)?.end === bytes.length && fits(member)(bytes);

/** What follows the certificate is not looked at. */
export const isCertificate = fits(inDer(CERTIFICATE));
export const isResponse = isWhole({ ...RESPONSE, shape: (node) => isSpelled(node) && RESPONSE.shape(node) });
export const isQuery = isWhole(inDer(QUERY));
export const isInfo = isWhole(inDer(INFO));

/** @param {Node} node */
const isPositive = (node) =>
  node.tag === 2 && node.body === node.from + 2 && isInteger(node) && node.bytes[node.body] < 128;

/** Two positive numbers, in DER. @param {Uint8Array} bytes */
export function isEcdsa(bytes) {
  const node = nodeOf(bytes);
  const list = node?.tag === 0x30 && node.next === bytes.length ? childrenOf(node) : null;
  const length = bytes.length - 2 < 128 ? 2 : 3;
  return node?.body === length && node.end === bytes.length && list?.length === 2 && list.every(isPositive);
}

/** @param {Uint8Array} bytes @param {number} width big-endian */
function wide(bytes, width) {
  if (bytes.length % width) return null;
  const points = [];
  for (let at = 0; at < bytes.length; at += width)
    points.push(bytes.subarray(at, at + width).reduce((sum, byte) => sum * 256 + byte, 0));
  const isPoint = (/** @type {number} */ point) => point < 0xd800 || (point > 0xdfff && point < 0x110000);
  return points.every(isPoint) ? points.map((point) => String.fromCodePoint(point)).join('') : null;
}

/** @param {Node} node of a value in a name @returns {string | null} null: it is no text of its kind */
function textOf(node) {
  const bytes = contentOf(node);
  if (node.tag === 12) {
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      return null;
    }
  }
  return wide(bytes, node.tag === 28 ? 4 : node.tag === 30 ? 2 : 1);
}

const COMPARED_AS_TEXT = new Set([12, 19, 20, 22, 28, 30]);

/** @param {Node} node of a value in a name */
function valueKey(node) {
  if (!COMPARED_AS_TEXT.has(node.tag)) return [node.tag, ...contentOf(node)].join(' ');
  const text = (textOf(node) ?? '').replace(/[\t-\r ]+/g, ' ').replace(/^ | $/g, '');
  return JSON.stringify(text.replace(/[A-Z]/g, (letter) => letter.toLowerCase()));
}

/** Names that are one have one key: RFC 5280 section 7.1, as OpenSSL compares. @param {Uint8Array} der */
export function nameKey(der) {
  const name = nodeOf(der);
  const parts = (name && childrenOf(name)) ?? [];
  return JSON.stringify(
    parts.map((part) =>
      (childrenOf(part) ?? [])
        .map((pair) => childrenOf(pair) ?? [])
        .map(([type, value]) => `${contentOf(type).join('.')}=${valueKey(value)}`)
        .sort(),
    ),
  );
}

/** The certificates in an answer that is one. @param {Uint8Array} bytes */
export function certificatesIn(bytes) {
  const inner = (/** @type {Node | null | undefined} */ node) => (node && childrenOf(node)) ?? [];
  const [, token] = inner(nodeOf(bytes));
  const [, content] = inner(token);
  const [signed] = inner(content);
  const list = inner(inner(signed).find(({ tag }) => tag === 0xa0));
  return list.filter(({ tag }) => tag === 0x30).map(wholeOf);
}
