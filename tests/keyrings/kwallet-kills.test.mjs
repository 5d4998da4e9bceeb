/**
 * Hosts killed at any moment, with KWallet as the keyring: 40 times in a run; as often as wanted with CL_KILLS=1000
 * (`CL_KILLS=1000 node --test tests/keyrings/kwallet-kills.test.mjs`, some minutes).
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAppends, assertVerifies, entriesOf, headOf } from '../faults/support.mjs';
import { measure, random, seed, Writer } from '../faults/writer.mjs';
import { KWallet, kwalletd } from './kwallet.mjs';

const KILLS = Number(process.env.CL_KILLS ?? 40);

const skip = kwalletd() ? false : 'KWallet is not in this distribution';

test(`${KILLS} hosts killed: nothing acknowledged is missing, nothing is there twice`, { skip }, async (t) => {
  t.diagnostic(`CL_SEED=${seed}`);
  const kwallet = await KWallet.start();
  try {
    await kwallet.up();
    kwallet.login('kdewallet');
    const { session } = kwallet;
    const { hello, record } = await measure(session);
    const writers = ['left', 'right'].map((name) => new Writer(session, name));
    let kills = 0;
    await Promise.all(
      writers.map(async (writer) => {
        for (; kills < KILLS; kills++) await writer.round(random() * 2 * record, hello);
      }),
    );
    assertVerifies(session, 'after all kills');
    await kwallet.down('SIGKILL');
    await kwallet.up();
    kwallet.login('kdewallet');
    const entries = entriesOf(session);
    for (const writer of writers) writer.assertKept(entries);
    assert.equal(headOf(session).alarm, 'ok');
    await assertAppends(session);
    assert.equal(headOf(session).size, entries.length + 1, 'the head has caught up');
    assertVerifies(session, 'after one more');
    t.diagnostic(`${kills} kills, ${entries.length} entries`);
    for (const death of Object.keys(writers[0].deaths))
      t.diagnostic(`killed ${death}: ${writers[0].deaths[death] + writers[1].deaths[death]}`);
  } finally {
    await kwallet.stop();
  }
});
