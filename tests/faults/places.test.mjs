// Where the log is: spelled in two ways, in a sandbox's terminal, behind a link, under sudo, on a disk that cannot be written,
// under a limit; each has its own answer, and none makes a second log.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { CLI, HOST, frame, observation, Session } from '../e2e/host.mjs';

/** @param {(session: Session) => Promise<void>} body */
async function within(body) {
  const session = await Session.start();
  try {
    await body(session);
  } finally {
    await session.stop();
  }
}

/** @param {Session} session @param {Record<string, string>} [env] */
async function record(session, env = {}) {
  const host = session.host({ env });
  const answer = await host.send('record', { observations: [observation({ asked: true })] });
  await host.close();
  return answer;
}

/** All files named log.sqlite below. @param {string} dir @returns {string[]} */
const logsBelow = (dir) =>
  spawnSync('find', [dir, '-name', 'log.sqlite'], { encoding: 'utf8' }).stdout.trim().split('\n').filter(Boolean);

test('a home spelled in two ways is one log, and its deletion is noticed by either name', () =>
  within(async (session) => {
    const real = join(session.dir, 'home');
    const link = join(session.dir, 'link');
    symlinkSync(real, link);
    const as = (/** @type {string} */ home) => record(session, { HOME: home, XDG_DATA_HOME: '' });
    assert.equal((await as(real)).result.size, 2);
    assert.equal((await as(link)).result.size, 3);
    assert.equal((await as(`${link}//./`)).result.size, 4);
    rmSync(join(real, '.local/share/consentlog/log.sqlite'));
    assert.equal((await as(link)).error.code, 'log-missing');
    assert.equal((await as(real)).error.code, 'log-missing');
    assert.deepEqual(logsBelow(session.dir), []);
  }));

test('a folder for data that is a link is one log too', () =>
  within(async (session) => {
    const link = join(session.dir, 'other');
    symlinkSync(join(session.dir, 'data'), link);
    assert.equal((await record(session)).result.size, 2);
    assert.equal((await record(session, { XDG_DATA_HOME: link })).result.size, 3);
  }));

for (const variable of ['HOME', 'XDG_DATA_HOME'])
  test(`${variable} that is not UTF-8 is refused in a sentence`, () =>
    within(async (session) => {
      const rest = variable === 'HOME' ? 'unset XDG_DATA_HOME;' : '';
      const script = (/** @type {string} */ then) =>
        `${rest} export ${variable}="${session.dir}/$(printf '\\377')"; exec ${then}`;
      const started = Date.now();
      const status = session.run('bash', ['-c', script(`"${CLI}" status`)]);
      assert.equal(status.status, 3);
      assert.match(status.stderr, /not UTF-8/);
      const body = { id: 1, op: 'record', params: { observations: [observation({ asked: true })] } };
      const host = session.run('bash', ['-c', script(`"${HOST}"`)], { input: frame(JSON.stringify(body)) });
      assert.match(host.stdout, /"path-encoding"/);
      assert.ok(Date.now() - started < 10_000);
    }));

/** A folder with a path of that many bytes. @param {string} dir @param {number} length */
function folderOf(dir, length) {
  let path = dir;
  while (path.length < length - 2) path += `/${'y'.repeat(Math.min(200, length - path.length - 1))}`;
  return path.padEnd(length, 'y');
}

