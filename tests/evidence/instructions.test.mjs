// VERIFY.txt of a package that has everything: each step is cut out of the file and run as it is printed, where nothing is
// installed but the stock tools that it names; and each fails when what it guards was changed. CL_BUILD is the build directory.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { genTimeOf, Log, STRIPES } from './log.mjs';
import { relist, unzip } from './package.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const maker = join(process.env.CL_BUILD ?? join(here, '../../build'), 'tests/evidence_peer');
const work = mkdtempSync(join(tmpdir(), 'consentlog-instructions-'));
const at = (/** @type {string} */ name) => join(work, name);
after(() => rmSync(work, { recursive: true, force: true }));

/** @param {string} program @param {string[]} args */
const make = (program, ...args) => execFileSync(program, args, { cwd: work, maxBuffer: 1 << 28 });
/** @param {string[]} args */
const tsa = (...args) => make('bash', join(here, 'tsa.sh'), ...args);

const TOOLS = ['cut', 'find', 'grep', 'openssl', 'python3', 'sed', 'sh', 'sha256sum', 'sort', 'ssh-keygen', 'uniq'];
const folder = at('unpacked'); // a copy for each case
/** @type {Map<string, Buffer>} */ let files;
/** @type {string[][]} */ let steps;
let fingerprint = '';
let problems = ''; // of the last step that was followed

/** Have an authority stamp the log as it is, and keep the answer as an entry. */
function stamp(log, who, root) {
  writeFileSync(at('lines'), log.text);
  const checkpoint = make(maker, 'lines-checkpoint', at('lines'));
  writeFileSync(at('note'), checkpoint);
  const query = make(maker, 'timestamp-query', at('note'));
  writeFileSync(at('query'), query);
  const reply = tsa('answer', at('tsa'), who, at('query'));
  writeFileSync(at('reply'), reply);
  log.stamp(Date.now(), log.size, 'CN=Test', genTimeOf(at('reply')), {
    checkpoint,
    query,
    reply,
    chain: readFileSync(at(`tsa/${root}.pem`)),
  });
}

/** The commands of each step, and the script that step 3 has one save. @param {string} text */
function cutOut(text) {
  const [head, script, tail] = text.split(/-----8<-----\n|----->8-----\n/);
  assert.ok(script.split('\n').length <= 90, 'the script is short');
  writeFileSync(at('check.py'), script);
  const commands = (head + tail)
    .split(/^Step \d\. /m)
    .slice(1)
    .map((step) =>
      step
        .split('\n')
        .filter((line) => line.startsWith('    '))
        .map((line) => line.slice(4)),
    );
  assert.deepEqual(
    commands.map((c) => c.length),
    [2, 1, 1, 1],
  );
  return commands;
}

before(() => {
  tsa('make', at('tsa'));
  mkdirSync(at('bin'));
  const where = { python3: make('python3', '-c', 'import sys; print(sys.executable)') }; // a wrapper would need more than is here
  for (const tool of TOOLS) symlinkSync((where[tool] ?? make('which', tool)).toString().trim(), at(`bin/${tool}`));
  const now = Date.now();
  const log = new Log(at('attachments'));
  log.see(now - 5000, 'on', { change: 'first', picture: STRIPES });
  log.keep(now - 4000, 'privacy-policy', 'first', 'The privacy policy. '.repeat(30));
  stamp(log, 'good', 'root');
  const hidden = log.see(now - 3000, 'off', { change: 'changed', cause: 'user' });
  stamp(log, 'second', 'other-root');
  log.see(now - 2000, 'off');
  writeFileSync(at('lines'), log.text);
  files = unzip(make(maker, 'report', at('lines'), log.folder, 'en', '-', `,${hidden},`, String(now)));
  steps = cutOut(files.get([...files.keys()].find((name) => name.endsWith('/VERIFY.txt'))).toString());
});

/** @param {Map<string, Buffer>} changed @param {string[]} roots where the receiver has them from */
function unpack(changed, roots = ['root', 'other-root']) {
  rmSync(folder, { recursive: true, force: true });
  for (const [name, bytes] of changed) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
  return Buffer.concat(roots.map((root) => readFileSync(at(`tsa/${root}.pem`))));
}

/** A step is good if it says what VERIFY.txt says that it must. */
const said = [
  (/** @type {string} */ text) => text === '',
  (/** @type {string} */ text) =>
    text === `Good "consentlog-evidence@v1" signature for consentlog with ED25519 key ${fingerprint}\n`,
  (/** @type {string} */ text) => text === '7 entries, 1 withheld: good\n',
  (/** @type {string} */ text) =>
    (text.match(/^Verification: OK$/gm) ?? []).length === 4 &&
    /^5\nTime stamp: \w+ +\d+ [\d:.]+ 20\d\d GMT$/m.test(text),
];

