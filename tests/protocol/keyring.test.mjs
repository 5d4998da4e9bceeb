// The real keyring daemon, in every state that it can be in: each has its own answer, none makes a key beside a log, none
// takes more than five seconds beside what the machine itself takes.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { observation, PASSWORD, Session } from '../e2e/host.mjs';

const TOO_LONG_MS = 5000;

/** @param {import('../e2e/host.mjs').SessionOptions} options @param {(session: Session) => Promise<void>} body */
async function within(options, body) {
  const session = await Session.start(options);
  try {
    await body(session);
  } finally {
    await session.stop();
  }
}

const record = (/** @type {Session} */ session) =>
  session.once('record', { observations: [observation({ asked: true })] });

/** Both ways to ask must say so, in time, and leave log and keyring as they were. @param {Session} session @param {string} code */
async function answers(session, code) {
  const before = existsSync(session.log) ? readFileSync(session.log) : null;
  const machine = 3 * (await session.timeToHear(1));
  const started = Date.now();
  const answer = await record(session);
  assert.ok(Date.now() - started < TOO_LONG_MS + machine);
  assert.equal(answer.ok, false);
  assert.equal(answer.error.code, code);
  const status = await session.once('status');
  assert.equal(status.ok, true);
  assert.equal(status.result.keyring, code);
  assert.equal(status.result.message, answer.error.message);
  assert.ok(Date.now() - started < 2 * (TOO_LONG_MS + machine));
  const after = existsSync(session.log) ? readFileSync(session.log) : null;
  assert.deepEqual(after, before);
}

/** @param {Session} session @returns {number} of items that are ours, in any collection */
function items(session) {
  const { stdout } = session.run('secret-tool', ['search', '--all', 'application', 'consentlog']);
  return (stdout.match(/^label = /gm) ?? []).length;
}

/** A session with a log. @param {(session: Session, keyId: string) => Promise<void>} body */
const withLog = (body) =>
  within({}, async (session) => {
    assert.equal((await record(session)).ok, true);
    const { result } = await session.once('status');
    assert.equal(result.provider, 'gnome-keyring-daemon');
    assert.equal(items(session), 2);
    await body(session, result.key_id);
  });

test('no bus', () => within({ keyring: 'no-bus' }, (session) => answers(session, 'no-session-bus')));

test('a bus address where nobody answers', () =>
  within({ keyring: 'no-bus' }, async (session) => {
    session.env.DBUS_SESSION_BUS_ADDRESS = `unix:path=${session.dir}/nobody`;
    await answers(session, 'no-session-bus');
  }));

test('a bus that would have to be launched is none', () =>
  within({ keyring: 'no-bus' }, async (session) => {
    session.env.DBUS_SESSION_BUS_ADDRESS = 'autolaunch:';
    await answers(session, 'no-session-bus');
  }));

test('the bus found by XDG_RUNTIME_DIR alone', () =>
  within({}, async (session) => {
    delete session.env.DBUS_SESSION_BUS_ADDRESS;
    assert.equal((await record(session)).ok, true);
  }));

test('no service', () => within({ keyring: 'none' }, (session) => answers(session, 'no-keyring-service')));

test('no default keyring', () => within({ keyring: 'empty' }, (session) => answers(session, 'no-default-keyring')));

test('locked before there is a log: none is begun', () =>
  within({ keyring: 'locked' }, async (session) => {
    await answers(session, 'keyring-locked');
    assert.ok(!existsSync(session.log));
  }));

test('locked while the daemon runs, and since its start: the log waits', () =>
  withLog(async (session) => {
    session.lock();
    await answers(session, 'keyring-locked');
    await session.restartDaemon('lock');
    await answers(session, 'keyring-locked');
    await session.restartDaemon('unlock');
    assert.equal((await record(session)).result.size, 3);
    assert.equal(items(session), 2);
  }));

test('the key deleted', () =>
  withLog(async (session, keyId) => {
    assert.deepEqual(session.probe('delete', 'key', keyId), ['ok']);
    await answers(session, 'key-missing');
    assert.equal(items(session), 1);
  }));

test('key and head deleted: still no new key beside the log', () =>
  withLog(async (session, keyId) => {
    session.probe('delete', 'key', keyId);
    session.probe('delete', 'head', keyId);
    await answers(session, 'key-missing');
    assert.equal(items(session), 0);
  }));

test('the key damaged', () =>
  withLog(async (session, keyId) => {
    assert.deepEqual(session.probe('damage', 'key', keyId), ['ok']);
    await answers(session, 'key-damaged');
    assert.equal(items(session), 2);
  }));

test("another log's key under this log's name", () =>
  withLog(async (session, keyId) => {
    const [, other] = session.probe('new', '/elsewhere');
    assert.deepEqual(session.probe('swap', keyId, other), ['ok']);
    await answers(session, 'key-foreign');
    assert.equal(items(session), 4);
  }));

for (const deed of ['delete', 'damage']) {
  test(`the head gone: ${deed}`, () =>
    withLog(async (session, keyId) => {
      assert.deepEqual(session.probe(deed, 'head', keyId), ['ok']);
      await answers(session, 'head-missing');
    }));
}

