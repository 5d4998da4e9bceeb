// A log begun anew, one brought back, one gone: what the keyring is made to remember of them, with each program, also after it
// was killed, by both ways to it.
import assert from 'node:assert/strict';
import { copyFileSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { CLI, end, observation, PROBE, Session } from '../e2e/host.mjs';
import { assertVerifies } from '../faults/support.mjs';
import { hasKeePassXC, KeePassXC } from './keepassxc.mjs';
import { KWallet, kwalletd } from './kwallet.mjs';

/** @typedef {{session: Session, again: () => Promise<void>, stop: () => Promise<void>}} Program again: killed and begun anew, open */

/** @returns {Promise<Program>} */
async function gnome() {
  const session = await Session.start();
  const again = async () => {
    await end(session.daemon, 'SIGKILL');
    await session.startDaemon('unlock');
  };
  return { session, again, stop: () => session.stop() };
}

/** @returns {Promise<Program>} */
async function kwallet() {
  const it = await KWallet.start();
  const up = async () => {
    await it.up();
    it.login('kdewallet');
  };
  await up();
  const again = async () => {
    await it.down('SIGKILL');
    await up();
  };
  return { session: it.session, again, stop: () => it.stop() };
}

/** @returns {Promise<Program>} */
async function keepassxc() {
  const it = await KeePassXC.start();
  await it.up();
  const again = async () => {
    await it.down('SIGKILL');
    await it.up();
  };
  return { session: it.session, again, stop: () => it.stop() };
}

/** What a record says, and status by both ways. @param {Session} session @param {string} wanted */
async function says(session, wanted) {
  const answer = await session.once('record', { observations: [observation({ asked: true })] });
  assert.equal(answer.ok ? 'ok' : answer.error.code, wanted);
  const status = await session.status();
  assert.equal(status.keyring === 'ok' ? status.log : status.keyring, wanted, 'status');
  return answer.ok ? answer.result.size : null;
}

/** @param {Session} session @param {string[]} args @param {string} [input] */
function run(session, args, input = '') {
  const got = session.run(CLI, args, { input });
  assert.equal(got.status, 0, `${args.join(' ')}: ${got.stdout}${got.stderr}`);
  return got.stdout;
}

const acknowledge = (/** @type {Session} */ session) => run(session, ['acknowledge', '--yes']);

/** @param {Program} program */
async function remembers({ session, again }) {
  const file = (/** @type {string} */ name) => `${session.dir}/${name}.sqlite`;
  const keep = (/** @type {string} */ name) => copyFileSync(session.log, file(name));
  const put = (/** @type {string} */ name) => copyFileSync(file(name), session.log);

  // Damaged, and begun anew: the one before is another's in this place, whatever its key is.
  await says(session, 'ok');
  await says(session, 'ok');
  const lines = run(session, ['recovery', 'show']).matchAll(/^ {2}[1-6]: {2}(\S+)$/gm);
  const code = [...lines].map(([, line]) => `${line}\n`).join('');
  keep('first');
  writeFileSync(session.log, 'no database');
  await says(session, 'log-damaged');
  acknowledge(session);
  await says(session, 'ok');
  await again();
  await says(session, 'ok');
  keep('second');
  put('first');
  await says(session, 'key-foreign');
  await again();
  await says(session, 'key-foreign');
  put('second');
  await says(session, 'ok');
  assertVerifies(session, 'the second');
  keep('second');

  // The first one brought back by its member: the second is another's then.
  put('first');
  run(session, ['recovery', 'restore'], code);
  await again();
  acknowledge(session);
  await says(session, 'ok');
  await again();
  await says(session, 'ok');
  assertVerifies(session, 'the first, brought back');
  keep('first');
  put('second');
  await says(session, 'key-foreign');
  put('first');
  await says(session, 'ok');

  // Gone: told, and none begins by itself; and after a word a new one does.
  rmSync(session.log);
  await says(session, 'log-missing');
  await again();
  await says(session, 'log-missing');
  assert.ok(!existsSync(session.log));
  acknowledge(session);
  await again();
  await says(session, 'ok');
  await says(session, 'ok');
  put('first');
  await says(session, 'key-foreign');
}

/** Key and head of a log lost one after the other. @param {Program} program */
async function loses({ session, again }) {
  await says(session, 'ok');
  const id = session.probe('load', '-', session.log)[1];
  session.run(PROBE, ['delete', 'head', id]);
  await says(session, 'head-missing');
  acknowledge(session);
  await again();
  await says(session, 'ok');
  session.run(PROBE, ['delete', 'key', id]);
  await says(session, 'key-missing');
  acknowledge(session);
  await again();
  await says(session, 'ok');
  assertVerifies(session, 'begun anew');
}

/** @type {[string, string | null, () => Promise<Program>][]} why it is left out */
const programs = [
  ['gnome-keyring', null, gnome],
  ['KWallet', kwalletd() ? null : 'KWallet is not in this distribution', kwallet],
  ['KeePassXC', hasKeePassXC() ? null : 'KeePassXC or Xvfb is not in this distribution', keepassxc],
];

const lives = /** @type {const} */ ([
  ['begun anew, brought back, gone', remembers],
  ['head and key lost', loses],
]);

test('what the keyring is made to remember', { concurrency: 6 }, async (t) => {
  await Promise.all(
    lives.flatMap(([what, body]) =>
      programs.map(([name, why, start]) =>
        t.test(`${name}: ${what}`, { skip: why ?? false }, async () => {
          const program = await start();
          try {
            await body(program);
          } finally {
            await program.stop();
          }
        }),
      ),
    ),
  );
});
