// The page reads a long log once, while another thread sums over it: whatever is in the package, and whatever becomes of that thread, what it
// says is what it says without.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { MessageChannel, Worker } from 'node:worker_threads';
import { openZip } from '../../extension/verifier/container.js';
import { serveSums } from '../../extension/verifier/sums.js';
import { SumsClient } from '../../extension/verifier/sums-client.js';
import { fromBytes } from '../../extension/verifier/source.js';
import { verify } from '../../extension/verifier/verify.js';
import { BUILD } from '../e2e/host.mjs';
import { BEGIN, genesis, head, look, pack } from './liar.mjs';
import { relist, unzip, zip } from './package.mjs';

const PEER = join(BUILD, 'tests/evidence_peer');
const ENTRIES = 'data/entries.jsonl';
const SUMS = new URL('../../extension/verifier/sums.js', import.meta.url).href;
const THREAD = `const { workerData } = require('node:worker_threads');
import(${JSON.stringify(SUMS)}).then(({ serveSums }) => serveSums(workerData));`;

/** @type {Worker} */
let thread;
/** @type {SumsClient} */
let client;

before(() => {
  const { port1, port2 } = new MessageChannel();
  thread = new Worker(THREAD, { eval: true, workerData: port2, transferList: [/** @type {any} */ (port2)] });
  client = new SumsClient(/** @type {any} */ (port1));
  client.least = 0;
});
after(async () => {
  await thread.terminate();
  client.port.close();
});

/** @param {string[]} args */
function peer(...args) {
  const ran = spawnSync(PEER, args, { maxBuffer: 1 << 26 });
  assert.equal(ran.status, 0, ran.stderr?.toString());
  return ran.stdout;
}

/** @param {Uint8Array} raw @param {SumsClient | null} sums */
async function judge(raw, sums) {
  const { model, ...rest } = await verify(() => openZip(fromBytes(new Uint8Array(raw))), { roots: [], sums });
  return { ...rest, model: model?.told() };
}

/** The package with that text in the place of the one file, its lists made to fit; the signature no longer does. */
function withEntries(raw, change) {
  const files = unzip(raw);
  const name = [...files.keys()].find((one) => one.endsWith(ENTRIES));
  files.set(name, Buffer.from(change(files.get(name))));
  return zip(relist(files));
}

/** Not even the lists are made to fit. */
function withByte(raw, at, by = 1) {
  const bytes = Buffer.from(raw);
  const from = bytes.indexOf(ENTRIES) + ENTRIES.length;
  bytes[from + at] ^= by;
  return bytes;
}

const lines = (text) => text.toString().split('\n').slice(0, -1);
const joined = (list) => list.map((line) => `${line}\n`).join('');
const line = (at, make) => (text) => joined(lines(text).map((one, i) => (i === at ? make(one) : one)));

const CHANGES = {
  'as it is': (raw) => raw,
  'a byte of an entry': (raw) => withByte(raw, 3000),
  'a byte of a container': (raw) => withByte(raw, -40),
  'the first byte': (raw) => withByte(raw, 6, 255),
  cut: (raw) => raw.subarray(0, raw.length - 30),
  'an entry that says something else': (raw) =>
    withEntries(
      raw,
      line(5, (one) => one.replace('"v":1', '"v":2')),
    ),
  'a line that is none': (raw) =>
    withEntries(
      raw,
      line(9, () => '{'),
    ),
  'a genesis that is none': (raw) =>
    withEntries(
      raw,
      line(0, () => '{"v":1}'),
    ),
  'an empty line': (raw) =>
    withEntries(
      raw,
      line(40, () => ''),
    ),
  'a line too many': (raw) => withEntries(raw, (text) => `${text}${lines(text)[1]}\n`),
  'a thousand lines too many': (raw) => withEntries(raw, (text) => `${text}${'\n'.repeat(1000)}`),
  'a line too few': (raw) => withEntries(raw, (text) => joined(lines(text).slice(0, -1))),
  'no last newline': (raw) => withEntries(raw, (text) => text.toString().slice(0, -1)),
  'a line too long': (raw) =>
    withEntries(
      raw,
      line(60, (one) => one.padEnd(65536)),
    ),
  nothing: (raw) => withEntries(raw, () => ''),
  'one kept back': (raw) =>
    withEntries(
      raw,
      line(7, () => `{"withheld":"${'0'.repeat(64)}"}`),
    ),
  'a first one kept back': (raw) =>
    withEntries(
      raw,
      line(0, () => `{"withheld":"${'0'.repeat(64)}"}`),
    ),
  'twice the same member': (raw) =>
    withEntries(
      raw,
      line(3, (one) => one.replace('{', '{"v":1,')),
    ),
  'no letter of UTF-8': (raw) =>
    withEntries(raw, (text) => Buffer.concat([text.subarray(0, 2000), Buffer.of(255), text.subarray(2001)])),
};

