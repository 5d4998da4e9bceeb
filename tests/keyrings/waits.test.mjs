// How long the keyring is waited for: host/keyring/keyring.h says how long at most, whatever a keyring program does. Each of them
// stops answering at each step of a conversation, and answers each call late, by both ways.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Host, limits, observation, PROBE, Session } from '../e2e/host.mjs';
import { hasKeePassXC, KeePassXC } from './keepassxc.mjs';
import { KWallet, kwalletd } from './kwallet.mjs';
import { SlowBus } from './slow-bus.mjs';

const STORE = '/a/log/of/the/tests';
const NOBODY = '0123456789abcdef';
const { CL_WAIT_MS, CL_REST_MS } = limits();
const BESIDE_MS = 1500; // what a program may take for itself
const AT_ONCE = 32;
const DELAYS = [150, 700, 2500];

/** @typedef {{stopAfter?: number, delay?: number}} How */
/** @typedef {{said: string, ms: number}} Heard */

/**
 * Asked over a slow bus of its own, which runs in this process.
 * @param {Session} session @param {How} how @param {(env: Record<string, string>) => Promise<string>} ask
 * @returns {Promise<Heard & {replies: number}>}
 */
async function over(session, how, ask) {
  const bus = await SlowBus.start(session, how);
  try {
    const started = performance.now();
    const said = await ask({ ...session.env, DBUS_SESSION_BUS_ADDRESS: bus.address });
    return { said, ms: performance.now() - started, replies: bus.replies };
  } finally {
    await bus.stop();
  }
}

/** The first word of the keyring probe. @param {string} way @param {string[]} args */
const probe = (way, args) => async (/** @type {Record<string, string>} */ env) => {
  const child = spawn(PROBE, args, { env: { ...env, CL_KEYRING_WAY: way }, stdio: ['ignore', 'pipe', 'ignore'] });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (said += text));
  await new Promise((done) => child.once('close', done));
  return said.split(' ')[0].trim();
};

let homes = 0;

/** A first record of a member's own, with another place for the log. @param {Session} session */
const firstRecord = (session) => async (/** @type {Record<string, string>} */ env) => {
  const place = join(session.dir, `data/${++homes}`);
  mkdirSync(place, { mode: 0o700 });
  const host = new Host({ env: { ...env, XDG_DATA_HOME: place } });
  const answer = await host.send('record', { observations: [observation()] }, 120_000);
  await host.kill();
  return answer.ok ? 'ok' : answer.error.code;
};

/** @typedef {() => Promise<string | null>} Job says what was late, or null */

