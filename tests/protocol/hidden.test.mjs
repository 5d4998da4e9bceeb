// Characters that hide or move others are refused where they come in, in every text of every request, and nothing is written.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { good, observation, ROOT, Session } from '../e2e/host.mjs';
import { document } from '../e2e/kept.mjs';

/** @type {Session} */
let session;
before(async () => {
  session = await Session.start();
  good(await session.once('record', { observations: [observation()] }));
});
after(() => session.stop());

const asked = () => ({
  since: null,
  until: null,
  withhold: { accounts: [], pictures: false, documents: false, entries: [] },
  language: 'en',
  owner: 'A Member',
  folder: '/nowhere',
});
const stamp = () => ({
  size: 1,
  checkpoint: 'a\n1\nb\n',
  query: 'AAAA',
  reply: 'AAAA',
  authority: 'https://time.example/tsr',
});

/** One of each kind: C0, DEL, C1, soft hyphen, bidirectional marks and overrides, separators, fillers, tags, noncharacters. */
const HIDDEN = [
  0x01, 0x0a, 0x1b, 0x7f, 0x9b, 0xad, 0x34f, 0x61c, 0x115f, 0x180e, 0x200b, 0x200e, 0x200f, 0x2028, 0x202a, 0x202e,
  0x2060, 0x2066, 0x2069, 0x2800, 0x3164, 0xfeff, 0xffa0, 0xfff9, 0xffff, 0xe0041,
];

/** Every text in it, by its name in a fault. @param {any} value @param {string} path @returns {Generator<[string, any, string]>} */
function* texts(value, path) {
  for (const [name, inner] of Object.entries(value)) {
    if (typeof inner === 'string') yield [path + name, value, name];
    else if (inner && typeof inner === 'object') yield* texts(inner, `${path}${name}.`);
  }
}

/** Texts of several lines: what a document says is kept as it is. */
const LINES = ['document.text', 'checkpoint'];

for (const [op, make, path] of /** @type {[string, () => any, string][]} */ ([
  ['record', observation, 'observations[0].'],
  ['document', () => ({ document: document() }), ''],
  ['export', asked, ''],
  ['timestamp.store', stamp, ''],
]))
  test(`${op}: refused in every text, and the text is named`, async () => {
    const { size, root } = good(await session.once('status'));
    const host = session.host();
    let tried = 0;
    try {
      for (const [field] of texts(make(), path)) {
        if (LINES.includes(field)) continue;
        for (const point of HIDDEN) {
          const one = make();
          const found = [...texts(one, path)].find(([name]) => name === field);
          assert.ok(found);
          const [, holder, name] = found;
          holder[name] = `${holder[name].slice(0, 1)}${String.fromCodePoint(point)}${holder[name].slice(1)}`;
          const { ok, error } = await host.send(op, op === 'record' ? { observations: [one] } : one);
          assert.deepEqual([ok, error?.field], [false, field], `U+${point.toString(16)}: ${JSON.stringify(error)}`);
          assert.match(error.code, /^(bad-value|too-long)$/, field);
          tried++;
        }
      }
    } finally {
      await host.close();
    }
    assert.ok(tried >= HIDDEN.length);
    const left = good(await session.once('status'));
    assert.deepEqual([left.size, left.root], [size, root]);
  });

test('what languages need to be written is no such character', async () => {
  for (const label of ['می‌خواهم', '👩‍👧 data', 'données', 'クリエイティブ', 'العربية', 'x\u{fe0f}', 'a\u00a0b\u202fc']) {
    const [{ written }] = good(
      await session.once('record', { observations: [observation({ asked: true, control: { label } })] }),
    ).recorded;
    assert.equal(written, true, label);
  }
});

test('the list covers what Unicode calls a control, a bidirectional mark or ignorable', () => {
  const source = readFileSync(join(ROOT, 'host/base/unicode.c'), 'utf8');
  const ranges = [...source.matchAll(/\{0x([0-9a-f]+), 0x([0-9a-f]+)\}/g)].map(([, a, b]) => [
    Number.parseInt(a, 16),
    Number.parseInt(b, 16),
  ]);
  // Joiners and variation selectors are ignorable, and needed.
  const needed = /^(?:\u200c|\u200d|[\ufe00-\ufe0f])$/u;
  const missing = [];
  for (let point = 0; point <= 0x10ffff; point++) {
    if (point >= 0xd800 && point <= 0xdfff) continue;
    const text = String.fromCodePoint(point);
    if (!/^[\p{Cc}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}]$/u.test(text) || needed.test(text))
      continue;
    if (!ranges.some(([a, b]) => point >= a && point <= b)) missing.push(point.toString(16));
  }
  assert.deepEqual(missing, []);
});