for (const which of ['all', 'even']) {
  test(`nothing else is said of a package with ${which} of its entries`, async (t) => {
    const raw = peer('package', '60', which);
    for (const [name, change] of Object.entries(CHANGES))
      await t.test(name, async () => {
        const bytes = change(raw);
        assert.deepEqual(await judge(bytes, client), await judge(bytes, null));
      });
  });
}

const MINUTE = 60_000;
/** An owner's log of many looks, and among them what is given. @param {number} size @param {Record<number, any>} others */
const long = (size, others = {}) =>
  pack(
    Array.from({ length: size }, (_, seq) => {
      const at = BEGIN + seq * MINUTE;
      return others[seq] ?? (seq ? look(seq, at, 'off', { change: seq > 1 ? 'unchanged' : 'first' }) : genesis());
    }),
    { instructions: '@FOLDER@ @KEY@' },
  ).raw;

test('of one that says which root it had, in the middle', async () => {
  const found = (/** @type {string} */ log_root) => ({
    ...head(5, 'discontinuity', BEGIN + 5 * MINUTE),
    found: 'log-missing',
    head_size: 9,
    head_root: 'ab'.repeat(32),
    log_size: 5,
    log_root,
    previous: null,
    damaged: [],
  });
  const raw = long(9, { 5: found('cd'.repeat(32)) });
  const verdict = await judge(raw, client);
  assert.ok(verdict.checks.some(({ say, values }) => say === 'found-discontinuity' && values.includes('log_root')));
  assert.deepEqual(verdict, await judge(raw, null));
});

test('of one that takes many pieces, several at once, and after a thread that is gone', async () => {
  const raw = long(4000, { 2000: `{"withheld":"${'1'.repeat(64)}"}` });
  assert.ok(raw.length > 3 << 20);
  const alone = await judge(raw, null);
  assert.equal(alone.good, true);
  const late = withByte(raw, 2 << 20);
  const [one, other, bad] = await Promise.all([judge(raw, client), judge(raw, client), judge(late, client)]);
  assert.deepEqual(one, alone);
  assert.deepEqual(other, alone);
  assert.deepEqual(bad, await judge(late, null));
  for (const pieces of [0, 1, 2]) {
    const { port1, port2 } = new MessageChannel();
    let left = pieces;
    port2.onmessage = ({ data: { job } }) => {
      if (left === 0)
        mute.lose(); // as whoever made the thread says
      else port2.postMessage({ job, sums: null, room: null });
      left -= 1;
    };
    const mute = new SumsClient(/** @type {any} */ (port1));
    mute.least = 0;
    port2.postMessage({ job: 0, sums: null, room: null });
    assert.deepEqual(await judge(raw, mute), alone, `gone after ${pieces}`);
    port1.close();
  }
});

test('of one whose other thread is this one, which hears of its pieces late', async () => {
  const withheld = `{"withheld":"${'1'.repeat(64)}"}`;
  const raw = long(8000, { 2000: withheld, 7000: withheld, 7998: withheld });
  const { port1, port2 } = new MessageChannel();
  serveSums(/** @type {any} */ (port2));
  const behind = new SumsClient(/** @type {any} */ (port1));
  behind.least = 0;
  const alone = await judge(raw, null);
  assert.equal(alone.good, true);
  assert.deepEqual(await judge(raw, behind), alone);
  const late = withByte(raw, 6 << 20);
  assert.deepEqual(await judge(late, behind), await judge(late, null));
  port1.close();
});

