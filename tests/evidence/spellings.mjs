// Lies that live in spellings: of JSON, of signed notes, of files and of authorities' answers, where two readers may see two things;
// and logs that somebody made up at random. Each as in lies.test.mjs, which has them judged.
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
  note,
  sha256,
  signed,
  sshSignature,
  stamp,
  text,
} from './liar.mjs';
import { STRIPES } from './log.mjs';

/** @typedef {import('./lies.test.mjs').Lie} Lie */

const HOUR = DAY / 24;
const OFF = BEGIN + 6 * DAY;

/** @param {() => any[]} honest @returns {Lie[]} */
export function ofJson(honest) {
  /** @type {Lie[]} */ const lies = [];
  /** @param {string} what @param {Lie['verdict']} verdict @param {number} seq @param {(entry: any) => any} change */
  const one = (what, verdict, seq, change, form = false) => {
    const lines = honest();
    lines[seq] = change(lines[seq]);
    lies.push({ what, verdict, seq: verdict === 'named' ? seq : undefined, form, lines });
  };
  const raw = (/** @type {string} */ from, /** @type {string} */ to) => (/** @type {any} */ e) => {
    const line = JSON.stringify(e);
    if (!line.includes(from)) throw new Error(from);
    return line.replace(from, to);
  };
  const more = (/** @type {string} */ value) => raw('"v":1', `"v":1,"x":${value}`);
  for (const v of ['true', '1.0', '"1"', '01']) one(`version ${v}`, 'bad', 2, raw('"v":1', `"v":${v}`));
  for (const seq of ['2.0', 'null']) one(`place ${seq}`, 'bad', 2, raw('"seq":2', `"seq":${seq}`));
  for (const value of [
    '[9007199254740992]',
    '[-9007199254740992]',
    '[-0]',
    '[-Infinity]',
    '["\\u0000"]',
    '["\\ud800"]',
    '["\\ud83d","\\ude00"]',
    '[["\\udc00"]]',
    '[{"a":1,"a":2}]',
    '{"\\u0000":1}',
    '{"\\udfff":1}',
    '{"a":{"b":1,"\\u0062":1}}',
    '[1,]',
    '"\\x41"',
  ])
    one(`a member of ${value}`, 'bad', 2, more(value));
  for (const value of [
    '[9007199254740991,-9007199254740991]',
    '["\\ud83d\\ude00"]',
    '{"2":1,"1":2}',
    '{"__proto__":1}',
    '{"constructor":{"prototype":1}}',
    '" \u2028\u007f\ufffe\ufeff"',
  ])
    one(`a member of ${value} that is one`, 'named', 2, more(value));
  one('a member called __proto__', 'named', 2, raw('"v":1', '"v":1,"__proto__":{"seq":2}'));
  for (const value of ['constructor', 'opinion']) one(`the kind ${value}`, 'bad', 2, (e) => ({ ...e, kind: value }));
  one('kinds', 'bad', 2, (e) => ({ ...e, kind: ['observation'] }));
  one('no kind', 'bad', 2, ({ kind: _, ...e }) => e);
  const wide = (/** @type {string} */ t) => t.replace(/\d/g, (d) => String.fromCharCode(0xff10 + Number(d)));
  for (const [name, change] of /** @type {[string, (t: string) => string][]} */ ([
    ['wide digits', wide],
    ['a week', () => '2026-W23-3T08:00:00.000Z'],
    ['a newline behind it', (t) => `${t}\n`],
    ['no hyphens', (t) => t.replace(/-/g, '') + '  '],
    ['the year 0', (t) => t.replace('2026', '0000')],
  ])) {
    one(`a time with ${name}`, 'bad', 3, (e) => ({ ...e, time: change(e.time) }));
    one(`observed at a time with ${name}`, 'named', 3, (e) => ({ ...e, observed_at: change(e.observed_at) }));
  }
  one('in force on a day of wide digits', 'named', 5, (e) => ({ ...e, effective: wide(e.effective) }));
  one('in force on a day and a newline', 'named', 5, (e) => ({ ...e, effective: `${e.effective}\n` }));
  one('an account and a newline', 'named', 2, (e) => ({
    ...e,
    account: { pseudonym: `${'f'.repeat(31)}\n`, premium: null },
  }));
  one('a salt and a newline', 'named', 2, (e) => ({ ...e, salt: e.salt.replace(/=$/, '\n') }));
  one('an address and a newline', 'named', 2, (e) => ({ ...e, page: { ...e.page, url: `${e.page.url}\n` } }));
  one('a title that hides', 'good', 2, (e) => ({
    ...e,
    page: { ...e.page, title: '\u202e\u0085\u007f\ufffe\u{1f600}' },
  }));
  one('a truth for a number', 'named', 2, (e) => ({ ...e, candidates: true }));
  one('a number for a truth', 'named', 2, (e) => ({ ...e, control: { ...e.control, disabled: 0 } }));
  one('a number for a state of truth', 'named', 2, (e) => ({ ...e, control: { ...e.control, checked: 1 } }));
  one('an account in a list', 'named', 2, (e) => ({ ...e, account: [e.account] }));
  one('a clock in numbers', 'bad', 2, (e) => ({ ...e, clock: { ...e.clock, synchronized: 1 } }), true);
  one('an uptime of truth', 'bad', 2, (e) => ({ ...e, clock: { ...e.clock, uptime_ms: true } }), true);
  one('as long as an entry may be', 'named', 2, (e) => filled(e, 65535));
  one('longer than an entry may be', 'bad', 2, (e) => filled(e, 65536));
  one('the beginning with a member more', 'bad', 0, (e) => ({ ...e, note: 'x' }), true);
  one('the beginning without its provider', 'bad', 0, ({ provider: _, ...e }) => e, true);
  one('the beginning with a long provider', 'bad', 0, (e) => ({ ...e, provider: 'x'.repeat(64) }), true);
  one('the beginning with a salt of one letter', 'named', 0, (e) => ({ ...e, salt: 'AAAAAAAAAAAAAAAAAAAAAA==' }));
  one('the key in capitals', 'bad', 0, (e) => ({ ...e, public_key: e.public_key.toUpperCase() }));
  return lies;
}

