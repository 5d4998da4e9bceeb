// Documents, pictures, and what is kept beside the entries: once, sealed, and read back.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { CLI, good, limits, observation, randomHex, Session } from '../e2e/host.mjs';
import { document, picture, png } from '../e2e/kept.mjs';

const LIMITS = limits();
const sha256 = (/** @type {string | Buffer} */ bytes) => createHash('sha256').update(bytes).digest('hex');

/** @type {Session} */
let session;

/** @param {any} answer @param {string} code @param {string} [field] */
function refused(answer, code, field = '') {
  assert.equal(answer.ok, false, JSON.stringify(answer));
  assert.deepEqual([answer.error.code, answer.error.field], [code, field]);
}

const keep = async (/** @type {any} */ doc) => good(await session.once('document', { document: doc }));
const entryAt = async (/** @type {number} */ seq) =>
  good(await session.once('history', { from: seq, count: 1 })).entries[0];

/** All parts of an attachment. @param {string} hash */
async function attachment(hash) {
  const host = session.host();
  const parts = [];
  let whole;
  for (let offset = 0; offset !== null; offset = whole.next) {
    whole = good(await host.send('attachment', { sha256: hash, offset }));
    assert.equal(whole.offset, offset);
    parts.push(Buffer.from(whole.base64, 'base64'));
  }
  await host.close();
  return { ...whole, bytes: Buffer.concat(parts), parts: parts.length };
}

const verifies = () => {
  const got = session.run(CLI, ['verify', '--json']);
  return { status: got.status, ...JSON.parse(got.stdout) };
};

/** Change the file behind the log's back. @param {string} statements */
const sql = (statements) => {
  const script = 'import sqlite3, sys; db = sqlite3.connect(sys.argv[1]); db.executescript(sys.argv[2]); db.commit()';
  const got = session.run('python3', ['-c', script, session.log, statements]);
  assert.equal(got.status, 0, got.stderr);
};

before(async () => {
  session = await Session.start();
});
after(() => session.stop());

