// One state of a keyring, one answer: the everyday way and the whole one are asked the same, on each service.
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { LOGIN, MODULES, PROBE, Session } from '../e2e/host.mjs';
import { hasKeePassXC, KeePassXC } from './keepassxc.mjs';
import { KWallet, kwalletd } from './kwallet.mjs';

const STORE = '/a/log/of/the/tests';
const OFTEN = '/asked/often';

/** @param {Session} session @param {string} way @param {string[]} args */
const probe = (session, way, args) => session.run(PROBE, args, { env: { CL_KEYRING_WAY: way } }).stdout.trim();

/** What both ways say of the log with that key id; size and alarm of its head stand behind the code. @param {Session} session @param {string} id */
function load(session, id, store = STORE) {
  const [everyday, whole] = ['everyday', 'whole'].map((way) => probe(session, way, ['load', id, store]));
  assert.equal(everyday, whole);
  return whole;
}

/**
 * The everyday way has no other beside it, in a folder of its own: what it answers is its own. Elsewhere a whole way that
 * answers in its place would look the same.
 * @param {Session} session @param {string[]} args
 */
function alone(session, args) {
  const folder = join(session.dir, 'everyday');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const file of [PROBE, ...MODULES.filter((name) => name.includes('everyday'))])
    copyFileSync(file, join(folder, basename(file)));
  return session.run(join(folder, basename(PROBE)), args).stdout.trim();
}

/**
 * As `alone`, asked again where a session's key is not the same on both sides: with KWallet one in 128, which is for the whole
 * way. Six such in a row are none.
 * @param {Session} session @param {string[]} args
 */
function aloneAtLast(session, args) {
  for (let i = 0; i < 5; i++) {
    const answer = alone(session, args);
    if (!answer.startsWith('program-missing')) return answer;
  }
  return alone(session, args);
}

/** Read and advanced by the everyday way, and nothing else. @param {Session} session @param {string} id @param {string} size */
function assertEveryday(session, id, size, store = STORE) {
  assert.equal(aloneAtLast(session, ['advance', id, store, size, '0']), 'ok');
  assert.equal(aloneAtLast(session, ['load', id, store]), `ok ${id} ${size} ok`);
  assert.equal(load(session, id, store), `ok ${id} ${size} ok`, 'and the whole way reads it');
  assert.match(alone(session, ['load', '0123456789abcdef', store]), /^program-missing /, 'there is no other to ask');
}

/** A log's key and head, new. @param {Session} session */
function make(session, store = STORE) {
  const [code, id] = session.probe('new', store);
  assert.equal(code, 'ok');
  return id;
}

/**
 * KWallet drops a value now and then that the probe's own session with it garbled: then it is damaged once more.
 * @param {Session} session @param {string} what @param {string} id @param {() => string} look
 */
function damaged(session, what, id, look) {
  let said = '';
  for (let i = 0; i < 6 && (i === 0 || said.startsWith('ok ')); i++) {
    session.probe('damage', what, id);
    said = look();
  }
  return said;
}

/** States that every service can be in while it is open. @param {Session} session */
function states(session) {
  session.probe('load', '-', STORE); // which opens what opens by itself
  const good = make(session);
  assert.equal(load(session, good), `ok ${good} 0 ok`);
  // What the one wrote the other reads.
  for (const [way, size] of [
    ['everyday', '5'],
    ['whole', '6'],
    ['everyday', '7'],
  ]) {
    assert.equal(probe(session, way, ['advance', good, STORE, size, '0']), 'ok');
    assert.equal(load(session, good), `ok ${good} ${size} ok`);
  }
  assertEveryday(session, good, '7');
  assert.equal(load(session, good, '/moved/elsewhere'), `ok ${good} 7 ok`);
  assert.match(load(session, '0123456789abcdef'), /^key-missing /);

  const second = make(session);
  assert.equal(load(session, second), `ok ${second} 0 ok`, 'four items at one path');
  assert.match(load(session, good), /^(?:key-foreign|ok) /); // by their times, in seconds, which is the newer one

  const headless = make(session, '/headless');
  session.probe('delete', 'head', headless);
  assert.equal(load(session, headless, '/headless'), `head-missing ${headless} 0 ok`);
  assert.equal(probe(session, 'everyday', ['advance', headless, '/headless', '3', '0']), 'ok');
  assert.equal(load(session, headless, '/headless'), `ok ${headless} 3 ok`, 'made anew');
  assert.match(
    damaged(session, 'head', headless, () => load(session, headless, '/headless')),
    /^head-missing /,
  );

  const broken = make(session, '/damaged');
  assert.match(
    damaged(session, 'key', broken, () => load(session, broken, '/damaged')),
    /^key-damaged /,
  );
  session.probe('delete', 'key', broken);
  assert.match(load(session, broken, '/damaged'), /^key-missing /);

  const swapped = make(session, '/swapped');
  session.probe('swap', swapped, second);
  assert.match(load(session, swapped, '/swapped'), /^key-foreign /);
  return second;
}