/** A line of that many bytes. @param {any} entry @param {number} bytes */
function filled(entry, bytes) {
  const with_ = (/** @type {number} */ n) => JSON.stringify({ ...entry, x: 'x'.repeat(n) });
  return with_(bytes - with_(0).length);
}

/** @param {Map<string, Buffer>} files @param {RegExp} name @param {(bytes: Buffer) => Buffer | string} change */
function edit(files, name, change) {
  const whole = [...files.keys()].find((n) => name.test(n));
  if (!whole) throw new Error(String(name));
  files.set(whole, Buffer.from(change(files.get(whole))));
}

/** @param {() => any[]} honest @returns {Lie[]} */
export function ofNotes(honest) {
  /** @type {Lie[]} */ const lies = [];
  const one = (/** @type {string} */ what, /** @type {Lie['verdict']} */ verdict, /** @type {any} */ make) =>
    lies.push({ what, verdict, lines: honest(), options: { head: make } });
  const body = (/** @type {string} */ n, /** @type {number} */ s, /** @type {Buffer} */ r) =>
    `${n}\n${s}\n${r.toString('base64')}\n`;
  /** The bits that are left over, set. */
  const loose = (/** @type {string} */ t) =>
    t.replace(/([AEIMQUYcgkosw048])=$/m, (_, c) => {
      const all = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
      return `${all[all.indexOf(c) + 1]}=`;
    });
  one('a head with a line more', 'good', (n, s, r) => signed(n, `${body(n, s, r)}and a word\n`));
  one('a head with an empty line', 'bad', (n, s, r) => signed(n, `${body(n, s, r)}\nand a word\n`));
  one('a head with a bell', 'bad', (n, s, r) => signed(n, `${body(n, s, r)}a\u0007b\n`));
  one('a head with a carriage return', 'bad', (n, s, r) => signed(n, body(n, s, r).replace(/\n$/, '\r\n')));
  one('a root with bits left over', 'bad', (n, s, r) => signed(n, loose(body(n, s, r))));
  one('a root with a sign in it', 'bad', (n, s, r) => signed(n, `${n}\n${s}\n!${r.toString('base64')}\n`));
  one('a root with more', 'bad', (n, s, r) => signed(n, `${n}\n${s}\n${Buffer.concat([r, r]).toString('base64')}\n`));
  one('a root in web letters', 'bad', (n, s, r) => signed(n, `${n}\n${s}\n${'-_'}${r.toString('base64').slice(2)}\n`));
  one('a size with a zero before it', 'bad', (n, s, r) => signed(n, `${n}\n0${s}\n${r.toString('base64')}\n`));
  one('a size with a sign', 'bad', (n, s, r) => signed(n, `${n}\n+${s}\n${r.toString('base64')}\n`));
  one('a size of Arabic digits', 'bad', (n, s, r) =>
    signed(n, `${n}\n${String.fromCharCode(0x660 + s)}\n${r.toString('base64')}\n`),
  );
  one('something behind the signature', 'bad', (n, s, r) => `${note(n, s, r)}and a word`);
  one('a line behind the signature', 'bad', (n, s, r) => `${note(n, s, r)}and a word\n`);
  one('a signature without its newline', 'bad', (n, s, r) => note(n, s, r).slice(0, -1));
  one('a signature with bits left over', 'bad', (n, s, r) => note(n, s, r).replace(/— .*$/m, loose));
  one('a signature twice', 'bad', (n, s, r) => note(n, s, r).replace(/— .*\n/, '$&$&'));
  const other = (/** @type {string} */ name, /** @type {number} */ bytes = 68) =>
    `— ${name} ${Buffer.alloc(bytes, 7).toString('base64')}\n`;
  one('a signature of another', 'good', (n, s, r) => note(n, s, r) + other('witness.example/7'));
  one('99 signatures of others', 'good', (n, s, r) => note(n, s, r) + other('witness.example/7').repeat(99));
  one('100 signatures of others', 'bad', (n, s, r) => note(n, s, r) + other('w').repeat(100));
  one('a signature of four bytes', 'bad', (n, s, r) => note(n, s, r) + other('w', 4));
  one('a signature of somebody with a +', 'bad', (n, s, r) => note(n, s, r) + other('a+b'));
  one('a signature of somebody with a blank of another width', 'bad', (n, s, r) => note(n, s, r) + other('a\u2003b'));
  one(
    'a signature of somebody with a blank that does not break',
    'bad',
    (n, s, r) => note(n, s, r) + other('a\u00a0b'),
  );
  one('a large signature of another', 'good', (n, s, r) => note(n, s, r) + other('w', 8192));
  one('a signature of another that is too large', 'bad', (n, s, r) => note(n, s, r) + other('w', 8193));
  one('a note that is too large', 'bad', (n, s, r) => note(n, s, r) + other('w', 8000) + other('w', 8000));
  return lies;
}