test('no more than a few leaves are hashed of lines behind one at fault', async (t) => {
  const raw = withEntries(peer('package', '60', 'all'), (text) => `${text}${'\n'.repeat(1 << 20)}`);
  const digest = t.mock.method(globalThis.crypto.subtle, 'digest');
  const { checks } = await judge(raw, null);
  assert.ok(checks.some(({ check, result }) => check === 'entries' && result === 'failed'));
  assert.ok(digest.mock.callCount() < 2000, `${digest.mock.callCount()}`);
});

/** What is said against a package first. @param {Uint8Array} raw */
const failure = async (raw) => (await judge(raw, null)).checks.find(({ result }) => result === 'failed');

test('a file whose data changed is called as the bag calls it', async () => {
  assert.equal((await failure(withByte(peer('package', '6', 'all'), 3000))).file, ENTRIES);
});

test('of two lines at fault the first is told, though a later one is too long', async () => {
  const raw = peer('package', '60', 'all');
  const first = line(5, (one) => one.replace('"v":1', '"v":2'));
  const { checks } = await judge(
    withEntries(raw, (text) => line(50, (one) => one.padEnd(65537))(first(text))),
    null,
  );
  const { code, values } = checks.find(({ check, result }) => check === 'entries' && result === 'failed');
  assert.deepEqual([code, values[0]], ['malformed', '5']);
});

/** What the program tells of the entries. @param {Uint8Array} raw */
function failureInC(raw) {
  const folder = mkdtempSync(join(tmpdir(), 'consentlog-aside-'));
  try {
    writeFileSync(join(folder, 'p.zip'), raw);
    const { stdout } = spawnSync(join(BUILD, 'consentlog'), ['verify', '--json', join(folder, 'p.zip')]);
    return JSON.parse(stdout.toString()).checks.find(isFaultOfEntries);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const isFaultOfEntries = ({ check, result }) => check === 'entries' && result === 'failed';
const ofAnother = line(0, (one) => one.replace(/"public_key":"../, '"public_key":"00'));
const TWICE_AT_FAULT = {
  'a key of another and a line that is none': (text) => line(9, () => '{')(ofAnother(text)),
  'a line too many and no last newline': (text) => `${text}x`,
  'a line too many': (text) => joined([...lines(text), lines(text)[59]]),
};

test('of two faults of the entries the page tells the one that the program tells', async (t) => {
  const raw = peer('package', '60', 'all');
  for (const [name, change] of Object.entries(TWICE_AT_FAULT))
    await t.test(name, async () => {
      const bad = withEntries(raw, change);
      const { code, file } = failureInC(bad);
      for (const sums of [null, client]) {
        const told = (await judge(bad, sums)).checks.find(isFaultOfEntries);
        assert.deepEqual([told.code, told.file], [code, file]);
      }
    });
});

test('how many entries are there is told of all of them, not of those that were read by then', async () => {
  const raw = long(3000);
  const files = unzip(raw);
  const name = [...files.keys()].find((one) => one.endsWith(ENTRIES));
  const text = lines(files.get(name));
  const more = Array.from({ length: 2000 }, (_, i) =>
    JSON.stringify(look(3000 + i, BEGIN + (3000 + i) * MINUTE, 'off', { change: 'unchanged' })),
  );
  files.set(name, Buffer.from(joined([...text, ...more])));
  for (const sums of [null, client]) {
    const { checks } = await judge(zip(relist(files)), sums);
    const { say, values } = checks.find(({ check, result }) => check === 'entries' && result === 'failed');
    assert.deepEqual([say, values], ['entriesCount', ['5000', '3000']]);
  }
});

test('a leaf that cannot be hashed is a fault, and is not told beside it', async (t) => {
  const raw = long(1300, { 300: '{' });
  const own = globalThis.crypto.subtle.digest.bind(globalThis.crypto.subtle);
  let asked = 0;
  t.mock.method(globalThis.crypto.subtle, 'digest', (/** @type {any} */ ...what) => {
    asked += 1;
    return asked > 600 && asked < 900 ? Promise.reject(new Error('cannot')) : own(.../** @type {[any, any]} */ (what));
  });
  assert.equal((await judge(raw, null)).good, false);
  assert.ok(asked > 600, `${asked}`);
});
