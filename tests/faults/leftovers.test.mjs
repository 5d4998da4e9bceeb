// On a file system that has no files without a name (FAT, many a network's), a killed export leaves its file: what is in it is the log in
// clear. The next export into that folder removes it, and nothing that anybody still writes, or that is another's.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { CLI, limits, observation, Session, sleep } from '../e2e/host.mjs';
import { faults } from './support.mjs';

const { CL_BATCH_MAX } = limits();
const PART = /^unfinished-[0-9a-f]{16}\.consentlog$/;

/** @type {Session} */
let session;
let folder = '';

before(async () => {
  session = await Session.start();
  const observations = Array.from({ length: CL_BATCH_MAX }, () => observation({ asked: true }));
  assert.equal((await session.once('record', { observations })).ok, true);
  folder = join(session.dir, 'stick');
  mkdirSync(folder);
});
after(() => session.stop());
afterEach(() => {
  rmSync(folder, { recursive: true });
  mkdirSync(folder);
});

/** @param {Record<string, string | number>} [more] */
const named = (more = {}) => faults({ named: 1, under: folder, ...more });
const exported = (/** @type {string} */ name, env = named()) =>
  session.run(CLI, ['export', '-o', join(folder, name)], { env });

/** @param {string} name */
function assertWhole(name) {
  const got = session.run(CLI, ['verify', join(folder, name)]);
  assert.equal(got.status, 0, got.stdout + got.stderr);
}

/** Every call by which an export changes something in the folder. */
function callsOfOne() {
  const trace = join(session.dir, 'trace');
  rmSync(trace, { force: true });
  const got = exported('counted.zip', named({ trace }));
  assert.equal(got.status, 0, got.stderr);
  rmSync(join(folder, 'counted.zip'));
  return readFileSync(trace, 'utf8').trim().split('\n').length;
}

test('killed at any call, swept by the next', () => {
  const calls = callsOfOne();
  let left = 0;
  for (let at = 1; at <= calls; at += Math.max(1, Math.floor(calls / 12))) {
    exported('package.zip', named({ at, how: 'kill' }));
    if (readdirSync(folder).some((name) => PART.test(name))) left++;
    rmSync(join(folder, 'package.zip'), { force: true });
    const again = exported('package.zip');
    assert.equal(again.status, 0, again.stderr);
    assert.deepEqual(readdirSync(folder), ['package.zip'], `after a kill at call ${at} of ${calls}`);
    assertWhole('package.zip');
    rmSync(join(folder, 'package.zip'));
  }
  assert.ok(left > 3, `only ${left} left anything to sweep`);
});

test('a report that was being written', () => {
  const zip = join(session.dir, 'elsewhere.zip');
  assert.equal(session.run(CLI, ['export', '-o', zip]).status, 0);
  const report = (/** @type {Record<string, string>} */ env) =>
    session.run(CLI, ['verify', '--report', join(folder, 'report.html'), zip], { env });
  report(named({ at: 2, how: 'kill' }));
  assert.ok(
    readdirSync(folder).some((name) => PART.test(name)),
    readdirSync(folder).join(),
  );
  const again = report(named());
  assert.equal(again.status, 0, again.stdout + again.stderr);
  assert.deepEqual(readdirSync(folder), ['report.html']);
});

test('one that another process is writing stays, and becomes its package', async () => {
  const child = spawn(CLI, ['export', '-o', join(folder, 'slow.zip')], {
    env: { ...session.env, ...named({ at: 3, how: 'stop' }) },
    stdio: 'ignore',
  });
  const gone = new Promise((done) => child.once('exit', (code) => done(code)));
  const stopped = () => /^State:\s+T/m.test(readFileSync(`/proc/${child.pid}/status`, 'utf8'));
  for (const end = Date.now() + 60_000; !stopped(); await sleep(20)) assert.ok(Date.now() < end, 'it did not stop');
  assert.equal(readdirSync(folder).filter((name) => PART.test(name)).length, 1);
  try {
    assert.equal(exported('quick.zip').status, 0);
    assert.equal(readdirSync(folder).filter((name) => PART.test(name)).length, 1);
  } finally {
    child.kill('SIGCONT');
  }
  assert.equal(await gone, 0);
  assert.deepEqual(readdirSync(folder).sort(), ['quick.zip', 'slow.zip']);
  assertWhole('slow.zip');
});

test('what is not of that kind stays', () => {
  const names = [
    'unfinished-0123456789abcdef.consentlog.zip',
    'unfinished-0123456789ABCDEF.consentlog',
    'unfinished-0123456789abcde.consentlog',
    'x-unfinished-0123456789abcdef.consentlog',
  ];
  for (const name of names) writeFileSync(join(folder, name), 'theirs');
  const away = join(session.dir, 'theirs');
  writeFileSync(away, 'theirs');
  symlinkSync(away, join(folder, 'unfinished-1111111111111111.consentlog'));
  mkdirSync(join(folder, 'unfinished-2222222222222222.consentlog'));
  execFileSync('mkfifo', [join(folder, 'unfinished-3333333333333333.consentlog')]);
  const theirs = readdirSync(folder).sort();
  assert.equal(exported('package.zip').status, 0);
  assert.deepEqual(readdirSync(folder).sort(), [...theirs, 'package.zip'].sort());
  assert.ok(existsSync(away));
});