test('a folder for data whose path is too long is refused in a sentence, and up to there there is a log', () =>
  within(async (session) => {
    const as = (/** @type {string} */ data) => ({ XDG_DATA_HOME: data });
    for (const length of [480, 482]) {
      const env = as(folderOf(session.dir, length));
      assert.equal((await record(session, env)).result?.size, 2, String(length));
      assert.equal((await record(session, env)).result?.size, 3, String(length));
      assert.equal(session.run(CLI, ['verify'], { env }).status, 0);
    }
    const long = [483, 490, 512, 1000, 4050, 4074, 4075, 4096, 5000].map((length) => folderOf(session.dir, length));
    for (const data of [...long, join(session.dir, 'y'.repeat(256))]) {
      const answer = await record(session, as(data));
      assert.equal(answer.error?.code, 'path-too-long', String(data.length));
      assert.match(answer.error.message, /at most 480 bytes/);
      for (const command of ['status', 'verify', 'history']) {
        const got = session.run(CLI, [command], { env: as(data) });
        assert.equal(got.status, 3, `${data.length}, ${command}: ${got.stdout}`);
        assert.match(got.stderr.replace(/\s+/g, ' '), /is too long for a log/);
      }
      assert.match(
        session.run(CLI, ['doctor'], { env: as(data) }).stdout.replace(/\s+/g, ' '),
        /is too long for a log/,
      );
    }
    const home = folderOf(session.dir, 475);
    assert.equal((await record(session, { HOME: home, XDG_DATA_HOME: '' })).error?.code, 'path-too-long');
    // A long way to a short place is none.
    symlinkSync(join(session.dir, 'data'), join(session.dir, 'short'));
    const round = `${session.dir}${'/.'.repeat(400)}/short`;
    assert.equal((await record(session, as(round))).result?.size, 2);
    assert.equal((await record(session)).result?.size, 3);
  }));

for (const data of ['snap/code/173/.local/share', '.var/app/com.visualstudio.code/data'])
  test(`the terminal of a sandbox (${data}) has no log of its own, and says which is meant`, () =>
    within(async (session) => {
      const home = { XDG_DATA_HOME: '' };
      const sandbox = { XDG_DATA_HOME: join(session.dir, 'home', data) };
      mkdirSync(sandbox.XDG_DATA_HOME, { recursive: true });
      assert.equal((await record(session, home)).result.size, 2);
      assert.equal((await record(session, sandbox)).result.size, 3);
      const log = join(session.dir, 'home/.local/share/consentlog/log.sqlite');
      assert.deepEqual(logsBelow(session.dir), [log]);
      for (const command of ['status', 'doctor']) {
        const said = session.run(CLI, [command], { env: sandbox }).stdout;
        assert.ok(said.replace(/\n\s*/g, '').includes(log), said);
        assert.match(said, /snap/);
      }
    }));

test('a folder or a file that is a link: which, and what to do', () =>
  within(async (session) => {
    assert.equal((await record(session)).ok, true);
    const folder = join(session.dir, 'data/consentlog');
    const elsewhere = join(session.dir, 'elsewhere');
    const check = async () => {
      const answer = await record(session);
      assert.equal(answer.error.code, 'log-linked');
      assert.ok(answer.error.message.includes(session.log), answer.error.message);
      const status = session.run(CLI, ['status']).stderr;
      assert.match(status, /symbolic link/);
      assert.ok(status.includes(session.log), status);
      const doctor = session.run(CLI, ['doctor']).stdout;
      assert.match(doctor, /symbolic\s+link/);
      assert.doesNotMatch(doctor, /chown/);
    };
    renameSync(folder, elsewhere);
    symlinkSync(elsewhere, folder);
    await check();
    rmSync(folder);
    renameSync(elsewhere, folder);
    renameSync(session.log, elsewhere);
    symlinkSync(elsewhere, session.log);
    await check();
  }));

test('a folder for data that is a link to a disk that is not there: said, and nothing is begun or called absent', () =>
  within(async (session) => {
    const disk = join(session.dir, 'disk');
    const away = join(session.dir, 'away');
    const link = join(session.dir, 'link');
    mkdirSync(disk);
    symlinkSync(disk, link);
    const env = { XDG_DATA_HOME: link };
    assert.equal((await record(session, env)).result.size, 2);
    renameSync(disk, away);
    for (const below of ['', '/below']) {
      const there = { XDG_DATA_HOME: `${link}${below}` };
      assert.equal((await record(session, there)).error.code, 'log-linked', below);
      const status = session.run(CLI, ['status'], { env: there });
      assert.equal(status.status, 3);
      assert.match(status.stderr, /symbolic link/);
    }
    assert.ok(!existsSync(disk));
    renameSync(away, disk);
    assert.equal((await record(session, env)).result.size, 3);
  }));

