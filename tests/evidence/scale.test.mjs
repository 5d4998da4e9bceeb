// Many packages at once, as docs/at-scale.md says it: its blocks are run as they stand there.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
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
import { DuckDBInstance } from '@duckdb/node-api';

const here = dirname(fileURLToPath(import.meta.url));
const build = process.env.CL_BUILD ?? join(here, '../../build');
const work = mkdtempSync(join(tmpdir(), 'consentlog-scale-'));
const at = (...names) => join(work, ...names);
const COUNT = 200;
const BAD = 13; // every so many is damaged

const page = readFileSync(join(here, '../../docs/at-scale.md'), 'utf8');
/** The block of that language with this in it. */
function block(language, part) {
  const blocks = [...page.matchAll(/^```(\w*)\n([^]*?)^```$/gm)].map(([, name, text]) => ({ name, text }));
  const found = blocks.find(({ name, text }) => name === language && text.includes(part));
  assert.ok(found, `docs/at-scale.md has a ${language} block with ${part}`);
  return found.text;
}

function run(program, args, options = {}) {
  const ran = spawnSync(program, args, { cwd: work, encoding: 'utf8', maxBuffer: 1 << 26, ...options });
  if (ran.error) throw ran.error;
  return ran;
}
const path = () => ({ ...process.env, PATH: `${at('bin')}:${process.env.PATH}` });
const shell = (text) => run('sh', ['-c', text], { env: path() });
const has = (program) => spawnSync(program, ['--version']).error === undefined;
const pgBin = ['17', '16', '15', '14']
  .map((v) => `/usr/lib/postgresql/${v}/bin`)
  .find((p) => existsSync(join(p, 'initdb')));