describe('documents', () => {
  const text = 'We use your data. '.repeat(20);
  const later = `${text}And for other purposes.`;

  test('the first, the same, another, and the first again', async () => {
    const first = await keep(document({ text }));
    assert.deepEqual(first, { written: true, seq: 1, change: 'first', sha256: sha256(text), previous: null });
    assert.deepEqual(await keep(document({ text })), { ...first, written: false, change: 'unchanged' });
    const asked = await keep(document({ text, asked: true }));
    assert.deepEqual(asked, { ...first, seq: 2, change: 'unchanged' });
    const changed = await keep(document({ text: later, effective: '2026-01-01' }));
    assert.deepEqual(changed, { written: true, seq: 3, change: 'changed', sha256: sha256(later), previous: 2 });
    assert.deepEqual(await keep(document({ text })), {
      written: true,
      seq: 4,
      change: 'changed',
      sha256: sha256(text),
      previous: 3,
    });
  });

  test('the same reading again is answered as it was', async () => {
    const doc = document({ document: 'ai-faq', text });
    const first = await keep(doc);
    assert.deepEqual([first.written, first.change], [true, 'first']);
    assert.deepEqual(await keep(doc), { ...first, written: false });
    const other = document({ document: 'ai-faq', text: later });
    const changed = await keep(other);
    assert.deepEqual([changed.change, changed.previous], ['changed', first.seq]);
    assert.deepEqual(await keep(other), { ...changed, written: false });
    assert.deepEqual(await keep(doc), { ...first, written: false });
  });

  test('the entry is what was sent, its text beside it', async () => {
    const doc = document({
      document: 'user-agreement',
      text: later,
      title: 'Agreement',
      effective: null,
      effective_text: null,
    });
    const kept = await keep(doc);
    const {
      kind,
      document: name,
      url,
      title,
      effective,
      effective_text,
      change,
      client,
      attachments,
    } = await entryAt(kept.seq);
    assert.deepEqual(
      { kind, name, url, title, effective, effective_text, change, client, attachments },
      {
        kind: 'document',
        name: 'user-agreement',
        url: doc.url,
        title: 'Agreement',
        effective: null,
        effective_text: null,
        change: 'first',
        client: { ...doc.client, reading: doc.reading },
        attachments: [
          { name: 'text', media_type: 'text/plain; charset=utf-8', size: later.length, sha256: sha256(later) },
        ],
      },
    );
    const back = await attachment(kept.sha256);
    assert.deepEqual([back.media_type, back.bytes.toString()], ['text/plain; charset=utf-8', later]);
  });

  test('status tells each document once, as it stands', async () => {
    const { documents } = good(await session.once('status'));
    const policy = documents.find((/** @type {any} */ d) => d.document === 'privacy-policy');
    assert.deepEqual(
      documents.map((/** @type {any} */ d) => d.document),
      ['privacy-policy', 'user-agreement', 'ai-faq'],
    );
    assert.deepEqual([policy.seq, policy.sha256, policy.effective], [4, sha256(text), '2025-11-03']);
    assert.ok(policy.changed >= policy.seen);
    assert.equal(documents[1].changed, null);
    assert.deepEqual(JSON.parse(session.run(CLI, ['status', '--json']).stdout), good(await session.once('status')));
  });

  test('a text is kept once, whoever lists it, and the file does not tell which', async () => {
    const size = () => readFileSync(session.log).length;
    const large = 'lorem ipsum '.repeat(40_000);
    await keep(document({ document: 'notice-eu', text: large }));
    const alone = size();
    await keep(document({ document: 'notice-us', text: large }));
    await keep(document({ document: 'notice-eu', text: large, asked: true }));
    assert.ok(size() - alone < 100_000, `${size() - alone}`);
    const file = readFileSync(session.log);
    for (const plain of ['lorem', sha256(large), Buffer.from(sha256(large), 'hex')])
      assert.equal(file.indexOf(plain), -1);
  });

  test('the longest text comes back in parts', async () => {
    const long = 'é'.repeat(LIMITS.CL_DOCUMENT_MAX / 2);
    const kept = await keep(document({ document: 'terms-update', text: long }));
    const back = await attachment(kept.sha256);
    assert.deepEqual([back.parts, back.size, back.bytes.toString() === long], [2, LIMITS.CL_DOCUMENT_MAX, true]);
    assert.equal(verifies().status, 0);
  });

  for (const [name, change, code, field] of /** @type {[string, any, string, string][]} */ ([
    ['too short', { text: 'x'.repeat(199) }, 'bad-value', 'document.text'],
    ['too long', { text: 'x'.repeat(LIMITS.CL_DOCUMENT_MAX + 1) }, 'too-long', 'document.text'],
    ['not normalised', { text: `${'x'.repeat(200)}\t` }, 'bad-value', 'document.text'],
    ['not LinkedIn', { url: 'https://linkedin.example/legal/privacy-policy' }, 'bad-value', 'document.url'],
    ['a query', { url: 'https://www.linkedin.com/legal/privacy-policy?x=1' }, 'bad-value', 'document.url'],
    ['no such document', { document: 'cookie-policy' }, 'bad-value', 'document.document'],
    ['no such day', { effective: '2025-02-30' }, 'bad-value', 'document.effective'],
    ['a member too many', { state: 'on' }, 'unknown-member', 'document.state'],
    ['a member too few', { asked: undefined }, 'missing-member', 'document.asked'],
    ['another browser', { client: { browser: 'netscape' } }, 'bad-value', 'document.client.browser'],
  ]))
    test(`refused: ${name}`, async () => {
      const { size } = good(await session.once('status'));
      refused(await session.once('document', { document: document(change) }), code, field);
      assert.equal(good(await session.once('status')).size, size);
    });
});

