// More of an owner's lies, many in one package where each spoils but its own entry: mails whose headers are written as mails may be
// and as they may not, files that are nearly of a type, JSON that only some readers take, clocks, accounts, documents and authorities
// against each other. Each as in lies.test.mjs, which has them judged; `all` are the entries that must be named, and no other.
import {
  BEGIN,
  DAY,
  generalized,
  genesis,
  head,
  iso,
  leaf,
  listed,
  look,
  root as merkle,
  sha256,
  stamp,
  text,
} from './liar.mjs';

/** @typedef {import('./lies.test.mjs').Lie} Lie */

const HOUR = DAY / 24;
const ENDINGS = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/webp': 'webp',
  'application/pdf': 'pdf',
  'message/rfc822': 'eml',
  'text/plain; charset=utf-8': 'txt',
  'application/octet-stream': 'bin',
};
const MAIL = 'message/rfc822';
const TEXT = 'text/plain; charset=utf-8';
const BYTES = 'application/octet-stream';

/** @param {[string, Buffer | string, string, any, boolean][]} files each with its type, what is said of a mail, and whether that is a lie */
function enclosed(what, files) {
  /** @type {any[]} */ const lines = [genesis(), look(1, BEGIN + HOUR, 'on', { change: 'first' })];
  const extra = new Map();
  const all = [];
  for (const [about, content, type, mail, lie] of files) {
    const bytes = Buffer.from(content);
    const seq = lines.length;
    const file = `${about.replace(/[/\\]/g, ' ')} ${seq}`;
    lines.push({
      ...head(seq, 'exhibit', BEGIN + seq * HOUR),
      file,
      note: null,
      mail,
      client: null,
      attachments: [listed('file', type, bytes)],
    });
    extra.set(`data/exhibits/${sha256(bytes).toString('hex')}.${ENDINGS[type]}`, bytes);
    if (lie) all.push(seq);
  }
  return { what, verdict: all.length ? 'named' : 'good', all, lines, options: { extra } };
}

const says = (/** @type {any} */ from, /** @type {any} */ date, subject = null, signed = false) => ({
  from,
  date,
  subject,
  linkedin_signature: signed,
});

