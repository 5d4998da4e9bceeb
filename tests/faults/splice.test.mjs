// A log has two branches after a roll-back that was acknowledged, and after its copy went on on a second computer. A row and
// its hash of the one, put behind the other, open and fit; they are not of this log all the same.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { CLI, Session } from '../e2e/host.mjs';
import { entriesOf, headOf, marked } from './support.mjs';

/** @param {string} file @param {string} sql */
function sqlite(file, sql) {
  const got = spawnSync('sqlite3', [file, sql], { encoding: 'utf8' });
  assert.equal(got.status, 0, got.stderr);
  return got.stdout.trim();
}

/**
 * Entry `seq` of `from`, with its hash and perhaps the summary, behind the last of `to`.
 * @param {string} from @param {string} to @param {number} seq
 */
function splice(from, to, seq, summary = false) {
  sqlite(
    to,
    `ATTACH '${from}' AS other; INSERT INTO entry SELECT * FROM other.entry WHERE seq = ${seq};
     UPDATE tile SET hashes = CAST(hashes || (SELECT substr(hashes, ${32 * seq + 1}, 32) FROM other.tile WHERE id = 0) AS BLOB) WHERE id = 0;
     ${summary ? 'DELETE FROM summary; INSERT INTO summary SELECT * FROM other.summary;' : ''}`,
  );
}

/** @param {(session: Session, branch: (at: number) => string) => Promise<void>} body */
async function within(body) {
  const session = await Session.start();
  try {
    await body(session, (at) => `${session.dir}/branch-${at}.sqlite`);
  } finally {
    await session.stop();
  }
}

/** @param {Session} session @param {number} n */
async function record(session, n) {
  return session.once('record', { observations: [marked('branch', n)] });
}

/** It is told, and named, and nothing is appended. @param {Session} session @param {number} seq */
async function assertNamed(session, seq) {
  assert.equal((await session.once('status')).result.log, 'log-changed');
  const verify = session.run(CLI, ['verify']);
  assert.equal(verify.status, 1, verify.stdout + verify.stderr);
  assert.match(verify.stdout.replace(/\s+/g, ' '), new RegExp(`${seq}.*another branch`));
  assert.equal((await record(session, 99)).error.code, 'log-changed');
}

for (const summary of [false, true])
  test(`an entry from before an acknowledged roll-back${summary ? ', with its summary' : ''}`, () =>
    within(async (session, branch) => {
      for (let n = 0; n < 3; n++) {
        assert.equal((await record(session, n)).ok, true);
        copyFileSync(session.log, branch(n + 2));
      }
      copyFileSync(branch(2), session.log); // sizes: 2, 3, 4
      assert.equal((await record(session, 9)).error.code, 'log-rolled-back');
      assert.equal(session.run(CLI, ['acknowledge', '--yes']).status, 0);
      assert.equal((await session.once('status')).result.size, 3);
      splice(branch(4), session.log, 3, summary);
      await assertNamed(session, 3);
    }));

for (const [what, size] of [
  ['in one piece', 100],
  ['in parts', 5_000_000],
])
  test(`a file from before an acknowledged roll-back, ${what}: it opens, and the entry of that number lists it not`, () =>
    within(async (session, branch) => {
      const file = `${session.dir}/file.bin`;
      writeFileSync(file, Buffer.alloc(Number(size), 1));
      for (let n = 0; n < 2; n++) assert.equal((await record(session, n)).ok, true);
      copyFileSync(session.log, branch(3));
      assert.equal(session.run(CLI, ['keep', file]).status, 0); // entry 3
      copyFileSync(session.log, branch(4));
      copyFileSync(branch(3), session.log);
      assert.equal(session.run(CLI, ['acknowledge', '--yes']).status, 0); // entry 3 of this branch
      assert.equal(session.run(CLI, ['verify']).status, 0);
      sqlite(
        session.log,
        `ATTACH '${branch(4)}' AS other; INSERT INTO attachment SELECT * FROM other.attachment WHERE seq = 3`,
      );
      const verify = session.run(CLI, ['verify']);
      assert.equal(verify.status, 1, verify.stdout + verify.stderr);
      assert.match(verify.stdout.replace(/\s+/g, ' '), /attachments that no entry lists/);
    }));