const root = process.getuid?.() === 0 ? false : 'needs root';

test('root in the home of somebody else leaves nothing there', { skip: root }, () =>
  within(async (session) => {
    const home = join(session.dir, 'home');
    chownSync(home, 65_534, 65_534);
    const env = { XDG_DATA_HOME: '' };
    for (const command of [['status'], ['verify'], ['history'], ['acknowledge', '--yes'], ['keep', '/dev/null']]) {
      const got = session.run(CLI, command, { env });
      assert.notEqual(got.status, 0, command[0]);
      if (command[0] === 'status') assert.match(got.stderr, /without sudo/);
    }
    assert.equal((await record(session, env)).error.code, 'log-not-yours');
    assert.deepEqual(readdirSync(home), []);
  }),
);

const namespace =
  spawnSync('unshare', ['-m', 'sh', '-c', 'mount -t tmpfs none /mnt']).status === 0 ? false : 'needs a mount namespace';

test('a disk that cannot be written: what is there can be read', { skip: namespace }, () =>
  within(async (session) => {
    for (let i = 0; i < 3; i++) assert.equal((await record(session)).ok, true);
    const data = join(session.dir, 'data');
    const script = `mount --bind "${data}" "${data}" && mount -o remount,bind,ro "${data}" && exec "$0" "$@"`;
    const run = (/** @type {string[]} */ ...args) => session.run('unshare', ['-m', 'sh', '-c', script, ...args]);
    assert.match(run(CLI, 'status').stdout, /4 entries/);
    assert.equal(run(CLI, 'history', '--json').stdout.trim().split('\n').length, 4);
    assert.equal(run(CLI, 'verify').status, 0);
    assert.equal(run(CLI, 'export', '-o', join(session.dir, 'package.zip')).status, 0);
    assert.equal(session.run(CLI, ['verify', join(session.dir, 'package.zip')]).status, 0);
    assert.match(run(CLI, 'doctor').stdout, /cannot be\s+written/);
    const body = { id: 1, op: 'record', params: { observations: [observation({ asked: true })] } };
    const got = session.run('unshare', ['-m', 'sh', '-c', script, HOST], { input: frame(JSON.stringify(body)) });
    assert.match(got.stdout, /"disk-read-only"/);
    rmSync(join(data, 'consentlog/log.lock'));
    assert.match(run(CLI, 'status').stdout, /4 entries/);
    assert.equal((await record(session)).result.size, 5);
  }),
);

test('a limit on the size of files, or on locked memory, is an answer', () =>
  within(async (session) => {
    assert.equal((await record(session)).ok, true);
    const under = (/** @type {string} */ limit) => {
      const body = { id: 1, op: 'record', params: { observations: [observation({ asked: true })] } };
      return session.run('bash', ['-c', `${limit}; exec "${HOST}"`], { input: frame(JSON.stringify(body)) });
    };
    for (const blocks of [0, 1, 4, 16, 64]) {
      const got = under(`ulimit -f ${blocks}`);
      assert.equal(got.signal, null);
      assert.match(
        got.stdout,
        blocks < 4 ? /"file-size-limit"/ : /"file-size-limit"|"io"|"ok":true/,
        `${blocks}: ${got.stdout}`,
      );
    }
    assert.match(under('ulimit -l 0').stdout, /"ok":true/);
    assert.equal((await record(session)).ok, true);
    assert.equal(session.run(CLI, ['verify']).status, 0);
  }));

