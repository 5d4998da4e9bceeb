// The shapes that public time authorities give their answers, mimicked with openssl: each kept in a package, verified and
// reported by the signer's name. CL_BUILD is the build directory.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  BEGIN,
  DAY,
  answer,
  generalized,
  genesis,
  leaf,
  look,
  note,
  pack,
  query,
  root,
  sha256,
  stamp,
} from './liar.mjs';
import { judgePage, rootsOf } from './page.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const build = process.env.CL_BUILD ?? join(here, '../../build');
const work = mkdtempSync(join(tmpdir(), 'consentlog-tokens-'));
const at = (/** @type {string} */ name) => join(work, name);
after(() => rmSync(work, { recursive: true, force: true }));

/** @param {string[]} args */
const openssl = (...args) => execFileSync('openssl', args, { cwd: work, stdio: ['ignore', 'pipe', 'ignore'] });
const read = (/** @type {string} */ name) => readFileSync(at(name));

/** A certificate by `by`, or by itself. @param {string} who @param {string} by @param {string} what of the extension file @param {string[]} how */
function certificate(who, by, what, ...how) {
  writeFileSync(at(`${who}.ext`), what);
  openssl(
    'req',
    '-new',
    '-nodes',
    '-keyout',
    `${who}.key`,
    '-out',
    `${who}.csr`,
    '-subj',
    `/O=Test/CN=${who}`,
    '-newkey',
    ...how,
  );
  sign(who, by);
}

/** Signed, once more where another digest is wanted. @param {string} who @param {string} by @param {string} [digest] */
function sign(who, by, digest = 'sha256') {
  const signer =
    by === who ? ['-signkey', `${by}.key`] : ['-CA', `${by}.pem`, '-CAkey', `${by}.key`, '-CAcreateserial'];
  openssl(
    'x509',
    '-req',
    '-in',
    `${who}.csr`,
    '-out',
    `${who}.pem`,
    '-days',
    '3650',
    '-extfile',
    `${who}.ext`,
    `-${digest}`,
    ...signer,
  );
}

const PSS = ['-keyopt', 'rsa_padding_mode:pss'];
const EC = ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
const CA = 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n';
const TSA = 'keyUsage=critical,digitalSignature\nextendedKeyUsage=critical,timeStamping\n';

before(() => {
  certificate('root', 'root', CA, ...EC);
  certificate('middle', 'root', CA, ...EC);
  certificate('lower', 'middle', CA, ...EC);
  certificate('plain', 'root', TSA, ...EC);
  certificate('deep', 'lower', TSA, ...EC);
  certificate('rsa', 'root', TSA, 'rsa:2048');
  certificate('large', 'root', TSA, 'ec', '-pkeyopt', 'ec_paramgen_curve:P-384');
  certificate('small-rsa', 'root', TSA, 'rsa:1024');
  certificate('small-curve', 'root', TSA, 'ec', '-pkeyopt', 'ec_paramgen_curve:prime192v1');
  certificate('described', 'root', TSA, ...EC, '-pkeyopt', 'ec_param_enc:explicit');
  certificate('repeated', 'root', TSA.replace('timeStamping', 'timeStamping,timeStamping'), ...EC);
  certificate('small-middle', 'root', CA, 'rsa:1024');
  certificate('under-small', 'small-middle', TSA, ...EC);
  certificate('rsa-ca', 'root', CA, 'rsa:2048');
  for (const digest of ['sha1', 'md5']) {
    certificate(`${digest}-leaf`, 'rsa-ca', TSA, ...EC);
    sign(`${digest}-leaf`, 'rsa-ca', digest);
    certificate(`${digest}-middle`, 'rsa-ca', CA, ...EC);
    sign(`${digest}-middle`, 'rsa-ca', digest);
    certificate(`under-${digest}`, `${digest}-middle`, TSA, ...EC);
  }
});

