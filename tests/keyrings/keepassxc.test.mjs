// KeePassXC as the keyring: it asks for each program that starts, shows a window for a search while all is locked, and
// shares only the group that somebody chose. What every keyring is asked alike is in matrix.test.mjs.
import assert from 'node:assert/strict';
import { copyFileSync, existsSync, renameSync, rmSync } from 'node:fs';
import { test } from 'node:test';
import { CLI, observation, sleep } from '../e2e/host.mjs';
import { assertVerifies, entriesOf, marked, markOf } from '../faults/support.mjs';
import { hasKeePassXC, KeePassXC } from './keepassxc.mjs';

const skip = hasKeePassXC() ? false : 'KeePassXC or Xvfb is not in this distribution';

/** @param {KeePassXC} keepassxc */
const record = (keepassxc) => keepassxc.session.once('record', { observations: [observation({ asked: true })] });

/** Both ways to ask say the same, and no window comes up. @param {KeePassXC} keepassxc @param {string} code */
async function answers(keepassxc, code) {
  const windows = keepassxc.windows();
  const answer = await record(keepassxc);
  assert.equal(answer.error?.code, code);
  const status = await keepassxc.session.status();
  assert.equal(status.keyring, code);
  assert.equal(status.message, answer.error.message);
  assert.deepEqual(keepassxc.windows(), windows);
}

/** @param {KeePassXC} keepassxc @param {number} size of the log then */
async function recorded(keepassxc, size) {
  const answer = await record(keepassxc);
  assert.equal(answer.error?.code, undefined);
  assert.equal(answer.result.size, size);
}

/** @param {import('./keepassxc.mjs').KeePassXCOptions} options @param {(keepassxc: KeePassXC) => Promise<void>} body */
async function within(options, body) {
  const keepassxc = await KeePassXC.start(options);
  try {
    await body(keepassxc);
  } finally {
    await keepassxc.stop();
  }
}

test('it asks for each program: said so, and one answer is enough for a port', { skip }, () =>
  within({ confirm: true }, async (keepassxc) => {
    await keepassxc.up();
    await recorded(keepassxc, 2);
    await answers(keepassxc, 'keyring-consent');
    const doctor = keepassxc.session.run(CLI, ['doctor']).stdout.replace(/\s+/g, ' ');
    assert.match(doctor, /Secret Service Integration: Confirm when passwords are retrieved by clients/);
    assert.doesNotMatch(doctor, /acknowledge|consentlog unlock/);

    const host = keepassxc.session.host();
    const answer = host.send('unlock');
    await keepassxc.press('Access Request', 'Return');
    assert.deepEqual((await answer).result, { keyring: 'ok' });
    for (let i = 0; i < 3; i++)
      assert.equal((await host.send('record', { observations: [observation({ asked: true })] })).ok, true);
    await host.close();
    await answers(keepassxc, 'keyring-consent');
  }),
);

test('it was told never to let this program in', { skip }, () =>
  within({ confirm: true }, async (keepassxc) => {
    await keepassxc.up();
    await recorded(keepassxc, 2);
    const host = keepassxc.session.host();
    const answer = host.send('unlock');
    await keepassxc.press('Access Request', 'Escape');
    assert.ok(['unlock-dismissed', 'keyring-consent'].includes((await answer).error.code));
    await host.close();
    await answers(keepassxc, 'keyring-consent');
  }),
);

test('a locked database, before a log and with one: locked, and no window', { skip }, () =>
  within({ unlockBeforeSearch: true }, async (keepassxc) => {
    await keepassxc.up([], ['first']);
    await answers(keepassxc, 'keyring-locked');
    assert.ok(!existsSync(keepassxc.session.log));
    keepassxc.openDatabase('first');
    await recorded(keepassxc, 2);
    await keepassxc.lock();
    await answers(keepassxc, 'keyring-locked');
  }),
);

test('no database shares a group: said so, and unlock shows no wizard', { skip }, () =>
  within({ unshared: ['first'] }, async (keepassxc) => {
    await keepassxc.up();
    await answers(keepassxc, 'keyring-no-group');
    const windows = keepassxc.windows();
    const got = keepassxc.session.run(CLI, ['unlock']);
    assert.equal(got.status, 3);
    assert.match(got.stderr, /shares a group/);
    assert.deepEqual(keepassxc.windows(), windows);
  }),
);

