// Files of the owner's own in a package, as the page that checks reads them: what each file is, what a mail says of itself, and what
// does not fit. The tables are of docs/evidence-format.md section 8 and not of the code.
import assert from 'node:assert/strict';
import { webcrypto } from 'node:crypto';
import { describe, test } from 'node:test';
import { contentOf, mailHash } from '../../extension/verifier/content.js';
import { mailOf } from '../../extension/verifier/mail.js';
import { fromBytes, parts } from '../../extension/verifier/source.js';
import { BEGIN, genesis, head, listed, look, pack, sha256 } from './liar.mjs';
import { judgePage } from './page.mjs';

globalThis.crypto ??= webcrypto;
const HOUR = 3600000;
const latin1 = (/** @type {string} */ text) => Buffer.from(text, 'latin1');

/** @param {Buffer} bytes @param {number} [step] bytes a piece */
const fileOf = (bytes, step = 0) => ({
  name: 'file',
  size: bytes.length,
  async *chunks() {
    if (!step) yield* parts(fromBytes(new Uint8Array(bytes)), 0, bytes.length);
    else for (let at = 0; at < bytes.length; at += step) yield new Uint8Array(bytes.subarray(at, at + step));
  },
});

const MAIL =
  'From: LinkedIn <messages@linkedin.com>\r\nDate: Wed, 18 Sep 2024 10:00:00 +0000\r\nSubject: Updates\r\n\r\nHello\r\n';