/** An answer as `openssl ts` gives it. @param {string} who @param {string} checkpoint @param {Record<string, string>} settings */
function reply(who, checkpoint, settings) {
  const all = {
    serial: at('serial'),
    crypto_device: 'builtin',
    signer_cert: at(`${who}.pem`),
    certs: at('none.pem'),
    signer_key: at(`${who}.key`),
    signer_digest: 'sha256',
    default_policy: '1.3.6.1.4.1.4146.2.3',
    digests: 'sha256',
    ess_cert_id_alg: 'sha256',
    ...settings,
  };
  writeFileSync(at('serial'), '01\n');
  if (settings.certs === undefined) delete all.certs;
  writeFileSync(
    at('tsa.cnf'),
    `[tsa]\ndefault_tsa = t\n[t]\n${Object.entries(all)
      .map(([k, v]) => `${k} = ${v}\n`)
      .join('')}`,
  );
  writeFileSync(at('query'), query(checkpoint).der);
  return openssl('ts', '-reply', '-config', 'tsa.cnf', '-section', 't', '-queryfile', 'query');
}

/** Put an attribute certificate beside the certificates, which no signature covers. @param {Buffer} token */
function withAttributes(token) {
  /** @param {Buffer} bytes @param {number} from @returns {{tag: number, body: number, end: number}} */
  const element = (bytes, from) => {
    const first = bytes[from + 1];
    const n = first & 128 ? first & 127 : 0;
    const size = n ? bytes.readUIntBE(from + 2, n) : first;
    return { tag: bytes[from], body: from + 2 + n, end: from + 2 + n + size };
  };
  const wrap = (/** @type {number} */ tag, /** @type {Buffer} */ body) =>
    Buffer.concat([Buffer.from([tag, 0x82, body.length >> 8, body.length & 255]), body]);
  const children = (/** @type {Buffer} */ bytes, /** @type {number} */ from, /** @type {number} */ end) => {
    const found = [];
    for (let i = from; i < end;) {
      const one = element(bytes, i);
      found.push({ tag: one.tag, whole: bytes.subarray(i, one.end), inner: bytes.subarray(one.body, one.end) });
      i = one.end;
    }
    return found;
  };
  const [status, content] = children(token, element(token, 0).body, token.length);
  const [type, explicit] = children(content.inner, 0, content.inner.length);
  const [signed] = children(explicit.inner, 0, explicit.inner.length);
  const parts = children(signed.inner, 0, signed.inner.length).map((p) =>
    p.tag === 0xa0 ? wrap(0xa0, Buffer.concat([p.inner, Buffer.from('a203020105', 'hex')])) : p.whole,
  );
  return wrap(
    0x30,
    Buffer.concat([
      status.whole,
      wrap(0x30, Buffer.concat([type.whole, wrap(0xa0, wrap(0x30, Buffer.concat(parts)))])),
    ]),
  );
}

/** Of every package here: what the page has to say of it, too. @type {[Buffer, any, string][]} */
const packages = [];

/**
 * @param {Buffer} token @param {string} who @param {string[]} [chain]
 * @param {boolean} [both] does the second verifier read it? @param {string} [trusted] the root
 */
function judged(token, who, chain = ['root'], both = true, trusted = 'root') {
  const lines = [genesis(), look(1, BEGIN + DAY, 'on', { change: 'first' })];
  const extra = new Map();
  const [, time] = /(\d{14}(?:\.\d+)?Z)/.exec(token.toString('latin1'));
  lines.push(
    stamp(lines, extra, work, {
      reply: token,
      time,
      chain: Buffer.concat(chain.map((c) => read(`${c}.pem`))),
      tsa: `CN=${who},O=Test`,
    }),
  );
  writeFileSync(at('token.zip'), pack(lines, { instructions: 'x', extra }).raw);
  rmSync(at('report.html'), { force: true });
  const arguments_ = ['--tsa-roots', at(`${trusted}.pem`), '--report', at('report.html'), at('token.zip')];
  const told = spawnSync(join(build, 'consentlog'), ['verify', '--json', ...arguments_], { encoding: 'utf8' });
  const second = spawnSync('python3', [join(here, 'verify.py'), at('token.zip'), at(`${trusted}.pem`)], {
    encoding: 'utf8',
  });
  if (both) assert.equal(second.status, told.status, second.stderr + told.stdout);
  if (trusted === 'root') packages.push([read('token.zip'), JSON.parse(told.stdout), `${packages.length} by ${who}`]);
  return { ...JSON.parse(told.stdout), report: told.status === 0 ? readFileSync(at('report.html'), 'utf8') : '' };
}

