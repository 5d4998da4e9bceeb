// Evidence against other programs: Go's note package, ssh-keygen, openssl's time stamping, sha256sum, python3, Info-ZIP,
// and a second verifier. CL_BUILD is the build directory.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { secondOpinions } from './many.mjs';
import { relist, unzip, zip } from './package.mjs';
import { judgePage, rootsOf } from './page.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const peerProgram = join(process.env.CL_BUILD ?? join(here, '../../build'), 'tests/evidence_peer');
const work = mkdtempSync(join(tmpdir(), 'consentlog-evidence-'));
const at = (name) => join(work, name);
after(() => rmSync(work, { recursive: true, force: true }));

function run(program, args, options = {}) {
  const ran = spawnSync(program, args, { cwd: work, maxBuffer: 1 << 28, ...options });
  if (ran.error) throw ran.error;
  return { code: ran.status, out: ran.stdout, text: ran.stdout.toString(), err: ran.stderr.toString() };
}
const peer = (...args) => run(peerProgram, args);
function good(result) {
  assert.equal(result.code, 0, result.err || result.text);
  return result.out;
}
const has = (program) => spawnSync(program, ['--version']).error === undefined;

/** What the first said of each package, for the second verifier and for the page's checks, at the end. */
const judged = [];

/** @returns {{good: boolean, failed: string[][]}} */
function judge(raw, roots) {
  writeFileSync(at('judged.zip'), raw);
  const ours = peer('verify', at('judged.zip'), roots ?? '-');
  assert.ok([0, 1].includes(ours.code), `exit ${ours.code}: ${ours.err}`);
  const lines = ours.text
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'));
  judged.push({ raw, roots, good: ours.code === 0, lines });
  return { good: ours.code === 0, lines, failed: lines.find(([, result]) => result === 'failed') };
}
function refused(raw, check, file, what = /./) {
  const { good: isGood, failed } = judge(raw);
  assert.equal(isGood, false);
  assert.equal(failed[0], check, failed.join(' | '));
  assert.equal(failed[2], file, failed.join(' | '));
  assert.match(failed[3], what);
}

// ---- notes and signatures ---------------------------------------------------------------------

test('Go opens our checkpoint and we open its', { skip: !has('go') && 'golang-go is not installed' }, () => {
  const env = { ...process.env, GO111MODULE: 'off', GOPATH: `${at('go')}:/usr/share/gocode`, GOCACHE: at('gocache') };
  good(run('go', ['build', '-o', at('gopeer'), join(here, 'peer.go')], { env }));
  const vkey = good(peer('vkey')).toString();
  const note = good(peer('checkpoint-sign'));
  const opened = run(at('gopeer'), ['open', vkey], { input: note });
  assert.equal(opened.text, note.toString().split('\n\n')[0] + '\n');
  const changed = Buffer.from(note.toString().replace('\n3\n', '\n4\n'));
  assert.notEqual(run(at('gopeer'), ['open', vkey], { input: changed }).code, 0);

  const theirs = good(run(at('gopeer'), ['sign']));
  writeFileSync(at('note'), theirs);
  good(peer('checkpoint-open', at('note')));
  writeFileSync(at('note'), theirs.toString().replace('\n3\n', '\n4\n'));
  assert.equal(peer('checkpoint-open', at('note')).err, 'bad-signature\n');
});

test('ssh-keygen verifies our signature', () => {
  writeFileSync(at('message'), 'any bytes\n');
  writeFileSync(at('message.sig'), good(peer('ssh-sign', at('message'))));
  writeFileSync(at('allowed'), good(peer('ssh-allowed')));
  const verify = (namespace, input) =>
    run(
      'ssh-keygen',
      ['-Y', 'verify', '-f', at('allowed'), '-I', 'consentlog', '-n', namespace, '-s', at('message.sig')],
      { input },
    ).code;
  assert.equal(verify('consentlog-evidence@v1', 'any bytes\n'), 0);
  assert.notEqual(verify('consentlog-evidence@v1', 'other bytes\n'), 0);
  assert.notEqual(verify('file', 'any bytes\n'), 0);
});

// ---- time -------------------------------------------------------------------------------------