/** So many at once. @param {Job[]} jobs @returns {Promise<[Job, string][]>} those that were late: this machine may be busy */
async function all(jobs) {
  const left = [...jobs];
  /** @type {[Job, string][]} */
  const late = [];
  const worker = async () => {
    for (let job = left.shift(); job; job = left.shift()) {
      const said = await job();
      if (said) late.push([job, said]);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return late;
}

/**
 * A question that is asked where the program stops answering after each of the replies that it needs, and where each is late:
 * the answer is that it was too late, or the good one, and comes in time.
 * @typedef {{what: string, ask: (env: Record<string, string>) => Promise<string>, good: string, waits?: number, each?: number}} Question
 */

/** Where nothing is slow but perhaps this machine. @param {Session} session @param {Question} question */
async function undisturbed(session, { what, ask, good }) {
  let got = await over(session, {}, ask);
  for (let i = 0; i < 5 && got.said === 'keyring-timeout'; i++) got = await over(session, {}, ask);
  assert.equal(got.said, good, what);
  return got;
}

/** @param {Session} session @param {Question[]} questions */
async function end(session, questions) {
  const machine = async () => BESIDE_MS + 3 * (await session.timeToHear(4));
  let beside = await machine();
  const jobs = [];
  for (const question of questions) {
    const { what, ask, waits = CL_WAIT_MS, each = 1 } = question;
    /** @param {How} how */
    const ends = (how) => async () => {
      const { said, ms } = await over(session, how, ask);
      const got = `${what}, ${JSON.stringify(how)}: ${said} after ${Math.round(ms)} ms`;
      assert.ok(said === 'keyring-timeout' || (said === question.good && how.stopAfter !== 0), got);
      return ms < waits + beside ? null : `${got}, at most ${Math.round(waits + beside)}`;
    };
    const { replies } = await undisturbed(session, question);
    for (let n = 0; n < replies; n += each) jobs.push(ends({ stopAfter: n }));
    for (const delay of DELAYS) jobs.push(ends({ delay }));
  }
  for (const [job, first] of await all(jobs)) {
    let said = first;
    for (let i = 0; said && i < 5; i++) {
      beside = await machine();
      said = (await job()) ?? '';
    }
    assert.equal(said, '', 'late also where nothing else goes on');
  }
}

/** By both ways. @param {string} what @param {string[]} args @param {string} good @returns {Question[]} */
const probes = (what, args, good, waits = CL_WAIT_MS) =>
  ['everyday', 'whole'].map((way) => ({ what: `${what}, ${way}`, ask: probe(way, args), good, waits }));

/** A log's key and head, new. @param {Session} session */
function make(session, store = STORE) {
  const [code, id] = session.probe('new', store);
  assert.equal(code, 'ok');
  session.probe('advance', id, store, '5', '0');
  return id;
}

async function onGnome() {
  const session = await Session.start();
  try {
    const id = make(session);
    const damaged = make(session, '/damaged');
    session.probe('damage', 'key', damaged);
    await end(session, [
      ...probes('a log', ['load', id, STORE], 'ok'),
      { what: 'none', ask: probe('whole', ['load', NOBODY, STORE]), good: 'key-missing', each: 4 },
      { what: 'a damaged key', ask: probe('whole', ['load', damaged, '/damaged']), good: 'key-damaged', each: 4 },
      { what: 'a first record', ask: firstRecord(session), good: 'ok', each: 6, waits: 2 * CL_WAIT_MS },
    ]);
  } finally {
    await session.stop();
  }
}

async function onLocked() {
  const session = await Session.start();
  try {
    const id = make(session);
    session.lock();
    await end(session, probes('a locked one', ['load', id, STORE], 'keyring-locked'));
  } finally {
    await session.stop();
  }
}

async function onKWallet() {
  const kwallet = await KWallet.start();
  try {
    await kwallet.up();
    kwallet.login('kdewallet');
    const { session } = kwallet;
    session.probe('load', '-', STORE); // which opens what opens by itself
    const id = make(session);
    await end(session, [
      ...probes('a log', ['load', id, STORE], 'ok'),
      { what: 'a first record', ask: firstRecord(session), good: 'ok', each: 6, waits: 2 * CL_WAIT_MS },
    ]);
    kwallet.lock('kdewallet');
    await end(session, probes('a locked one', ['load', id, STORE], 'keyring-locked'));
  } finally {
    await kwallet.stop();
  }
}

async function onKeePassXC() {
  const keepassxc = await KeePassXC.start();
  try {
    await keepassxc.up();
    const { session } = keepassxc;
    const id = make(session);
    await end(session, [
      ...probes('a log', ['load', id, STORE], 'ok'),
      { what: 'a first record', ask: firstRecord(session), good: 'ok', each: 6, waits: 2 * CL_WAIT_MS + CL_REST_MS },
    ]);
  } finally {
    await keepassxc.stop();
  }
}

/** @type {[string, string | null, () => Promise<void>][]} why it is left out */
const programs = [
  ['gnome-keyring', null, onGnome],
  ['gnome-keyring, locked', null, onLocked],
  ['KWallet', kwalletd() ? null : 'KWallet is not in this distribution', onKWallet],
  ['KeePassXC', hasKeePassXC() ? null : 'KeePassXC or Xvfb is not in this distribution', onKeePassXC],
];

test('nobody is waited for longer than is said', { concurrency: 4 }, async (t) => {
  await Promise.all(programs.map(([name, why, run]) => t.test(name, { skip: why ?? false }, run)));
});