test('a daemon that hangs', () =>
  withLog(async (session) => {
    session.daemon?.kill('SIGSTOP');
    const machine = 3 * (await session.timeToHear(1));
    const started = Date.now();
    const answer = await record(session);
    assert.ok(Date.now() - started < TOO_LONG_MS + machine);
    assert.equal(answer.error.code, 'keyring-timeout');
    session.daemon?.kill('SIGCONT');
    assert.equal((await record(session)).ok, true);
  }));

test('a daemon, and then a bus, that go away between two messages of one port', () =>
  withLog(async (session) => {
    const host = session.host();
    assert.equal((await host.send('status')).result.keyring, 'ok');
    await session.restartDaemon('unlock');
    assert.equal((await host.send('record', { observations: [observation({ asked: true })] })).ok, true);
    await session.stopDaemon();
    assert.equal((await host.send('status')).result.keyring, 'no-keyring-service');
    await session.startDaemon('unlock');
    assert.equal((await host.send('status')).result.keyring, 'ok');
    session.bus?.kill('SIGKILL');
    const last = await host.send('status');
    assert.ok(['no-session-bus', 'no-keyring-service'].includes(last.result.keyring), last.result.keyring);
    assert.deepEqual(await host.close(), { code: 0, signal: null }); // GIO would have raised SIGTERM
  }));

/** @param {Session} session */
async function unlock(session) {
  const host = session.host();
  const answer = await host.send('unlock');
  await host.close();
  return answer;
}

test('unlock: nothing to do', () =>
  within({}, async (session) => assert.deepEqual((await unlock(session)).result, { keyring: 'ok' })));

test('unlock: the prompt answered, then the record is taken on the same port', () =>
  within({ keyring: 'locked', prompter: [`ok:${PASSWORD}`] }, async (session) => {
    const host = session.host();
    assert.equal((await host.send('record', { observations: [observation()] })).error.code, 'keyring-locked');
    assert.deepEqual((await host.send('unlock')).result, { keyring: 'ok' });
    assert.equal((await host.send('record', { observations: [observation()] })).result.size, 2);
    await host.close();
  }));

test('unlock: the prompt refused, and asked again', () =>
  within({ keyring: 'locked', prompter: ['cancel', `ok:${PASSWORD}`] }, async (session) => {
    assert.equal((await unlock(session)).error.code, 'unlock-dismissed');
    assert.equal((await session.once('status')).result.keyring, 'keyring-locked');
    assert.equal((await unlock(session)).ok, true);
  }));

test('unlock: a wrong password, then refused', () =>
  within({ keyring: 'locked', prompter: ['ok:wrong', 'cancel'] }, async (session) => {
    assert.equal((await unlock(session)).error.code, 'unlock-dismissed');
  }));

test('unlock: without a default keyring one is made, with a password', () =>
  within({ keyring: 'empty', prompter: ['ok:new'] }, async (session) => {
    assert.equal((await unlock(session)).ok, true);
    assert.equal((await record(session)).ok, true);
  }));

test('unlock: without a default keyring, refused', () =>
  within({ keyring: 'empty', prompter: ['cancel'] }, async (session) => {
    assert.equal((await unlock(session)).error.code, 'unlock-dismissed');
    await answers(session, 'no-default-keyring');
  }));

test('unlock: nobody answers in time; the daemon lives on', () =>
  within({ keyring: 'locked', prompter: ['delay:60000', `ok:${PASSWORD}`] }, async (session) => {
    assert.deepEqual(session.probe('unlock', '300'), ['unlock-timed-out']);
    assert.deepEqual(session.probe('unlock', '300'), ['unlock-timed-out']);
    assert.equal(session.daemon?.exitCode, null);
    await answers(session, 'keyring-locked');
  }));

test('unlock: the browser closes the port and the host is gone; other hosts go on meanwhile', () =>
  within({ keyring: 'locked', prompter: ['delay:60000', `ok:${PASSWORD}`] }, async (session) => {
    const host = session.host();
    host.writeFrame('{"id":1,"op":"unlock","params":{}}');
    await new Promise((done) => setTimeout(done, 300));
    await answers(session, 'keyring-locked');
    assert.equal(host.child.exitCode, null); // still waiting for the person
    const machine = 3 * (await session.timeToHear(1));
    host.end();
    const started = Date.now();
    assert.deepEqual(await host.exited, { code: 0, signal: null });
    assert.ok(Date.now() - started < 1000 + machine);
    assert.equal(session.daemon?.exitCode, null);
  }));

test('unlock: no bus and no service are said, not waited for', async () => {
  await within({ keyring: 'no-bus' }, async (s) => assert.equal((await unlock(s)).error.code, 'no-session-bus'));
  await within({ keyring: 'none' }, async (s) => assert.equal((await unlock(s)).error.code, 'no-keyring-service'));
});

test('the environment cannot send the host to another secret store', () =>
  withLog(async (session) => {
    const redirect = {
      SECRET_BACKEND: 'file',
      SECRET_FILE_TEST_PATH: `${session.dir}/elsewhere`,
      SECRET_FILE_TEST_PASSWORD: 'x',
      SECRET_SERVICE_BUS_NAME: 'org.example.Secrets',
      SNAP_NAME: 'x',
    };
    const host = session.host({ env: redirect });
    assert.equal((await host.send('record', { observations: [observation({ asked: true })] })).result.size, 3);
    await host.close();
    assert.ok(!existsSync(`${session.dir}/elsewhere`));
  }));