/** Which of the steps are good. @param {Map<string, Buffer>} changed @param {number[]} which counted from 1 @param {string[]} [roots] */
function follow(changed = files, which = [1, 2, 3, 4], roots = undefined) {
  const authorities = unpack(changed, roots);
  const cwd = join(folder, readdirSync(folder)[0]);
  fingerprint = /^The key: +(\S+)$/m.exec(
    files.get([...files.keys()].find((n) => n.endsWith('/VERIFY.txt'))).toString(),
  )[1];
  return which
    .map((n) => n - 1)
    .map((i) => {
      if (i === 2) cpSync(at('check.py'), join(cwd, 'check.py'));
      if (i === 3) writeFileSync(join(cwd, 'ROOT.pem'), authorities);
      const ran = steps[i].map((command) =>
        spawnSync(at('bin/sh'), ['-c', command], { cwd, env: { PATH: at('bin') }, encoding: 'utf8' }),
      );
      problems = ran.map((r) => r.stdout + r.stderr).join('');
      return ran.every((r) => r.status === 0) && said[i](ran.map((r) => r.stdout).join(''));
    });
}

/** A copy in which one file is another. @param {string} name @param {(bytes: Buffer) => Buffer | string} change */
function edit(name, change) {
  const [whole] = [...files.keys()].filter((n) => n.endsWith(`/${name}`));
  return new Map([...files].map(([n, bytes]) => [n, n === whole ? Buffer.from(change(bytes)) : bytes]));
}
const named = (/** @type {RegExp} */ pattern) =>
  [...files.keys()].filter((name) => pattern.test(name)).map((name) => name.slice(name.indexOf('/') + 1));