describe('what a file is follows from its bytes alone', () => {
  /** @type {[string, Buffer | string, string][]} */
  const table = [
    ['a PNG', latin1('\x89PNG\r\n\x1a\nrest'), 'image/png'],
    ['a PNG cut within its signature', latin1('\x89PNG\r\n\x1a'), 'application/octet-stream'],
    ['a JPEG', latin1('\xff\xd8\xff\xe0'), 'image/jpeg'],
    ['two bytes of a JPEG', latin1('\xff\xd8'), 'application/octet-stream'],
    ['a WebP', latin1('RIFF\x01\x02\x03\x00WEBPVP8 '), 'image/webp'],
    ['another RIFF', latin1('RIFFabcdWAVE'), 'text/plain; charset=utf-8'],
    ['a PDF', '%PDF-1.7\n', 'application/pdf'],
    ['a PDF with something before it', ' %PDF-1.7\n', 'text/plain; charset=utf-8'],
    ['a mail', MAIL, 'message/rfc822'],
    ['a mail with lines that end as in Unix', MAIL.replaceAll('\r', ''), 'message/rfc822'],
    ['a mail with a body of bytes', Buffer.concat([Buffer.from(MAIL), latin1('\x00\xff\xfe')]), 'message/rfc822'],
    ['names in any case', MAIL.replace('From', 'fRoM').replace('Date', 'DATE'), 'message/rfc822'],
    ['folded lines', MAIL.replace('LinkedIn ', 'LinkedIn\r\n\t '), 'message/rfc822'],
    ['without a date', MAIL.replace('Date', 'Data'), 'text/plain; charset=utf-8'],
    ['without a sender', MAIL.replace('From', 'Form'), 'text/plain; charset=utf-8'],
    ['without an empty line', MAIL.slice(0, MAIL.indexOf('\r\n\r\n') + 2), 'text/plain; charset=utf-8'],
    ['with a line that is no field', MAIL.replace('Subject:', 'Subject'), 'text/plain; charset=utf-8'],
    ['with a space before a colon', MAIL.replace('Subject:', 'Subject :'), 'text/plain; charset=utf-8'],
    ['with a name of no characters', MAIL.replace('Subject:', ':'), 'text/plain; charset=utf-8'],
    ['with a first line that goes on', ` x\r\n${MAIL}`, 'text/plain; charset=utf-8'],
    ['with an empty line first', `\r\n${MAIL}`, 'text/plain; charset=utf-8'],
    ['with an envelope’s line first', `From x\n${MAIL}`, 'text/plain; charset=utf-8'],
    ['with NUL in the headers', MAIL.replace('Updates', 'Up\0dates'), 'application/octet-stream'],
    ['headers that just fit', `X: ${'a'.repeat(65536 - 3 - 2 - 110)}\r\n` + MAIL, 'message/rfc822'],
    ['a text', 'Grüße\r\n\tsign\n', 'text/plain; charset=utf-8'],
    ['a page', '<!doctype html><script>alert(1)</script>', 'text/plain; charset=utf-8'],
    ['a text with a mark of byte order', '\ufeffx', 'text/plain; charset=utf-8'],
    ['a text with a control', 'a\x1bb', 'application/octet-stream'],
    ['a text with one of the others', 'a\u0085b', 'application/octet-stream'],
    ['DEL', '\x7f', 'application/octet-stream'],
    ['Latin-1', latin1('Gr\xfc\xdfe'), 'application/octet-stream'],
    ['UTF-8 that is cut', Buffer.from('é').subarray(0, 1), 'application/octet-stream'],
    ['a surrogate', latin1('\xed\xa0\x80'), 'application/octet-stream'],
    ['one byte', '0', 'text/plain; charset=utf-8'],
    ['a ZIP', latin1('PK\x03\x04\x00'), 'application/octet-stream'],
    ['a long text with a control at its end', `${'é'.repeat(50000)}\x00`, 'application/octet-stream'],
  ];
  for (const [what, bytes, wanted] of table)
    test(what, async () => {
      for (const step of [0, 1, 3, 4096])
        if (step !== 1 || bytes.length < 4096)
          assert.equal((await contentOf(fileOf(Buffer.from(bytes), step))).type, wanted, `in pieces of ${step}`);
    });

  test('headers end among the first 65,536 bytes, or it is none', async () => {
    const least = 'From: a\nDate: b\n';
    for (const [over, wanted] of /** @type {const} */ ([
      [0, 'message/rfc822'],
      [1, 'text/plain; charset=utf-8'],
    ])) {
      const filler = 65536 - least.length - 'X: \n\n'.length + over;
      assert.equal((await contentOf(fileOf(Buffer.from(`${least}X: ${'a'.repeat(filler)}\n\nbody`)))).type, wanted);
    }
  });

  test('sixty thousand blanks take no longer than as many letters', () => {
    const began = performance.now();
    for (let i = 0; i < 20; i += 1) mailOf(Buffer.from(`From: a\nDate: b\nX: ${' '.repeat(60000)}x\n\n`));
    assert.ok(performance.now() - began < 5000);
  });
});

