// Files of a member's own in an evidence package: kept, exported, withheld, verified; and what can be said of them that is not so.
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { MAIL, MAIL_SAYS, noise } from '../e2e/exhibits.mjs';
import { CLI, limits, observation, ROOT, Session } from '../e2e/host.mjs';
import { png } from '../e2e/kept.mjs';
import { ofExhibits } from './exhibit-lies.mjs';
import { pack } from './liar.mjs';
import { unzip } from './package.mjs';
import { judgePage } from './page.mjs';

const LIMITS = limits();
const work = mkdtempSync(join(tmpdir(), 'consentlog-exhibits-'));
const at = (/** @type {string} */ name) => join(work, name);
const sha256 = (/** @type {Buffer} */ bytes) => createHash('sha256').update(bytes).digest('hex');
/** A stranger: no keyring, no log, no bus. */
const stranger = (/** @type {string[]} */ ...args) =>
  spawnSync(CLI, args, { env: { PATH: '/usr/bin:/bin', HOME: '/nonexistent' }, encoding: 'utf8', maxBuffer: 1 << 26 });
const second = (/** @type {string} */ path) =>
  spawnSync('python3', [join(ROOT, 'tests/evidence/verify.py'), path], { encoding: 'utf8', maxBuffer: 1 << 26 });

/** @type {Session} */
let session;
const cli = (/** @type {string[]} */ ...args) => {
  const got = session.run(CLI, args);
  assert.equal(got.status, 0, got.stdout + got.stderr);
  return got.stdout;
};

