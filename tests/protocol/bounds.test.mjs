// What a page makes us write is bounded; above it one entry says so, and what is not of that kind goes through.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { CLI, good, limits, observation, observationOff, Session } from '../e2e/host.mjs';
import { document } from '../e2e/kept.mjs';

const LIMITS = limits();

/** @type {Session} */
let session;
before(async () => {
  session = await Session.start();
});
after(() => session.stop());

/** @param {string} id @param {Record<string, any>} [change] */
const of = (id, change = {}) => observation({ asked: true, account: { id }, ...change });
const record = async (/** @type {any[]} */ ...observations) => good(await session.once('record', { observations }));
const size = async () => good(await session.once('status')).size;

test('new accounts in a day: those above are one entry, which names nobody and no state', async () => {
  const most = LIMITS.CL_NEW_ACCOUNTS_MAX;
  await record(...Array.from({ length: most }, (_, i) => of(`member-${i}`)));
  assert.equal(await size(), most + 1);

  // A whole batch of made-up ones, and in the middle of it a reading of an account that is known.
  const many = Array.from({ length: LIMITS.CL_BATCH_MAX - 1 }, (_, i) => of(`made-up-${i}`));
  const known = { ...observationOff({ account: { id: 'member-3' } }), asked: true };
  const { recorded } = await record(...many.slice(0, 30), known, ...many.slice(30));
  assert.equal(recorded.filter((/** @type {any} */ r) => r.written).length, 2);
  assert.deepEqual([recorded[30].written, recorded[30].change], [true, 'changed']);
  assert.ok(recorded.every((/** @type {any} */ r, /** @type {number} */ i) => i === 30 || r.pseudonym === null));
  await record(of('made-up-again'));
  assert.equal(await size(), most + 3);

  const { entries } = good(await session.once('history', { from: most + 1, count: 1 }));
  const { state, reason, account, control, attachments } = entries[0];
  assert.deepEqual(
    [state, reason, account, control, attachments],
    ['unknown', 'too-many', { pseudonym: null, premium: null }, null, []],
  );
  assert.match(
    session.run(CLI, ['history']).stdout,
    /named more new accounts, or changed more often, than is recorded/,
  );
  assert.equal(session.run(CLI, ['verify']).status, 0);
});

test('entries of documents in an hour: those above are refused, readings are not', async () => {
  const host = session.host();
  let kept = 0;
  try {
    for (let i = 0; i <= LIMITS.CL_DOCUMENTS_HOUR_MAX; i++) {
      const version = document({
        document: i % 2 ? 'privacy-policy' : 'user-agreement',
        text: `Version ${i}. ${'We use your data. '.repeat(20)}`,
      });
      const answer = await host.send('document', { document: version });
      if (answer.ok) kept++;
      else assert.deepEqual([answer.error.code, i], ['too-often', LIMITS.CL_DOCUMENTS_HOUR_MAX]);
    }
  } finally {
    await host.close();
  }
  assert.equal(kept, LIMITS.CL_DOCUMENTS_HOUR_MAX);
  assert.equal((await record(of('member-1', { state: 'on' }))).recorded[0].written, true);
  assert.equal(session.run(CLI, ['verify']).status, 0);
});