test(
  'it was told not to save by itself: no log is begun whose key could vanish, and one that is there goes on',
  { skip },
  () =>
    within({ saves: false }, async (keepassxc) => {
      const { session } = keepassxc;
      await keepassxc.up();
      await answers(keepassxc, 'keyring-unsaved');
      assert.ok(!existsSync(session.log));
      const doctor = session.run(CLI, ['doctor']).stdout.replace(/\s+/g, ' ');
      assert.match(doctor, /General, File Management: Automatically save after every change/);
      keepassxc.options.saves = true;
      await keepassxc.down();
      keepassxc.configure();
      await keepassxc.up();
      await recorded(keepassxc, 2);
      keepassxc.options.saves = false;
      await keepassxc.down();
      keepassxc.configure();
      await keepassxc.up();
      await recorded(keepassxc, 3);
      await keepassxc.down('SIGKILL');
      await keepassxc.up();
      await recorded(keepassxc, 4);
      assertVerifies(session);
      session.probe('delete', 'key', session.probe('load', '-', session.log)[1]);
      await answers(keepassxc, 'key-missing');
      const got = session.run(CLI, ['acknowledge', '--yes']);
      assert.equal(got.status, 3);
      assert.match(got.stderr.replace(/\s+/g, ' '), /not to save by itself/);
      await answers(keepassxc, 'key-missing');
    }),
);

test('two databases: the key in the one that is locked', { skip }, () =>
  within({ databases: ['first', 'second'] }, async (keepassxc) => {
    await keepassxc.up(['first']);
    await recorded(keepassxc, 2);
    await keepassxc.down();
    await keepassxc.up(['second'], ['first']);
    await answers(keepassxc, 'keyring-locked');
    keepassxc.openDatabase('first');
    await recorded(keepassxc, 3);
  }),
);

test('two databases: the file deleted while the key is in the one that is closed', { skip }, () =>
  within({ databases: ['first', 'second'] }, async (keepassxc) => {
    const { session } = keepassxc;
    await keepassxc.up(['first']);
    await recorded(keepassxc, 2);
    const kept = `${session.dir}/kept.sqlite`;
    renameSync(session.log, kept);
    await keepassxc.down();
    await keepassxc.up(['second']);
    const missed = async () => {
      assert.equal((await record(keepassxc)).error?.code, 'log-missing');
      const status = await session.status();
      assert.deepEqual([status.keyring, status.log], ['ok', 'log-missing']);
      const doctor = session.run(CLI, ['doctor']).stdout.replace(/\s+/g, ' ');
      assert.match(doctor, /when it cannot save a database/);
      assert.match(doctor, /from a backup.*consentlog acknowledge/);
      assert.ok(!existsSync(session.log));
    };
    await missed();
    keepassxc.openDatabase('first');
    await missed();
    copyFileSync(kept, session.log);
    await recorded(keepassxc, 3);

    // Lost for good: a new one begins on its owner's word, in the database that is open, and the old file is another's then.
    rmSync(session.log);
    await keepassxc.down();
    await keepassxc.up(['second']);
    await missed();
    assert.equal(session.run(CLI, ['acknowledge', '--yes']).status, 0);
    await recorded(keepassxc, 3);
    assertVerifies(session);
    await keepassxc.down();
    await keepassxc.up(['second', 'first']);
    await recorded(keepassxc, 4);
    copyFileSync(kept, session.log);
    await answers(keepassxc, 'key-foreign');
  }),
);

test('a log begun anew while the old key was out of sight: its file put back is foreign', { skip }, () =>
  within({ databases: ['first', 'second'] }, async (keepassxc) => {
    await keepassxc.up(['first']);
    await recorded(keepassxc, 2);
    const kept = `${keepassxc.session.dir}/kept.sqlite`;
    copyFileSync(keepassxc.session.log, kept);
    await keepassxc.down();
    await keepassxc.up(['second']);
    assert.equal((await record(keepassxc)).error.code, 'key-missing');
    assert.equal(keepassxc.session.run(CLI, ['acknowledge', '--yes']).status, 0);
    const anew = `${keepassxc.session.dir}/anew.sqlite`;
    copyFileSync(keepassxc.session.log, anew);
    await keepassxc.down();
    await keepassxc.up(['second', 'first']);
    await recorded(keepassxc, 3);
    copyFileSync(kept, keepassxc.session.log);
    await answers(keepassxc, 'key-foreign');
  }),
);

test('killed right after the first record: what was answered is kept', { skip }, async () => {
  await Promise.all(
    [0, 0.2, 1].map((seconds) =>
      within({}, async (keepassxc) => {
        await keepassxc.up();
        const answer = await keepassxc.session.once('record', { observations: [marked('first', 1)] });
        assert.equal(answer.ok, true);
        await sleep(seconds * 1000);
        await keepassxc.down('SIGKILL');
        await keepassxc.up();
        await recorded(keepassxc, 3);
        const numbers = entriesOf(keepassxc.session).map((entry) => markOf(entry)?.n);
        assert.ok(numbers.includes(1), `after ${seconds} s: an acknowledged reading is gone`);
        assertVerifies(keepassxc.session);
      }),
    ),
  );
});