describe('what a mail says of itself', () => {
  const of = (/** @type {string} */ fields) => mailOf(latin1(`${fields}\r\n\r\n`));
  const least = 'Date: d\r\nFrom: f\r\n';

  test('as it stands there, unfolded', () => {
    assert.deepEqual(of('From: =?utf-8?q?L=C3=AF?= <a@b>\r\nDate:\r\n\t Wed\r\nSubject:  two\r\n \t lines \t'), {
      from: '=?utf-8?q?L=C3=AF?= <a@b>',
      date: 'Wed',
      subject: 'two lines',
      linkedin_signature: false,
    });
  });
  test('the first of that name, and null where there is none', () => {
    assert.deepEqual(of('From: a\r\nfrom: b\r\nDate: c'), {
      from: 'a',
      date: 'c',
      subject: null,
      linkedin_signature: false,
    });
  });
  /** @type {[string, string, string | null][]} */
  const subjects = [
    ['as long as it may be', `${'é'.repeat(256)}`, 'é'.repeat(256)],
    ['a byte longer', `${'é'.repeat(256)}e`, null],
    ['empty', ' ', null],
    ['with a tab in it', 'a\tb', null],
    ['with a carriage return', 'a\rb', null],
    ['that turns what follows', 'a\u202eb', null],
    ['that hides a letter', 'a\u200bb', null],
    ['with a joiner', 'a\u200db', 'a\u200db'],
  ];
  for (const [what, subject, wanted] of subjects)
    test(`a subject ${what}`, () =>
      assert.equal(of(Buffer.from(`${least}Subject: ${subject}`).toString('latin1')).subject, wanted));
  test('a subject that is not UTF-8', () => assert.equal(of(`${least}Subject: \xfc`).subject, null));
  test('a carriage return too many', () => assert.equal(of(`${least}Subject: a\r\r\n b`).subject, null));
  test('a date has 128 bytes at most', () => {
    assert.equal(of(`From: a\r\nDate: ${'x'.repeat(128)}`).date.length, 128);
    assert.equal(of(`From: a\r\nDate: ${'x'.repeat(129)}`).date, null);
  });

  /** @type {[string, boolean][]} */
  const signatures = [
    ['v=1; d=linkedin.com; s=x', true],
    ['v=1;\r\n\td = LinkedIn.COM ;', true],
    ['d=mail.linkedin.com', true],
    ['d=notlinkedin.com', false],
    ['d=linkedin.com.example', false],
    ['d=example; d=linkedin.com', false],
    ['bd=linkedin.com', false],
    ['D=linkedin.com', false],
    ['v=1', false],
  ];
  for (const [value, wanted] of signatures)
    test(`DKIM-Signature: ${JSON.stringify(value)}`, () =>
      assert.equal(of(`${least}dkim-SIGNATURE: ${value}`).linkedin_signature, wanted));
  test('one of several', () =>
    assert.equal(of(`${least}DKIM-Signature: d=a\r\nDKIM-Signature: d=linkedin.com`).linkedin_signature, true));
});

// ---- in a package ------------------------------------------------------------------------------------------------------------

const mail = Buffer.from(MAIL);
const stated = {
  from: 'LinkedIn <messages@linkedin.com>',
  date: 'Wed, 18 Sep 2024 10:00:00 +0000',
  subject: 'Updates',
  linkedin_signature: false,
};

/** @param {number} seq @param {Buffer} bytes @param {string} type @param {object} [what] */
const exhibit = (seq, bytes, type, what = {}) => ({
  ...head(seq, 'exhibit', BEGIN + seq * HOUR),
  file: 'mail.eml',
  note: 'from my inbox',
  mail: type === 'message/rfc822' ? stated : null,
  client: { browser: 'firefox', version: '153.0', extension: '0.1.0' },
  attachments: [listed('file', type, bytes)],
  ...what,
});
const place = (/** @type {Buffer} */ bytes, ending = 'eml') =>
  `data/exhibits/${sha256(bytes).toString('hex')}.${ending}`;

/** @param {object[]} entries @param {[string, Buffer][]} files */
async function judged(entries, files) {
  const lines = [genesis(), look(1, BEGIN + HOUR, 'on', { change: 'first' }), ...entries];
  const verdict = await judgePage(pack(lines, { instructions: 'x', extra: new Map(files) }).raw);
  const found = verdict.checks.filter(({ check, result }) => check === 'contents' && result === 'remark');
  return {
    ...verdict,
    found: found.map(({ say, values }) => `${say} ${values[0]} ${values[1]}`.trim()),
    failed: verdict.checks.find(({ result }) => result === 'failed'),
  };
}
const RFC822 = 'message/rfc822';

