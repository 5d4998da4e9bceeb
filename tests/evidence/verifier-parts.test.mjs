// The parts of extension/verifier, each by itself: tables of what they take and refuse, other implementations, and public vectors.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash, generateKeyPairSync, sign, webcrypto, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { TransformStream } from 'node:stream/web';
import { describe, test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { deflateRawSync, deflateSync } from 'node:zlib';
import { Brackets } from '../../extension/verifier/brackets.js';
import { base64, decodeUtf8, fromBase64, utf8 } from '../../extension/verifier/bytes.js';
import { certificatesOf } from '../../extension/verifier/certificates.js';
import { openZip } from '../../extension/verifier/container.js';
import { crc32 } from '../../extension/verifier/crc32.js';
import { isInfo, isQuery } from '../../extension/verifier/der.js';
import { digestAll } from '../../extension/verifier/digest.js';
import { readEntry } from '../../extension/verifier/entry.js';
import { slowly, strictText } from '../../extension/verifier/json.js';
import { verifies } from '../../extension/verifier/keys.js';
import { checkLayout, REQUIRED, SIZES } from '../../extension/verifier/layout.js';
import { LIMITS } from '../../extension/verifier/limits.js';
import { isPng } from '../../extension/verifier/png.js';
import { Repeats } from '../../extension/verifier/repeats.js';
import { ROOTS } from '../../extension/verifier/roots.js';
import { text as textRule } from '../../extension/verifier/schema.js';
import { Seen, sixteenOfBase64, sixteenOfHex } from '../../extension/verifier/seen.js';
import { fromBytes, parts } from '../../extension/verifier/source.js';
import { readTime } from '../../extension/verifier/times.js';
import { checkToken } from '../../extension/verifier/token.js';
import { inflateRaw } from '../../extension/verifier/inflate.js';
import { leafOf, Tree } from '../../extension/verifier/tree.js';
import { verify } from '../../extension/verifier/verify.js';
import { signedPackage } from '../bench/worst.mjs';
import { BEGIN, DAY, genesis, head, iso, listed, look, pack, text as document } from './liar.mjs';
import { STRIPES } from './log.mjs';
import { judgePage } from './page.mjs';
import { wrap } from './wrap.mjs';

globalThis.crypto ??= webcrypto;
const here = new URL('.', import.meta.url);
const vector = (name) => new Uint8Array(readFileSync(new URL(`../vectors/evidence/timestamp/${name}`, here)));
const sha256 = (...pieces) => createHash('sha256').update(Buffer.concat(pieces)).digest();

/** Numbers below `limit`, the same for a seed. @param {number} seed */
function dice(seed) {
  let state = seed >>> 0;
  return (/** @type {number} */ limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

/** @param {Uint8Array} bytes */
const strictObject = (bytes) => strictText(decodeUtf8(bytes));

/** @param {string} text */
function plainly(text) {
  try {
    return slowly(text);
  } catch {
    return null;
  }
}

test('where the browser’s own hash refuses, the library’s is the same, of one leaf and of many at once', async () => {
  const subtle = globalThis.crypto.subtle;
  const refusing = (/** @type {(n: number) => boolean} */ when) => {
    let asked = 0;
    return {
      digest: async (/** @type {string} */ name, /** @type {Uint8Array} */ bytes) => {
        asked += 1;
        const answer = when(asked) ? null : subtle.digest(name, /** @type {any} */ (bytes));
        if (!answer) throw new Error('OperationError');
        return answer;
      },
    };
  };
  const looks = Array.from({ length: 700 }, (_, i) =>
    look(i + 1, BEGIN + (i + 1) * 60_000, 'off', { change: i ? 'unchanged' : 'first' }),
  );
  const { raw } = pack([genesis(), ...looks], { instructions: '@FOLDER@ @KEY@' });
  const wanted = await judgePage(raw);
  assert.equal(wanted.good, true);
  for (const when of [(n) => n % 3 === 0, (n) => n === 300, () => true]) {
    Object.defineProperty(globalThis.crypto, 'subtle', { value: refusing(when), configurable: true });
    try {
      assert.deepEqual((await judgePage(raw)).checks, wanted.checks);
    } finally {
      Reflect.deleteProperty(globalThis.crypto, 'subtle');
    }
  }
  assert.equal(globalThis.crypto.subtle, subtle);
});

describe('what cannot be read', () => {
  const { raw, files } = pack([genesis(), look(1, BEGIN + 60_000, 'off', { change: 'first' })], {
    instructions: '@FOLDER@ @KEY@',
  });
  const deflated = wrap([...files].map(([name, data]) => [name, data, { method: 8 }]));
  const failing = (/** @type {Uint8Array} */ bytes, /** @type {number} */ from) => {
    let asked = 0;
    const read = async (/** @type {number} */ at, /** @type {number} */ length) => {
      asked += 1;
      if (asked > from) throw new Error('the stick was pulled out');
      return bytes.subarray(at, at + length);
    };
    return { size: bytes.length, read, asked: () => asked };
  };
  const said = ({ good, checks }) => [
    good,
    ...checks.filter(({ result }) => result === 'failed').map(({ say }) => say),
  ];

  for (const [what, bytes] of [
    ['a ZIP of ours', raw],
    ['one that was packed again', deflated],
  ])
    test(`of ${what}: whichever read fails, it is that which is said`, async () => {
      const whole = failing(new Uint8Array(bytes), Infinity);
      assert.deepEqual(said(await verify(() => openZip(whole), { roots: [] })), [true]);
      for (let from = 0; from < whole.asked(); from += 1) {
        const verdict = await verify(() => openZip(failing(new Uint8Array(bytes), from)), { roots: [] });
        assert.deepEqual(said(verdict), [false, 'unreadable'], `after ${from} of ${whole.asked()}`);
      }
    });
});

test('base64 of every length', () => {
  for (let length = 0; length < 300; length += 1) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 89 + length) & 255);
    assert.equal(base64(bytes), Buffer.from(bytes).toString('base64'));
  }
});

