/** The recovery code: lost keyring, damaged item, new computer, another provider, and every slip, with the real daemon. */
import assert from 'node:assert/strict';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { CLI, Session, observation } from '../e2e/host.mjs';

/** @param {(session: Session) => Promise<void>} body @param {import('../e2e/host.mjs').SessionOptions} [options] */
async function within(body, options = {}) {
  const session = await Session.start(options);
  try {
    await body(session);
  } finally {
    await session.stop();
  }
}

const record = (/** @type {Session} */ session) =>
  session.once('record', { observations: [observation({ asked: true })] });

/** A session with three entries, and the code of its log. @param {(session: Session, code: string[]) => Promise<void>} body */
const withLog = (body) =>
  within(async (session) => {
    for (let i = 0; i < 2; i++) assert.equal((await record(session)).ok, true);
    await body(session, codeOf(session));
  });

/** @param {Session} session @returns {string[]} */
function codeOf(session) {
  const { status, stdout, stderr } = session.run(CLI, ['recovery', 'show']);
  assert.equal(status, 0, stderr);
  const lines = [...stdout.matchAll(/^ {2}([1-6]): {2}((?:[0-9A-HJKMNP-TV-Z]{5}-){3}[0-9A-HJKMNP-TV-Z]{5})$/gm)];
  assert.deepEqual(
    lines.map((line) => line[1]),
    ['1', '2', '3', '4', '5', '6'],
  );
  return lines.map((line) => line[2]);
}

const restore = (/** @type {Session} */ session, /** @type {string[]} */ code) =>
  session.run(CLI, ['recovery', 'restore'], { input: `${code.join('\n')}\n` });

/** Delete items of the keyring. @param {Session} session @param {string} [item] */
function lose(session, item) {
  const got = session.run('secret-tool', ['clear', 'application', 'consentlog', ...(item ? ['item', item] : [])]);
  assert.equal(got.status, 0, got.stderr);
}

const status = async (/** @type {Session} */ session) => (await session.once('status')).result;
const kinds = async (/** @type {Session} */ session) => {
  const { result } = await session.once('history', { from: 0, count: 1000 });
  return result.entries;
};

/** Nothing is recorded until the owner has said so, and that is an entry. @param {Session} session @param {number} size */
async function waitsForItsOwner(session, size) {
  assert.equal((await record(session)).error.code, 'key-restored');
  assert.equal((await status(session)).log, 'key-restored');
  const verify = session.run(CLI, ['verify']);
  assert.equal(verify.status, 1);
  assert.match(verify.stdout, /does not know how long it was/);
  const got = session.run(CLI, ['acknowledge', '--yes']);
  assert.equal(got.status, 0, got.stderr);
  const entries = await kinds(session);
  assert.equal(entries.length, size + 1);
  const { kind, found, head_size, log_size, damaged } = entries[size];
  assert.deepEqual([kind, found, head_size, log_size, damaged], ['discontinuity', 'key-restored', 0, size, []]);
  assert.equal((await record(session)).ok, true);
  assert.equal(session.run(CLI, ['verify']).status, 0);
  assert.match(
    session.run(CLI, ['history']).stdout,
    /acknowledged by you: The key was restored from its recovery code/,
  );
}

