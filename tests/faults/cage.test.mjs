// A library that turns on its program, inside each operation: what it tries is refused, and the answer is still right.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { BUILD, CLI, observation, ROOT, Session } from '../e2e/host.mjs';
import { MAIL, parts } from '../e2e/exhibits.mjs';
import { document } from '../e2e/kept.mjs';

const PROBE = join(BUILD, 'tests/cage_probe.so');

/** @type {Session} */
let session;
let serial = 0;
/** Where everybody's temporary files lie, and this one is the member's. */
const theirs = join(mkdtempSync(join(tmpdir(), 'consentlog-theirs-')), 'draft');
writeFileSync(theirs, 'theirs');

before(async () => {
  assert.ok(existsSync(PROBE), `${PROBE} is not built`);
  session = await Session.start();
  const answer = await session.once('record', { observations: [observation()] });
  assert.equal(answer.ok, true, JSON.stringify(answer));
});
after(() => {
  rmSync(dirname(theirs), { recursive: true });
  return session.stop();
});

/**
 * The environment of a program whose library turns on it when that function is called, and what it then found.
 * @param {string} within @param {Record<string, string>} [more]
 */
function turncoat(within, more = {}) {
  const to = join(session.dir, `probe-${(serial += 1)}`);
  const env = {
    LD_PRELOAD: PROBE,
    CL_PROBE_IN: within,
    CL_PROBE_TO: to,
    CL_PROBE_OVER: theirs,
    CL_CAGE: 'refuse',
    ...more,
  };
  const found = () =>
    Object.fromEntries(
      readFileSync(to, 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => line.split(' ')),
    );
  return { env, found };
}

/** All six, by the operations' own cages. @param {Record<string, string>} found */
function allRefused(found) {
  assert.deepEqual(found, {
    socket: 'EPERM',
    open: 'EACCES',
    ptrace: 'EPERM',
    plant: 'EACCES',
    over: 'EACCES',
    execve: 'EPERM',
  });
}

/** @param {string} op @param {object} params @param {string} within */
async function operation(op, params, within = 'connect') {
  const { env, found } = turncoat(within);
  const host = session.host({ env });
  const answer = await host.send(op, params);
  await host.close();
  assert.equal(answer?.ok, true, JSON.stringify(answer));
  return { result: answer.result, found: found() };
}

