// The log gone, in whole or in part, while its key is out of sight: with no keyring program does a new one begin unasked.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { CLI, LOGIN, observation, Session, waitUntil } from '../e2e/host.mjs';
import { assertVerifies } from '../faults/support.mjs';
import { hasKeePassXC, KeePassXC } from './keepassxc.mjs';
import { KWallet, kwalletd } from './kwallet.mjs';

/**
 * A log with two entries, whose key is out of sight while another collection is open.
 * @typedef {{session: Session, back: () => Promise<void>, stop: () => Promise<void>}} Program back: its collection is open again
 */

/** @returns {Promise<Program>} */
async function gnome() {
  const session = await Session.start();
  const other = session.collection('other');
  session.setDefault(other);
  await begin(session);
  session.setDefault(LOGIN);
  await session.restartDaemon('unlock');
  return { session, back: async () => session.open(other), stop: () => session.stop() };
}

/** @returns {Promise<Program>} */
async function kwallet() {
  const it = await KWallet.start({ wallets: ['kdewallet', 'second'] });
  await it.up();
  it.configure('second');
  it.login('second');
  it.login('kdewallet');
  await begin(it.session);
  it.configure('kdewallet');
  await it.down();
  await it.up();
  it.login('kdewallet');
  return { session: it.session, back: async () => it.login('second'), stop: () => it.stop() };
}

/** @param {string[]} shown locked, but shown; else the database is closed and not named to anybody @returns {Promise<Program>} */
async function keepassxc(shown) {
  const it = await KeePassXC.start({ databases: ['first', 'second'] });
  await it.up(['first']);
  await begin(it.session);
  await it.down();
  await it.up(['second'], shown);
  const back = async () => {
    it.openDatabase('first');
    await waitUntil(() => it.isOpen('first'), 'it is open');
  };
  return { session: it.session, back, stop: () => it.stop() };
}

/** @param {Session} session */
const record = (session) => session.once('record', { observations: [observation({ asked: true })] });

/** @param {Session} session */
async function begin(session) {
  assert.equal((await record(session)).result?.size, 2);
}

/** What a record says, and status the same, by the host and by the command. @param {Session} session @param {string} wanted @param {string} when */
async function says(session, wanted, when) {
  const { ok, error } = await record(session);
  assert.equal(ok ? 'ok' : error.code, wanted, when);
  const status = await session.status();
  assert.equal(status.keyring === 'ok' ? status.log : status.keyring, wanted, `${when}, status`);
  const said = JSON.parse(session.run(CLI, ['status', '--json']).stdout || '{}');
  if (said.keyring) assert.equal(said.keyring === 'ok' ? said.log : said.keyring, wanted, `${when}, command`);
}

/** Everything of the log goes elsewhere, and comes back. @param {string} folder @param {string[]} names */
function setAside(folder, names) {
  const aside = join(dirname(dirname(folder)), 'aside');
  renameSync(folder, aside);
  return () => {
    rmSync(folder, { recursive: true, force: true });
    renameSync(aside, folder);
    for (const name of names) assert.ok(readdirSync(folder).includes(name));
  };
}

/** @param {Program} program @param {string} wanted @param {boolean} knows the keyring alone, without what is beside the folder */
async function isMissed({ session, back }, wanted, knows) {
  const folder = dirname(session.log);
  const beside = join(dirname(folder), 'consentlog.known');
  for (const lost of [['log.sqlite'], ['log.sqlite', 'log.lock'], []]) {
    const when = lost.length > 0 ? `without ${lost.join(' and ')}` : 'without the folder';
    const kept = lost.map((name) => {
      renameSync(join(folder, name), join(dirname(dirname(folder)), name));
      return name;
    });
    const putBack = lost.length > 0 ? () => {} : setAside(folder, ['log.sqlite']);
    await says(session, wanted, when);
    assert.ok(!existsSync(session.log), when);
    if (knows) {
      rmSync(beside, { force: true });
      await says(session, wanted, `${when} and what was beside`);
    }
    putBack();
    for (const name of kept) renameSync(join(dirname(dirname(folder)), name), join(folder, name));
  }
  rmSync(folder, { recursive: true });
  await says(session, wanted, 'gone for good');
  await back();
  await says(session, 'log-missing', 'and its key is there again');
  assert.equal(session.run(CLI, ['acknowledge', '--yes']).status, 0);
  await says(session, 'ok', 'begun anew on its owner’s word');
  assertVerifies(session);
}

/** @type {[string, string | null, () => Promise<Program>, string, boolean][]} why it is left out; what is said; whether the keyring knows it alone */
const programs = [
  ['gnome-keyring', null, gnome, 'keyring-locked', true],
  ['KWallet', kwalletd() ? null : 'KWallet is not in this distribution', kwallet, 'keyring-locked', true],
  ...['shown', 'not named'].map(
    (how) =>
      /** @type {[string, string | null, () => Promise<Program>, string, boolean]} */ ([
        `KeePassXC, its database ${how}`,
        hasKeePassXC() ? null : 'KeePassXC or Xvfb is not in this distribution',
        () => keepassxc(how === 'shown' ? ['first'] : []),
        how === 'shown' ? 'keyring-locked' : 'log-missing',
        how === 'shown',
      ]),
  ),
];

test('a log that is gone while its key is out of sight', { concurrency: 2 }, async (t) => {
  await Promise.all(
    programs.map(([name, why, start, wanted, knows]) =>
      t.test(name, { skip: why ?? false }, async () => {
        const program = await start();
        try {
          await isMissed(program, wanted, knows);
        } finally {
          await program.stop();
        }
      }),
    ),
  );
});