describe('with the code in the drawer', () => {
  test('a lost keyring: restored, verified, acknowledged', () =>
    withLog(async (session, code) => {
      lose(session);
      assert.equal((await status(session)).log, 'key-missing');
      const got = restore(session, code);
      assert.equal(got.status, 0, got.stderr);
      assert.match(got.stdout, /in the keyring again/);
      assert.match(got.stdout, /consentlog verify; then go on with: consentlog\sacknowledge/);
      await waitsForItsOwner(session, 3);
      assert.deepEqual(codeOf(session), code);
    }));

  test('only the key is lost: the head still knows, nothing is to be acknowledged', () =>
    withLog(async (session, code) => {
      lose(session, 'key');
      assert.equal((await status(session)).log, 'key-missing');
      const got = restore(session, code);
      assert.deepEqual([got.status, got.stdout], [0, 'The key is in the keyring again.\n']);
      assert.equal((await record(session)).ok, true);
      assert.equal((await kinds(session)).length, 4);
      assert.equal(session.run(CLI, ['verify']).status, 0);
    }));

  test('only the key is lost, and the file was cut: the head notices', () =>
    withLog(async (session, code) => {
      const older = join(session.dir, 'older');
      copyFileSync(session.log, older);
      await record(session);
      lose(session, 'key');
      copyFileSync(older, session.log);
      const got = restore(session, code);
      assert.equal(got.status, 0);
      assert.match(
        got.stdout.replace(/\s+/g, ' '),
        /^The key is in the keyring again\. The log is older than the keyring remembers/,
      );
      assert.equal((await record(session)).error.code, 'log-rolled-back');
    }));

  test('back to a log that was given up for a new one: its code says that it is the one', () =>
    withLog(async (session, code) => {
      const old = join(session.dir, 'old');
      copyFileSync(session.log, old);
      rmSync(session.log);
      assert.equal(session.run(CLI, ['acknowledge', '--yes']).status, 0);
      assert.equal((await record(session)).ok, true);
      const newer = join(session.dir, 'newer');
      copyFileSync(session.log, newer);
      copyFileSync(old, session.log);
      assert.equal((await status(session)).log, 'key-foreign');
      const got = restore(session, code);
      assert.deepEqual([got.status, got.stdout], [0, 'The key is in the keyring again.\n'], got.stderr);
      assert.equal((await record(session)).ok, true);
      assert.equal(session.run(CLI, ['verify']).status, 0);
      copyFileSync(newer, session.log);
      assert.equal((await status(session)).log, 'key-foreign', 'now the other is not');
    }));

  test('a damaged item is replaced', () =>
    withLog(async (session, code) => {
      const { key_id } = await status(session);
      const store = [
        'store',
        '--label=x',
        'application',
        'consentlog',
        'item',
        'key',
        'key',
        key_id,
        'store',
        session.log,
      ];
      lose(session, 'key');
      const got = session.run('secret-tool', store, { input: 'not a key' });
      assert.equal(got.status, 0, got.stderr);
      assert.match((await status(session)).log, /^key-(damaged|missing)$/);
      assert.equal(restore(session, code).status, 0);
      assert.equal((await record(session)).ok, true);
    }));

  test('a new computer: the file and the code', () =>
    withLog(async (session, code) =>
      within(async (other) => {
        const folder = dirname(other.log);
        mkdirSync(folder, { mode: 0o700 });
        copyFileSync(session.log, other.log);
        chmodSync(other.log, 0o600);
        assert.equal((await status(other)).log, 'key-missing');
        const before = readFileSync(other.log);
        assert.equal(restore(other, code).status, 0);
        assert.deepEqual(readFileSync(other.log), before);
        await waitsForItsOwner(other, 3);
      }),
    ));

  test('another provider: a new daemon with an empty keyring of its own', () =>
    withLog(async (session, code) => {
      await session.stopDaemon();
      rmSync(join(session.dir, 'home/.local/share/keyrings'), { recursive: true, force: true });
      rmSync(join(session.dir, 'data/keyrings'), { recursive: true, force: true });
      await session.startDaemon('unlock');
      assert.equal((await status(session)).log, 'key-missing');
      assert.equal(restore(session, code).status, 0);
      await waitsForItsOwner(session, 3);
    }));

  test('as a hand writes it', () =>
    withLog(async (session, code) => {
      lose(session);
      const written = code.map(
        (line, i) => `${i + 1}: ${line.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o')}\r\n\n`,
      );
      const got = session.run(CLI, ['recovery', 'restore'], { input: written.join('') });
      assert.equal(got.status, 0, got.stderr);
    }));
});

describe('what is refused, without writing anything', () => {
  /** @param {Session} session */
  const items = (session) =>
    session.run('secret-tool', ['search', '--all', 'application', 'consentlog']).stdout.match(/^label/gm)?.length ?? 0;

  test('a slip: the line is named', () =>
    withLog(async (session, code) => {
      lose(session);
      for (const [line, change] of /** @type {[number, (text: string) => string][]} */ ([
        [1, (text) => (text[0] === '0' ? '2' : '0') + text.slice(1)],
        [3, (text) => text.slice(1)],
        [4, (text) => `${text}7`],
        [6, () => code[4]],
        [2, () => 'what is this'],
      ])) {
        const wrong = code.map((text, i) => (i === line - 1 ? change(text) : text));
        const got = restore(session, wrong);
        assert.deepEqual([got.status, got.stdout], [2, '']);
        assert.match(got.stderr, new RegExp(`line ${line} of the code is missing or has a slip`));
      }
      const short = restore(session, code.slice(0, 5));
      assert.match(short.stderr, /line 6 of the code is missing/);
      assert.equal(items(session), 0);
    }));

  test('the code of another log', () =>
    withLog(async (session, code) =>
      withLog(async (other, others) => {
        lose(session);
        const got = restore(session, others);
        assert.deepEqual([got.status, got.stdout], [3, '']);
        assert.match(got.stderr, /belongs to another log/);
        const mixed = restore(session, [...code.slice(0, 3), ...others.slice(3)]);
        assert.equal(mixed.status, 2);
        assert.match(mixed.stderr, /not of one code/);
        assert.equal(items(session), 0);
        assert.equal((await status(other)).log, 'ok');
      }),
    ));

  test('nothing to restore', () =>
    withLog(async (session, code) => {
      const got = restore(session, code);
      assert.deepEqual([got.status, got.stdout], [0, 'There is nothing to restore: the keyring has this key.\n']);
      assert.equal(items(session), 2);
      assert.equal((await record(session)).ok, true);
    }));

  test('no log to restore it for', () =>
    withLog(async (session, code) =>
      within(async (other) => {
        const got = restore(other, code);
        assert.equal(got.status, 3);
        assert.match(got.stderr, /there is no log here/);
        assert.equal(existsSync(other.log), false);
        assert.equal(items(other), 0);
      }),
    ));

  test('a locked keyring', () =>
    withLog(async (session, code) => {
      session.lock();
      const got = restore(session, code);
      assert.equal(got.status, 3);
      assert.match(got.stderr, /The keyring is locked/);
      assert.match(session.run(CLI, ['recovery', 'show']).stderr, /The keyring is locked/);
    }));

  test('the code as part of the command', () =>
    withLog(async (session, code) => {
      for (const args of [['restore', ...code], ['restore', code.join('')], ['show', '--json'], [], ['hide']]) {
        const got = session.run(CLI, ['recovery', ...args]);
        assert.equal(got.status, 2, args.join(' '));
        assert.match(got.stderr, /never part of the command/);
        for (const line of code) assert.ok(!got.stderr.includes(line));
      }
    }));
});