for (const way of ['everyday', 'whole'])
  test(`little room in memory, ${way} way: an answer, and what was acknowledged is there`, () =>
    within(async (session) => {
      assert.equal((await record(session)).ok, true);
      const codes = new Set();
      let acknowledged = 0;
      for (let kb = 12_000; kb <= 120_000; kb += 2_000) {
        const body = { id: 1, op: 'record', params: { observations: [observation({ asked: true })] } };
        const { signal, stdout, stderr } = session.run('bash', ['-c', `ulimit -v ${kb}; exec "${HOST}"`], {
          env: { CL_KEYRING_WAY: way },
          input: frame(JSON.stringify(body)),
        });
        assert.equal(signal, null, `${kb} KB: ${stderr}`);
        const answer = answerIn(stdout);
        codes.add(answer.ok ? 'ok' : answer.error.code);
        acknowledged += answer.ok ? 1 : 0;
      }
      assert.ok(acknowledged > 3, `${acknowledged}`);
      assert.deepEqual([...codes].sort(), way === 'whole' ? ['no-memory', 'ok'] : ['ok']);
      const { stdout } = session.run(CLI, ['history', '--json']);
      assert.equal(stdout.match(/"kind":"observation"/g).length, acknowledged + 1);
      assert.equal(session.run(CLI, ['verify']).status, 0);
    }));

/** The one answer of a host that was asked once, behind its length. @param {string} stdout */
const answerIn = (stdout) => (stdout ? JSON.parse(stdout.slice(stdout.indexOf('{'))) : null);

for (const way of ['everyday', 'whole'])
  test(`few open files, ${way} way: an answer or a sentence, and what was acknowledged is there`, () =>
    within(async (session) => {
      assert.equal((await record(session)).ok, true);
      const env = { CL_KEYRING_WAY: way };
      const under = (/** @type {number} */ files, /** @type {string[]} */ command, input = Buffer.alloc(0)) => {
        const got = session.run('bash', ['-c', 'ulimit -n "$0"; exec "$@"', String(files), ...command], { env, input });
        const told = `${files}, ${command.slice(1)}: ${got.status} ${got.signal} ${got.stdout}${got.stderr}`;
        assert.equal(got.signal, null, told);
        if (got.status !== 0)
          assert.match(got.stderr, /^consentlog(-host)?: [A-Z].*\.|cannot open shared object/m, told);
        return { ...got, told };
      };
      const note = join(session.dir, 'note.txt');
      writeFileSync(note, 'of the member');
      const acknowledged = [];
      const refused = new Set();
      for (let files = 3; files <= 32; files++) {
        const seen = observation({ asked: true });
        const body = { id: 1, op: 'record', params: { observations: [seen] } };
        const { status, stdout, told } = under(files, [HOST], frame(JSON.stringify(body)));
        const answer = answerIn(stdout);
        assert.equal(answer === null, status !== 0, told);
        if (answer?.ok) acknowledged.push([answer.result.recorded[0].seq, seen.observed_at]);
        else if (answer) refused.add(answer.error.code);
        else assert.ok(files < 6, told);
        if (files > 20 && files < 32) continue;
        for (const op of ['status', 'check', 'unlock', 'timestamp.request'])
          under(files, [HOST], frame(JSON.stringify({ id: 1, op, params: {} })));
        const out = join(session.dir, `${files}.zip`);
        for (const args of [['status'], ['verify'], ['keep', note], ['export', '-o', out], ['doctor'], ['unlock']])
          under(files, [CLI, ...args]);
      }
      assert.deepEqual([...refused], ['io'], 'and no other, which would say what is not so');
      assert.ok(acknowledged.length > 10, `${acknowledged.length} acknowledged`);
      const { stdout } = session.run(CLI, ['history', '--json'], { env });
      const entries = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      for (const [seq, at] of acknowledged) assert.equal(entries[seq].observed_at, at);
      assert.equal(session.run(CLI, ['verify'], { env }).status, 0);
    }));

test('a pipe, a folder or a link in the place of what stands beside the log is refused, and not waited for', () =>
  within(async (session) => {
    assert.equal((await record(session)).result.size, 2);
    const elsewhere = join(session.dir, 'elsewhere');
    writeFileSync(elsewhere, 'of somebody');
    for (const end of ['-journal', '-wal', '-shm']) {
      const beside = `${session.log}${end}`;
      for (const [put, code] of /** @type {[() => void, string][]} */ ([
        [() => void spawnSync('mkfifo', ['-m', '600', beside]), 'log-unsafe'],
        [() => mkdirSync(beside), 'log-unsafe'],
        [() => symlinkSync(elsewhere, beside), 'log-linked'],
      ])) {
        put();
        assert.equal((await record(session)).error?.code, code, end);
        const status = session.run(CLI, ['status'], { timeout: 60_000 });
        assert.equal(status.signal, null);
        assert.equal(status.status, 3);
        rmSync(beside, { recursive: true });
      }
    }
    assert.equal(readFileSync(elsewhere, 'utf8'), 'of somebody');
    assert.equal((await record(session)).result.size, 3);
  }));