/** By hand: the script of step 3, as it is printed. @param {Map<string, Buffer>} files @param {string} folder */
function unpacked(files, folder) {
  for (const [name, bytes] of files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
  const [name, text] = [...files].find(([n]) => n.endsWith('/VERIFY.txt'));
  const cwd = join(folder, dirname(name));
  writeFileSync(join(cwd, 'check.py'), text.toString().split(/-----8<-----\n|----->8-----\n/)[1]);
  return cwd;
}

const PICTURE = png(3, 2);
const LARGE = noise(LIMITS.CL_EXHIBIT_MAX);
/** What lies in a package. @param {string} name */
const filesOf = (name) => unzip(readFileSync(at(name)));
/** A stranger's verdict: all that was told, and remarks but of the computer's clock. @param {string} name */
function verified(name) {
  const got = stranger('verify', '--json', at(name));
  assert.equal(got.status, 0, got.stdout + got.stderr);
  /** @type {{result: string, what: string}[]} */ const checks = JSON.parse(got.stdout).checks;
  return {
    told: checks.map(({ what }) => what).join('\n'),
    remarks: checks.flatMap(({ result, what }) => (result === 'remark' && !/clock/.test(what) ? [what] : [])),
  };
}
const names = (/** @type {Map<string, Buffer>} */ files) =>
  [...files.keys()].map((n) => n.slice(n.indexOf('/') + 1)).filter((n) => n.startsWith('data/exhibits/'));

before(async () => {
  session = await Session.start();
  for (const [name, bytes] of /** @type {[string, Buffer][]} */ ([
    ['Your settings.eml', MAIL],
    ['screen.png', PICTURE],
    ['large.bin', LARGE],
    ['page.html', Buffer.from('<html><script>alert(1)</script>')],
  ]))
    writeFileSync(at(name), bytes);
  const { ok, error } = await session.once('record', { observations: [observation()] });
  assert.ok(ok, JSON.stringify(error));
  cli('keep', at('Your settings.eml'), '--note', 'as it <b>arrived</b>');
  cli('keep', at('screen.png'));
  cli('keep', at('page.html'));
});
after(async () => {
  await session.stop();
  rmSync(work, { recursive: true, force: true });
});

describe('exhibits in a package', () => {
  test('all of them: verified by the program, the second verifier, the page and by hand', async () => {
    cli('export', '-o', at('all.zip'));
    const files = filesOf('all.zip');
    assert.deepEqual(
      names(files).sort(),
      [
        `data/exhibits/${sha256(MAIL)}.eml`,
        `data/exhibits/${sha256(PICTURE)}.png`,
        `data/exhibits/${sha256(readFileSync(at('page.html')))}.txt`,
      ].sort(),
    );
    const { told, remarks } = verified('all.zip');
    assert.match(told, /attachments, each as entries name it: 3/);
    assert.deepEqual(remarks, []);
    const theirs = second(at('all.zip'));
    assert.deepEqual([theirs.status, theirs.stdout.trim()], [0, '{"entries": {}, "remarks": []}'], theirs.stderr);
    const { good, findings, model } = await judgePage(readFileSync(at('all.zip')));
    assert.deepEqual([good, findings], [true, 0]);
    const [mail, picture] = model.told().exhibits;
    assert.deepEqual([mail.file, mail.note, mail.mail], ['Your settings.eml', 'as it <b>arrived</b>', MAIL_SAYS]);
    assert.deepEqual([picture.type, picture.place], ['image/png', `data/exhibits/${sha256(PICTURE)}.png`]);
    const hand = spawnSync('python3', ['check.py'], { cwd: unpacked(files, at('hand')), encoding: 'utf8' });
    assert.match(hand.stdout, /withheld: good\n$/, hand.stderr);
  });

  test('one entry withheld, with its file', () => {
    cli('export', '-o', at('one.zip'), '--withhold', '2');
    const files = filesOf('one.zip');
    assert.ok(!names(files).some((name) => name.endsWith('.eml')));
    assert.equal(names(files).length, 2);
    const { told, remarks } = verified('one.zip');
    assert.match(told, /exactly the entries that were signed: 5, of them withheld: 1/);
    assert.deepEqual(remarks, []);
    assert.equal(second(at('one.zip')).status, 0);
  });

  test('their files withheld, and not their entries', () => {
    const said = cli('export', '-o', at('none.zip'), '--withhold', 'exhibits');
    assert.match(said.replace(/\s+/g, ' '), /The files that you kept are withheld: the package has their fingerprints/);
    assert.doesNotMatch(cli('export', '-o', at('all-said.zip')), /are withheld/);
    assert.deepEqual(names(filesOf('none.zip')), []);
    assert.deepEqual(verified('none.zip').remarks, ['attachments that entries name and that are withheld: 3']);
    assert.equal(second(at('none.zip')).status, 0);
    const report = [...filesOf('none.zip')].find(([n]) => n.endsWith('report.html'))[1].toString();
    assert.ok(report.includes(sha256(MAIL)) && report.includes('withheld'));
    assert.ok(!report.includes('exhibits/'));
  });

  for (const [language, heading, stated] of [
    ['en', 'Enclosed by the member', 'Stated in the file, not verified'],
    ['de', 'Vom Mitglied beigelegt', 'In der Datei angegeben, nicht geprüft'],
    ['fr', 'Joint par le membre', 'Indiqué dans le fichier, non vérifié'],
  ])
    test(`the report tells of them as the member's own (${language})`, () => {
      const name = `${language}.zip`;
      cli('export', '-o', at(name), '--language', language);
      const report = [...filesOf(name)].find(([n]) => n.endsWith('report.html'))[1].toString();
      const section = report.slice(report.indexOf(`<h2>${heading}</h2>`));
      for (const part of [
        stated,
        'Your settings.eml',
        'as it &lt;b&gt;arrived&lt;/b&gt;',
        'LinkedIn &lt;messages-noreply@linkedin.com&gt;',
        'Updates to our terms',
        'message/rfc822',
        sha256(MAIL),
        `exhibits/${sha256(MAIL)}.eml`,
      ])
        assert.ok(section.includes(part), part);
      assert.ok(!/<(a|img|iframe|object|embed)[^>]*exhibits/.test(report), 'nothing opens one');
      assert.equal(stranger('verify', at(name)).status, 0);
    });

  test('a sender and a subject in encoded words are read as people read them, and stay in the entry as they are', () => {
    const subject = '=?UTF-8?Q?=C3=84nderung_der?= =?ISO-8859-1?B?IFJpY2h0bGluaWU=?=';
    writeFileSync(at('encoded.eml'), `From: =?utf-8?B?TMOv?= <a@b>\r\nDate: today\r\nSubject: ${subject}\r\n\r\n`);
    cli('keep', at('encoded.eml'));
    cli('export', '-o', at('encoded.zip'));
    const files = [...filesOf('encoded.zip')];
    const [, report] = files.find(([n]) => n.endsWith('report.html'));
    for (const shown of ['Lï &lt;a@b&gt;', 'Änderung der Richtlinie'])
      assert.ok(report.toString().includes(shown), shown);
    assert.ok(
      files.some(([n, bytes]) => n.endsWith('entries.jsonl') && bytes.toString().includes(`"subject":"${subject}"`)),
    );
    assert.equal(stranger('verify', at('encoded.zip')).status, 0);
  });

  test('history.csv has name and note', () => {
    const table = [...filesOf('all.zip')].find(([n]) => n.endsWith('history.csv'))[1].toString();
    assert.match(table, /^"2","[^"]*","exhibit",("",){11}"Your settings\.eml","as it <b>arrived<\/b>","","","",""\r$/m);
  });

  test('a file at the limit, in 64 MB of memory', () => {
    cli('keep', at('large.bin'));
    cli('export', '-o', at('large.zip'));
    const large = filesOf('large.zip');
    const [, bytes] = [...large].find(([n]) => n.endsWith(`${sha256(LARGE)}.bin`));
    assert.ok(bytes.equals(LARGE));
    const script = `import resource, subprocess, sys
ran = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
print(ran.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)`;
    const got = spawnSync('python3', ['-c', script, CLI, 'verify', at('large.zip')], { encoding: 'utf8' });
    const [status, peak] = got.stdout.trim().split(' ').map(Number);
    assert.equal(status, 0, got.stderr);
    assert.ok(peak < 65536, `${peak} KiB`);
    assert.equal(second(at('large.zip')).status, 0);
  });

  test('a package of before has no exhibits and stays good', () => {
    cli('export', '-o', at('before.zip'), '--withhold', '2-6');
    assert.deepEqual(names(filesOf('before.zip')), []);
    assert.equal(stranger('verify', at('before.zip')).status, 0);
  });
});

// ---- lies --------------------------------------------------------------------------------------------------------------------

/** @returns {Promise<{code: number, out: string}>} */
const run = (/** @type {string} */ program, /** @type {string[]} */ args, cwd = work) =>
  new Promise((resolve) => {
    execFile(program, args, { cwd, maxBuffer: 1 << 28 }, (error, out, err) =>
      resolve({ code: error ? Number(error.code) || 1 : 0, out: out + err }),
    );
  });

test('what is said of them that is not so is found alike', async () => {
  const own = [...filesOf('all.zip')].find(([n]) => n.endsWith('/VERIFY.txt'))[1].toString();
  const instructions = own
    .replace(/^The folder: .*$/m, 'The folder: @FOLDER@')
    .replace(/^The key: .*$/m, 'The key:    @KEY@');
  /** @type {string[]} */ const wrong = [];
  const lies = ofExhibits();
  const judge = async (/** @type {number} */ i) => {
    const lie = lies[i];
    const made = pack(lie.lines, { instructions, ...lie.options });
    const file = at(`lie-${i}.zip`);
    writeFileSync(file, made.raw);
    const ours = await run(CLI, ['verify', '--json', file]);
    const theirs = await run('python3', [join(ROOT, 'tests/evidence/verify.py'), file]);
    // The steps of VERIFY.txt do not look at what is named: it is good for them, as what nothing is said of.
    const byHand = lie.verdict !== 'named' && !lie.form;
    const hand = byHand
      ? await run('python3', ['check.py'], unpacked(made.files, at(`hand-${i}`)))
      : { code: 0, out: '' };
    const said = JSON.parse(ours.out);
    const page = await judgePage(made.raw);
    const told = (/** @type {any} */ verdict) =>
      JSON.stringify([
        verdict.good,
        verdict.findings,
        verdict.remarks,
        ...verdict.checks
          .filter((/** @type {any} */ c) => c.check !== 'derived')
          .map((/** @type {any} */ c) => [c.check, c.result, c.code, c.file].join(' ')),
      ]);
    if (told(page) !== told(said))
      wrong.push(`${lie.what}: the page that checks ${told(page)}, the program ${told(said)}`);
    const named = said.checks
      .filter((/** @type {any} */ c) => c.result === 'remark' && c.check === 'contents')
      .map((/** @type {any} */ c) => Number(/[Ee]ntry (\d+)/.exec(c.what)[1]));
    const found = !said.good ? 'bad' : named.length ? 'named' : 'good';
    const secondNamed = theirs.code ? [] : Object.keys(JSON.parse(theirs.out).entries).map(Number);
    const alike =
      said.good === (theirs.code === 0) &&
      [...new Set(named)].join() === secondNamed.join() &&
      (!byHand || said.good === (hand.code === 0));
    const right = found === lie.verdict && (lie.seq === undefined || named.includes(lie.seq));
    if (!alike || !right)
      wrong.push(`${lie.what}: ${found} ${named} for ${lie.verdict}; ${ours.out}; ${theirs.out}; ${hand.out}`);
    rmSync(file);
    rmSync(at(`hand-${i}`), { recursive: true, force: true });
  };
  let next = 0;
  const worker = async () => {
    for (let i = next++; i < lies.length; i = next++) await judge(i);
  };
  await Promise.all([worker(), worker(), worker()]);
  assert.deepEqual(wrong, []);
});