const lines = [genesis(), look(1, BEGIN + DAY, 'on', { change: 'first' })].map((l) => JSON.stringify(l));
const checkpoint = note(`consentlog/${sha256(lines[0]).toString('hex').slice(0, 16)}`, 2, root(lines.map(leaf)));

for (const [what, who, settings, chain] of /** @type {[string, string, Record<string, string>, string[]?][]} */ ([
  ['ESSCertIDv2', 'plain', {}],
  ['ESSCertID of SHA-1', 'plain', { ess_cert_id_alg: 'sha1' }],
  ['the whole chain in ESSCertIDv2', 'plain', { ess_cert_id_chain: 'yes', certs: '@root.pem' }],
  ['ESSCertIDv2 of SHA-512', 'plain', { ess_cert_id_alg: 'sha512' }],
  ['one purpose, said twice', 'repeated', {}],
  ['SHA-512', 'plain', { signer_digest: 'sha512' }],
  ['RSA, PKCS #1', 'rsa', {}],
  ['ECDSA on P-384', 'large', { signer_digest: 'sha384' }],
  ['ordering', 'plain', { ordering: 'yes' }],
  ['its own name', 'plain', { tsa_name: 'yes' }],
  ['milliseconds', 'plain', { clock_precision_digits: '3' }],
  ['six digits', 'plain', { clock_precision_digits: '6' }],
  ['accuracy', 'plain', { accuracy: 'secs:2, millisecs:10, microsecs:1' }],
  ['intermediates beside it', 'deep', {}, ['lower', 'middle']],
  ['intermediates in reverse', 'deep', {}, ['middle', 'lower']],
])) {
  test(`${what}: counted, and told by the signer’s name`, () => {
    const certs = settings.certs?.replace('@', `${work}/`);
    const said = judged(reply(who, checkpoint, { ...settings, ...(certs ? { certs } : {}) }), who, chain);
    assert.equal(said.good, true, JSON.stringify(said.checks));
    assert.deepEqual(
      said.timestamps.map((/** @type {any} */ t) => t.authority),
      [`CN=${who},O=Test`],
    );
    const [{ time, earliest, latest }] = said.timestamps;
    const wide = Date.parse(latest) - Date.parse(earliest);
    assert.equal(
      wide >= (settings.accuracy ? 4022 : 999) && wide <= (settings.accuracy ? 4023 : 999),
      true,
      String(wide),
    );
    assert.ok(earliest <= time && time <= latest);
    assert.ok(said.report.includes(`CN=${who},O=Test`));
  });
}

const OURS = '[ours]\nO=Test\n';
for (const [what, counts] of /** @type {[string, boolean][]} */ ([
  ['subjectKeyIdentifier=critical,hash', false],
  ['issuerAltName=critical,DNS:x.example', false],
  ['subjectAltName=critical,DNS:x.example', true],
  ['crlDistributionPoints=critical,URI:http://x.example/', true],
  ['policyConstraints=critical,requireExplicitPolicy:0', true],
  ['policyMappings=critical,1.2.3:1.2.4', true],
  ['inhibitAnyPolicy=critical,0', true],
  ['nameConstraints=critical,permitted;dirName:ours', false],
  ['nameConstraints=permitted;dirName:ours', false],
  ['nameConstraints=excluded;dirName:ours', false],
  ['nameConstraints=excluded;DNS:x.example', false],
  ['1.2.3.4.5=critical,ASN1:NULL', false],
])) {
  test(`${what} in an intermediate, and in a signer: ${counts ? 'counted' : 'not counted'}`, () => {
    certificate('with', 'root', `${CA}${what}\n${OURS}`, ...EC);
    certificate('below', 'with', TSA, ...EC);
    certificate('itself', 'root', `${TSA}${what}\n${OURS}`, ...EC);
    const all = [
      judged(reply('below', checkpoint, {}), 'below', ['with'], counts),
      judged(reply('itself', checkpoint, {}), 'itself', ['root'], counts),
    ];
    for (const said of all)
      assert.deepEqual([said.good, said.timestamps.length], [true, Number(counts)], JSON.stringify(said.checks));
  });
}

