// A log that is not as it was left: the host shows what can be read of it to whoever asks for that, and to nobody else.
import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { observation, observationOff, Session } from '../e2e/host.mjs';

let session;
before(async () => {
  session = await Session.start();
});
after(async () => session.stop());

const good = ({ ok, result, error }) => (assert.ok(ok, JSON.stringify(error)), result);
const record = async (make, day) => {
  const at = `2026-11-${day}T12:00:00.000Z`;
  return good(await session.once('record', { observations: [make({ observed_at: at, page: { loaded_at: at } })] }));
};
const history = (more = {}) => session.once('history', { from: 0, count: 10, ...more });

test('a whole log: asked for as damaged it is the same, and nothing is wrong', async () => {
  await record(observation, 20);
  const plain = good(await history());
  assert.equal('wrong' in plain, false);
  assert.deepEqual(good(await history({ damaged: true })), { ...plain, wrong: null });
  assert.equal((await history({ damaged: 1 })).error.code, 'wrong-type');
});

test('an older copy in its place: refused, and shown as far as it goes when that is asked for', async () => {
  const copy = `${session.log}.old`;
  copyFileSync(session.log, copy);
  await record(observationOff, 21);
  copyFileSync(copy, session.log);
  assert.equal((await history()).error.code, 'log-rolled-back');
  const { entries, wrong, size } = good(await history({ damaged: true }));
  assert.deepEqual([entries.map(({ kind }) => kind), wrong, size], [['genesis', 'observation'], 'log-rolled-back', 2]);
});

test('a file that was changed: its entries are shown, with what is wrong', async () => {
  const other = await Session.start();
  try {
    good(await other.once('record', { observations: [observation()] }));
    const { status, stderr } = other.run('sqlite3', [other.log, 'drop trigger entry_keep_delete']);
    assert.equal(status, 0, stderr);
    assert.equal((await other.once('history', { from: 0, count: 10 })).error.code, 'log-changed');
    const { entries, lost, wrong } = good(await other.once('history', { from: 0, count: 10, damaged: true }));
    assert.deepEqual([entries.length, lost, wrong], [2, [], 'log-changed']);
  } finally {
    await other.stop();
  }
});

test('a tree that is gone hides no entry that can be read, and the answer comes', async () => {
  const other = await Session.start();
  try {
    good(await other.once('record', { observations: [observation()] }));
    assert.equal(other.run('sqlite3', [other.log, 'delete from tile']).status, 0);
    const { entries, lost, wrong, size } = good(await other.once('history', { from: 0, count: 10, damaged: true }));
    assert.equal(entries.length + lost.length, size);
    assert.match(wrong, /^log-(?:changed|damaged)$/);
  } finally {
    await other.stop();
  }
});
