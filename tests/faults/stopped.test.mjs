// An export that is stopped at any moment, politely or not, leaves nothing in its folder, or the whole package.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { CLI, limits, observation, Session, sleep } from '../e2e/host.mjs';
import { randomSource } from './support.mjs';

const ROUNDS = 12;
const { CL_BATCH_MAX } = limits();

/** @type {Session} */
let session;
let folder = '';
let took = 0;

before(async () => {
  session = await Session.start();
  const host = session.host();
  for (let i = 0; i < 4; i++) {
    const observations = Array.from({ length: CL_BATCH_MAX }, () => observation({ asked: true }));
    assert.equal((await host.send('record', { observations })).ok, true);
  }
  await host.close();
  folder = join(session.dir, 'packages');
  mkdirSync(folder);
  const begun = Date.now();
  const whole = session.run(CLI, ['export', '-o', join(folder, 'whole.zip')]);
  took = Date.now() - begun;
  assert.equal(whole.status, 0, whole.stderr);
  rmSync(join(folder, 'whole.zip'));
});
after(() => session.stop());

/** Nothing is there, or packages that verify: of a port, the program may have been at its end. */
function nothingHalf() {
  const left = readdirSync(folder);
  for (const name of left) {
    const got = session.run(CLI, ['verify', join(folder, name)]);
    assert.equal(got.status, 0, `${name}: ${got.stdout}${got.stderr}`);
    rmSync(join(folder, name));
  }
}

for (const signal of /** @type {const} */ (['SIGTERM', 'SIGINT', 'SIGKILL']))
  test(`${signal} at any moment`, async () => {
    const random = randomSource().next;
    let stopped = 0;
    let within = took * 1.1; // of a machine that was busier then: less, as long as none was stopped
    for (let round = 0; round < ROUNDS || (stopped === 0 && round < 5 * ROUNDS); round++) {
      const child = spawn(CLI, ['export', '-o', join(folder, 'package.zip')], { env: session.env, stdio: 'ignore' });
      const gone = new Promise((done) => child.once('exit', (_, by) => done(by)));
      await sleep(random() * within);
      child.kill(signal);
      if ((await gone) === signal) stopped++;
      else if (stopped === 0) within *= 0.9;
      nothingHalf();
    }
    assert.ok(stopped > 0, 'none was stopped before its end');
  });

test('the port is closed at any moment', async () => {
  const random = randomSource().next;
  const withhold = { accounts: [], pictures: false, documents: false, entries: [] };
  const params = { since: null, until: null, withhold, language: 'en', owner: null, folder };
  for (let round = 0; round < ROUNDS; round++) {
    const host = session.host();
    try {
      host.send('export', params).catch(() => null);
      await sleep(random() * took * 1.1);
    } finally {
      await host.close();
    }
    nothingHalf();
  }
});