describe('strict JSON', () => {
  const good = [
    '{}',
    '{"a":1}',
    '{"a" : [1, -2, true, null, "x"]}',
    '{"a":"\\u00e9\\n\\"\\/"}',
    '{"a":"😀"}',
    '{"a":"\\ud83d\\ude00"}',
    '{"a":9007199254740991}',
    '{"1":1,"0":2}',
    '{"__proto__":1}',
  ];
  const bad = [
    '',
    ' {"a":1}',
    '{"a":1} ',
    '{"a":1}\r',
    '\ufeff{"a":1}',
    '{"a":-0}',
    '[]',
    '1',
    '{"a":1,"a":2}',
    '{"a":1,"\\u0061":2}',
    '{"a":1.5}',
    '{"a":1e2}',
    '{"a":01}',
    '{"a":9007199254740992}',
    '{"a":"\\ud800"}',
    '{"a":"\\u0000"}',
    '{"a":"\u0001"}',
    '{"a":1}x',
    '{"a":1,}',
    "{'a':1}",
    '{"a":"\\x41"}',
    '\ufeff{}',
    '{"a":NaN}',
    '{"a":+1}',
    `{"a":${'['.repeat(9)}${']'.repeat(9)}}`,
    `{${Array.from({ length: 65 }, (_, i) => `"${i}":0`).join()}}`,
    `{"a":[${Array(16400).fill(0).join()}]}`,
  ];
  for (const text of good) {
    test(`takes ${text}`, () =>
      assert.deepEqual(Object.entries(strictObject(utf8(text))), Object.entries(JSON.parse(text))));
  }
  for (const text of bad) test(`refuses ${text.slice(0, 40)}`, () => assert.equal(strictObject(utf8(text)), null));
  test('refuses what is not UTF-8', () => {
    for (const bytes of ['22ff22', '22c080a022', '22eda08022', '22f490808022']) {
      assert.equal(strictObject(Buffer.concat([utf8('{"a":'), Buffer.from(bytes, 'hex'), utf8('}')])), null, bytes);
    }
  });

  test('says of forty thousand texts, most of them wrong, what the plain way says', () => {
    const random = dice(20_261);
    const pieces = [
      '"a"',
      '"b"',
      '"a":1',
      ':',
      ',',
      '{',
      '}',
      '[',
      ']',
      '1',
      '0',
      '-1',
      '-0',
      '1.5',
      '1e2',
      '1E2',
      '12345678901234567890',
    ];
    const more = [
      'true',
      'false',
      'null',
      'e',
      ' ',
      '\t',
      '\\',
      '"\\""',
      '"\\u0061"',
      '"\\ud800"',
      '"\\n"',
      '"é"',
      '"😀"',
      '"1e5"',
      '"a.b:c"',
      '\0',
    ];
    const base = '{"a":1,"b":{"c":[1,2,{"d":"x"}],"e":null},"f":true,"1":"2"}';
    const counts = { taken: 0, refused: 0 };
    for (let i = 0; i < 40_000; i += 1) {
      let text = base;
      for (let n = random(4); n > 0; n -= 1) {
        const [from, cut] = [random(text.length + 1), random(4)];
        text =
          text.slice(0, from) +
          [...pieces, ...more, ''][random(pieces.length + more.length + 1)] +
          text.slice(from + cut);
      }
      const bytes = utf8(text);
      const wanted = plainly(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes));
      assert.deepEqual(strictObject(bytes), wanted, text);
      counts[wanted ? 'taken' : 'refused'] += 1;
    }
    assert.ok(counts.taken > 8_000 && counts.refused > 8_000, JSON.stringify(counts));
  });
});

describe('the tree', () => {
  const leaves = Array.from({ length: 70 }, (_, i) => sha256(Buffer.from(`leaf ${i}`)));
  const split = (n) => 1 << (31 - Math.clz32(n - 1));
  const root = (list) => {
    if (list.length === 1) return list[0];
    const k = split(list.length);
    return sha256(Buffer.of(1), root(list.slice(0, k)), root(list.slice(k)));
  };
  const path = (index, list) => {
    if (list.length === 1) return [];
    const k = split(list.length);
    return index < k
      ? [...path(index, list.slice(0, k)), root(list.slice(k))]
      : [...path(index - k, list.slice(k)), root(list.slice(0, k))];
  };
  test('is that of RFC 9162 at every size, with every path', () => {
    const tree = new Tree();
    leaves.forEach((leaf, i) => {
      tree.append(leaf);
      const list = leaves.slice(0, i + 1);
      assert.deepEqual(Buffer.from(tree.root()), root(list));
      const at = (i * 7) % (i + 1);
      assert.deepEqual(
        tree.path(at).map((hash) => Buffer.from(hash)),
        path(at, list),
      );
    });
    for (let n = 1; n <= 70; n += 1) assert.deepEqual(Buffer.from(tree.root(n)), root(leaves.slice(0, n)));
  });
  test('hashes entries where they belong, short and long, with the own hash of whoever reads and without', async () => {
    const subtle = globalThis.crypto;
    for (const given of [subtle, undefined]) {
      Object.defineProperty(globalThis, 'crypto', { value: given, configurable: true, writable: true });
      const [whole, one] = [new Tree(), new Tree()];
      for (let length = 0; length < 200; length += 1) {
        const entry = Uint8Array.from({ length: length * 7 }, (_, i) => (i * 31 + length) & 255);
        whole.append(await leafOf(entry));
        one.append(sha256(Buffer.of(0), entry));
        assert.deepEqual(whole.root(), one.root(), String(length));
      }
    }
    Object.defineProperty(globalThis, 'crypto', { value: subtle, configurable: true, writable: true });
  });
});

