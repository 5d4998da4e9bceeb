// gnome-keyring with more than one collection: what is locked away is locked and never missing, and `unlock` opens the
// collection that holds the key.
import assert from 'node:assert/strict';
import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { test } from 'node:test';
import { CLI, LOGIN, observation, PASSWORD, Session, sleep } from '../e2e/host.mjs';

const record = (/** @type {Session} */ session) =>
  session.once('record', { observations: [observation({ asked: true })] });

/** Both ways to ask say the same. @param {Session} session @param {string} code */
async function answers(session, code) {
  assert.equal((await record(session)).error?.code, code);
  assert.equal((await session.status()).keyring, code);
}

/**
 * A log whose key is in a collection of its own; then the login keyring is the default one again and the daemon starts anew,
 * with that one open alone.
 * @param {import('../e2e/host.mjs').SessionOptions} options @param {(session: Session, collection: string) => Promise<void>} body
 */
async function away(options, body, password = PASSWORD) {
  const session = await Session.start(options);
  try {
    const collection = session.collection('other', password);
    session.setDefault(collection);
    assert.equal((await record(session)).ok, true);
    session.setDefault(LOGIN);
    await session.restartDaemon('unlock');
    await body(session, collection);
  } finally {
    await session.stop();
  }
}

test('the key in a locked collection that is not the default one', () =>
  away({}, async (session, collection) => {
    await answers(session, 'keyring-locked');
    const doctor = session.run(CLI, ['doctor']).stdout;
    assert.match(doctor, /consentlog unlock/);
    assert.doesNotMatch(doctor, /acknowledge/);
    assert.equal(session.run(CLI, ['acknowledge', '--yes']).status, 3);
    session.open(collection);
    assert.equal((await record(session)).result.size, 3);
  }));

test('the same while the daemon runs', () =>
  away({}, async (session, collection) => {
    session.open(collection);
    session.lock(collection);
    await answers(session, 'keyring-locked');
  }));

test('no collection is the default one', () =>
  away({}, async (session) => {
    session.setDefault('/');
    await answers(session, 'keyring-locked');
  }));

test('the file deleted while its key is locked away: no log begins, and the loss is told when it opens', () =>
  away({}, async (session, collection) => {
    rmSync(session.log);
    await answers(session, 'keyring-locked');
    assert.ok(!existsSync(session.log));
    session.open(collection);
    assert.equal((await record(session)).error.code, 'log-missing');
    assert.ok(!existsSync(session.log));
  }));

test('a locked collection that holds nothing of ours does not keep a log from beginning', async () => {
  const session = await Session.start();
  try {
    session.collection('of somebody else');
    session.setDefault(LOGIN);
    await session.restartDaemon('unlock');
    assert.equal((await record(session)).ok, true);
  } finally {
    await session.stop();
  }
});

test('unlock asks for the password of the collection that holds the key', () =>
  away({ prompter: [`ok:${PASSWORD}`] }, async (session) => {
    const host = session.host();
    assert.deepEqual((await host.send('unlock')).result, { keyring: 'ok' });
    await host.close();
    assert.equal((await record(session)).result.size, 3);
  }));

test('unlock asks once, also where the default collection is locked too', () =>
  away({ prompter: [`ok:${PASSWORD}`] }, async (session) => {
    session.lock(LOGIN);
    assert.equal(session.run(CLI, ['unlock']).status, 0);
    assert.equal((await record(session)).result.size, 3);
  }));

test('unlock that was refused has unlocked nothing', () =>
  away({ prompter: ['cancel'] }, async (session) => {
    const got = session.run(CLI, ['unlock']);
    assert.equal(got.status, 3);
    assert.match(got.stderr, /dismissed/);
    await answers(session, 'keyring-locked');
  }));

test('unlock does not say unlocked while the key cannot be read', () =>
  away({}, async (session, collection) => {
    session.open(collection);
    const { key_id: key } = (await session.once('status')).result;
    session.probe('delete', 'key', key);
    const got = session.run(CLI, ['unlock']);
    assert.equal(got.status, 3);
    assert.match(got.stderr, /no longer holds the key/);
  }));