/** Headers as they may be written, and what each says. @type {[string, string | Buffer, any][]} */
const MAILS = [
  ['plain', 'From: a\nDate: b\nSubject: c\n\n', says('a', 'b', 'c')],
  ['crlf', 'From: a\r\nDate: b\r\nSubject: c\r\n\r\nbody', says('a', 'b', 'c')],
  ['crlf and lf', 'From: a\r\nDate: b\nSubject: c\r\n\nbody', says('a', 'b', 'c')],
  ['two carriage returns', 'From: a\r\r\nDate: b\n\n', says(null, 'b')],
  ['capitals', 'FROM: a\nDATE: b\nSUBJECT: c\n\n', says('a', 'b', 'c')],
  ['no blank', 'From:a\nDate:b\n\n', says('a', 'b')],
  ['tabs', 'From:\t a\t \nDate: \tb\n\n', says('a', 'b')],
  ['two from', 'From: a\nFrom: z\nDate: b\n\n', says('a', 'b')],
  ['two subjects, the first empty', 'Subject:\nSubject: z\nFrom: a\nDate: b\n\n', says('a', 'b')],
  ['a fold', 'From: a\n b\nDate: b\n\n', says('a b', 'b')],
  ['a fold of tabs', 'From: a\n\t\t b\nDate: b\n\n', says('a b', 'b')],
  ['a blank before the fold', 'From: a \n b\nDate: b\n\n', says('a  b', 'b')],
  ['a fold at once', 'From:\n a\nDate:\r\n\tb\r\n\r\n', says('a', 'b')],
  ['a fold of blanks alone', 'From: a\n  \n c\nDate: b\n\n', says('a  c', 'b')],
  ['a fold of nothing at the end', 'From: a\n \nDate: b\n\n', says('a', 'b')],
  ['encoded words', 'From: =?utf-8?q?Linked=49n?= <a@b>\nDate: b\n\n', says('=?utf-8?q?Linked=49n?= <a@b>', 'b')],
  ['no subject', 'From: a\nDate: b\nX: y\n\n', says('a', 'b')],
  ['an empty from', 'From:\nDate: b\n\n', says(null, 'b')],
  ['latin-1', Buffer.from('From: J\xf6rg\nDate: b\n\n', 'latin1'), says(null, 'b')],
  ['utf-8', 'From: Jörg\nDate: b\n\n', says('Jörg', 'b')],
  ['a colon in the value', 'From: a: b\nDate: :\n\n', says('a: b', ':')],
  ['an odd name', "From: a\nDate: b\n!#$%&'*+-^_`{|}~: x\n\n", says('a', 'b')],
  ['turned round', 'From: a\u202eb\nDate: b\nSubject: c\n\n', says(null, 'b', 'c')],
  ['a zero width', 'From: a\nDate: b\nSubject: c\u200bd\n\n', says('a', 'b')],
  ['a joiner', 'From: a\nDate: b\nSubject: c\u200dd\n\n', says('a', 'b', 'c\u200dd')],
  ['a tab inside', 'From: a\tb\nDate: b\n\n', says(null, 'b')],
  ['a carriage return inside', 'From: a\rb\nDate: b\n\n', says(null, 'b')],
  [
    'as long as it may be',
    `From: ${'x'.repeat(512)}\nDate: ${'y'.repeat(128)}\n\n`,
    says('x'.repeat(512), 'y'.repeat(128)),
  ],
  ['longer', `From: ${'x'.repeat(513)}\nDate: ${'y'.repeat(129)}\n\n`, says(null, null)],
  ['bytes, not characters', `From: a\nDate: b\nSubject: ${'é'.repeat(257)}\n\n`, says('a', 'b')],
  ['signed', 'From: a\nDate: b\nDKIM-Signature: v=1; d=linkedin.com; s=x\n\n', says('a', 'b', null, true)],
  ['signed below', 'From: a\nDate: b\nDKIM-Signature: v=1; d=e.LinkedIn.COM\n\n', says('a', 'b', null, true)],
  ['signed by another', 'From: a\nDate: b\nDKIM-Signature: d=notlinkedin.com\n\n', says('a', 'b')],
  ['signed by a longer one', 'From: a\nDate: b\nDKIM-Signature: d=linkedin.com.example\n\n', says('a', 'b')],
  ['signed with a dot', 'From: a\nDate: b\nDKIM-Signature: d=linkedin.com.\n\n', says('a', 'b')],
  [
    'signed by two',
    'From: a\nDate: b\nDKIM-Signature: d=x\ndkim-signature: d=linkedin.com\n\n',
    says('a', 'b', null, true),
  ],
  ['the second d', 'From: a\nDate: b\nDKIM-Signature: d=x; d=linkedin.com\n\n', says('a', 'b')],
  ['a capital D', 'From: a\nDate: b\nDKIM-Signature: D=linkedin.com\n\n', says('a', 'b')],
  ['a folded d', 'From: a\nDate: b\nDKIM-Signature: v=1;\n\td = linkedin.com ;\n\n', says('a', 'b', null, true)],
  ['a d that is cut by a fold', 'From: a\nDate: b\nDKIM-Signature: d=linked\n in.com\n\n', says('a', 'b')],
  ['a part without a sign', 'From: a\nDate: b\nDKIM-Signature: d; d=linkedin.com\n\n', says('a', 'b', null, true)],
  ['two signs', 'From: a\nDate: b\nDKIM-Signature: d==linkedin.com\n\n', says('a', 'b')],
  ['a nameless part', 'From: a\nDate: b\nDKIM-Signature: =linkedin.com; x=d=linkedin.com\n\n', says('a', 'b')],
  ['only a dot before it', 'From: a\nDate: b\nDKIM-Signature: d=.linkedin.com\n\n', says('a', 'b', null, true)],
  ['another field', 'From: a\nDate: b\nX-DKIM-Signature: d=linkedin.com\n\n', says('a', 'b')],
  ['in the body', 'From: a\nDate: b\n\nDKIM-Signature: d=linkedin.com\n\n', says('a', 'b')],
  ['a NUL in the body', 'From: a\nDate: b\n\n\0', says('a', 'b')],
  [
    'a picture behind it',
    Buffer.concat([Buffer.from('From: a\nDate: b\n\n'), Buffer.from([0xff, 0xd8, 0xff])]),
    says('a', 'b'),
  ],
  ['a long block', `From: a\nDate: b\nX: ${'x'.repeat(65515)}\n\n`, says('a', 'b')],
];