test('a text is as long as its bytes of UTF-8', () => {
  const letters = ['a', '\u007f', '\u0080', '\u07ff', '\u0800', '\uffff', '\u{10000}', '\u{10ffff}', 'é€😀'];
  for (const letter of letters) {
    for (let count = 1; count < 12; count += 1) {
      const value = letter.repeat(count);
      const bytes = Buffer.byteLength(value);
      assert.doesNotThrow(() => textRule(bytes)(value, 'member'), value);
      assert.throws(() => textRule(bytes - 1)(value, 'member'), { message: 'member' }, value);
    }
  }
});

describe('Ed25519', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const key = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }).subarray(12));
  const message = utf8('a message');
  const signature = new Uint8Array(sign(null, message, privateKey));
  const with_ = (bytes, at, value) => Object.assign(bytes.slice(), { [at]: value });
  test('takes what was signed, and no other', () => {
    assert.equal(verifies(key, message, signature), true);
    assert.equal(verifies(key, utf8('another'), signature), false);
    assert.equal(verifies(key, message, with_(signature, 0, signature[0] ^ 1)), false);
    assert.equal(verifies(key, message, signature.subarray(1)), false);
  });
  test('takes no S that is not reduced', () => {
    const order = (1n << 252n) + 27742317777372353535851937790883648493n;
    const s = BigInt(`0x${Buffer.from(signature.slice(32)).reverse().toString('hex')}`) + order;
    const larger = Buffer.from(s.toString(16).padStart(64, '0'), 'hex').reverse();
    assert.equal(verifies(key, message, new Uint8Array([...signature.slice(0, 32), ...larger])), false);
  });
  const small = [
    '0100000000000000000000000000000000000000000000000000000000000000',
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    '0000000000000000000000000000000000000000000000000000000000000080',
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
    'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  ];
  for (const point of small) {
    test(`takes no key and no R ${point.slice(0, 8)}…`, () => {
      const weak = new Uint8Array(Buffer.from(point, 'hex'));
      const zero = new Uint8Array(32);
      assert.equal(verifies(weak, message, new Uint8Array([...weak, ...zero])), false);
      assert.equal(verifies(key, message, new Uint8Array([...weak, ...signature.slice(32)])), false);
    });
  }
});

describe('PNG', () => {
  const picture = new Uint8Array(STRIPES);
  test('takes a picture, and none with a byte changed, cut or added', async () => {
    assert.equal(await isPng(picture), true);
    for (let at = 0; at < picture.length; at += 1) {
      assert.equal(await isPng(Object.assign(picture.slice(), { [at]: picture[at] ^ 0x10 })), false, String(at));
    }
    for (const length of [0, 8, 33, 60, picture.length - 1])
      assert.equal(await isPng(picture.slice(0, length)), false, String(length));
    assert.equal(await isPng(new Uint8Array([...picture, 10])), false);
    assert.equal(await isPng(utf8('<html>'.repeat(20))), false);
  });
  test('takes no picture of other data than its header states, and no bomb', async () => {
    const taller = Buffer.from(picture);
    taller.writeUInt32BE(61, 20);
    taller.writeUInt32BE(crc32(taller.subarray(12, 29)), 29);
    assert.equal(await isPng(new Uint8Array(taller)), false);
    taller.writeUInt32BE(8193, 20);
    taller.writeUInt32BE(crc32(taller.subarray(12, 29)), 29);
    assert.equal(await isPng(new Uint8Array(taller)), false);
  });

  const chunk = (type, data = Buffer.alloc(0)) => {
    const bytes = Buffer.concat([Buffer.alloc(4), Buffer.from(type), data, Buffer.alloc(4)]);
    bytes.writeUInt32BE(data.length, 0);
    bytes.writeUInt32BE(crc32(bytes.subarray(4, -4)), bytes.length - 4);
    return bytes;
  };
  const header = (colour = 6, depth = 8, side = 1) => {
    const data = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, depth, colour, 0, 0, 0]);
    data.writeUInt32BE(side, 0);
    data.writeUInt32BE(side, 4);
    return chunk('IHDR', data);
  };
  const data = (length) => chunk('IDAT', deflateSync(Buffer.alloc(length)));
  const palette = chunk('PLTE', Buffer.alloc(6));
  const end = chunk('IEND');
  const word = chunk('tEXt', Buffer.from('word\0word'));
  const kinds = {
    'its header, data and end': [true, header(), data(5), end],
    'words beside them': [true, header(), word, data(5), word, end],
    'a palette where one is needed': [true, header(3), palette, data(2), word, end],
    'a palette that only advises': [true, header(2), palette, data(4), word, end],
    'no palette where one is needed': [false, header(3), word, data(2), end],
    'two palettes': [false, header(3), palette, palette, data(2), end],
    'a palette after the data': [false, header(3), data(2), palette, end],
    'a palette of half a colour': [false, header(3), chunk('PLTE', Buffer.alloc(4)), data(2), word, end],
    'a palette of nothing': [false, header(3), chunk('PLTE'), data(2), word, end],
    'a palette of too many': [false, header(3), chunk('PLTE', Buffer.alloc(771)), data(2), word, end],
    'a palette of greys': [false, header(0), palette, data(2), word, end],
    'a palette of greys with alpha': [false, header(4), palette, data(3), word, end],
    'two headers': [false, header(), header(), data(5), end],
    'words before the header': [false, word, header(), data(5), end],
    'an end that holds something': [false, header(), data(5), chunk('IEND', Buffer.alloc(3))],
    'two ends': [false, header(), data(5), end, end],
    'no data': [false, header(), word, end],
    'data in two places': [false, header(), data(5), word, data(5), end],
    'a chunk that everybody needs to know': [false, header(), chunk('ABCD'), data(5), end],
    'fewer bytes than the smallest': [
      false,
      header(0, 1),
      chunk('IDAT', deflateSync(Buffer.alloc(2)).subarray(0, 9)),
      end,
    ],
    'more than a browser draws': [false, header(6, 16, 8192), data(5), end],
  };
  for (const [what, [wanted, ...chunks]] of Object.entries(kinds)) {
    test(`of ${what}`, async () =>
      assert.equal(await isPng(new Uint8Array(Buffer.concat([picture.subarray(0, 8), ...chunks]))), wanted));
  }
});

