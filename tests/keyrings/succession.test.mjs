// What the everyday way takes for a log's own must be what the whole way takes for it: whose head it is, which of two heads,
// and whether another log was begun in its place.
import assert from 'node:assert/strict';
import { copyFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { CLI, observation, PASSWORD, PROBE, Session } from '../e2e/host.mjs';

const STORE = '/a/log/of/the/tests';
const WAYS = ['everyday', 'whole'];

/** @param {(session: Session) => Promise<void>} body @param {import('../e2e/host.mjs').SessionOptions} [options] */
async function within(body, options = {}) {
  const session = await Session.start(options);
  try {
    await body(session);
  } finally {
    await session.stop();
  }
}

/** @param {Session} session @param {string} way @param {string[]} args */
const by = (session, way, args) => session.run(PROBE, args, { env: { CL_KEYRING_WAY: way } }).stdout.trim();

/** What each way says. @param {Session} session @param {string} id */
const said = (session, id, store = STORE) =>
  Object.fromEntries(WAYS.map((way) => [way, by(session, way, ['load', id, store])]));

/** @param {string} answer */
const both = (answer) => Object.fromEntries(WAYS.map((way) => [way, answer]));

/** @param {Session} session */
const record = (session) => session.once('record', { observations: [observation({ asked: true })] });

test("another log's head at the same path is not this log's", () =>
  within(async (session) => {
    const [, mine] = session.probe('new', STORE);
    const [, other] = session.probe('new', STORE);
    assert.equal(by(session, 'whole', ['advance', other, STORE, '9', '0']), 'ok');
    session.probe('delete', 'head', mine);
    session.probe('delete', 'key', other);
    assert.deepEqual(said(session, mine), both(`head-missing ${mine} 0 ok`));
  }));

test('of two heads of one log, in two collections, the one that knows more counts', () =>
  within(async (session) => {
    const [, id] = session.probe('new', STORE);
    session.probe('advance', id, STORE, '5', '0');
    const attributes = ['application', 'consentlog', 'item', 'head', 'key', id, 'store', STORE];
    const old = session.run('secret-tool', ['lookup', ...attributes]).stdout;
    assert.ok(old.length > 0);
    session.probe('advance', id, STORE, '9', '0');
    const collection = session.collection('backup');
    const stored = session.run('secret-tool', ['store', '--collection', collection, '--label', 'x', ...attributes], {
      input: old,
    });
    assert.equal(stored.status, 0, stored.stderr);
    assert.deepEqual(said(session, id), both(`ok ${id} 9 ok`));
  }));

test('an old file together with a collection brought back from a copy is a roll-back', () =>
  within(async (session) => {
    for (let i = 0; i < 4; i++) assert.equal((await record(session)).ok, true);
    const id = session.probe('load', '-', session.log)[1];
    const attributes = ['application', 'consentlog', 'item', 'head', 'key', id, 'store', session.log];
    const head = session.run('secret-tool', ['lookup', ...attributes]).stdout;
    const old = join(session.dir, 'old');
    copyFileSync(session.log, old);
    for (let i = 0; i < 4; i++) assert.equal((await record(session)).ok, true);
    const collection = session.collection('backup');
    session.run('secret-tool', ['store', '--collection', collection, '--label', 'x', ...attributes], { input: head });
    copyFileSync(old, session.log);
    assert.equal((await record(session)).error?.code, 'log-rolled-back');
    assert.equal(session.run(CLI, ['acknowledge', '--yes']).status, 0);
    for (let i = 0; i < 2; i++) assert.equal((await record(session)).ok, true, 'acknowledged once, and for good');
    assert.equal(session.run(CLI, ['verify']).status, 0);
  }));

test('a log that was restored in the place of the one begun after it opens by either way, and by unlock', () =>
  within(
    async (session) => {
      assert.equal((await record(session)).ok, true);
      const lines = session.run(CLI, ['recovery', 'show']).stdout.matchAll(/^ {2}[1-6]: {2}(\S+)$/gm);
      const code = [...lines].map(([, line]) => `${line}\n`).join('');
      const id = session.probe('load', '-', session.log)[1];
      session.probe('delete', 'key', id);
      assert.equal(session.run(CLI, ['acknowledge', '--yes']).status, 0);
      const folder = dirname(session.log);
      const aside = readdirSync(folder).find(
        (name) => name.startsWith('log.sqlite.aside-') && !name.endsWith('-journal'),
      );
      assert.ok(aside);
      copyFileSync(join(folder, aside), session.log);
      const restored = session.run(CLI, ['recovery', 'restore'], { input: code });
      assert.equal(restored.status, 0, restored.stderr);
      const got = Object.fromEntries(
        Object.entries(said(session, id, session.log)).map(([way, answer]) => [way, answer.split(' ')[0]]),
      );
      assert.deepEqual(got, both('ok'));
      assert.equal(session.run(CLI, ['acknowledge', '--yes']).status, 0);
      session.lock();
      assert.equal((await record(session)).error?.code, 'keyring-locked');
      const unlocked = session.run(CLI, ['unlock']);
      assert.equal(unlocked.status, 0, unlocked.stdout + unlocked.stderr);
      assert.equal((await record(session)).ok, true);
    },
    { prompter: [`ok:${PASSWORD}`] },
  ));