const results = () =>
  readFileSync(at('results.ndjson'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

before(() => {
  mkdirSync(at('bin'));
  mkdirSync(at('packages'));
  symlinkSync(join(build, 'consentlog'), at('bin/consentlog'));
  const made = [4, 5, 6].map((size) => {
    const { status, stdout } = run(join(build, 'tests/evidence_peer'), ['package', String(size), 'all'], {
      encoding: 'buffer',
    });
    assert.equal(status, 0);
    return stdout;
  });
  for (let i = 0; i < COUNT; i += 1) {
    const raw = Buffer.from(made[i % made.length]);
    if (i % BAD === 0) raw[raw.indexOf('"state"') + 12] ^= 1;
    writeFileSync(at('packages', `it's ${i}.zip`), raw);
  }
});
after(() => rmSync(work, { recursive: true, force: true }));

function judge() {
  const all = results();
  assert.equal(all.length, COUNT);
  assert.equal(shell(block('bash', 'wc -l')).status, 0);
  assert.equal(new Set(all.map((one) => one.package)).size, COUNT);
  for (const one of all) {
    const number = Number(/(\d+)\.zip$/.exec(one.package)[1]);
    assert.equal(one.good, number % BAD !== 0, one.package);
    assert.deepEqual(Object.keys(one), Object.keys(all[0]));
  }
}

test('xargs, several at a time into one file', () => {
  assert.equal(shell(block('bash', 'xargs')).status, 123);
  judge();
});

test('a package that is not there has no line, so the count tells', () => {
  rmSync(at('packages', "it's 7.zip"));
  symlinkSync('nowhere', at('packages', "it's 7.zip"));
  rmSync(at('results.ndjson'));
  assert.equal(shell(block('bash', 'xargs')).status, 123);
  assert.equal(results().length, COUNT - 1);
  assert.notEqual(shell(block('bash', 'wc -l')).status, 0);
  rmSync(at('packages', "it's 7.zip"));
  writeFileSync(at('packages', "it's 7.zip"), readFileSync(at('packages', "it's 4.zip")));
});

test('GNU parallel', { skip: !has('parallel') && 'parallel is not installed' }, () => {
  rmSync(at('results.ndjson'));
  const bad = Math.ceil(COUNT / BAD);
  assert.equal(shell(block('bash', 'parallel')).status, bad);
  judge();
});

test('SQLite', { skip: !has('sqlite3') && 'sqlite3 is not installed' }, () => {
  const { status, stdout, stderr } = run('sqlite3', [at('results.sqlite')], { input: block('sql', '.import') });
  assert.equal(status, 0, stderr);
  const bad = Math.ceil(COUNT / BAD);
  assert.equal(stdout.replaceAll('\x1f', ' '), `0 ${bad}\n1 ${COUNT - bad}\n`);
});

test('DuckDB', async () => {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(`SET file_search_path = '${work}'`);
  const rows = (await connection.runAndReadAll(block('sql', 'read_json_auto'))).getRowsJson();
  const bad = Math.ceil(COUNT / BAD);
  assert.deepEqual(
    rows.map(([good, count]) => [good, Number(count)]),
    [
      [false, bad],
      [true, COUNT - bad],
    ],
  );
  connection.closeSync();
});

test('a name that is not UTF-8 does not spoil the table', () => {
  const name = Buffer.from([...Buffer.from(at('packages/')), 0x61, 0xff, 0xed, 0xa0, 0x80, 0x2e, 0x7a, 0x69, 0x70]);
  writeFileSync(name, readFileSync(at('packages', "it's 1.zip")));
  const { stdout } = run('sh', ['-c', `consentlog verify --json packages/a*.zip`], { env: path(), encoding: 'buffer' });
  rmSync(name);
  const text = new TextDecoder('utf-8', { fatal: true }).decode(stdout);
  assert.match(JSON.parse(text).package, /^packages\/a\ufffd+\.zip$/);
});

test('PostgreSQL', { skip: !pgBin && 'postgresql is not installed' }, () => {
  // it does not run as root; the socket's path must be short
  const as = process.getuid?.() === 0 ? ['runuser', '-u', 'nobody', '--'] : [];
  const place = mkdtempSync(join(tmpdir(), 'clpg-'));
  const pg = (program, args, options = {}) => {
    const [first, ...rest] = [...as, program.includes('/') ? program : join(pgBin, program), ...args];
    const ran = run(first, rest, { cwd: place, ...options });
    assert.equal(ran.status, 0, ran.stderr);
    return ran.stdout;
  };
  chmodSync(place, 0o777);
  try {
    writeFileSync(join(place, 'results.ndjson'), readFileSync(at('results.ndjson')));
    pg('initdb', ['-D', join(place, 'db'), '-A', 'trust', '-U', 'tester', '-E', 'UTF8', '--locale=C', '--no-sync']);
    pg('pg_ctl', ['-D', join(place, 'db'), '-w', '-l', join(place, 'log'), '-o', `-k ${place} -h '' -F`, 'start'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    try {
      const psql = (input) =>
        pg('psql', ['-h', place, '-U', 'tester', '-d', 'postgres', '-qAt', '-v', 'ON_ERROR_STOP=1'], { input });
      psql(block('sql', 'CREATE VIEW'));
      const bad = Math.ceil(COUNT / BAD);
      assert.equal(psql(block('sql', 'FROM fault')), `bag|malformed|${bad}\n`);
      assert.equal(
        psql('SELECT count(*), sum(entries) > 0, count(DISTINCT package) FROM package WHERE good'),
        `${COUNT - bad}|t|${COUNT - bad}\n`,
      );
    } finally {
      pg('pg_ctl', ['-D', join(place, 'db'), '-m', 'immediate', 'stop']);
    }
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
});

test('one log over time', () => {
  mkdirSync(at('log'));
  const sizes = [4, 5, 6];
  for (const [i, size] of sizes.entries())
    writeFileSync(
      at('log', `${i + 1}.zip`),
      run(join(build, 'tests/evidence_peer'), ['package', String(size), i === 1 ? 'even' : 'all'], {
        encoding: 'buffer',
      }).stdout,
    );
  const { status, stdout } = shell(block('bash', 'log/1.zip'));
  assert.equal(status, 0);
  const extend = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).checks.find(({ check }) => check === 'extends'));
  assert.deepEqual(
    extend.map((check) => check?.result),
    [undefined, 'good', 'good'],
  );
  assert.match(extend[2].what, /begins with the entries of the earlier package, unchanged: 5/);
});

test('one log over time, by the names that export gives', () => {
  rmSync(at('log'), { recursive: true, force: true });
  mkdirSync(at('log'));
  for (const size of [9, 10, 100])
    writeFileSync(
      at('log', `consentlog-0123456789abcdef-${size}.zip`),
      run(join(build, 'tests/evidence_peer'), ['package', String(size), 'all'], { encoding: 'buffer' }).stdout,
    );
  const { status, stdout } = shell(block('bash', 'sort -zV'));
  assert.equal(status, 0);
  const checks = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).checks.filter(({ check }) => check === 'extends'));
  assert.deepEqual(
    checks.map((list) => list.map(({ result }) => result)),
    [[], ['good'], ['good']],
  );
});

test('it writes nothing, wherever it runs', { skip: !has('strace') && 'strace is not installed' }, () => {
  const bare = at('bare');
  mkdirSync(bare);
  const trace = at('trace');
  const zip = at('packages', "it's 1.zip");
  const { status, stderr } = run(
    'strace',
    ['-f', '-qq', '-e', 'trace=file,network,ftruncate,fallocate', '-o', trace, at('bin/consentlog'), 'verify', zip],
    { cwd: bare, env: { PATH: '/usr/bin', HOME: bare, XDG_DATA_HOME: bare, XDG_RUNTIME_DIR: bare, TMPDIR: bare } },
  );
  assert.equal(status, 0, stderr);
  const calls = readFileSync(trace, 'utf8')
    .split('\n')
    .filter((line) => line.includes('('));
  assert.ok(
    calls.some((line) => line.includes("it's 1.zip")),
    'the trace saw the package',
  );
  const writing =
    /O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|\b(mkdir|rename|unlink|rmdir|link|symlink|mknod|chmod|chown|truncate|utime|setxattr|socket|connect|bind)\w*\(/;
  // Files that never have a name are opened for what a ZIP in a ZIP opens to, before anything of the package is read.
  assert.deepEqual(
    calls.filter((line) => writing.test(line) && !/O_RDWR\|O_CLOEXEC\|O_TMPFILE/.test(line)),
    [],
  );
  assert.deepEqual(readdirSync(bare), []);
});