/** @param {() => any[]} honest @returns {Lie[]} */
export function ofFiles(honest) {
  /** @type {Lie[]} */ const lies = [];
  const one = (
    /** @type {string} */ what,
    /** @type {Lie['verdict']} */ verdict,
    /** @type {(files: Map<string, Buffer>, folder: string) => void} */ change,
    form = false,
    lines = honest(),
    extra = new Map(),
  ) =>
    lies.push({
      what,
      verdict,
      form,
      lines,
      options: { proofs: [2], extra, change: (/** @type {any} */ f) => change(f, [...f.keys()][0].split('/')[0]) },
    });
  const add =
    (/** @type {string} */ name, /** @type {string} */ bytes = 'x') =>
    (/** @type {any} */ f, /** @type {string} */ folder) =>
      f.set(`${folder}/${name}`, Buffer.from(bytes));
  const move =
    (/** @type {string} */ from, /** @type {string} */ to) => (/** @type {any} */ f, /** @type {string} */ folder) => {
      f.set(`${folder}/${to}`, f.get(`${folder}/${from}`));
      f.delete(`${folder}/${from}`);
    };
  const text_ = (/** @type {RegExp} */ name, /** @type {(t: string) => string} */ change) => (/** @type {any} */ f) =>
    edit(f, name, (b) => change(b.toString()));
  one('a letter', 'bad', add('data/letter.html'));
  one('a letter beside', 'bad', add('letter.txt'));
  one(
    'a key of one’s own',
    'bad',
    text_(/\/vkey$/, (t) => t.replace(/\+.{8}\+/, '+01234567+')),
  );
  one(
    'a public key of one’s own',
    'bad',
    text_(/public-key\.pem$/, (t) => t.replace('MCowBQ', 'MCowBR')),
  );
  one(
    'words behind the public key',
    'bad',
    text_(/public-key\.pem$/, (t) => `${t}hello\n`),
  );
  one('no vkey', 'bad', (f, folder) => f.delete(`${folder}/data/vkey`));
  one('a proof of the same under another number', 'bad', move('data/proofs/2.tlog-proof', 'data/proofs/02.tlog-proof'));
  one(
    'a proof with a line more',
    'bad',
    text_(/2\.tlog-proof$/, (t) => t.replace('index 2\n', 'index 2\nextra QQ==\n')),
  );
  one(
    'a proof with a sign in it',
    'bad',
    text_(/2\.tlog-proof$/, (t) => t.replace('index 2\n', 'index 2\n!')),
  );
  one(
    'a proof with bits left over',
    'bad',
    text_(/2\.tlog-proof$/, (t) =>
      t.replace(/^(.{42})(.)=$/m, (_, a, c) => `${a}${String.fromCharCode(c.charCodeAt(0) + 1)}=`),
    ),
  );
  const sealed = (
    /** @type {string} */ what,
    /** @type {Lie['verdict']} */ verdict,
    /** @type {any} */ how,
    form = true,
  ) =>
    lies.push({
      what: `a signature ${what}`,
      verdict,
      form,
      lines: honest(),
      options: { seal: (/** @type {Buffer} */ message) => sshSignature(message, how) },
    });
  sealed('in one line', 'good', { wide: 5000 }, false);
  sealed('over SHA-256', 'bad', { hash: 'sha256' });
  sealed('of another namespace', 'bad', { namespace: 'file' }, false);
  sealed('of another version', 'bad', { version: 0 });
  sealed('with what is reserved', 'bad', { reserved: 'x' }, false);
  sealed('with more behind it', 'bad', { more: 'x' }, false);
  const list_ = (
    /** @type {string} */ what,
    /** @type {string} */ name,
    /** @type {(t: string) => string} */ change,
    form = true,
  ) =>
    lies.push({
      what: `${name} ${what}`,
      verdict: 'bad',
      form,
      lines: honest(),
      options: {
        listing: (/** @type {Map<string, Buffer>} */ f) => {
          const [tags] = [...f.keys()].filter((n) => n.endsWith('/tagmanifest-sha256.txt'));
          edit(f, new RegExp(`/${name}$`), (b) => change(b.toString()));
          const digest = sha256(f.get(tags.replace('tagmanifest-sha256.txt', name))).toString('hex');
          if (!name.startsWith('tag'))
            edit(f, /tagmanifest/, (b) => b.toString().replace(new RegExp(`^.*(?=  ${name}$)`, 'm'), digest));
        },
      },
    });
  for (const name of ['manifest-sha256.txt', 'tagmanifest-sha256.txt']) {
    list_('in capitals', name, (t) => t.replace(/^[0-9a-f]{64}/, (hash) => hash.toUpperCase()));
    list_('turned round', name, (t) => `${t.trimEnd().split('\n').reverse().join('\n')}\n`);
    list_('with a line twice', name, (t) => t.replace(/.*\n/, '$&$&'));
    list_('with ends of Windows', name, (t) => t.replaceAll('\n', '\r\n'), false);
    list_('with a mark of bytes', name, (t) => t.replace('  ', ' *'));
    list_(
      'in other words for a full stop',
      name,
      (t) => t.replace('.txt\n', '%2Etxt\n').replace('.jsonl', '%2Ejsonl'),
      false,
    );
    list_('with a NUL', name, (t) => t.replace('\n', '\0\n'), false);
    list_('without its last newline', name, (t) => t.slice(0, -1));
  }
  list_('with a zero before its size', 'bag-info.txt', (t) => t.replace('Oxum: ', 'Oxum: 0'));
  list_('with a file more', 'bag-info.txt', (t) => t.replace(/(Oxum: \d+\.)(\d+)/, (_, a, n) => a + (Number(n) + 1)));
  one(
    'a key with more behind it',
    'bad',
    text_(/\/vkey$/, (t) => t.replace('\n', '=\n')),
  );
  one(
    'a proof of something withheld',
    'good',
    () => {},
    false,
    honest().map((e, i) => (i === 2 ? `{"withheld":"${leaf(JSON.stringify(e)).toString('hex')}"}` : e)),
  );
  const kept = (
    /** @type {Buffer} */ bytes,
    /** @type {any} */ says = {},
    ending = 'png',
    hash = sha256(bytes).toString('hex'),
  ) => {
    const lines = honest();
    lines[2] = { ...lines[2], attachments: [{ ...listed('picture', 'image/png', bytes), ...says }] };
    return /** @type {const} */ ([lines, new Map([[`data/attachments/${hash}.${ending}`, bytes]])]);
  };
  const nothing = () => {};
  one('a picture', 'good', nothing, false, ...kept(STRIPES));
  one('a picture of another size', 'bad', nothing, false, ...kept(STRIPES, { size: STRIPES.length + 1 }));
  one('a picture that is called a text', 'bad', nothing, false, ...kept(STRIPES, {}, 'txt'));
  one('a picture of another type', 'bad', nothing, false, ...kept(STRIPES, { media_type: 'image/svg+xml' }));
  one('a picture in capitals', 'bad', nothing, false, ...kept(STRIPES, {}, 'PNG'));
  one('a program for a picture', 'bad', nothing, true, ...kept(Buffer.from('MZ program')));
  one('a page for a picture', 'bad', nothing, true, ...kept(Buffer.from('<html><script>alert(1)</script>')));
  one('a picture that is cut', 'bad', nothing, true, ...kept(STRIPES.subarray(0, -12)));
  one('a picture and something behind it', 'bad', nothing, true, ...kept(Buffer.concat([STRIPES, Buffer.from('x')])));
  const worded = (/** @type {Buffer | string} */ bytes, says = {}, form = false) => {
    const buffer = Buffer.from(bytes);
    const lines = honest();
    lines[5] = text(5, Date.parse(lines[5].time), buffer, {
      attachments: [{ ...listed('text', 'text/plain; charset=utf-8', buffer), ...says }],
    });
    return /** @type {const} */ ([
      form,
      lines,
      new Map([[`data/attachments/${sha256(buffer).toString('hex')}.txt`, buffer]]),
    ]);
  };
  one('a text', 'good', nothing, ...worded('The policy.\n'));
  one('a text with a control character beyond ASCII', 'good', nothing, ...worded('The \u009b31m policy\u0085.\n'));
  one('a text that no entry names', 'bad', nothing, ...worded('The policy.\n', { sha256: '0a'.repeat(32) }));
  one('a text with a bell', 'bad', nothing, ...worded('The \u0007 policy.\n', {}, true));
  one('a text in Latin-1', 'bad', nothing, ...worded(Buffer.from('La r\xe8gle', 'latin1'), {}, true));
  one('a text of another size', 'bad', nothing, ...worded('The policy.\n', { size: 1 }));
  return lies;
}