test('counts every finding of the entries, lists 200 and says how many more there are', async () => {
  const { good, findings, remarks, checks } = await judgePage(signedPackage(Array(299).fill({})));
  assert.deepEqual([good, findings, remarks], [true, 300, 300]);
  const said = checks.filter(({ result }) => result === 'remark').map(({ say, values }) => [say, values[0]]);
  assert.equal(said.length, 201);
  assert.deepEqual(said[200], ['foundMore', '100']);
});

describe('bag-info.txt', () => {
  /** @param {(text: string) => string} change */
  const judged = (change) => {
    const entries = [genesis(), look(1, BEGIN + DAY, 'on', { change: 'first' })];
    const rewrite = (/** @type {Map<string, Buffer>} */ files) => {
      const name = [...files.keys()].find((one) => one.endsWith('/bag-info.txt')) ?? '';
      files.set(name, Buffer.from(change(String(files.get(name)))));
    };
    return judgePage(pack(entries, { instructions: 'x', change: rewrite }).raw);
  };
  const remarks = async (change) => {
    const { good, checks } = await judged(change);
    return [good, ...checks.filter(({ file }) => file === 'bag-info.txt').map(({ check, say }) => `${check} ${say}`)];
  };
  for (const label of ['Payload-Oxum', 'Bagging-Date', 'Bag-Software-Agent', 'External-Identifier']) {
    test(`has ${label} once`, async () => {
      const { good, checks } = await judged((text) => `${text}${label}: 1.1\n`);
      const { check, code, file } = checks.find(({ result }) => result === 'failed') ?? {};
      assert.deepEqual([good, check, code, file], [false, 'bag', 'malformed', 'bag-info.txt']);
    });
  }
  test('names this log and a time, or it is remarked', async () => {
    const identifier = (/** @type {string} */ to) => (/** @type {string} */ text) =>
      text.replace(/(External-Identifier: )(\S+)(.*)/, to);
    assert.deepEqual(await remarks((text) => text), [true]);
    assert.deepEqual(await remarks(identifier('$1')), [true]);
    assert.deepEqual(await remarks(identifier('$1$2')), [true, 'key infoOther']);
    assert.deepEqual(await remarks(identifier('$1$20$3')), [true, 'key infoOther']);
    assert.deepEqual(await remarks(identifier('Contact: $2')), [true, 'bag infoForeign']);
  });
});

test('the layout: numbers that all verifiers can hold, and a timestamp of one entry at the least', () => {
  const good = ['data/proofs/0.tlog-proof', 'data/timestamps/1-0.tsr', 'data/timestamps/9223372036854775807-0.tsq'];
  const bad = [
    'data/proofs/9223372036854775808.tlog-proof',
    'data/proofs/01.tlog-proof',
    'data/timestamps/0-0.tsr',
    'data/timestamps/1-9223372036854775808.tsr',
    'data/timestamps/99999999999999999999-0.checkpoint',
    'data/timestamps/1-00.tsr',
  ];
  const check = (name) =>
    checkLayout(new Map([...REQUIRED, name].map((one) => [one, { name: one, size: 1, chunks: () => [] }])));
  for (const name of good) assert.doesNotThrow(() => check(name), name);
  for (const name of bad) assert.throws(() => check(name), { code: 'malformed', file: name, say: 'foreign' }, name);
});