const tsa = (...args) => good(run('bash', [join(here, 'tsa.sh'), ...args]));

before(() => tsa('make', at('tsa')));

function answer(file, who) {
  writeFileSync(at('query.tsq'), good(peer('timestamp-query', file)));
  const reply = tsa('answer', at('tsa'), who, at('query.tsq'));
  writeFileSync(at('reply.tsr'), reply);
  return { query: readFileSync(at('query.tsq')), reply };
}

test('real authorities answer our queries', () => {
  writeFileSync(at('file'), 'stamp me\n');
  const check = (roots) =>
    peer('timestamp-check', at('file'), at('query.tsq'), at('reply.tsr'), at(`tsa/${roots}.pem`));
  answer(at('file'), 'good');
  assert.equal(good(check('root')).toString(), 'O=Test,CN=Good Time');
  good(
    run('openssl', [
      'ts',
      '-verify',
      '-queryfile',
      at('query.tsq'),
      '-in',
      at('reply.tsr'),
      '-CAfile',
      at('tsa/root.pem'),
    ]),
  );
  assert.equal(check('other-root').err, 'tsa-untrusted\n');
  answer(at('file'), 'chatty');
  assert.equal(good(check('root')).toString(), 'O=Test,CN=Good Time');
  answer(at('file'), 'expired');
  assert.equal(check('root').err, 'tsa-expired\n');
  answer(at('file'), 'refusing');
  assert.equal(check('root').err, 'tsa-refused\n');
  answer(at('file'), 'good');
  writeFileSync(at('query.tsq'), good(peer('timestamp-query', at('file'))));
  assert.equal(check('root').err, 'tsa-replayed\n');
  answer(at('file'), 'good');
  writeFileSync(at('file'), 'other bytes\n');
  assert.equal(check('root').err, 'tsa-other\n');
});

/** The four files of a timestamp, named for the package. */
function stamp(size, ordinal, who) {
  const stem = `data/timestamps/${size}-${ordinal}`;
  writeFileSync(at('note'), good(peer('package-checkpoint', String(size))));
  const { query, reply } = answer(at('note'), who);
  const chain = readFileSync(at(`tsa/${who === 'second' ? 'other-root' : 'root'}.pem`));
  const files = { '.chain.pem': chain, '.checkpoint': readFileSync(at('note')), '.tsq': query, '.tsr': reply };
  return Object.entries(files).map(([suffix, data]) => [stem + suffix, data]);
}

function stamped(...stamps) {
  const files = stamps.flat().sort(([a], [b]) => (a < b ? -1 : 1));
  const args = files.flatMap(([name, data], i) => {
    writeFileSync(at(`stamp-${i}`), data);
    return [name, at(`stamp-${i}`)];
  });
  return good(peer('package', '6', 'all', ...args));
}

test('packages with independent time', () => {
  writeFileSync(
    at('roots.pem'),
    Buffer.concat([readFileSync(at('tsa/root.pem')), readFileSync(at('tsa/other-root.pem'))]),
  );
  const both = stamped(stamp(1, 0, 'good'), stamp(4, 0, 'good'), stamp(4, 1, 'second'));
  const result = judge(both, at('roots.pem'));
  assert.equal(result.good, true, result.failed?.join(' '));
  assert.match(result.lines.at(-1)[3], /^by trusted authorities: 3; entries that they vouch for, from the first on: 4/);

  writeFileSync(at('judged.zip'), both);
  const half = peer('verify', at('judged.zip'), at('tsa/root.pem'));
  assert.equal(half.code, 0);
  assert.match(half.text, /remark\tdata\/timestamps\/4-1.tsr\tis not counted/);
  assert.match(half.text, /by trusted authorities: 2;/);

  const bad = (raw, file, what) => {
    const { good: isGood, failed } = judge(raw, at('roots.pem'));
    assert.equal(isGood, false);
    assert.deepEqual([failed[0], failed[2]], ['timestamps', file]);
    assert.match(failed[3], what);
  };
  const four = stamp(4, 0, 'good');
  bad(stamped(four.slice(1)), 'data/timestamps/4-0.tsr', /lacks/);
  bad(stamped(stamp(4, 0, 'expired')), 'data/timestamps/4-0.tsr', /not valid at the time/);
  const renamed = stamp(3, 0, 'good').map(([name, data]) => [name.replace('/3-', '/4-'), data]);
  bad(stamped(renamed), 'data/timestamps/4-0.tsr', /entries do not give/);
  const replayed = [...four.slice(0, 3), stamp(4, 0, 'good')[3]];
  bad(stamped(replayed), 'data/timestamps/4-0.tsr', /another question/);
  bad(
    stamped([...four.slice(0, 3), ['data/timestamps/4-0.tsr', Buffer.from('no token')]]),
    'data/timestamps/4-0.tsr',
    /RFC 3161/,
  );
});