test('a root that may only name some, or has a critical extension that nobody knows, though it is trusted: not counted', async () => {
  for (const what of [
    'nameConstraints=critical,permitted;dirName:ours',
    'nameConstraints=permitted;dirName:ours',
    'nameConstraints=excluded;dirName:ours',
    '1.2.3.4.5=critical,ASN1:NULL',
  ]) {
    certificate('bound', 'bound', `${CA}${what}\n${OURS}`, ...EC);
    certificate('under-bound', 'bound', TSA, ...EC);
    const said = judged(reply('under-bound', checkpoint, {}), 'under-bound', ['bound'], false, 'bound');
    const page = await judgePage(read('token.zip'), rootsOf(at('bound.pem')));
    for (const one of [said, page])
      assert.deepEqual([one.good, one.timestamps.length], [true, 0], `${what}: ${JSON.stringify(one.checks)}`);
  }
});

for (const [what, mask, name] of [
  ['PrintableString', 'pkix', 'root'],
  ['another case, and blanks', 'utf8only', '  ROOT  '],
]) {
  test(`an issuer that is named in ${what}: counted`, () => {
    const settings = `[req]\ndistinguished_name=d\nprompt=no\nstring_mask=${mask}\n[d]\nO=Test\nCN="${name}"\n`;
    writeFileSync(at('twin.cnf'), settings);
    writeFileSync(at('twin.key'), read('root.key'));
    const [, serial] = openssl('x509', '-in', 'root.pem', '-noout', '-serial').toString().trim().split('=');
    const how = ['-key', 'twin.key', '-config', 'twin.cnf', '-set_serial', `0x${serial}`];
    openssl('req', '-x509', '-new', ...how, '-out', 'twin.pem');
    certificate('called', 'twin', TSA, ...EC);
    const said = judged(reply('called', checkpoint, {}), 'called');
    assert.deepEqual([said.good, said.timestamps.length], [true, 1], JSON.stringify(said.checks));
  });
}

test('an issuer of the same name and key, and of another number than is said: not counted', () => {
  writeFileSync(at('other.key'), read('root.key'));
  const how = ['-key', 'other.key', '-subj', '/O=Test/CN=root', '-set_serial', '7'];
  openssl('req', '-x509', '-new', ...how, '-out', 'other.pem');
  certificate('numbered', 'other', `${TSA}authorityKeyIdentifier=issuer:always\n`, ...EC);
  const said = judged(reply('numbered', checkpoint, {}), 'numbered', ['root'], false);
  assert.deepEqual([said.good, said.timestamps], [true, []], JSON.stringify(said.checks));
});

for (const hash of ['md5', 'sha224', 'sha3-256'])
  test(`ESSCertIDv2 of ${hash}: refused`, () => {
    const said = judged(reply('plain', checkpoint, { ess_cert_id_alg: hash }), 'plain');
    assert.deepEqual([said.good, said.timestamps], [false, []], JSON.stringify(said.checks));
  });

test('two certificates of one name and number: the first is the signer’s, those of chain.pem before the others', () => {
  const [, serial] = openssl('x509', '-in', 'plain.pem', '-noout', '-serial').toString().trim().split('=');
  const how = [
    '-newkey',
    ...EC,
    '-nodes',
    '-keyout',
    'namesake.key',
    '-subj',
    '/O=Test/CN=Famous',
    '-out',
    'namesake.csr',
  ];
  openssl('req', '-new', ...how);
  writeFileSync(at('namesake.ext'), TSA);
  const by = ['-CA', 'root.pem', '-CAkey', 'root.key', '-set_serial', `0x${serial}`, '-extfile', 'namesake.ext'];
  openssl('x509', '-req', '-in', 'namesake.csr', ...by, '-out', 'namesake.pem');
  const token = reply('plain', checkpoint, {});
  const good = judged(token, 'plain', ['plain', 'namesake', 'root']);
  assert.deepEqual([good.good, good.timestamps.length], [true, 1], JSON.stringify(good.checks));
  const said = judged(token, 'plain', ['namesake', 'plain', 'root']);
  assert.deepEqual([said.good, said.timestamps], [false, []], JSON.stringify(said.checks));
});