test('what is no file in the place of the log or its lock, before there was a log: said, and no key is missed', () =>
  within(async (session) => {
    const folder = join(session.dir, 'data/consentlog');
    mkdirSync(folder, { mode: 0o700 });
    const bind = 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])';
    for (const name of ['log.sqlite', 'log.lock'])
      for (const put of [
        (/** @type {string} */ path) => spawnSync('mkfifo', ['-m', '600', path]),
        (/** @type {string} */ path) => spawnSync('python3', ['-c', bind, path]),
        (/** @type {string} */ path) => mkdirSync(path),
      ]) {
        const path = join(folder, name);
        rmSync(path, { force: true });
        put(path);
        assert.ok(existsSync(path));
        assert.equal((await record(session)).error?.code, 'log-unsafe', name);
        const doctor = session.run(CLI, ['doctor'], { timeout: 60_000 }).stdout.replace(/\s+/g, ' ');
        assert.match(doctor, /is no plain file/);
        assert.doesNotMatch(doctor, /no longer holds the key/);
        rmSync(path, { recursive: true });
      }
    assert.equal((await record(session)).result.size, 2);
  }));

test('a folder for data in which nothing can be made: a record does not say that the next one would', () =>
  within(async (session) => {
    assert.equal((await record(session, { XDG_DATA_HOME: '/proc' })).error?.code, 'io');
  }));

test('what has no end in the place of root certificates or of a recovery code is not waited for', () =>
  within(async (session) => {
    assert.equal((await record(session)).result.size, 2);
    const pipe = join(session.dir, 'pipe');
    const sample = join(session.dir, 'package.zip');
    assert.equal(spawnSync('mkfifo', [pipe]).status, 0);
    assert.equal(session.run(CLI, ['export', '-o', sample]).status, 0);
    for (const roots of [pipe, '/dev/zero', session.dir])
      for (const command of [
        ['verify', '--tsa-roots', roots, sample],
        ['history', '--tsa-roots', roots],
      ]) {
        const got = session.run(CLI, command);
        assert.equal(got.signal, null, command.join(' '));
        assert.equal(got.status, 3);
        assert.match(got.stderr, /is not a plain file/);
      }
    for (const endless of ['/dev/zero', 'yes ""', 'yes x'].map((from) => (from[0] === '/' ? `cat ${from}` : from))) {
      const got = session.run('bash', ['-c', `${endless} | "${CLI}" recovery restore`]);
      assert.equal(got.signal, null, endless);
      assert.match(got.stderr, /line 1 of the code is missing or has a slip/);
    }
  }));

test('what is beside the folder is never a way into another file', () =>
  within(async (session) => {
    const beside = join(session.dir, 'data/consentlog.known');
    const victim = join(session.dir, 'victim');
    const text = 'of somebody, and longer than a line';
    writeFileSync(victim, text);
    for (const put of [() => symlinkSync(victim, beside), () => linkSync(victim, beside), () => mkdirSync(beside)]) {
      put();
      assert.equal((await record(session)).ok, true);
      assert.equal(readFileSync(victim, 'utf8'), text);
      rmSync(beside, { recursive: true });
    }
    assert.equal(spawnSync('mkfifo', ['-m', '600', beside]).status, 0);
    assert.equal((await record(session)).ok, true);
  }));

test('a pipe is no package, and is not waited for', () =>
  within(async (session) => {
    const pipe = join(session.dir, 'pipe');
    assert.equal(spawnSync('mkfifo', [pipe]).status, 0);
    const got = session.run(CLI, ['verify', pipe], { timeout: 5000 });
    assert.equal(got.signal, null);
    assert.notEqual(got.status, 0);
    assert.ok(existsSync(pipe));
  }));
