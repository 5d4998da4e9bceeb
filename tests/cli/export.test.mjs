/** export and verify PACKAGE: from a real log under a real keyring to what a stranger can check, with no log at all. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { CLI, ROOT, Session, observation, observationOff, sleep } from '../e2e/host.mjs';

/** A stranger: no keyring, no log, no bus. */
const stranger = (...args) =>
  spawnSync(CLI, args, { env: { PATH: '/usr/bin:/bin', HOME: '/nonexistent' }, encoding: 'utf8', input: '' });
const second = (path) => spawnSync('python3', [join(ROOT, 'tests/evidence/verify.py'), path], { encoding: 'utf8' });

describe('evidence packages', () => {
  /** @type {Session} */
  let session;
  const folder = mkdtempSync(join(tmpdir(), 'consentlog-export-'));
  const at = (name) => join(folder, name);
  const cli = (...args) => session.run(CLI, args);
  const record = async (...observations) => {
    const answer = await session.once('record', { observations });
    assert.equal(answer.ok, true, JSON.stringify(answer));
    await sleep(2);
  };

  before(async () => {
    session = await Session.start();
    await record(observation());
    await record(observationOff({ account: { id: 'second', premium: true } }));
    await record(observation({ asked: true }));
  });
  after(async () => {
    await session.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('exported, and good for a stranger and for the second verifier', () => {
    const made = cli('export', '-o', at('all.zip'));
    assert.equal(made.status, 0, made.stderr);
    const key = /SHA256:\S{43}/.exec(made.stdout)[0];
    assert.equal(statSync(at('all.zip')).mode & 0o777, 0o600);
    assert.deepEqual(readdirSync(folder), ['all.zip'], 'nothing half-written is left');
    const got = stranger('verify', '--key', key, at('all.zip'));
    assert.equal(got.status, 0, got.stdout + got.stderr);
    assert.match(got.stdout, /verifies: 4 entries, 0 of them withheld/);
    assert.match(got.stdout, /It does not mean/);
    assert.equal(second(at('all.zip')).status, 0, second(at('all.zip')).stderr);
    assert.equal(stranger('verify', '--key', key.replace(/.$/, '!'), at('all.zip')).status, 1);
  });

  const noStrace = spawnSync('strace', ['-V']).error !== undefined && 'strace is not installed';
  for (const [what, name, begin] of [
    ['a package', 'synced.zip', (path) => ['export', '-o', path]],
    ['a report', 'synced.html', (path) => ['verify', '--report', path, at('all.zip')]],
  ])
    test(
      `${what} is on the disk before it gets its name, and its name before success is said`,
      { skip: noStrace },
      () => {
        const calls = 'trace=fsync,fdatasync,link,linkat,rename,renameat,renameat2,write,pwrite64';
        const made = session.run('strace', [
          '-f',
          '-y',
          '-s0',
          '-e',
          calls,
          '-o',
          at('calls'),
          CLI,
          ...begin(at(name)),
        ]);
        const lines = readFileSync(at('calls'), 'utf8').split('\n');
        rmSync(at('calls'));
        assert.equal(made.status, 0, made.stderr);
        const naming = lines.findIndex(
          (line) => /(link|rename)/.test(line) && line.includes(name) && / = 0$/.test(line),
        );
        const [, descriptor] = /\/proc\/self\/fd\/(\d+)/.exec(lines[naming]);
        const of = (line) => line.includes(`(${descriptor}<${folder}/`);
        const last = lines.findLastIndex((line) => /write/.test(line) && of(line));
        const file = lines.findIndex((line) => /fsync|fdatasync/.test(line) && of(line) && / = 0$/.test(line));
        const above = lines.findIndex(
          (line, i) => i > naming && line.includes(`<${folder}>) = 0`) && /fsync/.test(line),
        );
        const said = lines.findIndex((line) => / write\(1</.test(line));
        const all = lines.join('\n');
        assert.ok(last >= 0 && last < file && file < naming, `written, synced, named: ${[last, file, naming]}\n${all}`);
        assert.ok(
          above > naming && (said < 0 || above < said),
          `named, synced, said: ${[naming, above, said]}\n${all}`,
        );
      },
    );

  test('an existing file is never replaced', () => {
    writeFileSync(at('mine'), 'mine');
    const got = cli('export', '-o', at('mine'));
    assert.equal(got.status, 3);
    assert.match(got.stderr, /There is a file of that name already/);
    assert.equal(readFileSync(at('mine'), 'utf8'), 'mine');
    assert.equal(cli('export', '-o', at('no/such/folder.zip')).status, 3);
  });

  test('withheld: an entry, a range, an account, a time', () => {
    const entries = cli('history', '--json')
      .stdout.trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const pseudonym = JSON.stringify(entries[2]).match(/"pseudonym":"([0-9a-f]{32})"/)[1];
    const cases = [
      ['--withhold', '1'],
      ['--withhold', '1-2'],
      ['--withhold', `account=${pseudonym.slice(0, 8)}`],
      ['--since', entries[3].time],
      ['--until', entries[1].time],
      ['--withhold', '0-99'],
    ];
    const expected = [1, 2, 1, 2, 2, 3]; // entry 0 gives the log its name and stays
    for (const [i, args] of cases.entries()) {
      const path = at(`part-${i}.zip`);
      const made = cli('export', '--json', '-o', path, ...args);
      assert.equal(made.status, 0, made.stderr);
      assert.equal(JSON.parse(made.stdout).withheld, expected[i], args.join(' '));
      const got = JSON.parse(stranger('verify', '--json', path).stdout);
      assert.deepEqual([got.good, got.entries, got.withheld], [true, 4, expected[i]]);
      assert.equal(second(path).status, 0);
    }
    assert.ok(!readFileSync(at('part-2.zip')).includes(pseudonym));
    for (const wrong of ['x', '2-1', '-1', 'account=zz', 'account=', '1-']) {
      assert.equal(cli('export', '--withhold', wrong, '-o', at('never.zip')).status, 2, wrong);
    }
  });

  test('what would withhold nothing, or all, by a slip is refused, and nothing is written', () => {
    for (const [args, why] of [
      [['--withhold', 'account=0000000000'], /no account that begins with 0000000000/],
      [['--withhold', '1', '--withhold', '4'], /no entry 4 that could/],
      [['--withhold', '0'], /no entry 0 that could/],
      [['--since', '2026-09-02', '--until', '2026-09-01'], /--since is later than --until/],
    ]) {
      const got = cli('export', ...args, '-o', at('never.zip'));
      assert.equal(got.status, 2, args.join(' '));
      assert.match(got.stderr.replace(/\s+/g, ' '), why);
    }
    assert.ok(!readdirSync(folder).includes('never.zip'));
  });

  test('the older package is a beginning of the newer one', async () => {
    assert.equal(cli('export', '-o', at('old.zip')).status, 0);
    await record(observation({ asked: true }));
    assert.equal(cli('export', '-o', at('new.zip')).status, 0);
    const got = stranger('verify', at('old.zip'), at('new.zip'));
    assert.equal(got.status, 0, got.stdout);
    assert.match(
      got.stdout,
      /good +extends +begins\s+with\s+the\s+entries\s+of\s+the\s+earlier\s+package,\s+unchanged:\s+4/,
    );
    assert.match(stranger('verify', at('new.zip'), at('old.zip')).stdout, /name\s+the\s+older\s+one\s+first/);
  });

  test('changed, cut, missing: 1 or 3, and why', () => {
    const raw = readFileSync(at('all.zip'));
    const place = raw.indexOf('"state":"on"');
    assert.ok(place > 0);
    const changed = Buffer.from(raw);
    changed.write('"state":"no"', place);
    writeFileSync(at('changed.zip'), changed);
    const got = stranger('verify', at('changed.zip'));
    assert.equal(got.status, 1);
    assert.match(got.stdout, /failed +bag +data\/entries\.jsonl: /);
    assert.match(got.stdout, /does NOT verify/);
    writeFileSync(at('cut.zip'), raw.subarray(0, raw.length - 9));
    assert.equal(stranger('verify', at('cut.zip')).status, 1);
    assert.equal(stranger('verify', at('none.zip')).status, 3);
    assert.equal(stranger('verify', folder).status, 1, 'a folder that is no package');
    const lines = stranger('verify', '--json', at('all.zip'), at('changed.zip'))
      .stdout.trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      lines.map((line) => line.good),
      [true, false],
    );
    assert.equal(lines[1].checks.find((check) => check.result === 'failed').file, 'data/entries.jsonl');
  });

  test('what is said has no place: never a success, nothing of it in a file, and no word of what was or was not written', () => {
    const shell = (line) =>
      session.run('/bin/sh', ['-c', line], { env: { CLI, IN: at('all.zip'), OUT: at('unsaid') } });
    const verdict = 'consentlog: the output could not be written.\n';
    for (const [command, made] of /** @type {[string, boolean][]} */ ([
      ['verify "$IN"', false],
      ['verify "$IN" "$IN"', false],
      ['verify --json "$IN"', false],
      ['verify --report "$OUT" "$IN"', true],
      ['export -o "$OUT"', true],
      ['export --json -o "$OUT"', true],
      ['status --json', false],
      ['timestamp request --json', false],
    ]))
      for (const to of ['>&-', '>/dev/full', '>&- <&-']) {
        const got = shell(`"$CLI" ${command} ${to}`);
        assert.deepEqual([got.status, got.stdout, got.stderr], [3, '', verdict], `${command} ${to}`);
        if (made) assert.equal(statSync(at('unsaid')).size > 1000, true, 'what was made is there');
        rmSync(at('unsaid'), { force: true });
      }
    assert.equal(shell('"$CLI" verify "$IN" >&- 2>&-').status, 3);
    assert.equal(shell('"$CLI" verify --report "$OUT" "$IN" 2>&-').status, 0);
    assert.match(readFileSync(at('unsaid'), 'utf8'), /^<!doctype html>/i);
    rmSync(at('unsaid'));
  });
});