describe('tokens of openssl', () => {
  const roots = certificatesOf(vector('root.pem'));
  const check = (reply, query = 'query.tsq', trusted = roots) =>
    checkToken(
      {
        checkpoint: vector('file'),
        query: vector(query),
        reply: vector(reply),
        chain: vector('root.pem'),
        file: 'x.tsr',
      },
      trusted,
    );
  test('are taken, with the signer’s name', async () => {
    for (const name of ['good', 'chatty']) {
      const token = await check(`${name}.tsr`);
      assert.equal(token.trusted, true, name);
      assert.equal(token.authority, 'O=Test,CN=Good Time');
      assert.equal(token.latest - token.time, token.time - token.earliest);
    }
  });
  test('of another root are not counted, and name the root', async () => {
    const token = await checkToken(
      {
        checkpoint: vector('file'),
        query: vector('query.tsq'),
        reply: vector('second.tsr'),
        chain: vector('other-root.pem'),
        file: 'x.tsr',
      },
      roots,
    );
    assert.equal(token.trusted, false);
    assert.equal(token.root, new X509Certificate(vector('other-root.pem')).fingerprint256);
    assert.equal((await check('good.tsr', 'query.tsq', [])).trusted, false);
  });
  const bad = {
    'expired.tsr': 'tsa-expired',
    'refused.tsr': 'tsa-refused',
    'other-nonce.tsr': 'tsa-replayed',
    'purpose-not-critical.tsr': 'tsa-signature',
    'purpose-web-server.tsr': 'tsa-signature',
  };
  for (const [name, code] of Object.entries(bad))
    test(`${name} is ${code}`, () => assert.rejects(check(`bad/${name}`), { code }));
  test('of other bytes or without nonce', async () => {
    await assert.rejects(check('bad/other-bytes.tsr', 'bad/other-bytes.tsq'), { code: 'tsa-other' });
    await assert.rejects(check('bad/other-bytes.tsr'), { code: 'tsa-other' });
    await assert.rejects(check('bad/no-nonce.tsr', 'bad/no-nonce.tsq'), { code: 'malformed' });
  });
  const withOther = ([at, mask]) => {
    const reply = vector('good.tsr').slice();
    reply[at] ^= mask;
    return checkToken(
      {
        checkpoint: vector('file'),
        query: vector('query.tsq'),
        reply,
        chain: vector('root.pem'),
        file: 'x.tsr',
      },
      roots,
    );
  };
  test('of other bytes outside what is signed', async () => {
    const malformed = [2, 11, 15, 21, 23]; // lengths, the status, the type of what follows
    const signature = [41, 45, 1243]; // the digests that are listed, ECDSA's own tags
    const either = [168, 202, 1188, 1190, 1192]; // the signer's certificate, what names it
    for (const at of malformed) await assert.rejects(withOther([at, 1]), { code: 'tsa-malformed' }, String(at));
    for (const at of signature) await assert.rejects(withOther([at, 1]), { code: 'tsa-signature' }, String(at));
    for (const at of either) await assert.rejects(withOther([at, 2]), { code: /^tsa-/ }, String(at));
  });
  test('with any byte changed verify no more', async () => {
    const reply = vector('good.tsr');
    for (let at = 0; at < reply.length; at += 23) {
      const changed = Object.assign(reply.slice(), { [at]: reply[at] ^ 4 });
      const stamp = {
        checkpoint: vector('file'),
        query: vector('query.tsq'),
        reply: changed,
        chain: vector('root.pem'),
        file: 'x.tsr',
      };
      const token = await checkToken(stamp, roots).catch(() => null);
      assert.ok(token === null || token.id === (await check('good.tsr')).id, String(at)); // a status text, an unsigned byte
    }
  });
});

describe('certificates in their armour', () => {
  const whole = vector('root.pem').reduce((text, byte) => text + String.fromCharCode(byte), '');
  const [, begin, body, end] = /^(-+BEGIN CERTIFICATE-+\n)([^-]+)(-+END CERTIFICATE-+\n)$/.exec(whole) ?? [];
  const block = (/** @type {string} */ label, /** @type {string} */ text) =>
    `-----BEGIN ${label}-----\n${text}-----END ${label}-----\n`;
  const count = (/** @type {string} */ text) => certificatesOf(Buffer.from(text, 'latin1'))?.length ?? 0;
  // What `consentlog verify` counts of each.
  const taken = {
    one: [1, whole],
    'two, and words around them': [2, `subject=x\n${whole}${whole}bye\n`],
    'an older label': [1, block('X509 CERTIFICATE', body)],
    'CRLF, and spaces behind lines': [1, whole.replaceAll('\n', '  \r\n')],
    'no newline at its end': [1, whole.trimEnd()],
    'an indented body': [1, begin + body.replace(/^/gm, ' ').trimEnd() + `\n${end}`],
    'a body in one line': [1, `${begin}${body.replaceAll('\n', '')}\n${end}`],
    'an empty line before the body': [1, `${begin}\n${body}${end}`],
    'a byte order mark': [1, `\u00ef\u00bb\u00bf${whole}`],
    'one that begins within a line, which is none': [1, `x ${whole}${whole}`],
    'an indented one, which is none': [1, whole + whole.replace(/^/gm, ' ')],
    'another label, which is passed over': [1, block('FOO', 'AAAA\n') + whole],
    'OpenSSL’s label for what it trusts, which is passed over': [1, block('TRUSTED CERTIFICATE', body) + whole],
  };
  const refused = {
    nothing: '\n',
    'only what is passed over': block('TRUSTED CERTIFICATE', body),
    'all of it indented': whole.replace(/^/gm, ' '),
    'begun within a line': `x ${whole}`,
    'a begin that is indented': ` ${whole}`,
    'an end that is indented': `${begin}${body} ${end}`,
    'an end of another label': `${begin}${body}${end.replace('CERT', 'X509 CERT')}`,
    'a begin with the body behind it': begin.trimEnd() + body + end,
    'an empty line in the body': begin + body.replace('\n', '\n\n') + end,
    'a pass phrase': `${begin}Proc-Type: 4,ENCRYPTED\n\n${body}${end}`,
    'one that is cut': whole + begin + body,
    'one without anything': whole + begin + end,
    'no certificate in it': whole + block('CERTIFICATE', 'AAAA\n'),
    'another label that is cut': `${whole}-----BEGIN FOO-----\n`,
    'another label with something else': whole + block('FOO', '!!!\n'),
  };
  for (const [what, [wanted, text]] of Object.entries(taken))
    test(`of ${what}`, () => assert.equal(count(String(text)), wanted));
  for (const [what, text] of Object.entries(refused)) test(`not of ${what}`, () => assert.equal(count(text), 0));
});