test('a mail, enclosed: told apart, as the member’s word and the file’s', async () => {
  const { good, found, model, checks } = await judged([exhibit(2, mail, RFC822)], [[place(mail), mail]]);
  assert.ok(good, JSON.stringify(checks));
  assert.deepEqual(found, []);
  const [{ file, note, mail: said, type, size, place: at, doubted }] = model.told().exhibits;
  assert.deepEqual(
    [file, note, said, type, size, at, doubted],
    ['mail.eml', 'from my inbox', stated, RFC822, mail.length, place(mail), false],
  );
  assert.equal(checks.find(({ check }) => check === 'attachments').values[0], '1');
  assert.deepEqual(
    model
      .told()
      .events.filter(({ kind }) => kind === 'exhibit')
      .map(({ seq, text }) => [seq, text]),
    [[2, 'mail.eml']],
  );
});
test('withheld, it is counted and its entry stays', async () => {
  const { good, checks, model } = await judged([exhibit(2, mail, RFC822)], []);
  assert.ok(good);
  assert.deepEqual(checks.find(({ say }) => say === 'attachmentsWithheld').values, ['1']);
  assert.equal(model.told().exhibits[0].place, null);
});
test('the same bytes twice, once withheld as an entry', async () => {
  const entries = [exhibit(2, mail, RFC822), { ...exhibit(3, mail, RFC822), file: 'again.eml' }];
  const { good, model } = await judged(entries, [[place(mail), mail]]);
  assert.ok(good);
  assert.equal(model.told().enclosed, 2);
});

const text = Buffer.from('plain words\n');
const TEXT = 'text/plain; charset=utf-8';
/** @type {[string, object, [string, Buffer][], string[]][]} */
const named = [
  [
    'a name with a folder',
    exhibit(2, mail, RFC822, { file: 'a/b.eml' }),
    [[place(mail), mail]],
    ['found-exhibit 2 file'],
  ],
  [
    'a name with the other stroke',
    exhibit(2, mail, RFC822, { file: 'a\\b' }),
    [[place(mail), mail]],
    ['found-exhibit 2 file'],
  ],
  [
    'a name that turns round',
    exhibit(2, mail, RFC822, { file: 'gpj.\u202elme' }),
    [[place(mail), mail]],
    ['found-exhibit 2 file'],
  ],
  ['a note of two lines', exhibit(2, mail, RFC822, { note: 'a\nb' }), [[place(mail), mail]], ['found-exhibit 2 note']],
  [
    'another subject than the file’s',
    exhibit(2, mail, RFC822, { mail: { ...stated, subject: 'You agreed' } }),
    [[place(mail), mail]],
    ['found-exhibit 2 mail'],
  ],
  [
    'a signature that is not there',
    exhibit(2, mail, RFC822, { mail: { ...stated, linkedin_signature: true } }),
    [[place(mail), mail]],
    ['found-exhibit 2 mail'],
  ],
  ['no headers of a mail', exhibit(2, mail, RFC822, { mail: null }), [[place(mail), mail]], ['found-exhibit 2 mail']],
  [
    'headers of what is no mail',
    exhibit(2, text, TEXT, { mail: stated }),
    [[place(text, 'txt'), text]],
    ['found-exhibit 2 mail'],
  ],
  [
    'a text that is said to be a picture',
    exhibit(2, text, 'image/png'),
    [[place(text, 'png'), text]],
    ['found-exhibit 2 media_type'],
  ],
  [
    'a mail that is said to be bytes',
    exhibit(2, mail, 'application/octet-stream'),
    [[place(mail, 'bin'), mail]],
    ['found-exhibit 2 media_type'],
  ],
  ['a media type that is none of them', exhibit(2, text, 'text/html'), [], ['found-attachments 2']],
  [
    'a file by another name',
    exhibit(2, text, TEXT, { attachments: [listed('picture', TEXT, text)] }),
    [],
    ['found-attachments 2'],
  ],
  ['a name as long as it may be', exhibit(2, text, TEXT, { file: 'é'.repeat(127) + 'e' }), [], []],
  ['kept by the command line', exhibit(2, text, TEXT, { client: null, note: null }), [], []],
];
for (const [what, entry, files, wanted] of named)
  test(`named: ${what}`, async () => {
    const { good, found, model } = await judged([entry], files);
    assert.ok(good);
    assert.deepEqual(
      found.map((one) => one.trim()),
      wanted,
    );
    assert.equal(
      model.told().exhibits.some(({ doubted }) => doubted),
      wanted.length > 0,
    );
    if (wanted[0]?.endsWith('mail')) assert.equal(model.told().exhibits[0].mail, null, 'what is denied is not told');
  });