/** What looks like a mail and is none: text, or bytes. @type {[string, string | Buffer, string][]} */
const NONE = [
  ['no empty line', 'From: a\nDate: b\n', TEXT],
  ['no date', 'From: a\n\n', TEXT],
  ['no from', 'Date: a\n\n', TEXT],
  ['a blank before the colon', 'From : a\nDate: b\n\n', TEXT],
  ['a blank before it all', ' From: a\nDate: b\n\n', TEXT],
  ['an empty line before it', '\nFrom: a\nDate: b\n\n', TEXT],
  ['a mark of byte order', '\ufeffFrom: a\nDate: b\n\n', TEXT],
  ['a line without a colon', 'From: a\nDate: b\nhello\n\n', TEXT],
  ['an mbox', 'From a@b Mon Jan  1\nFrom: a\nDate: b\n\n', TEXT],
  ['no name', 'From: a\nDate: b\n: c\n\n', TEXT],
  ['a name beyond ASCII', 'From: a\nDate: b\né: c\n\n', TEXT],
  ['carriage returns alone', 'From: a\rDate: b\r\r', TEXT],
  ['a NUL in the head', 'From: a\0\nDate: b\n\n', BYTES],
  ['a NUL in a line before the end', 'From: a\nDate: b\nX: \0\n\n', BYTES],
  ['a block too long', `From: a\nDate: b\nX: ${'x'.repeat(65516)}\n\n`, TEXT],
  ['tabs and returns', 'a\tb\r\n', TEXT],
  ['one letter', 'a', TEXT],
  ['an escape', 'a\u001bb', BYTES],
  ['a form feed', 'a\fb', BYTES],
  ['a delete', 'a\u007fb', BYTES],
  ['a control beyond ASCII', 'a\u0085b', BYTES],
  ['a blank that does not break', 'a\u00a0b', TEXT],
  ['too long a spelling', Buffer.from([0x61, 0xc0, 0xaf]), BYTES],
  ['half a pair', Buffer.from([0xed, 0xa0, 0x80]), BYTES],
  ['beyond Unicode', Buffer.from([0xf4, 0x90, 0x80, 0x80]), BYTES],
  ['a character that is cut', Buffer.from([0x61, 0xe2, 0x82]), BYTES],
  ['a noncharacter', 'a\uffffb', TEXT],
  ['half of PNG', '\x89PNG\r\n', BYTES],
  ['PNG of other ends', Buffer.from('\x89PNG\n\x1a\n\0', 'latin1'), BYTES],
  ['PNG', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), 'image/png'],
  ['two bytes of JPEG', Buffer.from([0xff, 0xd8]), BYTES],
  ['JPEG', Buffer.from([0xff, 0xd8, 0xff]), 'image/jpeg'],
  ['RIFF of sound', 'RIFF1234WAVE', TEXT],
  ['WEBP', 'RIFF1234WEBP', 'image/webp'],
  ['WEBP that is cut', 'RIFF1234WEB', TEXT],
  ['PDF', '%PDF-', 'application/pdf'],
  ['PDF behind a blank', ' %PDF-1.7', TEXT],
  ['PDF in small letters', '%pdf-1.7', TEXT],
  ['HTML', '<!doctype html><script>', TEXT],
];