/** @param {() => any[]} honest @param {string} folder @param {Buffer} chain @returns {Lie[]} */
export function ofAnswers(honest, folder, chain) {
  /** @type {Lie[]} */ const lies = [];
  const one = (
    /** @type {string} */ what,
    /** @type {Lie['verdict']} */ verdict,
    /** @type {any} */ says,
    change = (/** @type {any} */ e, /** @type {Map<string, Buffer>} */ _extra) => e,
    form = false,
  ) => {
    const lines = honest();
    const extra = new Map();
    lines.push(change(stamp(lines, extra, folder, { chain, ...says }), extra));
    lies.push({ what, verdict, seq: verdict === 'named' ? 9 : undefined, form, lines, options: { extra } });
  };
  /** What was asked, otherwise; the entry names it as it is then. @param {(members: Buffer[]) => Buffer[]} change of the sequence */
  const asked = (change) => (/** @type {any} */ e, /** @type {Map<string, Buffer>} */ extra) => {
    const [name, bytes] = [...extra].find(([n]) => n.endsWith('.tsq'));
    /** @type {Buffer[]} */ const members = [];
    for (let at = 2; at < bytes.length; at += 2 + bytes[at + 1])
      members.push(bytes.subarray(at, at + 2 + bytes[at + 1]));
    const body = Buffer.concat(change(members));
    const query = Buffer.concat([Buffer.from([0x30, body.length]), body]);
    extra.set(name, query);
    return {
      ...e,
      attachments: e.attachments.map((/** @type {any} */ a) =>
        a.name === 'query' ? listed('query', a.media_type, query) : a,
      ),
    };
  };
  const T = BEGIN + 5 * DAY + 1000;
  const early = { gen_time: '2016-06-04T08:00:00.000Z' };
  const printed = Buffer.from('granted\nTime stamp: Jun  4 08:00:00 2016 GMT\nTSA: unspecified');
  one('with words beside it', 'good', { answer: { words: Buffer.from('Operation Okay') } });
  one('with a time in the words beside it', 'good', { answer: { words: printed } });
  one('of a time in the words beside it', 'bad', { answer: { words: printed }, entry: early });
  const encoded = Buffer.from('\x18\x0f20160604080000Z of old');
  one('of an encoded time in the words beside it', 'bad', { answer: { words: encoded }, entry: early });
  one('with an encoded time in the words beside it', 'good', { answer: { words: encoded } });
  const extension = (/** @type {string} */ hex) => Buffer.from(hex, 'hex');
  one('with what need not be understood', 'good', { answer: { more: [extension('a10c300a06032a03040403020105')] } });
  one('with what looks as if it must be understood', 'good', {
    answer: { more: [extension('a10c300a06032a030404030101ff')] },
  });
  one('with what must be understood, in another spelling', 'bad', {
    answer: { more: [extension('a10f300d06032a0304010101'.concat('0403020105'))] },
  });
  one('accurate to 999 thousandths', 'good', { answer: { accuracy: [1, 999] } });
  one('accurate to 1500 thousandths', 'bad', { answer: { accuracy: [1, 1500] } });
  one('accurate to 1000 millionths', 'bad', { answer: { accuracy: [1, 1, 1000] } });
  one('with a zero behind its fraction', 'good', { time: `${generalized(T).slice(0, -1)}.500Z` });
  one('with its files under each other’s names', 'good', {}, (e) => ({
    ...e,
    attachments: e.attachments.map((/** @type {any} */ a) => ({
      ...a,
      name: { query: 'reply', reply: 'query' }[a.name] ?? a.name,
    })),
  }));
  one('of another media type', 'good', {}, (e) => ({
    ...e,
    attachments: e.attachments.map((/** @type {any} */ a) => ({ ...a, media_type: 'text/html' })),
  }));
  one('of another size of its answer', 'bad', {}, (e) => ({
    ...e,
    attachments: e.attachments.map((/** @type {any} */ a) => ({ ...a, size: a.size + 1 })),
  }));
  one('with a member more', 'named', {}, (e) => ({ ...e, x: 1 }));
  one('with a member more, of another time', 'bad', {}, (e) => ({ ...e, ...early, x: 1 }));
  one('with a member more, of no time', 'bad', {}, (e) => ({ ...e, gen_time: 'yesterday', x: 1 }));
  one('with a member more, of another size', 'bad', {}, (e) => ({ ...e, size: 8, x: 1 }));
  one('by whom nobody can name', 'named', {}, (e) => ({ ...e, tsa: 'x'.repeat(256) }));
  one('with an answer in another entry', 'bad', {}, (e, extra) => {
    const reply = [...extra].find(([name]) => name.endsWith('.tsr'))[1];
    return { ...look(9, OFF, 'off'), attachments: [{ ...listed('picture', 'image/png', reply), size: 1 }] };
  });
  one('that names a query that is not there', 'good', {}, (e) => ({
    ...e,
    attachments: e.attachments.map((/** @type {any} */ a) =>
      a.name === 'query' ? { ...a, sha256: '0b'.repeat(32) } : a,
    ),
  }));
  one('that names nothing that is there', 'bad', {}, (e) => ({
    ...e,
    attachments: e.attachments.map((/** @type {any} */ a) => ({ ...a, sha256: '0b'.repeat(32) })),
  }));
  const policy =
    (/** @type {string} */ hex) =>
    (/** @type {Buffer[]} */ [version, imprint, ...rest]) => [version, imprint, Buffer.from(hex, 'hex'), ...rest];
  one('asked by its own policy', 'good', {}, asked(policy('06092b06010401a03e0203')));
  one('asked by another policy', 'bad', {}, asked(policy('06032a0304')), true);
  one(
    'asked in another version',
    'bad',
    {},
    asked(([, ...rest]) => [Buffer.from('020102', 'hex'), ...rest]),
    true,
  );
  one(
    'asked without a number of its own',
    'bad',
    {},
    asked((members) => members.filter((_, i) => i !== 2)),
    true,
  );
  one('at the last second of its certificate', 'bad', { who: 'expired', time: '20200201000000Z' }, undefined, true);
  one('of more digits than ten', 'bad', { time: '20260607080001.12345678901Z' }, undefined, true);
  one('accurate to more than thirty years', 'bad', { answer: { accuracy: [1000000001] } }, undefined, true);
  const worded = chain.toString();
  const labelled = (/** @type {string} */ label) => Buffer.from(worded.replaceAll('CERTIFICATE', label));
  one('by a certificate in old words', 'good', { chain: labelled('X509 CERTIFICATE') });
  one('by a certificate that says whom it trusts', 'bad', { chain: labelled('TRUSTED CERTIFICATE') }, undefined, true);
  one(
    'by a certificate of nothing',
    'bad',
    { chain: Buffer.from(`${worded}-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n`) },
    undefined,
    true,
  );
  const again = (/** @type {any} */ first, /** @type {any} */ second, /** @type {number[]} */ all) => {
    const lines = honest();
    const files = new Map();
    const entry = stamp(lines, files, folder, { chain });
    lines.push(
      { ...entry, ...first },
      { ...entry, ...head(10, 'timestamp', OFF), ...second },
      look(11, OFF + DAY, 'off'),
    );
    lies.push({
      what: `recorded twice, ${JSON.stringify([first, second])}`,
      verdict: 'named',
      all,
      lines,
      options: { extra: files },
    });
  };
  again({}, {}, [10]);
  again({}, { tsa: 'CN=Another' }, [10]);
  again({ tsa: 'CN=Another' }, {}, [9, 10]);
  again({ x: 1 }, {}, [9]);
  const before = honest();
  const extra = new Map();
  const told = stamp(before, extra, folder, { chain });
  const reply = [...extra].find(([name]) => name.endsWith('.tsr'))[1];
  before.push({ ...look(9, OFF, 'off'), attachments: [listed('picture', 'image/png', reply)] });
  before.push({ ...told, ...head(10, 'timestamp', OFF + 1000) }, look(11, OFF + DAY, 'off'));
  lies.push({ what: 'whose answer a look before it names', verdict: 'good', lines: before, options: { extra } });
  one('with a query that has something behind it', 'bad', {}, (e, files) => {
    const [name, bytes] = [...files].find(([n]) => n.endsWith('.tsq'));
    const longer = Buffer.concat([bytes, Buffer.from('x')]);
    files.set(name, longer);
    return {
      ...e,
      attachments: e.attachments.map((/** @type {any} */ a) =>
        a.name === 'query' ? listed('query', a.media_type, longer) : a,
      ),
    };
  });
  return lies;
}