describe('roots', () => {
  for (const { name, pem, sha256: hash } of ROOTS) {
    test(`${name} is the certificate whose hash is stated, and signed itself`, () => {
      const certificate = new X509Certificate(pem);
      assert.equal(certificate.fingerprint256.replaceAll(':', '').toLowerCase(), hash);
      assert.equal(certificate.verify(certificate.publicKey), true);
      assert.ok(certificate.subject.includes(`CN=${name}`) && certificate.ca);
    });
  }
});

describe('times and brackets', () => {
  test('one spelling of a time', () => {
    assert.equal(readTime('2026-02-28T23:59:59.999Z'), Date.parse('2026-02-28T23:59:59.999Z'));
    for (const text of [
      '2026-02-29T00:00:00.000Z',
      '2026-02-28T24:00:00.000Z',
      '2026-02-28T23:59:60.000Z',
      '2026-02-28T00:00:00Z',
      '2026-02-28 00:00:00.000Z',
      null,
      1,
    ]) {
      assert.equal(readTime(text), null);
    }
  });
  test('one spelling of base64', () => {
    assert.deepEqual([...fromBase64('AQ==')], [1]);
    for (const text of ['AR==', 'AQ=', 'AQ', 'A', '-_==', 'AQ==\n']) assert.equal(fromBase64(text), null, text);
  });
  const at = (minute) => Date.UTC(2026, 0, 1, 0, minute);
  const stamp = (size, seq, minute) => ({ size, seq, earliest: at(minute), latest: at(minute) });
  test('every entry between two stamps', () => {
    const list = new Brackets([stamp(3, 3, 10), stamp(6, 7, 20)], 9).list();
    assert.deepEqual(
      list.map(({ first, last, not_before, not_after }) => [
        first,
        last,
        not_before?.slice(14, 16),
        not_after?.slice(14, 16),
      ]),
      [
        [0, 2, undefined, '10'],
        [3, 3, undefined, '20'],
        [4, 5, '10', '20'],
        [6, 7, '10', undefined],
        [8, 8, '20', undefined],
      ],
    );
  });
  test('none where they contradict each other', () => {
    assert.deepEqual(new Brackets([stamp(3, 3, 10), stamp(6, Infinity, 5)], 6).contradiction(), {
      first: 4,
      last: 5,
      from: at(10),
      to: at(5),
    });
  });
});

test('the page on the format has the body of every kind', () => {
  const page = readFileSync(new URL('../../docs/evidence-format.md', here), 'utf8');
  const bodies = page.slice(page.indexOf('### Bodies'), page.indexOf('A look is pending where'));
  const file = [listed('file', 'message/rfc822', Buffer.from('x'))];
  const [hash, time] = ['0a'.repeat(32), new Date(BEGIN).toISOString()];
  const client = { browser: 'firefox', version: '1', extension: '1' };
  const mail = { from: null, date: null, subject: null, linkedin_signature: false };
  const samples = [
    genesis(),
    look(1, BEGIN, 'on'),
    document(2, BEGIN, Buffer.from('x')),
    { ...head(3, 'timestamp', BEGIN), size: 3, root: hash, tsa: 'x', gen_time: time, authority: 'x', attachments: [] },
    { ...head(4, 'exhibit', BEGIN), file: 'x', note: null, mail, client, attachments: file },
    {
      ...head(5, 'discontinuity', BEGIN),
      ...{ found: 'log-changed', head_size: 5, head_root: hash, log_size: 5, log_root: hash, previous: null },
      damaged: [{ first: 1, last: 2 }],
    },
  ];
  /** @param {any} value @returns {string[]} */
  const names = (value) =>
    Object.entries(value ?? {}).flatMap(([name, inner]) => [
      ...(Array.isArray(value) ? [] : [name]),
      ...(typeof inner === 'object' && name !== 'attachments' ? names(inner) : []),
    ]);
  const first = new Set(['v', 'seq', 'kind', 'time', 'clock', 'salt']);
  for (const entry of samples) {
    readEntry(entry);
    const body = new RegExp(`^${entry.kind} +(\\{[^]*?\\})\\n(?=\\S)`, 'm').exec(bodies)?.[1] ?? '';
    const told = [...body.matchAll(/"(\w+)":/g)].map(([, name]) => name);
    assert.deepEqual(
      told,
      names(Object.fromEntries(Object.entries(entry).filter(([name]) => !first.has(name)))),
      entry.kind,
    );
  }
});

test('the libraries are those of the registry', () => {
  execFileSync('bash', [new URL('../extension/vendor-verifier.sh', here).pathname, '--check'], { stdio: 'pipe' });
});