describe('pictures', () => {
  const record = (/** @type {any} */ change) => session.once('record', { observations: [observation(change)] });

  test('a picture is kept with its entry, and read back', async () => {
    const bytes = png(640, 480, 100_000);
    const { recorded } = good(await record({ picture: picture(bytes) }));
    const { attachments } = await entryAt(recorded[0].seq);
    assert.deepEqual(attachments, [
      { name: 'picture', media_type: 'image/png', size: bytes.length, sha256: sha256(bytes) },
    ]);
    const back = await attachment(sha256(bytes));
    assert.deepEqual([back.media_type, back.bytes.equals(bytes)], ['image/png', true]);
  });

  test('a repeat with a picture is written, without one not', async () => {
    good(await record({}));
    assert.equal(good(await record({})).recorded[0].written, false);
    assert.equal(good(await record({ picture: picture(png(1, 1)) })).recorded[0].written, true);
    assert.equal(good(await record({})).recorded[0].written, false);
  });

  test('the largest picture, and one byte more', async () => {
    const most = png(8192, 8192, LIMITS.CL_ATTACHMENT_MAX);
    assert.equal(most.length, LIMITS.CL_ATTACHMENT_MAX);
    good(await record({ picture: picture(most) }));
    const back = await attachment(sha256(most));
    assert.deepEqual([back.bytes.equals(most), back.parts], [true, 6]);
    refused(
      await record({ picture: picture(png(1, 1, LIMITS.CL_ATTACHMENT_MAX + 1)) }),
      'too-long',
      'observations[0].picture.base64',
    );
  });

  for (const [name, value, code, member] of /** @type {[string, any, string, string][]} */ ([
    ['none said', undefined, 'missing-member', ''],
    ['text', 'x', 'wrong-type', ''],
    ['another type', { media_type: 'image/svg+xml', base64: png(1, 1).toString('base64') }, 'bad-value', '.media_type'],
    ['not base64', { media_type: 'image/png', base64: 'iVBORw0KGgo*' }, 'bad-value', '.base64'],
    ['not PNG', picture(Buffer.alloc(100)), 'bad-value', '.base64'],
    ['too wide', picture(png(8193, 1)), 'bad-value', '.base64'],
    ['of no height', picture(png(1, 0)), 'bad-value', '.base64'],
    ['cut', picture(png(1, 1).subarray(0, 66)), 'bad-value', '.base64'],
  ]))
    test(`refused: ${name}`, async () => {
      const { size } = good(await session.once('status'));
      refused(await record({ picture: value }), code, `observations[0].picture${member}`);
      assert.equal(good(await session.once('status')).size, size);
    });

  test('history shows documents and pictures to people', () => {
    const { stdout } = session.run(CLI, ['history']);
    assert.match(stdout, /chromium {2}privacy policy kept, effective 2025-11-03$/m);
    assert.match(stdout, /privacy policy CHANGED, effective 2026-01-01$/m);
    assert.match(stdout, /first look \(with a picture\)$/m);
    const rows = session.run(CLI, ['history', '--csv']).stdout.split('\r\n');
    assert.equal(new Set(rows.slice(0, -1).map((row) => row.split(',').length)).size <= 3, true);
    assert.ok(rows.some((row) => /^"1","[^"]+","document",/.test(row)));
  });
});

describe('attachments', () => {
  const unknown = randomHex(64);

  test('what no entry lists is not found', async () =>
    refused(await session.once('attachment', { sha256: unknown, offset: 0 }), 'not-found'));

  for (const [name, params, code, field] of /** @type {[string, any, string, string][]} */ ([
    ['not a hash', { sha256: 'x'.repeat(64), offset: 0 }, 'bad-value', 'sha256'],
    ['too short', { sha256: unknown.slice(1), offset: 0 }, 'bad-value', 'sha256'],
    ['upper case', { sha256: 'A'.repeat(64), offset: 0 }, 'bad-value', 'sha256'],
    ['a negative offset', { sha256: unknown, offset: -1 }, 'bad-value', 'offset'],
    ['no offset', { sha256: unknown }, 'missing-member', 'offset'],
  ]))
    test(`refused: ${name}`, async () => refused(await session.once('attachment', params), code, field));

  test('an offset at the end gives nothing, beyond it is refused', async () => {
    const bytes = png(1, 1);
    const at = (/** @type {number} */ offset) => session.once('attachment', { sha256: sha256(bytes), offset });
    const end = good(await at(bytes.length));
    assert.deepEqual([end.base64, end.next, end.size], ['', null, bytes.length]);
    refused(await at(bytes.length + 1), 'bad-value', 'offset');
  });
});

describe('attachments that are changed from outside', () => {
  const text = 'Terms that matter. '.repeat(30);

  /** A log of its own with a picture and a document. @param {(kept: {seq: number, sha256: string}) => Promise<void>} body */
  async function within(body) {
    const outer = session;
    session = await Session.start();
    try {
      good(await session.once('record', { observations: [observation({ picture: picture(png(3, 3)) })] }));
      const kept = await keep(document({ text }));
      assert.equal(verifies().status, 0);
      await body(kept);
    } finally {
      await session.stop();
      session = outer;
    }
  }

  /** @param {string} what */
  const change = (what) => sql(`DROP TRIGGER attachment_keep_delete; DROP TRIGGER attachment_keep_update; ${what}`);
  const ofText = 'seq = 2';

  for (const [name, statement, seqs, what] of /** @type {[string, string, (number | null)[], RegExp][]} */ ([
    ['deleted', `DELETE FROM attachment WHERE ${ofText}`, [2], /an attachment of it is missing/],
    [
      'a byte flipped',
      `UPDATE attachment SET sealed = CAST(x'00' || substr(sealed, 2) AS BLOB) WHERE ${ofText}`,
      [2, null],
      /does not open/,
    ],
    ['said to be of another entry', `UPDATE attachment SET seq = 1 WHERE ${ofText}`, [2, null], /does not open/],
    [
      'two swapped',
      `UPDATE attachment SET sealed = (SELECT sealed FROM attachment WHERE seq = 1) WHERE ${ofText}`,
      [2, null],
      /does not open/,
    ],
    [
      'one added',
      `INSERT INTO attachment SELECT randomblob(32), seq, sealed FROM attachment WHERE ${ofText}`,
      [null],
      /no entry lists/,
    ],
    ['one added under no tag', "INSERT INTO attachment VALUES(x'', 0, x'00')", [null], /no entry lists/],
  ]))
    test(`${name}: found, named, acknowledged, and kept anew`, () =>
      within(async (kept) => {
        change(statement);
        const found = verifies();
        assert.equal(found.status, 1);
        const told = found.findings.filter((/** @type {any} */ f) => !/protections/.test(f.what));
        assert.deepEqual(
          told.map((/** @type {any} */ f) => f.seq),
          seqs,
        );
        assert.match(told.map((/** @type {any} */ f) => f.what).join('\n'), what);
        refused(await session.once('document', { document: document({ text }) }), 'log-changed');

        const got = session.run(CLI, ['acknowledge', '--yes']);
        assert.equal(got.status, 0, got.stderr);
        assert.doesNotMatch(got.stdout, /kept as/);
        const known = verifies();
        assert.equal(known.status, 0, JSON.stringify(known));
        assert.equal(known.acknowledged, seqs.includes(2) ? 1 : 0);
        const { damaged } = await entryAt(3);
        assert.deepEqual(damaged, seqs.includes(2) ? [{ first: 2, last: 2 }] : []);

        const again = await keep(document({ text, asked: true }));
        assert.equal(again.sha256, kept.sha256);
        assert.equal((await attachment(kept.sha256)).bytes.toString(), text);
        assert.deepEqual([verifies().status, verifies().faults], [0, 0]);
      }));

  test('one that does not open is said, not given', () =>
    within(async (kept) => {
      change(`UPDATE attachment SET sealed = zeroblob(length(sealed)) WHERE ${ofText}`);
      refused(await session.once('attachment', { sha256: kept.sha256, offset: 0 }), 'log-changed');
    }));

  test('the file refuses to forget one', () =>
    within(async () => {
      const script = 'import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute("DELETE FROM attachment")';
      assert.match(session.run('python3', ['-c', script, session.log]).stderr, /attachments are never deleted/);
    }));
});