/** @typedef {(list: any[]) => any} Pick @typedef {{seq: number, now: number, boot: number, since: number}} Moment */

/** A moment somewhat later, mostly, on the same run of the computer or another. @param {Moment} at @param {Pick} pick @returns {Moment} */
function later({ seq, now, boot, since }, pick) {
  const steps = [0, 1, 20, 60000, 60001, HOUR, HOUR, DAY, DAY, DAY + 1, 400 * DAY, 400 * DAY + 1, -1, -HOUR];
  const then = Math.max(now + pick(steps), BEGIN);
  const again = pick([true, false, false, false, false, false]);
  return {
    seq: seq + 1,
    now: then,
    boot: again ? pick([0, 1, 2, 3]) : boot,
    since: again ? then - pick([0, 1000, HOUR, DAY]) : since,
  };
}

/** @param {Moment} at @param {Pick} pick */
const clockOf = ({ now, boot, since }, pick) => ({
  synchronized: pick([true, true, false, null]),
  boot_id: pick([null, ...Array(11).fill(`${boot}f0e0d0c-0b0a-4908-8706-050403020100`)]),
  uptime_ms: Math.max(0, now - since) + pick([0, 0, 0, 60000, 60001, 3650 * DAY]),
});

/** @param {Moment} at @param {Pick} pick */
function lookOf(at, pick) {
  const { seq, now } = at;
  const seen = now - pick([0, 20, 20, 20, 300000, DAY, DAY + 1, -300000, -300001]);
  const entry = look(seq, now, pick(['on', 'off', 'on', 'off', 'unknown', 'not-offered']), {
    clock: clockOf(at, pick),
    observed_at: iso(seen),
    change: pick(['first', 'unchanged', 'changed', 'changed', 'reworded', 'stale']),
    cause: pick([null, null, 'user', 'unexplained']),
    phase: pick(['seen', 'seen', 'pending', 'confirmed']),
    account: {
      pseudonym: pick([null, 'a'.repeat(32), 'a'.repeat(32), 'b'.repeat(32)]),
      premium: pick([null, true, false]),
    },
    trusted: pick([null, null, true, false]),
  });
  entry.page.loaded_at = iso(seen - pick([1000, 1000, 1000, HOUR, DAY, -300000, -300001, 0]));
  entry.page.corroboration = pick([null, 'on', 'off', entry.page.corroboration]);
  entry.page.language = pick(['en', 'en', 'en', 'en', 'en', 'en', 'fr', null]);
  if (entry.control) entry.control.label = pick(['A', 'A', 'A', 'A', 'A', 'B']);
  entry.control = pick([...Array(11).fill(entry.control), look(seq, now, pick(['on', 'off'])).control]);
  return entry;
}