test('gnome-keyring', async () => {
  const session = await Session.start();
  try {
    const id = states(session);
    session.lock();
    assert.match(load(session, id), /^keyring-locked /);
    await session.restartDaemon('lock');
    assert.match(load(session, id), /^keyring-locked /);
    await session.restartDaemon('unlock');
    assert.equal(load(session, id), `ok ${id} 0 ok`);
    session.setDefault('/');
    assert.equal(
      load(session, id),
      `ok ${id} 0 ok`,
      'where new items would go does not matter to those that are there',
    );
    session.setDefault(LOGIN);
    await session.stopDaemon();
    assert.match(load(session, id), /^no-keyring-service/);
  } finally {
    await session.stop();
  }
});

test('KWallet', { skip: kwalletd() ? false : 'KWallet is not in this distribution' }, async () => {
  const kwallet = await KWallet.start();
  try {
    await kwallet.up();
    kwallet.login('kdewallet');
    const id = states(kwallet.session);
    const often = make(kwallet.session, OFTEN);
    kwallet.session.probe('advance', often, OFTEN, '5', '0');
    const answers = Array.from({ length: 24 }, () => alone(kwallet.session, ['load', often, OFTEN]));
    const everyday = answers.filter((answer) => answer === `ok ${often} 5 ok`).length;
    assert.ok(everyday >= 18, `the everyday way answered ${everyday} of 24 times`); // 23.8 on average
    kwallet.lock('kdewallet');
    assert.match(load(kwallet.session, id), /^keyring-locked /);
    kwallet.login('kdewallet');
    assert.equal(load(kwallet.session, id), `ok ${id} 0 ok`);
    await kwallet.down();
    assert.match(load(kwallet.session, id), /^no-keyring-service/);
  } finally {
    await kwallet.stop();
  }
});

test('KeePassXC', { skip: hasKeePassXC() ? false : 'KeePassXC or Xvfb is not in this distribution' }, async () => {
  const keepassxc = await KeePassXC.start();
  try {
    await keepassxc.up();
    const { session } = keepassxc;
    const id = make(session);
    for (const [way, size] of [
      ['everyday', '5'],
      ['whole', '6'],
    ]) {
      assert.equal(probe(session, way, ['advance', id, STORE, size, '0']), 'ok');
      assert.equal(load(session, id), `ok ${id} ${size} ok`);
    }
    assertEveryday(session, id, '6');
    assert.equal(load(session, id, '/moved/elsewhere'), `ok ${id} 6 ok`);
    assert.match(load(session, '0123456789abcdef'), /^key-missing /);
    const second = make(session);
    assert.equal(load(session, second), `ok ${second} 0 ok`, 'four items at one path');
    assert.match(load(session, id), /^(?:key-foreign|ok) /);
    await keepassxc.lock();
    assert.match(load(session, id), /^keyring-locked /);
    await keepassxc.down();
    assert.match(load(session, id), /^no-keyring-service/);
  } finally {
    await keepassxc.stop();
  }
});

test('a bus address in each of its forms; without a bus both ways say so', async () => {
  const session = await Session.start();
  try {
    const id = make(session);
    const socket = session.socket;
    const escaped = socket.replace(/[^/]/g, (c) => `%${c.charCodeAt(0).toString(16).padStart(2, '0')}`);
    const good = [
      `unix:path=${socket}`,
      `unix:path=${escaped}`,
      `unix:path=${session.dir}/nowhere;unix:path=${socket}`,
      '',
    ];
    for (const address of good) {
      session.env.DBUS_SESSION_BUS_ADDRESS = address;
      assert.equal(load(session, id), `ok ${id} 0 ok`, address);
    }
    for (const address of [
      `unix:path=${session.dir}/nowhere`,
      'autolaunch:',
      `autolaunch:;unix:path=${socket}`,
      'unix:abstract=nobody-is-here',
    ]) {
      session.env.DBUS_SESSION_BUS_ADDRESS = address;
      assert.match(load(session, id), /^no-session-bus/, address);
    }
  } finally {
    await session.stop();
  }
});
