// KWallet as the keyring: it writes five seconds after a change, calls a wallet that PAM opened locked, and needs a plugin.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { CLI, observation, PROBE, sleep } from '../e2e/host.mjs';
import { assertVerifies, entriesOf, marked, markOf, randomSource } from '../faults/support.mjs';
import { KWallet, kwalletd, noPlugin } from './kwallet.mjs';

/** How often the daemon is killed while records are written; more with CL_DEATHS. */
const DEATHS = Number(process.env.CL_DEATHS ?? 8);

const skip = kwalletd() ? false : 'KWallet is not in this distribution';

/** @param {KWallet} kwallet */
const record = (kwallet) => kwallet.session.once('record', { observations: [observation({ asked: true })] });

/** @param {KWallet} kwallet @param {number} size of the log then */
async function recorded(kwallet, size) {
  const answer = await record(kwallet);
  assert.equal(answer.error?.code, undefined);
  assert.equal(answer.result.size, size);
}

/** @param {KWallet} kwallet */
const keyring = async (kwallet) => (await kwallet.session.status()).keyring;

/** @param {import('./kwallet.mjs').KWalletOptions} options @param {(kwallet: KWallet) => Promise<void>} body */
async function within(options, body) {
  const kwallet = await KWallet.start(options);
  try {
    await kwallet.up();
    await body(kwallet);
  } finally {
    await kwallet.stop();
  }
}

test('a wallet that PAM opened: recorded without a question, and again after a restart', { skip }, () =>
  within({}, async (kwallet) => {
    kwallet.login('kdewallet');
    await recorded(kwallet, 2);
    await recorded(kwallet, 3);
    assert.equal((await kwallet.session.once('status')).result.provider, kwallet.name);
    await kwallet.down();
    await kwallet.up();
    kwallet.login('kdewallet');
    await recorded(kwallet, 4);
  }),
);

test('a wallet that nobody opened is locked, before a log and with one', { skip }, () =>
  within({}, async (kwallet) => {
    assert.equal((await record(kwallet)).error.code, 'keyring-locked');
    assert.ok(!existsSync(kwallet.session.log));
    kwallet.login('kdewallet');
    await recorded(kwallet, 2);
    kwallet.lock('kdewallet');
    assert.equal((await record(kwallet)).error.code, 'keyring-locked');
    await kwallet.down('SIGKILL');
    await kwallet.up();
    assert.equal((await record(kwallet)).error.code, 'keyring-locked');
    assert.equal(await keyring(kwallet), 'keyring-locked');
  }),
);

test('where KWallet asks for each program, it is not made to', { skip }, () =>
  within({ ask: true }, async (kwallet) => {
    kwallet.login('kdewallet');
    assert.equal((await record(kwallet)).error.code, 'keyring-locked');
  }),
);

test('the key in another wallet than the default one', { skip }, () =>
  within({ wallets: ['kdewallet', 'second'] }, async (kwallet) => {
    kwallet.configure('second');
    kwallet.login('second');
    kwallet.login('kdewallet');
    await recorded(kwallet, 2);
    kwallet.configure('kdewallet');
    await recorded(kwallet, 3);
    await kwallet.down();
    await kwallet.up();
    kwallet.login('kdewallet');
    assert.equal((await record(kwallet)).error.code, 'keyring-locked');
    assert.equal(await keyring(kwallet), 'keyring-locked');
    kwallet.login('second');
    await recorded(kwallet, 4);
  }),
);

test('unlock waits for the person and goes with the port', { skip }, () =>
  within({}, async (kwallet) => {
    const host = kwallet.session.host();
    host.writeFrame('{"id":1,"op":"unlock","params":{}}');
    await sleep(500);
    assert.equal(host.child.exitCode, null);
    host.end();
    assert.deepEqual(await host.exited, { code: 0, signal: null });
  }),
);