/** @param {Moment} at @param {Pick} pick */
const textOf = (at, pick) =>
  text(at.seq, at.now, Buffer.from(pick(['A', 'B'])), {
    document: pick(['privacy-policy', 'ai-faq']),
    clock: clockOf(at, pick),
    change: pick(['first', 'unchanged', 'changed', 'stale']),
  });

/** Mostly as it is. @param {any} entry @param {Pick} pick */
function hiddenOrBent(entry, pick) {
  const what = pick(['withheld', 'withheld', 'more', 'salt', ...Array(16).fill('')]);
  if (what === 'withheld') return `{"withheld":"${leaf(JSON.stringify(entry)).toString('hex')}"}`;
  if (what === 'more') return { ...entry, note: 'x' };
  return what === 'salt' ? { ...entry, salt: head(1, 'x', 0).salt } : entry;
}

/**
 * Logs of nobody: looks, texts and holes at random. All that is asked is one answer of all.
 * @param {(below: number) => number} any
 * @returns {Lie[]}
 */
export function ofWalks(any, count = 12) {
  /** @type {Pick} */
  const pick = (list) => list[any(list.length)];
  return Array.from({ length: count }, (_, n) => {
    /** @type {any[]} */ const lines = [genesis()];
    /** @type {Moment} */ let at = { seq: 0, now: BEGIN, boot: 0, since: BEGIN - DAY };
    while (lines.length < 28) {
      at = later(at, pick);
      lines.push(hiddenOrBent(pick([lookOf, lookOf, lookOf, lookOf, lookOf, lookOf, textOf])(at, pick), pick));
    }
    return { what: `a log at random, ${n}`, verdict: /** @type {const} */ ('alike'), lines };
  });
}