/** @returns {Lie[]} */
export function ofHeaders() {
  const said = (/** @type {any} */ mail, /** @type {any} */ what) => ({ ...mail, ...what });
  const bent = MAILS.slice(0, 40).map(([about, bytes, mail], i) => [
    about,
    bytes,
    MAIL,
    [
      said(mail, { from: mail.from === null ? 'x' : null }),
      said(mail, { date: `${mail.date} ` }),
      said(mail, { subject: mail.subject === null ? 'x' : `${mail.subject}x` }),
      said(mail, { linkedin_signature: !mail.linkedin_signature }),
    ][i % 4],
    true,
  ]);
  const types = Object.keys(ENDINGS).filter((t) => t !== MAIL);
  const other = (/** @type {string} */ type, /** @type {number} */ i) =>
    types.filter((t) => t !== type)[i % (types.length - 1)];
  return /** @type {any[]} */ ([
    enclosed(
      'mails as they are written',
      MAILS.map(([about, bytes, mail]) => [about, bytes, MAIL, mail, false]),
    ),
    enclosed('mails, each with one thing that it does not say', /** @type {any} */ (bent)),
    enclosed(
      'what is no mail',
      NONE.map(([about, bytes, type]) => [about, bytes, type, null, false]),
    ),
    enclosed(
      'what is no mail, called another thing',
      NONE.map(([about, bytes, type], i) => [about, bytes, other(type, i), null, true]),
    ),
    enclosed(
      'what is no mail, called one',
      NONE.map(([about, bytes]) => [about, bytes, MAIL, says('a', 'b'), true]),
    ),
  ]);
}

/** A line that only some readers take. @param {() => any[]} honest @returns {Lie[]} */
export function ofBytes(honest) {
  /** @type {any[]} */ const lies = [];
  const one = (
    /** @type {string} */ what,
    /** @type {string} */ verdict,
    /** @type {(line: string) => Buffer | string} */ change,
  ) => {
    /** @type {any[]} */ const lines = honest();
    lines[2] = change(JSON.stringify(lines[2]));
    lies.push({ what, verdict, seq: verdict === 'named' ? 2 : undefined, lines });
  };
  /** Bytes in the place of the browser's version. @param {number[]} some */
  const bytes =
    (...some) =>
    (/** @type {string} */ line) => {
      const [a, b] = line.split('156.0');
      return Buffer.concat([Buffer.from(a), Buffer.from(some), Buffer.from(b)]);
    };
  const swap = (/** @type {string} */ from, /** @type {string} */ to) => (/** @type {string} */ line) => {
    if (!line.includes(from)) throw new Error(from);
    return line.replace(from, to);
  };
  const more = (/** @type {string} */ value) => swap('"v":1', `"v":1,"x":${value}`);
  one('a spelling that is too long', 'bad', bytes(0xc0, 0x80));
  one('another that is too long', 'bad', bytes(0xe0, 0x80, 0xaf));
  one('half a pair as bytes', 'bad', bytes(0xed, 0xa0, 0x80));
  one('a pair as two', 'bad', bytes(0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80));
  one('a byte that never is', 'bad', bytes(0xff));
  one('beyond Unicode', 'bad', bytes(0xf4, 0x90, 0x80, 0x80));
  one('a character that is cut', 'bad', bytes(0xe2, 0x82));
  one('a byte that only goes on', 'bad', bytes(0x80));
  one('a NUL as it is', 'bad', bytes(0));
  one('a carriage return as it is', 'bad', bytes(13));
  one('an escape as it is', 'bad', bytes(27));
  one('a delete as it is', 'good', bytes(127));
  one('the last of Unicode', 'good', bytes(0xf4, 0x8f, 0xbf, 0xbf));
  for (const value of [
    '1E3',
    '1e-3',
    '1e400',
    '+1',
    '.5',
    '5.',
    '0x10',
    '-01',
    '00',
    '-',
    'True',
    'NULL',
    'undefined',
    "'a'",
    '[1 2]',
    '{"a":1,}',
    '{"a" 1}',
    '{a:1}',
    '/**/1',
    '1//',
    '"\\u00"',
    '"\\u00G0"',
    '"\\ud83d\\u0041"',
    '"\\uDBFF"',
    '"\\uDC00\\uD800"',
    '"\\v"',
    '"\\0"',
    '"\\\'"',
    '"\\U0001F600"',
    '{"a":{"\\u0061":1,"a":1}}',
    '{"\\ud83d\\ude00":1,"😀":2}',
    '[{"":1,"":1}]',
    '\u00a01',
    '\u000b1',
    '\u000c1',
    '\u20281',
    '\ufeff1',
    '9007199254740993',
    '100000000000000000000000000',
  ])
    one(`a member of ${JSON.stringify(value)}`, 'bad', more(value));
  for (const value of [
    '{"é":1,"e\\u0301":2}',
    '{"a":1,"A":1}',
    '{"":1}',
    '\t[ ]\r',
    '{"a":[[[[]]]]}',
    '"\\u2028\\uFEFF\\/\\b\\f"',
    '-9007199254740991',
    '0',
  ])
    one(`a member of ${JSON.stringify(value)} that is one`, 'named', more(value));
  one('names in escapes', 'good', swap('"state"', '"\\u0073\\u0074ate"'));
  one('a name in escapes, twice', 'bad', swap('"state":', '"st\\u0061te":"off","state":'));
  one('two lines in one', 'bad', (line) => `${line},${line}`);
  one('a text behind it', 'bad', (line) => `${line}"x"`);
  one('a carriage return for a newline', 'bad', (line) => `${line}\r${line}`);
  one('a withheld one with a blank', 'bad', (line) => `{"withheld": "${leaf(line).toString('hex')}"}`);
  one('a withheld one in escapes', 'bad', (line) => `{"withh\\u0065ld":"${leaf(line).toString('hex')}"}`);
  one(
    'a withheld one twice',
    'bad',
    (line) => `{"withheld":"${leaf(line).toString('hex')}","withheld":"${leaf(line).toString('hex')}"}`,
  );
  return lies;
}