test('a collection without a password opens without a prompt', () =>
  away(
    {},
    async (session) => {
      const { result } = await session.once('status');
      assert.equal(result.keyring, 'ok');
      assert.equal((await record(session)).result.size, 3);
    },
    '',
  ));

test('a locked default collection without a password: the first record opens it', async () => {
  const session = await Session.start();
  try {
    const blank = session.collection('blank', '');
    session.setDefault(blank);
    await session.restartDaemon('unlock');
    session.lock(blank);
    assert.equal((await record(session)).ok, true);
  } finally {
    await session.stop();
  }
});

test('an old file put back after another log began in its place is foreign, wherever its key is', async () => {
  const session = await Session.start();
  try {
    const old = session.collection('old');
    session.setDefault(old);
    assert.equal((await record(session)).ok, true);
    const kept = `${session.dir}/kept.sqlite`;
    copyFileSync(session.log, kept);
    rmSync(session.log);
    session.setDefault(LOGIN);
    assert.equal(session.run(CLI, ['acknowledge', '--yes']).status, 0);
    copyFileSync(kept, session.log);
    await answers(session, 'key-foreign');
    await session.restartDaemon('unlock');
    await answers(session, 'keyring-locked');
    session.open(old);
    await answers(session, 'key-foreign');
  } finally {
    await session.stop();
  }
});

test("the session's collection is in memory alone: no log is begun whose key ends with it, and unlock makes a keyring", async () => {
  const session = await Session.start({ keyring: 'empty', prompter: ['ok:new'] });
  try {
    session.setDefault('/org/freedesktop/secrets/collection/session');
    await answers(session, 'no-default-keyring');
    assert.ok(!existsSync(session.log));
    assert.equal(session.run(CLI, ['unlock']).status, 0);
    assert.equal((await record(session)).result.size, 2);
  } finally {
    await session.stop();
  }
});

test('the collection with the key deleted, and no other is the default: the key is missing, and the way back works', async () => {
  const session = await Session.start({ keyring: 'empty', prompter: ['ok:new'] });
  try {
    const collection = session.collection('other');
    session.setDefault(collection);
    assert.equal((await record(session)).ok, true);
    const shown = session.run(CLI, ['recovery', 'show']).stdout;
    const code = [...shown.matchAll(/^ {2}[1-6]: {2}(\S+)$/gm)].map(([, line]) => `${line}\n`).join('');
    session.dbusSend('org.freedesktop.secrets', collection, 'org.freedesktop.Secret.Collection.Delete', []);
    await answers(session, 'key-missing');
    const restore = () => session.run(CLI, ['recovery', 'restore'], { input: code });
    assert.match(restore().stderr, /no default keyring.*consentlog unlock/s);
    assert.match(session.run(CLI, ['unlock']).stderr, /no longer holds the key/);
    assert.equal(restore().status, 0);
    assert.equal(session.run(CLI, ['acknowledge', '--yes']).status, 0);
    assert.equal((await record(session)).ok, true);
  } finally {
    await session.stop();
  }
});

for (const role of ['key', 'head'])
  test(`a ${role} that cannot be read counts for nothing beside one that can`, async () => {
    const session = await Session.start();
    try {
      assert.equal((await record(session)).ok, true);
      const { key_id: key } = (await session.once('status')).result;
      await sleep(1100); // it is the newer one, by the second
      const named = ['application', 'consentlog', 'item', role, 'key', key, 'store', session.log, 'of', 'somebody'];
      assert.equal(
        session.run('secret-tool', ['store', '--label=x', ...named], { input: 'no secret of ours' }).status,
        0,
      );
      assert.equal((await record(session)).result?.size, 3);
      const status = await session.status();
      assert.deepEqual([status.keyring, status.log, status.size], ['ok', 'ok', 3]);
      const older = `${session.dir}/older.sqlite`;
      copyFileSync(session.log, older);
      assert.equal((await record(session)).result.size, 4);
      copyFileSync(older, session.log);
      assert.equal((await record(session)).error.code, 'log-rolled-back');
    } finally {
      await session.stop();
    }
  });