// ---- damage and deceit --------------------------------------------------------------------------

const FOLDER = () => [...fresh().keys()][0].split('/')[0] + '/';
let six; // made once
const fresh = () => unzip(Buffer.from((six ??= good(peer('package', '6', 'all')))));

test('taken apart and put together again it is still good', () => {
  const raw = zip(fresh());
  assert.equal(judge(raw).good, true, judge(raw).failed?.join(' '));
  assert.equal(judge(good(peer('package', '6', 'even'))).good, true);
});

test("every file removed, changed, renamed, or swapped for another log's", () => {
  const folder = FOLDER();
  const other = unzip(good(peer('package', '7', 'all')));
  const otherFolder = [...other.keys()][0].split('/')[0] + '/';
  for (const name of [...fresh().keys()].map((whole) => whole.slice(folder.length))) {
    const without = fresh();
    without.delete(folder + name);
    assert.equal(judge(zip(without)).good, false, `${name} removed`);

    const changed = fresh();
    changed.set(folder + name, Buffer.concat([changed.get(folder + name), Buffer.from('x')]));
    const { good: isGood, failed } = judge(zip(changed));
    assert.equal(isGood, false, `${name} changed`);
    assert.equal(failed[2], name, failed.join(' | '));

    const renamed = [...fresh()].map(([whole, data]) => [whole === folder + name ? `${whole}x` : whole, data]);
    assert.equal(judge(zip(renamed)).good, false, `${name} renamed`);

    const theirs = other.get(otherFolder + name);
    if (theirs && !theirs.equals(fresh().get(folder + name))) {
      const swapped = fresh();
      swapped.set(folder + name, theirs);
      assert.equal(judge(zip(swapped)).good, false, `${name} swapped`);
    }
  }
});

test('somebody without the key who keeps the lists in order', () => {
  const folder = FOLDER();
  const edit = (name, change) => {
    const files = fresh();
    files.set(folder + name, Buffer.from(change(files.get(folder + name).toString())));
    return zip(relist(files));
  };
  const { failed } = judge(edit('data/entries.jsonl', (text) => text.replace('"off"', '"on"')));
  assert.equal(failed[0], 'signature');
  refused(
    edit('data/vkey', (text) => text.replace('+', '+0')),
    'key',
    'data/vkey',
  );
  const added = fresh();
  added.set(`${folder}data/letter.txt`, Buffer.from('not ours'));
  refused(zip(added), 'layout', 'data/letter.txt');
  const unlisted = fresh();
  unlisted.set(`${folder}data/proofs/2.tlog-proof`, unlisted.get(`${folder}data/proofs/1.tlog-proof`));
  unlisted.delete(`${folder}data/proofs/4.tlog-proof`);
  refused(zip([...unlisted].sort(([a], [b]) => (a < b ? -1 : 1))), 'bag', 'data/proofs/2.tlog-proof');
});