/** The lines of the log's recovery code. @param {Session} session */
function codeOf(session) {
  const { stdout } = session.run(CLI, ['recovery', 'show']);
  return [...stdout.matchAll(/^ {2}[1-6]: {2}(\S+)$/gm)].map(([, line]) => `${line}\n`).join('');
}

/**
 * Nobody knows how long the log was: its key came back by the code, as on a new computer, and the head is gone.
 * @param {Session} session @param {string} code
 */
function forgetHead(session, code) {
  const { key } = headOf(session);
  session.probe('delete', 'key', key);
  session.probe('delete', 'head', key);
  const restored = session.run(CLI, ['recovery', 'restore'], { input: code });
  assert.equal(restored.status, 0, restored.stdout + restored.stderr);
}

for (const branches of ['an acknowledged roll-back', 'a second computer'])
  test(`an entry of another branch, ${branches}, where the keyring does not know how long the log was`, () =>
    within(async (session, branch) => {
      for (let n = 0; n < 2; n++) assert.equal((await record(session, n)).ok, true);
      const code = codeOf(session);
      copyFileSync(session.log, branch(0)); // 3 entries
      for (let n = 2; n < 4; n++) assert.equal((await record(session, n)).ok, true);
      copyFileSync(session.log, branch(1)); // 5 entries
      copyFileSync(branch(0), session.log);
      if (branches === 'a second computer') forgetHead(session, code);
      assert.equal(session.run(CLI, ['acknowledge', '--yes']).status, 0);
      assert.equal((await record(session, 9)).ok, true); // 5 entries, of which the last two are others
      forgetHead(session, code);
      const before = session.run(CLI, ['verify']).stdout.replace(/\s+/g, ' ');
      assert.doesNotMatch(before, /another branch/);

      // The other's fifth entry in the place of this one's, and no summary: nothing but the entry itself can tell.
      const guard = sqlite(session.log, "SELECT sql FROM sqlite_master WHERE name = 'entry_keep_delete'");
      sqlite(
        session.log,
        `DROP TRIGGER entry_keep_delete; DELETE FROM entry WHERE seq = 4; DELETE FROM summary; ${guard};
         UPDATE tile SET hashes = substr(hashes, 1, ${32 * 4}) WHERE id = 0`,
      );
      splice(branch(1), session.log, 4);
      const verify = session.run(CLI, ['verify']);
      assert.equal(verify.status, 1, verify.stdout + verify.stderr);
      assert.match(
        verify.stdout.replace(/\s+/g, ' '),
        /4 was not written after the entries before it: it may be of another branch/,
      );
      assert.equal(session.run(CLI, ['acknowledge', '--yes']).status, 0);
      const told = entriesOf(session).at(-1);
      assert.equal(told.kind, 'discontinuity');
      assert.deepEqual(told.damaged, [{ first: 4, last: 4 }]);
    }));

for (const [name, sql] of [
  ['changed', "UPDATE tile SET hashes = CAST(x'00' || substr(hashes, 2) AS BLOB) WHERE id = 0"],
  ['deleted', 'DELETE FROM tile'],
])
  test(`the tree ${name} and acknowledged: what comes after stands behind the tree as it was made anew`, () =>
    within(async (session) => {
      for (let n = 0; n < 3; n++) assert.equal((await record(session, n)).ok, true);
      const code = codeOf(session);
      sqlite(session.log, sql);
      assert.equal(session.run(CLI, ['acknowledge', '--yes']).status, 0);
      assert.equal((await record(session, 9)).ok, true);
      forgetHead(session, code); // so that nothing but the entries tells where they belong
      const verify = session.run(CLI, ['verify']);
      assert.doesNotMatch(verify.stdout.replace(/\s+/g, ' '), /another branch/);
    }));

test('an entry of a second computer', () =>
  within(async (session, branch) => {
    assert.equal((await record(session, 0)).ok, true);
    copyFileSync(session.log, branch(0));
    assert.equal((await record(session, 1)).ok, true);
    assert.equal((await record(session, 2)).ok, true);
    copyFileSync(session.log, branch(1)); // what the other computer has: 4 entries
    copyFileSync(branch(0), session.log);
    assert.equal((await record(session, 9)).error.code, 'log-rolled-back');
    assert.equal(session.run(CLI, ['acknowledge', '--yes']).status, 0); // here: 3 of which the last says so
    splice(branch(1), session.log, 3);
    await assertNamed(session, 3);
  }));