for (const [what, entry] of /** @type {[string, object][]} */ ([
  ['two files', exhibit(2, text, TEXT, { attachments: [listed('file', TEXT, text), listed('file', TEXT, mail)] })],
  ['no file', exhibit(2, text, TEXT, { attachments: [] })],
  ['a longer name', exhibit(2, text, TEXT, { file: 'é'.repeat(128) })],
  ['an empty name', exhibit(2, text, TEXT, { file: '' })],
  ['an empty note', exhibit(2, text, TEXT, { note: '' })],
  ['a long note', exhibit(2, text, TEXT, { note: 'x'.repeat(1001) })],
  ['a member more', exhibit(2, text, TEXT, { seen: true })],
  [
    'a browser with a reading',
    exhibit(2, text, TEXT, { client: { browser: 'firefox', version: '1', extension: '1', reading: '0'.repeat(32) } }),
  ],
  ['more than 25 MiB', exhibit(2, text, TEXT, { attachments: [{ ...listed('file', TEXT, text), size: 26214401 }] })],
]))
  test(`cannot be read: ${what}`, async () => {
    const { good, found, unread, model } = await judged([entry], []);
    assert.deepEqual([good, unread, found[0]?.split(' ')[0], model.told().enclosed], [true, 1, 'found-unread', 0]);
  });

const other = Buffer.from('%PDF-x');
/** @type {[string, object[], [string, Buffer][], string][]} */
const refused = [
  ['that no entry names', [], [[place(mail), mail]], 'attachmentForeign'],
  ['whose hash is another', [exhibit(2, mail, RFC822)], [[place(mail), text]], 'attachmentForeign'],
  ['by another ending', [exhibit(2, mail, RFC822)], [[place(mail, 'txt'), mail]], 'attachmentOther'],
  [
    'of another size',
    [exhibit(2, mail, RFC822, { attachments: [{ ...listed('file', RFC822, mail), size: 1 }] })],
    [[place(mail), mail]],
    'attachmentOther',
  ],
  [
    'that two entries call two things',
    [exhibit(2, other, 'application/pdf'), exhibit(3, other, TEXT)],
    [[place(other, 'pdf'), other]],
    'attachmentOther',
  ],
  [
    'among the attachments',
    [exhibit(2, text, TEXT)],
    [[`data/attachments/${sha256(text).toString('hex')}.txt`, text]],
    'attachmentForeign',
  ],
  ['of an ending that is none', [exhibit(2, text, TEXT)], [[place(text, 'html'), text]], 'foreign'],
  [
    'in a folder of its own',
    [exhibit(2, text, TEXT)],
    [[`data/exhibits/a/${sha256(text).toString('hex')}.txt`, text]],
    'foreign',
  ],
];
for (const [what, entries, files, say] of refused)
  test(`refused: a file ${what}`, async () => {
    const { good, failed } = await judged(entries, files);
    assert.deepEqual([good, failed?.say], [false, say], JSON.stringify(failed));
  });
test('what a document names does not stand for an exhibit', async () => {
  const { failed } = await judged(
    [look(2, BEGIN + 2 * HOUR, 'on', { attachments: [listed('picture', 'image/png', text)] })],
    [[place(text, 'png'), text]],
  );
  assert.equal(failed?.say, 'attachmentForeign');
});
test('a document with two texts cannot be read either', async () => {
  const { text: document_ } = await import('./liar.mjs');
  const entry = document_(2, BEGIN + 2 * HOUR, text);
  const { unread, found } = await judged([{ ...entry, attachments: [...entry.attachments, ...entry.attachments] }], []);
  assert.deepEqual([unread, found], [1, ['found-unread 2 attachments']]);
});
test('mails that differ have different hashes', () => {
  assert.notEqual(mailHash({ ...stated, from: null }), mailHash({ ...stated, from: '' }));
});