test('containers that programs could see in two ways', () => {
  const folder = FOLDER();
  const files = [...fresh()];
  const named = (name) => zip([...files, [name, Buffer.from('x')]]);
  refused(named(`${folder}../../etc/x`), 'container', '', /climbs/);
  refused(named('/etc/x'), 'container', '', /empty part/);
  refused(named(`${folder}data//x`), 'container', '', /empty part/);
  refused(named(`${folder}data\\x`), 'container', '', /characters/);
  refused(named(`${folder}data/\u00e4`), 'container', '', /characters/);
  refused(named(`${folder}data/x.`), 'container', '', /full stop/);
  refused(named(`${folder}bagit.txt`), 'container', `${folder}bagit.txt`, /twice/);
  refused(named(`${folder}BAGIT.txt`), 'container', `${folder}BAGIT.txt`, /twice/);
  refused(named(`${folder}bagit.txt/x`), 'container', `${folder}bagit.txt`, /both/);
  refused(named('elsewhere/x'), 'container', 'elsewhere/x', /folder/);
  refused(named(`${folder}${'x'.repeat(200)}`), 'container', '', /longer/);
  const raw = zip(files);
  refused(Buffer.concat([raw, Buffer.from('!')]), 'container', '');
  refused(Buffer.concat([Buffer.from('MZ'), raw]), 'container', '');
  refused(Buffer.alloc(0), 'container', '', /short/);
  refused(Buffer.from('x'.repeat(100)), 'container', '', /not a ZIP/);
  const end = Buffer.from(raw);
  end.writeUInt16LE(files.length - 1, end.length - 12);
  end.writeUInt16LE(files.length - 1, end.length - 14);
  refused(end, 'container', '', /hides/);
  const named2 = Buffer.from(raw); // the local header says another name than the directory
  named2.write('X', HEAD_NAME + folder.length, 'latin1');
  refused(named2, 'container', `${folder}VERIFY.txt`, /another name/);
});
const HEAD_NAME = 30;

test('packed again by another program', { skip: !has('zip') && 'zip is not installed' }, () => {
  const folder = at('again');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  writeFileSync(at('package.zip'), zip(fresh()));
  good(run('python3', ['-m', 'zipfile', '-e', at('package.zip'), folder]));
  const pack = (name, ...args) => {
    good(run('zip', ['-qrD', ...args, at(name), '.'], { cwd: folder }));
    return readFileSync(at(name));
  };
  const check = (raw) => assert.equal(judge(raw).failed[0], 'container');
  for (const raw of [pack('deflated.zip'), pack('stored.zip', '-0X')]) {
    const { good: isGood, lines, failed } = judge(raw);
    assert.equal(isGood, true, failed?.join(' | '));
    assert.deepEqual(lines[0].slice(0, 2), ['container', 'remark']);
    assert.match(lines[0][3], /^packed again by another program, so it is not the original$/);
  }
  check(pack('encrypted.zip', '-P', 'x'));
  symlinkSync('/etc/passwd', join(folder, readdirSync(folder)[0], 'link'));
  check(pack('link.zip', '-0Xy'));
  writeFileSync(at('zeros'), Buffer.alloc(1 << 26));
  good(run('zip', ['-q9', at('bomb.zip'), 'zeros']));
  check(readFileSync(at('bomb.zip')));
});

test('the second verifier says the same of every package above, and so does the page that checks', async () => {
  assert.ok(judged.length > 50, String(judged.length));
  for (const roots of new Set(judged.map((one) => one.roots))) {
    const some = judged.filter((one) => one.roots === roots);
    some.forEach(({ raw }, i) => writeFileSync(at(`judged-${i}.zip`), raw));
    const theirs = await secondOpinions(
      some.map((_, i) => at(`judged-${i}.zip`)),
      roots,
    );
    for (const [i, { good: isGood, lines }] of some.entries())
      assert.equal(theirs[i].good, isGood, `second verifier: ${theirs[i].why ?? 'good'}\nfirst: ${lines.join('\n')}`);
  }
  const short = ([check, result, file]) => `${check} ${result} ${file}`;
  for (const { raw, roots, good: isGood, lines } of judged) {
    const verdict = await judgePage(raw, rootsOf(roots));
    const said = verdict.checks
      .filter(({ check }) => check !== 'contents' && check !== 'derived') // those are the program's, not the library's
      .map(({ check, result, file }) => [check, result, file ?? '']);
    const words = verdict.checks.map(({ say, values }) => `${say} ${values}`).join('\n');
    assert.deepEqual(
      said.map(short),
      lines.map(short),
      `${lines.map((line) => line.join(' ')).join('\n')}\n\nthe page:\n${words}`,
    );
    assert.equal(verdict.good, isGood);
  }
});
