// A log has two branches after a roll-back that was acknowledged, and after its copy went on on a second computer. A row and
// its hash of the one, put behind the other, open and fit; they are not of this log all the same.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { test } from 'node:test';
import { CLI, Session } from '../e2e/host.mjs';
import { marked } from './support.mjs';

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