test('RSA-PSS, and attribute certificates beside the others, neither of which `openssl ts` reads', () => {
  const when = { time: generalized(Date.now() - 1000) };
  const pss = judged(answer(work, 'rsa', checkpoint, { ...when, options: PSS }), 'rsa');
  assert.deepEqual([pss.good, pss.timestamps.length], [true, 1], JSON.stringify(pss.checks));
  const said = judged(withAttributes(answer(work, 'plain', checkpoint, when)), 'plain');
  assert.deepEqual([said.good, said.timestamps.length], [true, 1], JSON.stringify(said.checks));
});

test('without its intermediates it leads to no root: not counted, and neither named nor timed', () => {
  const said = judged(reply('deep', checkpoint, {}), 'deep', ['root']);
  assert.deepEqual([said.good, said.timestamps, said.brackets], [true, [], []], JSON.stringify(said.checks));
  assert.ok(!said.report.includes('CN=deep'));
  assert.ok(!said.checks.some((/** @type {any} */ c) => c.what.includes('deep')));
});

test('what vouches for one stamp vouches for no other that does not bring it', () => {
  const entries = [genesis(), look(1, BEGIN + DAY, 'on', { change: 'first' })];
  const extra = new Map();
  for (const chain of [['lower', 'middle'], ['root'], ['lower', 'middle'], ['lower']]) {
    const texts = entries.map((entry) => JSON.stringify(entry));
    const head = note(
      `consentlog/${sha256(texts[0]).toString('hex').slice(0, 16)}`,
      texts.length,
      root(texts.map(leaf)),
    );
    const token = reply('deep', head, {});
    entries.push(
      stamp(entries, extra, work, {
        reply: token,
        time: /(\d{14}(?:\.\d+)?Z)/.exec(token.toString('latin1'))?.[1],
        chain: Buffer.concat(chain.map((one) => read(`${one}.pem`))),
        tsa: 'CN=deep,O=Test',
      }),
    );
  }
  writeFileSync(at('chains.zip'), pack(entries, { instructions: 'x', extra }).raw);
  const told = spawnSync(
    join(build, 'consentlog'),
    ['verify', '--json', '--tsa-roots', at('root.pem'), at('chains.zip')],
    {
      encoding: 'utf8',
    },
  );
  const said = JSON.parse(told.stdout);
  assert.deepEqual(
    [said.good, said.timestamps.map((/** @type {any} */ t) => t.size)],
    [true, [2, 4]],
    JSON.stringify(said),
  );
});

test('ten authorities below the root, wherever they stand in chain.pem: counted here and in the page; eleven are not', async () => {
  const row = Array.from({ length: 11 }, (_, i) => `m${i + 1}`);
  for (const [i, who] of row.entries()) certificate(who, row[i - 1] ?? 'root', CA, ...EC);
  const others = Array.from({ length: 32 }, (_, i) => `other${i}`);
  certificate('other0', 'other0', CA, ...EC);
  for (const who of others.slice(1))
    writeFileSync(
      at(`${who}.pem`),
      openssl('x509', '-in', 'other0.pem', '-signkey', 'other0.key', '-set_serial', who.slice(5)),
    );
  for (const [count, before_, wanted] of /** @type {[number, string[], number][]} */ ([
    [8, [], 1],
    [10, [], 1],
    [2, others, 1],
    [10, others, 1],
    [11, [], 0],
  ])) {
    const who = `under${count}`;
    certificate(who, `m${count}`, TSA, ...EC);
    const said = judged(reply(who, checkpoint, {}), who, [...before_, ...row.slice(0, count), 'root'], false);
    const page = await judgePage(readFileSync(at('token.zip')), rootsOf(at('root.pem')));
    assert.deepEqual([said.good, said.timestamps.length], [true, wanted], JSON.stringify(said.checks));
    assert.deepEqual([page.good, page.timestamps.length], [true, wanted], JSON.stringify(page.checks));
  }
});