describe('consentlog-host', () => {
  test('hello, which does nothing: the base', async () => {
    const { env, found } = turncoat('read', { CL_PROBE_STAYS: '1' });
    const host = session.host({ env });
    const answer = await host.send('hello');
    await host.close();
    assert.equal(answer.result.protocol, 1);
    const { socket, ptrace } = found();
    assert.deepEqual({ socket, ptrace }, { socket: 'EPERM', ptrace: 'EPERM' });
  });

  test('status', async () => {
    const { result, found } = await operation('status', {});
    assert.equal(result.log, 'ok');
    allRefused(found);
  });

  test('record', async () => {
    const { result, found } = await operation('record', { observations: [observation({ asked: true })] });
    assert.equal(result.recorded[0].written, true);
    allRefused(found);
  });

  test('record, in the middle of writing', async () => {
    const { result, found } = await operation('record', { observations: [observation({ asked: true })] }, 'fdatasync');
    assert.equal(result.recorded[0].written, true);
    allRefused(found);
  });

  test('history', async () => {
    const { result, found } = await operation('history', { from: 0, count: 10 });
    assert.equal(result.entries[0].seq, 0);
    allRefused(found);
  });

  test('check', async () => {
    const { result, found } = await operation('check', {});
    assert.equal(result.faults, 0);
    allRefused(found);
  });

  test('unlock', async () => {
    const { result, found } = await operation('unlock', {});
    assert.equal(result.keyring, 'ok');
    allRefused(found);
  });

  test('document and attachment: a text goes in and comes out', async () => {
    const text = `What applies. ${'We use your data. '.repeat(20)}`;
    for (const within of ['connect', 'fdatasync']) {
      const { result, found } = await operation('document', { document: document({ text: text + within }) }, within);
      assert.equal(result.written, true);
      assert.equal(
        result.sha256,
        createHash('sha256')
          .update(text + within)
          .digest('hex'),
      );
      allRefused(found);
    }
    const sha256 = createHash('sha256').update(`${text}fdatasync`).digest('hex');
    const { result, found } = await operation('attachment', { sha256, offset: 0 });
    assert.equal(Buffer.from(result.base64, 'base64').toString(), `${text}fdatasync`);
    allRefused(found);
  });

  test('keep', async () => {
    for (const within of ['connect', 'fdatasync']) {
      const { result, found } = await operation('keep', parts(MAIL)[0], within);
      assert.equal(result.written, true);
      allRefused(found);
    }
  });

  test('timestamp.store, in the program that does it', async () => {
    const authority = join(session.dir, 'authority');
    const tsa = (/** @type {string[]} */ ...args) =>
      execFileSync('bash', [join(ROOT, 'tests/evidence/tsa.sh'), args[0], authority, ...args.slice(1)]);
    const asked = (await session.once('timestamp.request')).result;
    tsa('make');
    writeFileSync(join(authority, 'query'), Buffer.from(asked.query, 'base64'));
    const reply = tsa('answer', 'good', join(authority, 'query')).toString('base64');
    const params = { ...asked, reply, authority: 'https://time.example/tsr' };
    const { result, found } = await operation('timestamp.store', params);
    assert.deepEqual([result.size, result.tsa], [asked.size, 'O=Test,CN=Good Time']);
    allRefused(found);
  });

  test('timestamp.request, in the program that does it', async () => {
    const { result, found } = await operation('timestamp.request', {});
    assert.match(result.checkpoint, /^consentlog\//);
    allRefused(found);
  });

  test('export, in the program that does it', async () => {
    const folder = join(session.dir, 'packages');
    mkdirSync(folder);
    const withhold = { accounts: [], pictures: false, documents: false, entries: [] };
    const { result, found } = await operation('export', {
      since: null,
      until: null,
      withhold,
      language: 'en',
      owner: null,
      folder,
    });
    assert.equal(result.verified, true);
    allRefused(found);
  });

  test('open: the report is read in the program that does it', async () => {
    const folder = join(session.dir, 'opened');
    mkdirSync(folder);
    const { env, found } = turncoat('pread');
    const host = session.host({ env });
    const withhold = { accounts: [], pictures: false, documents: false, entries: [] };
    const params = { since: null, until: null, withhold, language: 'en', owner: null, folder };
    assert.equal((await host.send('export', params)).ok, true);
    const exported = found();
    const { result } = await host.send('open', { what: 'report', offset: 0 });
    await host.close();
    assert.match(Buffer.from(result.base64, 'base64').toString(), /^<!doctype html>/i);
    allRefused(exported);
    allRefused(found());
    assert.equal(readFileSync(env.CL_PROBE_TO, 'utf8').match(/^socket /gm)?.length, 2, 'each of the two programs');
  });

  test('recovery.show, in the program that does it; without a screen', async () => {
    const { result, found } = await operation('recovery.show', { language: 'en' });
    assert.deepEqual(result, { shown: false, noted: false });
    allRefused(found);
  });

  test('a port for many operations, one of them done by another program', async () => {
    const host = session.host();
    for (const op of ['hello', 'status', 'timestamp.request', 'check', 'timestamp.request']) {
      const answer = await host.send(op);
      assert.equal(answer.ok, true, `${op}: ${JSON.stringify(answer)}`);
    }
    assert.deepEqual(await host.close(), { code: 0, signal: null });
  });
});

describe('consentlog', () => {
  /** @param {string[]} args @param {string} within */
  function command(args, within, input = '') {
    const { env, found } = turncoat(within);
    const got = session.run(CLI, args, { env, input });
    assert.equal(got.status, 0, got.stdout + got.stderr);
    allRefused(found());
    return got.stdout;
  }

  for (const args of [
    ['status'],
    ['history', '--json'],
    ['verify'],
    ['timestamp', 'request', '--json'],
    ['timestamp', 'accept', 'https://time.example/tsr', 'a'.repeat(64)],
    ['keep', join(ROOT, 'LICENSE')],
    ['unlock'],
    ['recovery', 'show'],
    ['acknowledge'],
  ]) {
    test(args.slice(0, 2).join(' ').replace(ROOT, '…'), () => {
      assert.notEqual(command(args, 'connect'), '');
    });
  }

  test('recovery restore', () => {
    const code = [...session.run(CLI, ['recovery', 'show']).stdout.matchAll(/^ {2}\d: {2}(.+)$/gm)];
    assert.equal(code.length, 6);
    const said = command(['recovery', 'restore'], 'connect', code.map(([, line]) => `${line}\n`).join(''));
    assert.match(said, /nothing to restore/);
  });

  test('acknowledge, in the middle of writing: the folder that is gone is there again', () => {
    rmSync(dirname(session.log), { recursive: true });
    assert.match(command(['acknowledge', '--yes'], 'fdatasync'), /^Acknowledged: entry 1/m);
    assert.match(command(['verify'], 'connect'), /verifies/);
  });

  test('export, and verify of what it made', () => {
    const path = join(session.dir, 'package.zip');
    command(['export', '--output', path], 'connect');
    assert.match(command(['verify', path], 'pread'), /verifies/);
    const report = join(session.dir, 'report.html');
    command(['verify', '--report', report, path], 'pread');
    assert.match(readFileSync(report, 'utf8'), /^<!doctype html>/i);
  });

  test('doctor, which starts the host: the base', () => {
    const { env, found } = turncoat('connect', { CL_PROBE_STAYS: '1' });
    const got = session.run(CLI, ['doctor'], { env });
    assert.notEqual(got.stdout, '', got.stderr);
    const { socket, ptrace } = found();
    assert.deepEqual({ socket, ptrace }, { socket: 'EPERM', ptrace: 'EPERM' });
  });
});

describe('a build for tests', () => {
  test('ends at a refused call', async () => {
    const { env } = turncoat('connect', { CL_CAGE: 'kill' });
    const host = session.host({ env });
    await assert.rejects(host.send('status').then((answer) => assert.ok(answer)));
    assert.deepEqual(await host.close(), { code: null, signal: 'SIGSYS' });
  });

  test('can be told to do without, and then nothing is refused', async () => {
    const { env, found } = turncoat('connect', { CL_CAGE: 'off', CL_PROBE_STAYS: 'socket' });
    const host = session.host({ env });
    assert.equal((await host.send('status')).result.log, 'ok');
    await host.close();
    assert.equal(found().socket, 'done');
  });
});