describe('lines that say what another said, at another moment', () => {
  const other = { change: 'unchanged', client: { ...look(1, BEGIN, 'on').client, version: 'é \u2028 "\\' } };
  const looks = [look(1, BEGIN, 'on', { change: 'first' }), look(1, BEGIN, 'unknown'), look(1, BEGIN, 'off', other)];
  const bare = { ...looks[1], page: { ...looks[1].page, server_date: null } };
  const turned = Object.fromEntries(Object.entries(looks[0]).reverse());
  const known = [...looks, bare, turned].map((entry) => JSON.stringify(entry));
  /** What it is read as the plain way, as text; null: not at all. @param {string} text */
  function plain(text) {
    const members = strictText(text);
    if (!members) return null;
    try {
      return JSON.stringify(readEntry(members));
    } catch {
      return null;
    }
  }
  const taught = () => {
    const repeats = new Repeats();
    for (const text of known) repeats.learn(text, readEntry(strictText(text)));
    return repeats;
  };
  /** @param {Repeats} repeats @param {string} text */
  const again = (repeats, text) => JSON.stringify(repeats.read(text));

  test('are read as the plain way reads them', () => {
    const repeats = taught();
    for (const text of known) assert.equal(again(repeats, text), text);
    const later = known[0].replace('"seq":1', '"seq":9007199254740991').replace(/T08/, 'T23');
    assert.equal(again(repeats, later), plain(later));
    assert.notEqual(repeats.read(later)?.clock, repeats.read(later)?.clock, 'each has objects of its own');
  });

  test('or not at all, however one is bent', () => {
    const repeats = taught();
    const any = dice(16);
    const put = [
      '"',
      '\\',
      '0',
      '-',
      '.',
      'e',
      ' ',
      ',',
      '}',
      '{',
      '\0',
      '\u2028',
      'é',
      '\ud800',
      'a',
      '99',
      '1e2',
      'null',
      '\\u0031',
    ];
    const wrong = ['-0', '01', '1.0', '1e2', '9007199254740992', '""', 'null', '"1"', '', '1 '];
    const bent = wrong.flatMap((number) =>
      known.flatMap((text) => [
        text.replace('"seq":1', `"seq":${number}`),
        text.replace(/("uptime_ms":)\d+/, `$1${number}`),
      ]),
    );
    for (const time of [
      '2026-02-30T08:00:00.000Z',
      '2026-06-02T24:00:00.000Z',
      '1969-12-31T23:59:59.999Z',
      '2026-06-02t08:00:00.000Z',
    ])
      for (const name of ['time', 'observed_at', 'loaded_at', 'server_date'])
        for (const text of known) bent.push(text.replace(new RegExp(`("${name}":)"[^"]*"`), `$1"${time}"`));
    for (let i = 0; i < 6000; i += 1) {
      const text = known[any(known.length)];
      const at = any(text.length);
      bent.push(text.slice(0, at) + put[any(put.length)] + text.slice(at + any(3)));
    }
    let read = 0;
    for (const text of bent) {
      const found = repeats.read(text);
      if (found === null) continue;
      read += 1;
      assert.equal(JSON.stringify(found), plain(text), text);
    }
    assert.ok(read > 20, `${read} of ${bent.length} are read`);
  });

  test('and no more are learnt than pay', () => {
    const repeats = new Repeats();
    const text = (/** @type {number} */ i) =>
      JSON.stringify(look(1, BEGIN, 'on', { account: { pseudonym: String(i).padStart(32, '0'), premium: null } }));
    for (let i = 0; i < 40; i += 1) if (!repeats.read(text(i))) repeats.learn(text(i), readEntry(strictText(text(i))));
    assert.equal(repeats.read(text(39)), null);
    assert.notEqual(repeats.read(text(16)), null);
  });
});

describe('what an authority is asked and says, in DER', () => {
  /** @param {number} tag @param {...Buffer} inner */
  const element = (tag, ...inner) => {
    const content = Buffer.concat(inner);
    const length = content.length < 128 ? [content.length] : [0x82, content.length >> 8, content.length & 255];
    if (content.length > 127 && content.length < 256) length.splice(0, 3, 0x81, content.length);
    return Buffer.concat([Buffer.from([tag, ...length]), content]);
  };
  const number = element(2, Buffer.from([1]));
  const object = element(6, Buffer.from([0x2a]));
  /** @param {number} deep */
  const imprint = (deep) => {
    let parameters = element(0x30);
    for (let i = 1; i < deep; i += 1) parameters = element(0x30, parameters);
    return element(0x30, element(0x30, object, parameters), element(4, Buffer.alloc(32)));
  };
  /** @param {string} time */
  const info = (time) => element(0x30, number, object, imprint(1), number, element(24, Buffer.from(time)));

  test('is as deep as the program goes, and no deeper', () => {
    for (const [deep, is] of /** @type {[number, boolean][]} */ ([
      [1, true],
      [29, true],
      [30, false],
      [5000, false],
    ]))
      assert.equal(isQuery(element(0x30, number, imprint(deep))), is, String(deep));
  });

  test('has a time as long as the program takes, and nothing behind it', () => {
    for (const [time, is] of /** @type {[string, boolean][]} */ ([
      ['20260101000000Z', true],
      ['20260101000000.1234567890123456Z', true],
      ['20260101000000.12345678901234567Z', false],
      ['20260101000000.1234567890123456Z and more', false],
    ]))
      assert.equal(isInfo(info(time)), is, time);
  });
});

test('times are read as the engine reads them, or not at all', () => {
  const any = dice(7);
  const pick = (/** @type {string} */ signs) => signs[any(signs.length)];
  for (let i = 0; i < 20000; i += 1) {
    let text = iso(any(2 ** 32) * 1000 + any(1000));
    for (let n = any(3); n > 0; n -= 1) {
      const at = any(26);
      text = text.slice(0, at) + pick('0123456789:-TtZz. +é') + text.slice(at + 1);
    }
    const engine = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text) ? Date.parse(text) : NaN;
    const is = engine >= 0 && new Date(engine).toISOString() === text;
    assert.equal(readTime(text), is ? engine : null, text);
  }
});