test('a good package passes each step', () => {
  assert.deepEqual(follow(), [true, true, true, true], problems);
  assert.equal(named(/data\/(report\.html|history\.csv|consent-records\.jsonld|certification\.txt)$/).length, 4);
  assert.deepEqual([named(/\/attachments\//).length, named(/\.tsr$/).length, named(/tlog-proof$/).length], [2, 2, 2]);
});

test('step 1: no file is other than listed, missing, or more', () => {
  for (const name of named(/./).filter((n) => !n.startsWith('tagmanifest-sha256.txt'))) {
    assert.equal(
      follow(
        edit(name, (bytes) => Buffer.concat([bytes, Buffer.from('x')])),
        [1],
      )[0],
      false,
      `${name} changed`,
    );
  }
  const one = named(/\/attachments\//)[0];
  const [top] = [...files.keys()].map((name) => name.split('/')[0]);
  assert.equal(follow(new Map([...files].filter(([name]) => !name.endsWith(one))), [1])[0], false, 'removed');
  for (const name of [
    'data/letter.txt',
    'data/tagmanifest-letter.txt',
    'tagmanifest-sha256.txt.sig.txt',
    'tagmanifest-sha512.txt',
    '.DS_Store',
    'data/proofs/.hidden',
    ' bagit.txt',
    'bagit.txt\nXXbagit.txt', // each of its two lines is a name that is listed
  ])
    assert.equal(
      follow(new Map([...files, [`${top}/${name}`, Buffer.from('not ours')]]), [1])[0],
      false,
      `${name} added`,
    );
  assert.equal(
    follow(new Map([...files].filter(([name]) => !name.endsWith('.sig'))), [1])[0],
    false,
    'the signature removed',
  );
  const list = [...files.keys()].find((name) => name.endsWith('/manifest-sha256.txt'));
  for (const [what, change] of /** @type {[string, (text: string) => string][]} */ ([
    ['a line twice', (text) => text.replace(/^.*\n/, '$&$&')],
    ['a line in the way of another program', (text) => text.replace(/^(.{64}) {2}/, '$1 *')],
    ['an escape', (text) => `\\${text}`],
    ['capitals', (text) => text.replace(/^.{64}/, (hash) => hash.toUpperCase())],
    ['ends of lines of Windows', (text) => text.replaceAll('\n', '\r\n')],
    ['a mark', (text) => `\ufeff${text}`],
    ['words', (text) => `${text}and a word\n`],
    ['a climb', (text) => text.replace('  data/', '  ../data/')],
    ['no file at all', (text) => `${text}${'0'.repeat(64)}  data/none\n`],
  ]))
    assert.equal(
      follow(
        edit(list.slice(list.indexOf('/') + 1), (b) => change(b.toString())),
        [1, 2],
      ).every(Boolean),
      false,
      `a list with ${what}`,
    );
  unpack(files);
  symlinkSync('report.html', join(folder, top, 'data/letter.html'));
  const { stdout } = spawnSync(at('bin/sh'), ['-c', steps[0][1]], {
    cwd: join(folder, top),
    env: { PATH: at('bin') },
    encoding: 'utf8',
  });
  assert.equal(stdout, 'data/letter.html\n', 'a link added');
});

/** `data/allowed_signers` of somebody else. */
function strangerSigners() {
  const other = at('other-key');
  if (!existsSync(other)) make('ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', other);
  return `consentlog namespaces="consentlog-evidence@v1" ${readFileSync(`${other}.pub`, 'utf8').split(' ').slice(0, 2).join(' ')}\n`;
}

test('step 2: lists that somebody else put in order', () => {
  for (const name of ['data/report.html', 'data/history.csv', 'data/entries.jsonl', 'VERIFY.txt']) {
    const [sums, signature] = follow(relist(edit(name, (bytes) => `${bytes}\n`)), [1, 2]);
    assert.deepEqual([sums, signature], [true, false], name);
  }
  const forged = relist(edit('data/allowed_signers', strangerSigners));
  const list = [...forged.keys()].find((name) => name.endsWith('/tagmanifest-sha256.txt'));
  writeFileSync(at('list'), forged.get(list));
  make('ssh-keygen', '-q', '-Y', 'sign', '-f', at('other-key'), '-n', 'consentlog-evidence@v1', at('list'));
  forged.set(`${list}.sig`, readFileSync(at('list.sig')));
  assert.deepEqual(follow(forged, [1, 2]), [true, false], 'good by another key than the one that is named');
});

test('step 3: an owner who signs what does not fit', () => {
  const fails = (/** @type {Map<string, Buffer>} */ changed, /** @type {string} */ what) => {
    assert.deepEqual(follow(relist(changed), [3]), [false], what);
    assert.match(problems, /^(AssertionError|ValueError|json\.decoder\.JSONDecodeError)/m, what);
  };
  fails(
    edit('data/entries.jsonl', (b) => b.toString().replace('"state":"on"', '"state":"off"')),
    'an entry',
  );
  fails(
    edit('data/entries.jsonl', (b) => b.toString().replace(/("withheld":"..)./, '$1_')),
    'a withheld one',
  );
  fails(
    edit('data/entries.jsonl', (b) =>
      b.toString().replace(/("withheld":".{63})(.)/, (_, rest, last) => rest + (last === '5' ? '6' : '5')),
    ),
    'its hash',
  );
  fails(
    edit('data/entries.jsonl', (b) => b.toString().split('\n').slice(0, -2).join('\n') + '\n'),
    'one less',
  );
  fails(
    edit('data/entries.jsonl', (b) => `${b}{"withheld":"${'0'.repeat(64)}"}\n`),
    'one more',
  );
  const [first, second] = named(/tlog-proof$/);
  const bytes = (/** @type {string} */ name) => files.get([...files.keys()].find((n) => n.endsWith(`/${name}`)));
  fails(
    edit(first, () => bytes(second)),
    'a proof',
  );
  const [early, late] = named(/timestamps\/.*\.checkpoint$/);
  fails(
    edit(late, () => bytes(early).toString().replace('\n3\n', '\n5\n')),
    'what was stamped',
  );
  fails(
    edit(named(/\/attachments\//)[0], () => 'another picture'),
    'an attachment',
  );
  const stranger = new Map([
    ...files,
    [`${[...files.keys()][0].split('/')[0]}/data/attachments/${'a'.repeat(64)}.png`, Buffer.from('x')],
  ]);
  fails(stranger, 'an attachment of no entry');
  fails(edit('data/allowed_signers', strangerSigners), 'the log of another, signed as one of their own');
});

test('step 4: tokens of another query, checkpoint or authority', () => {
  const bytes = (/** @type {string} */ name) => files.get([...files.keys()].find((n) => n.endsWith(`/${name}`)));
  for (const kind of ['tsr', 'tsq', 'checkpoint']) {
    const [early, late] = named(new RegExp(`timestamps/.*\\.${kind}$`));
    assert.deepEqual(follow(relist(edit(late, () => bytes(early))), [4]), [false], kind);
  }
  assert.deepEqual(follow(files, [4], ['root']), [false], 'a root that the receiver does not have');
  const [command] = steps[3];
  const when = (/** @type {number} */ seconds) =>
    spawnSync(at('bin/sh'), ['-c', command.replaceAll('-verify', `-verify -attime ${seconds}`)], {
      cwd: join(folder, readdirSync(folder)[0]),
      env: { PATH: at('bin') },
      encoding: 'utf8',
    }).stdout.match(/Verification: OK/g)?.length;
  follow(files, [4]);
  assert.deepEqual(
    [when((Date.now() / 1000) | 0), when(2_400_000_000)],
    [4, undefined],
    'asked of a time after the certificates',
  );
});