test('switched off is said, and that nothing need be installed', { skip }, async () => {
  for (const options of [
    { service: false, wallets: [] },
    { enabled: false, wallets: [] },
  ])
    await within(options, async (kwallet) => {
      assert.equal((await record(kwallet)).error.code, 'keyring-off', JSON.stringify(options));
      const doctor = kwallet.session.run(CLI, ['doctor']).stdout;
      assert.doesNotMatch(doctor, /Install gnome-keyring/i);
      assert.match(doctor, /switched off/);
    });
});

test('a session key that is not the same on both sides, one in a hundred: nothing is told damaged', { skip }, () =>
  within({}, async (kwallet) => {
    kwallet.login('kdewallet');
    await recorded(kwallet, 2);
    const load = `for i in $(seq 400); do ${PROBE} load - "${kwallet.session.log}"; done | cut -d' ' -f1 | sort | uniq -c`;
    assert.match(kwallet.session.run('sh', ['-c', load], { timeout: 240_000 }).stdout, /^\s*400 ok\s*$/);
  }),
);

const through = noPlugin();

test('without the plugin of QCA: it is named', { skip: skip || (!through && 'needs a mount namespace') }, async () => {
  const kwallet = await KWallet.start();
  try {
    await kwallet.up(through ?? []);
    kwallet.login('kdewallet');
    assert.equal((await record(kwallet)).error.code, 'keyring-plugin');
    assert.match(kwallet.session.run(CLI, ['doctor']).stdout, /libqca/);
  } finally {
    await kwallet.stop();
  }
});

/**
 * A first record, the session's end after so long, and the next session.
 * @param {NodeJS.Signals} signal @param {number} seconds @param {string} [wallet]
 */
async function endsAfter(signal, seconds, wallet = 'kdewallet') {
  await within({ wallets: [wallet] }, async (kwallet) => {
    kwallet.login(wallet);
    const answer = await kwallet.session.once('record', { observations: [marked('first', 1)] });
    await sleep(seconds * 1000);
    await kwallet.down(signal);
    await kwallet.up();
    kwallet.login(wallet);
    const next = await kwallet.session.once('record', { observations: [marked('first', 2)] });
    assert.equal(next.ok, true, `${signal} after ${seconds} s: ${JSON.stringify(next.error)}`);
    const numbers = entriesOf(kwallet.session).map((entry) => markOf(entry)?.n);
    if (answer.ok) assert.ok(numbers.includes(1), `${signal} after ${seconds} s: an acknowledged reading is gone`);
    assertVerifies(kwallet.session);
  });
}

test('the session ends right after the first record: what was answered is kept', { skip }, async () => {
  const cases = [0, 1, 3, 6].flatMap((s) =>
    /** @type {const} */ (['SIGTERM', 'SIGKILL']).map((signal) => endsAfter(signal, s)),
  );
  // as gnome-keyring calls a collection of its own, by which it would be known
  await Promise.all([...cases, endsAfter('SIGKILL', 0, 'session')]);
});

test('the daemon killed again and again while records are written: nothing acknowledged is missing', { skip }, () =>
  within({}, async (kwallet) => {
    const random = randomSource();
    let acknowledged = 0;
    for (let round = 0; round < DEATHS; round++) {
      kwallet.login('kdewallet');
      const host = kwallet.session.host();
      const dead = sleep(50 + random.below(450)).then(() => kwallet.down('SIGKILL'));
      for (let alive = true; alive && kwallet.daemon;) {
        const answer = await host.send('record', { observations: [marked('killed', acknowledged)] });
        alive = answer.ok;
        if (answer.ok) acknowledged++;
      }
      await dead;
      await host.close();
      await kwallet.up();
    }
    kwallet.login('kdewallet');
    const last = await record(kwallet);
    assert.equal(last.ok, true, `seed ${random.seed}, ${acknowledged} acknowledged: ${JSON.stringify(last.error)}`);
    const seen = new Set(entriesOf(kwallet.session).map((entry) => markOf(entry)?.n));
    const missing = Array.from({ length: acknowledged }, (_, n) => n).filter((n) => !seen.has(n));
    assert.deepEqual(missing, [], `seed ${random.seed}, ${acknowledged} acknowledged`);
    assertVerifies(kwallet.session);
  }),
);