test('sixteen bytes are found again, up to a bound', () => {
  const of = (/** @type {number} */ i) => createHash('sha256').update(String(i)).digest().subarray(0, 16);
  for (let i = 0; i < 200; i += 1) {
    assert.deepEqual(Buffer.from(sixteenOfBase64(of(i).toString('base64'))), Buffer.from(of(i)));
    assert.deepEqual(Buffer.from(sixteenOfHex(of(i).toString('hex'))), Buffer.from(of(i)));
  }
  const [seen, count] = [new Seen(), 1 << 15];
  const again = (/** @type {number} */ i) => seen.again(sixteenOfHex(of(i).toString('hex')));
  for (let i = 0; i < count + 10; i += 1) assert.equal(again(i), false);
  for (let i = 0; i < count; i += 7) assert.equal(again(i), true);
  assert.equal(again(count), false, 'beyond the bound nothing is remembered');
});

test('bounds are those of the program', () => {
  const source = (/** @type {string} */ path) => readFileSync(new URL(`../../host/${path}`, here), 'utf8');
  const headers = [
    'base/limits.h',
    'crypto/merkle.h',
    'crypto/proof.h',
    'package/layout.h',
    'report/model.h',
    'package/repacked_internal.h',
  ];
  const c =
    headers.map(source).join('\n') +
    ['package/repacked_headers.c', 'crypto/checkpoint.c', 'package/repacked.c'].map(source).join('\n');
  /** @param {string} words of a macro @returns {number | string} */
  const value = (words) => {
    const plain = words
      .replace(/\b(\d+)(?:u|ull|LL)\b/gi, '$1')
      .replace(/\b[A-Z][A-Z_0-9]*\b/g, (name) => String(macro(name)));
    assert.match(plain, /^[-+*()\d\s]+$/, words);
    return runInNewContext(plain);
  };
  /** @param {string} name */
  const macro = (name) => {
    const [, words] = new RegExp(`#define +${name} +(".*"|[^/\\n]+)`).exec(c) ?? assert.fail(name);
    return words.startsWith('"') ? words.trim().slice(1, -1) : value(words);
  };
  const known = source('package/layout.c').matchAll(/\{(CL_FILE_\w+), CL_ROLE_\w+, true, (\w+)\}/g);
  const theirs = Object.fromEntries([...known].map(([, name, most]) => [macro(name), value(most) || LIMITS.container]));
  assert.deepEqual({ ...SIZES }, theirs);
  const pairs = {
    container: 'CL_BUNDLE_SIZE_MAX', name: 'CL_BUNDLE_NAME_MAX', manifest: 'CL_MANIFEST_MAX', note: 'CL_NOTE_MAX', proof: 'CL_PROOF_FILE_MAX',
    entry: 'CL_ENTRY_MAX', token: 'CL_TOKEN_MAX', chain: 'CL_CHAIN_MAX', attachment: 'CL_ATTACHMENT_MAX', exhibit: 'CL_EXHIBIT_MAX',
    side: 'CL_PICTURE_SIDE_MAX', depth: 'CL_JSON_DEPTH_MAX', members: 'CL_JSON_MEMBERS_MAX', values: 'CL_JSON_VALUES_MAX',
    records: 'RECORDS_MAX', directory: 'DIRECTORY_MAX', signatures: 'SIGNATURES_MAX', longName: 'REPACKED_NAME_MAX',
    unpacked: 'OPENED_MIN', ratio: 'OPENED_TIMES',
  }; // prettier-ignore
  for (const [name, theirs_] of Object.entries(pairs)) assert.equal(LIMITS[name], macro(theirs_), name);
});

test('files are hashed in one room, one after the other', async (t) => {
  const rooms = new Set();
  const digest = t.mock.method(
    crypto.subtle,
    'digest',
    async (/** @type {string} */ _, /** @type {Uint8Array} */ bytes) => {
      rooms.add(bytes.buffer);
      return createHash('sha256').update(bytes).digest();
    },
  );
  const sizes = [1 << 21, 1 << 15, 1 << 20];
  const files = new Map(
    sizes.map((size, i) => {
      const bytes = new Uint8Array(size).fill(i);
      const name = `data/${i}`;
      return [name, { name, size, chunks: () => parts(fromBytes(bytes), 0, size) }];
    }),
  );
  const digests = await digestAll(files, () => {});
  assert.deepEqual([digest.mock.callCount(), rooms.size], [sizes.length, 1]);
  for (const [i, size] of sizes.entries())
    assert.equal(Buffer.from(digests.get(`data/${i}`)).compare(sha256(Buffer.alloc(size, i))), 0);
});

test('of an empty file nothing is asked', async () => {
  const source = { size: 9, read: () => assert.fail('asked') };
  for await (const piece of parts(source, 4, 0)) assert.fail(String(piece.length));
});

test('a small piece that would come out large is given little by little, and stopped at the size that was stated', async (t) => {
  const given = [];
  const Own = globalThis.DecompressionStream;
  t.after(() => {
    globalThis.DecompressionStream = Own;
  });
  globalThis.DecompressionStream = /** @type {any} */ (
    function seen(/** @type {any} */ format) {
      const watched = new TransformStream({
        transform(piece, controller) {
          given.push(piece.length);
          controller.enqueue(piece);
        },
      });
      return { writable: watched.writable, readable: watched.readable.pipeThrough(new Own(format)) };
    }
  );
  const bomb = deflateRawSync(Buffer.alloc(1 << 28), { level: 9 });
  const packed = (async function* once() {
    yield new Uint8Array(bomb);
  })();
  let out = 0;
  await assert.rejects(
    async () => {
      for await (const piece of inflateRaw(packed, 1 << 16, 'x')) out += piece.length;
    },
    { say: 'zipData' },
  );
  assert.ok(out <= 1 << 16, `${out}`);
  assert.ok(Math.max(...given) <= 1 << 14, `${Math.max(...given)} at once`);
});