/** Clocks, accounts, documents, authorities. @param {() => any[]} honest @param {string} folder @param {Buffer} chain @returns {Lie[]} */
export function ofOthers(honest, folder, chain) {
  /** @type {any[]} */ const lies = [];
  const add = (
    /** @type {string} */ what,
    /** @type {string} */ verdict,
    /** @type {number[]} */ all,
    /** @type {any[]} */ lines,
    options = {},
  ) => lies.push({ what, verdict, all, form: /attachments$/.test(what), lines, options });
  const bend = (/** @type {number} */ seq, /** @type {(e: any) => any} */ change) =>
    honest().map((e, i) => (i === seq ? change(e) : e));
  const server = (/** @type {number} */ ms) => (/** @type {any} */ e) => ({
    ...e,
    page: { ...e.page, server_date: iso(Date.parse(e.page.loaded_at) + ms) },
  });
  for (const ms of [300000, 300001, -300000, -300001, 4000 * DAY, -4000 * DAY])
    add(`LinkedIn’s clock ${ms} ms away`, 'good', [], bend(2, server(ms)));
  add(
    'LinkedIn’s clock before 1970',
    'named',
    [2],
    bend(2, (e) => ({ ...e, page: { ...e.page, server_date: '1969-12-31T23:59:59.999Z' } })),
  );
  const then = (/** @type {(lines: any[]) => any[]} */ make) => {
    const lines = honest();
    return [...lines, ...make(lines)];
  };
  const T = BEGIN + 6 * DAY;
  const words = (/** @type {string} */ s) => Buffer.from(s.repeat(40));
  const doc = (/** @type {number} */ seq, /** @type {Buffer} */ bytes, /** @type {string} */ change, what = {}) =>
    text(seq, T + seq * HOUR, bytes, { change, ...what });
  const [old, a, b] = [
    Buffer.from('The privacy policy of that day. '.repeat(20)),
    words('Another. '),
    words('A third. '),
  ];
  add(
    'a document that goes back',
    'good',
    [],
    then(() => [doc(9, a, 'changed'), doc(10, old, 'changed'), doc(11, old, 'unchanged')]),
  );
  add(
    'a document that is called back',
    'named',
    [10],
    then(() => [doc(9, a, 'changed'), doc(10, old, 'unchanged')]),
  );
  add(
    'documents that share a text',
    'good',
    [],
    then(() => [doc(9, old, 'first', { document: 'user-agreement' })]),
  );
  add(
    'another document, changed at once',
    'named',
    [9],
    then(() => [doc(9, a, 'changed', { document: 'user-agreement' })]),
  );
  add(
    'a document, reworded',
    'named',
    [9],
    then(() => [doc(9, a, 'reworded')]),
  );
  add(
    'a document first, twice',
    'named',
    [9],
    then(() => [doc(9, b, 'first')]),
  );
  const hide = (/** @type {any[]} */ lines, /** @type {number} */ seq) =>
    lines.map((l, i) => (i === seq ? `{"withheld":"${leaf(JSON.stringify(l)).toString('hex')}"}` : l));
  add(
    'a document whose first is withheld',
    'good',
    [],
    hide(
      then(() => [doc(9, a, 'changed')]),
      5,
    ),
  );
  add(
    'a document whose first is withheld, and then a lie',
    'named',
    [10],
    hide(
      then(() => [doc(9, a, 'changed'), doc(10, a, 'changed')]),
      5,
    ),
  );
  const shared = (/** @type {any} */ what, /** @type {string} */ ending, /** @type {number} */ size = a.length) =>
    /** @type {const} */ ([
      then(() => [
        doc(9, a, 'changed'),
        { ...look(10, T + 10 * HOUR, 'off'), attachments: [{ ...listed('picture', 'image/png', a), size, ...what }] },
      ]),
      { extra: new Map([[`data/attachments/${sha256(a).toString('hex')}.${ending}`, a]]) },
    ]);
  add('a text that a look calls a picture', 'bad', [], ...shared({}, 'txt'));
  add('a text that a look calls one', 'bad', [], ...shared({ media_type: TEXT }, 'png'));
  add('a text of two sizes', 'bad', [], ...shared({ media_type: TEXT }, 'txt', 7));
  add('a text that a look calls a text', 'named', [10], ...shared({ media_type: TEXT }, 'txt'));
  const person = (/** @type {string | null} */ pseudonym, premium = null) => ({ account: { pseudonym, premium } });
  const P = 'f'.repeat(32);
  add(
    'nobody’s account, first',
    'good',
    [],
    then(() => [look(9, T, 'on', { change: 'first', ...person(null) })]),
  );
  add(
    'nobody’s account, unchanged',
    'named',
    [9],
    then(() => [look(9, T, 'on', person(null))]),
  );
  add(
    'an account of no letters',
    'named',
    [9],
    then(() => [look(9, T, 'on', { change: 'first', ...person('') })]),
  );
  add(
    'a flip of one, confirmed by another',
    'named',
    [10],
    then(() => [
      look(9, T, 'on', { change: 'first', ...person(P) }),
      look(10, T + HOUR, 'off', { change: 'changed', cause: 'user', phase: 'confirmed', ...person(P) }),
    ]),
  );
  add(
    'a stale look that is called changed',
    'named',
    [9],
    then(() => {
      const seen = look(9, T, 'on', { change: 'changed', cause: 'unexplained' });
      return [{ ...seen, page: { ...seen.page, loaded_at: iso(BEGIN + 3 * DAY), server_date: null } }];
    }),
  );
  add(
    'a stale look',
    'good',
    [],
    then(() => {
      const seen = look(9, T, 'on', { change: 'stale' });
      return [{ ...seen, page: { ...seen.page, loaded_at: iso(BEGIN + 3 * DAY), server_date: null } }];
    }),
  );
  add(
    'a stale look by the member',
    'named',
    [9],
    then(() => {
      const seen = look(9, T, 'on', { change: 'stale', cause: 'user' });
      return [{ ...seen, page: { ...seen.page, loaded_at: iso(BEGIN + 3 * DAY), server_date: null } }];
    }),
  );
  const member =
    (/** @type {string} */ reason, control = {}) =>
    (/** @type {any} */ e) => ({
      ...e,
      state: 'unknown',
      reason,
      control: { ...look(7, BEGIN, 'on').control, ...control },
      candidates: 1,
      page: { ...e.page, corroboration: null },
    });
  const said = { checked: null, aria_checked: null };
  add('a member’s reading', 'good', [], bend(7, member('member-on')));
  add('a member’s reading of a switch that is silent', 'named', [7], bend(7, member('member-on', said)));
  add(
    'a member’s reading of a switch of two minds',
    'named',
    [7],
    bend(7, member('member-off', { aria_checked: 'false' })),
  );
  add('a member’s reading of a mixed switch', 'named', [7], bend(7, member('member-on', { aria_pressed: 'mixed' })));
  add(
    'a member’s reading of nothing',
    'named',
    [7],
    bend(7, (e) => ({ ...e, reason: 'member-off' })),
  );
  add(
    'a member’s reading elsewhere',
    'named',
    [7],
    bend(7, (e) => ({ ...member('member-on')(e), page: { ...e.page, url: 'https://www.linkedin.com/feed/' } })),
  );
  add(
    'a member’s reading without a candidate',
    'named',
    [7],
    bend(7, (e) => ({ ...member('member-on')(e), candidates: 0 })),
  );
  /** A log that begins with what became of the one before. @param {any} what */
  const anew = (what) => {
    const lost = {
      ...head(1, 'discontinuity', BEGIN + HOUR),
      found: 'log-damaged',
      head_size: 5,
      head_root: '0c'.repeat(32),
      log_size: 0,
      log_root: '00'.repeat(32),
      previous: null,
      damaged: [],
      ...what,
    };
    return [genesis(), lost, look(2, BEGIN + DAY, 'on', { change: 'first' })];
  };
  add('a log in the place of one that nobody could open', 'good', [], anew({}));
  add(
    'a log in the place of another',
    'good',
    [],
    anew({ found: 'key-missing', log_size: 5, previous: '0d'.repeat(32) }),
  );
  add(
    'a log that changed when it was new',
    'good',
    [],
    anew({ found: 'log-changed', log_size: 1, log_root: leaf(JSON.stringify(genesis())).toString('hex') }),
  );
  add('a root of what nobody could open', 'named', [1], anew({ log_root: '0d'.repeat(32) }));
  add('a size of what nobody could open', 'named', [1], anew({ log_size: 5 }));
  add('damage in what nobody could open', 'named', [1], anew({ damaged: [{ first: 0, last: 0 }] }));
  add('a cut of what nobody could open', 'good', [], anew({ found: 'log-rolled-back' }));
  add('a cut to more than there was', 'named', [1], anew({ found: 'log-rolled-back', head_size: 0 }));
  const another = { log_size: 5, log_root: '0e'.repeat(32), previous: '0d'.repeat(32) };
  add('a log in the place of one that had a root alone', 'named', [1], anew({ ...another, log_size: 0 }));
  add('a log in the place of nobody’s', 'named', [1], anew({ ...another, previous: '00'.repeat(32) }));
  add('damage in another log', 'named', [1], anew({ ...another, damaged: [{ first: 1, last: 2 }] }));
  add('the keyring knew a root of nothing', 'named', [1], anew({ ...another, head_size: 0 }));
  add('the keyring knew nothing', 'good', [], anew({ ...another, head_size: 0, head_root: '00'.repeat(32) }));
  const gone = (/** @type {number} */ first) =>
    then((lines) => [
      {
        ...anew({})[1],
        ...head(9, 'discontinuity', T),
        found: 'log-changed',
        log_size: 9,
        log_root: merkle(lines.map((line) => leaf(JSON.stringify(line)))).toString('hex'),
        damaged: [{ first, last: 3 }],
      },
    ]);
  add('damage from entry 1 on', 'good', [], gone(1));
  add('damage without which there is no log', 'named', [9], gone(0));
  const number = (/** @type {number} */ seq, /** @type {number} */ of) => (/** @type {any} */ e) => ({
    ...e,
    client: { ...e.client, reading: honest()[of].client.reading },
    seq,
  });
  add('a document of a look’s number', 'named', [5], bend(5, number(5, 2)));
  add('a look of a document’s number', 'named', [6], bend(6, number(6, 5)));
  add(
    'a document of a document’s number',
    'named',
    [9],
    then(() => [number(9, 5)(doc(9, a, 'changed'))]),
  );
  const end = Date.parse('9997-06-01T00:00:00.000Z');
  add(
    'in force at the end of all time',
    'good',
    [],
    [
      { ...genesis(), ...head(0, 'genesis', end), clock: genesis().clock },
      {
        ...text(1, end + HOUR, a, { effective: '9999-12-31' }),
        clock: { ...genesis().clock, uptime_ms: genesis().clock.uptime_ms + HOUR },
      },
    ],
  );
  const unseen = (/** @type {any} */ e) => ({ ...look(2, Date.parse(e.time), 'not-offered', { change: 'changed' }) });
  add(
    'not offered, and the page’s own data say on',
    'named',
    [2],
    bend(2, (e) => ({
      ...unseen(e),
      cause: 'unexplained',
      page: { ...e.page, corroboration: 'on' },
    })),
  );
  add(
    'in force on a day that nothing states',
    'named',
    [5],
    bend(5, (e) => ({ ...e, effective_text: null })),
  );
  add(
    'a statement of no day',
    'good',
    [],
    bend(5, (e) => ({ ...e, effective: null })),
  );
  const again = (/** @type {any} */ what) => then(() => [{ ...genesis(), ...head(9, 'genesis', T), ...what }]);
  add('a second beginning of another key', 'named', [9], again({ public_key: '07'.repeat(32) }));
  add('a second beginning with a member more', 'named', [9], again({ x: 1 }));
  add(
    'a beginning with attachments',
    'bad',
    [],
    bend(0, (e) => ({ ...e, attachments: [] })),
  );

  const stamps = (/** @type {string} */ what, /** @type {string} */ verdict, /** @type {any[]} */ given) => {
    /** @type {any[]} */ const lines = honest();
    const extra = new Map();
    for (const { then: next, silent, ...one } of given) {
      const entry = stamp(lines, extra, folder, { chain, ...one });
      if (!silent) lines.push(entry);
      if (next) lines.push(look(lines.length, BEGIN + (6 + lines.length) * DAY, 'off'));
    }
    lies.push({
      what,
      verdict,
      disputed: verdict === 'remarked' && given.every(({ who }) => !who),
      lines,
      options: { extra },
    });
  };
  const at = (/** @type {number} */ ms) => ({ time: generalized(ms) });
  const exact = { answer: { accuracy: [0, 1] } };
  stamps('stamps that touch', 'good', [
    { ...at(T), ...exact, then: true },
    { ...at(T), ...exact },
  ]);
  stamps('stamps of two seconds in one', 'remarked', [{ ...at(T + 2000), then: true }, { ...at(T) }]);
  stamps('stamps a second apart, each a second wide', 'remarked', [{ ...at(T + 1000), then: true }, { ...at(T) }]);
  stamps('stamps a day apart, one as wide', 'good', [
    { ...at(T + DAY), then: true },
    { ...at(T), answer: { accuracy: [86400] } },
  ]);
  stamps('stamps a day apart, one a second less wide', 'remarked', [
    { ...at(T + DAY), ...exact, then: true },
    { ...at(T), answer: { accuracy: [86399] } },
  ]);
  stamps('a later stamp of less', 'good', [{ size: 4, ...at(T + DAY), silent: true }, { ...at(T) }]);
  stamps('a later stamp of less, recorded', 'remarked', [{ size: 4, ...at(T + 30 * DAY), then: true }, { ...at(T) }]);
  stamps('a stamp of one entry', 'good', [{ size: 1, ...at(BEGIN + HOUR) }]);
  stamps('one of theirs, one of nobody’s', 'remarked', [
    { ...at(T), then: true },
    { who: 'second', ...at(T - DAY) },
  ]);
  return lies;
}