for (const [what, who, chain] of /** @type {[string, string, string[]?][]} */ ([
  ['a signer with RSA of 1024 bits', 'small-rsa'],
  ['an intermediate with RSA of 1024 bits', 'under-small', ['small-middle', 'root']],
  ['a signer vouched for over SHA-1', 'sha1-leaf', ['rsa-ca', 'root']],
  ['a signer vouched for over MD5', 'md5-leaf', ['rsa-ca', 'root']],
  ['an intermediate vouched for over SHA-1', 'under-sha1', ['sha1-middle', 'rsa-ca', 'root']],
  ['an intermediate vouched for over MD5', 'under-md5', ['md5-middle', 'rsa-ca', 'root']],
])) {
  test(`${what}, under a root that is trusted: not counted, and neither named nor timed`, () => {
    const said = judged(reply(who, checkpoint, {}), who, chain);
    assert.deepEqual([said.good, said.timestamps, said.brackets], [true, [], []], JSON.stringify(said.checks));
    assert.ok(!said.report.includes(`CN=${who}`));
  });
}

/** A value of ASN.1 with a length below 128. */
const small = (/** @type {number} */ tag, /** @type {Buffer[]} */ ...parts) => {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag, body.length]), body]);
};
/** An extension 1.2.3.4 of the token that nobody knows: [1] IMPLICIT Extensions. */
const unknownExtension = (/** @type {boolean} */ critical) =>
  small(
    0xa1,
    small(
      0x30,
      Buffer.from('06032a0304', 'hex'),
      Buffer.from(critical ? '0101ff' : '', 'hex'),
      Buffer.from('04020500', 'hex'),
    ),
  );

for (const [what, who, says] of /** @type {[string, string, any][]} */ ([
  ['signed over SHA-1', 'plain', { digest: 'sha1' }],
  ['signed over MD5', 'rsa', { digest: 'md5' }],
  ['signed over SHA-224', 'plain', { digest: 'sha224' }],
  ['signed over SHA3-256', 'rsa', { digest: 'sha3-256' }],
  ['signed over SHA-512/256', 'rsa', { digest: 'sha512-256' }],
  ['signed by RSA-PSS with another hash for its mask', 'rsa', { options: PSS.concat('-keyopt', 'rsa_mgf1_md:sha1') }],
  ['signed by a key on P-192', 'small-curve', {}],
  ['signed by a key on a curve of which it has no name', 'described', {}],
  ['accurate below nothing, in seconds', 'plain', { accuracy: [-1] }],
  ['accurate below nothing, in milliseconds', 'plain', { accuracy: [0, -1] }],
  ['accurate below nothing, in microseconds', 'plain', { accuracy: [0, 1, -1] }],
  ['accurate to more milliseconds than a second has', 'plain', { accuracy: [0, 1000] }],
  ['accurate to more microseconds than there are', 'plain', { accuracy: [0, 1, 1000] }],
  ['accurate to sixty years', 'plain', { accuracy: [2_000_000_000] }],
  ['with a critical extension that nobody knows', 'plain', { more: [unknownExtension(true)] }],
])) {
  test(`${what}: refused`, () => {
    const when = { time: generalized(Date.now() - 1000) };
    const said = judged(answer(work, who, checkpoint, { ...when, ...says }), who);
    assert.deepEqual([said.good, said.timestamps], [false, []], JSON.stringify(said.checks));
  });
}

/**
 * The same answer, of which one element is spelled otherwise.
 * @param {Buffer} bytes @param {number[]} path of elements, each the n-th in the one before
 * @param {(tag: number, content: Buffer) => Buffer} spell @returns {Buffer}
 */
function spelled(bytes, [index, ...rest], spell) {
  const done = [];
  for (let from = 0, n = 0; from < bytes.length; n += 1) {
    const more = bytes[from + 1] & 128 ? bytes[from + 1] & 127 : 0;
    const body = from + 2 + more;
    const end = body + (more ? bytes.readUIntBE(from + 2, more) : bytes[from + 1]);
    const content = bytes.subarray(body, end);
    if (n !== index) done.push(bytes.subarray(from, end));
    else done.push(rest.length ? plainly(bytes[from], spelled(content, rest, spell)) : spell(bytes[from], content));
    from = end;
  }
  return Buffer.concat(done);
}
const plainly = (/** @type {number} */ tag, /** @type {Buffer} */ content) => {
  const { length } = content;
  const header =
    length < 128 ? [tag, length] : length < 256 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from(header), content]);
};
/** @type {Record<string, (tag: number, content: Buffer) => Buffer>} */
const SPELLINGS = {
  'a length that is longer than it need be': (tag, content) =>
    Buffer.concat([Buffer.from([tag, 0x84, 0, 0, content.length >> 8, content.length & 255]), content]),
  'a mark at its end': (tag, content) => Buffer.concat([Buffer.from([tag | 0x20, 0x80]), content, Buffer.alloc(2)]),
  'a tag of what has nothing in it': (tag, content) => plainly(tag & ~0x20, content),
};
const [LONG, OPEN, PLAIN] = Object.keys(SPELLINGS);
/** Below response, token, [0] and signed data: its members. */
const MEMBERS = [0, 1, 1, 0];
for (const [what, path, spellings] of /** @type {[string, number[], string[]][]} */ ([
  ['the answer', [0], [OPEN]],
  ['certificates', [...MEMBERS, 3], [PLAIN]],
  ['a certificate', [...MEMBERS, 3, 0], [LONG, OPEN]],
  ['the algorithm in a certificate', [...MEMBERS, 3, 0, 1], [LONG, OPEN]],
  ['the parameters of a digest', [...MEMBERS, 1, 0, 1], [LONG]],
  ['the signed attributes', [...MEMBERS, 4, 0, 3], [LONG, OPEN, PLAIN]],
  ['a signed attribute', [...MEMBERS, 4, 0, 3, 0], [LONG, OPEN]],
  ['the value of a signed attribute', [...MEMBERS, 4, 0, 3, 0, 1], [LONG, OPEN]],
]))
  for (const spelling of spellings)
    test(`${what}, spelled on the way with ${spelling}: refused`, () => {
      const good = reply('plain', checkpoint, {});
      assert.deepEqual(spelled(good, path, plainly), good);
      const said = judged(spelled(good, path, SPELLINGS[spelling]), 'plain', ['root'], false);
      assert.deepEqual([said.good, said.timestamps], [false, []], JSON.stringify(said.checks));
    });
for (const [what, path] of /** @type {[string, number[]][]} */ ([
  ['the token', [0, 1]],
  ['the signed data', MEMBERS],
  ['what is signed', [...MEMBERS, 2]],
  ['the certificates as a whole', [...MEMBERS, 3]],
]))
  test(`${what}, with a mark at its end, as some authorities have it: counted`, () => {
    const said = judged(spelled(reply('plain', checkpoint, {}), path, SPELLINGS[OPEN]), 'plain', ['root'], false);
    assert.deepEqual([said.good, said.timestamps.length], [true, 1], JSON.stringify(said.checks));
  });

test('an extension that nobody knows and that is not critical is passed over', () => {
  const says = { time: generalized(Date.now() - 1000), more: [unknownExtension(false)] };
  const said = judged(answer(work, 'plain', checkpoint, says), 'plain');
  assert.deepEqual([said.good, said.timestamps.length], [true, 1], JSON.stringify(said.checks));
});

test('a certificate that is locked with a pass phrase: nobody is asked for it, and it is refused wherever it stands', () => {
  const body = sha256(Buffer.from('locked')).toString('base64');
  writeFileSync(
    at('locked.pem'),
    `-----BEGIN CERTIFICATE-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,${'0'.repeat(32)}\n\n${body}\n-----END CERTIFICATE-----\n`,
  );
  for (const chain of [['locked', 'root'], ['root', 'locked'], ['locked']]) {
    const said = judged(reply('plain', checkpoint, {}), 'plain', chain);
    assert.deepEqual([said.good, said.timestamps], [false, []], JSON.stringify(said.checks));
    const { stdout, stderr } = spawnSync(join(build, 'consentlog'), ['verify', at('token.zip')], {
      encoding: 'utf8',
      input: 'a phrase\n',
      timeout: 60_000,
    });
    assert.doesNotMatch(stdout + stderr, /phrase/i);
  }
});

test('the page says the same of every one', async () => {
  const roots = rootsOf(at('root.pem'));
  assert.ok(packages.length > 30);
  const short = (/** @type {any} */ { good, timestamps, checks }) => ({
    good,
    times: timestamps.map((/** @type {any} */ { authority, time }) => [authority, time]),
    wrong: checks.filter(({ result }) => result === 'failed').map(({ check, code, file }) => [check, code, file]),
  });
  for (const [raw, told, what] of packages) assert.deepEqual(short(await judgePage(raw, roots)), short(told), what);
});
