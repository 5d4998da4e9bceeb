/**
 * A disk that is full, one that fails, and one that says no: refused with a sentence, nothing acknowledged that is not
 * there, nothing broken, and all is well again when the disk is.
 *
 * A full disk is a small tmpfs. To mount one takes root, or a user namespace in which this file then runs once more.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statfsSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { CLI, Session, limits } from '../e2e/host.mjs';
import { assertAppends, assertVerifies, entriesOf, faults, forget, headOf, markOf, marked } from './support.mjs';

const DISK_FULL = 'The disk is full. Nothing was written and nothing was lost. Free some space and try again.';
const BLOCK = 4096;
const FILL_TRIES = 50;
const mayMount = process.getuid?.() === 0;

/** How many entries have this writer's mark. @param {Session} session @param {string} writer */
const countOf = (session, writer) => entriesOf(session).filter((entry) => markOf(entry)?.writer === writer).length;

/** One record by a host of its own, with other words in its environment. @param {Session} session @param {any} reading */
async function record(session, reading, env = {}) {
  return (await converse(session, [['record', { observations: [reading] }]], env))[0];
}

/** Several requests to one host, which ends whatever happens. @param {Session} session @param {[string, object?][]} requests */
async function converse(session, requests, env = {}) {
  const host = session.host({ env });
  const answers = [];
  try {
    for (const [op, params] of requests) answers.push(await host.send(op, params));
  } finally {
    await host.close();
  }
  return answers;
}

describe('a full disk', { skip: !mayMount && 'see the test in a namespace of its own' }, () => {
  /** @type {Session} */
  let session;
  /** @type {string} */
  let disk;
  const filler = () => join(disk, 'filler');

  /** Leave so many blocks free. What has just ended may give its last blocks back meanwhile. @param {number} blocks */
  function fill(blocks) {
    const wanted = blocks * BLOCK;
    let left = -1;
    for (let tries = 0; left !== wanted && tries < FILL_TRIES; tries++) {
      rmSync(filler(), { force: true });
      const { bavail, bsize } = statfsSync(disk);
      writeFileSync(filler(), Buffer.alloc(Math.max(0, bavail * bsize - wanted)));
      left = statfsSync(disk).bavail * bsize;
    }
    assert.equal(left, wanted, 'the disk is as full as it should be');
  }

  before(async () => {
    session = await Session.start();
    disk = join(session.dir, 'disk'); // of the log alone: the keyring's files are elsewhere
    mkdirSync(disk);
    session.env.XDG_DATA_HOME = disk;
    session.log = join(disk, 'consentlog/log.sqlite');
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m,mode=700', 'tmpfs', disk], { encoding: 'utf8' });
    assert.equal(mounted.status, 0, `a tmpfs cannot be mounted here: ${mounted.stderr}`);
  });
  after(async () => {
    spawnSync('umount', [disk]);
    await session.stop();
  });

  test('no log can be made: with every number of free blocks, until there are enough', async (t) => {
    let blocks = 0;
    for (let made = false; !made; blocks++) {
      fill(blocks);
      const answer = await record(session, marked('maker', 1));
      made = answer.ok;
      if (made) break;
      assert.equal(answer.error.code, 'disk-full', `${blocks} free blocks`);
      assert.equal(answer.error.message, DISK_FULL);
      assert.ok(blocks < 100, 'it is never enough');
    }
    t.diagnostic(`a log is made with ${blocks} free blocks`);
    assert.ok(blocks > 4, 'the disk was really full');
    rmSync(filler());
    assertVerifies(session);
    assert.equal(countOf(session, 'maker'), 1);
    await assertAppends(session);
  });

  /** Export with so many free blocks: the package verifies, or there is nothing of it. @param {number} blocks @returns {boolean} */
  function exportsWith(blocks) {
    fill(blocks);
    const there = readdirSync(disk);
    const got = session.run(CLI, ['export', '-o', join(disk, 'evidence.zip')]);
    if (got.status === 0) return true;
    assert.equal(got.status, 3, got.stderr);
    assert.ok(got.stderr.replace(/\s+/g, ' ').includes(DISK_FULL), `${blocks} free blocks: ${got.stderr}`);
    assert.deepEqual(readdirSync(disk), there, `${blocks} free blocks: nothing half-written stays`);
    assert.equal(statfsSync(disk).bavail, blocks, 'nor what has no name');
    return false;
  }

  test('no package can be written: wherever the room ends, until there is enough', (t) => {
    let blocks = 0;
    while (!exportsWith(blocks)) blocks += blocks < 4 ? 1 : 3;
    t.diagnostic(`a package is written with ${blocks} free blocks`);
    assert.ok(blocks > 8, 'the disk was really full');
    assert.equal(session.run(CLI, ['verify', join(disk, 'evidence.zip')]).status, 0);
    rmSync(join(disk, 'evidence.zip'));
    rmSync(filler());
  });

  test('no entry can be added: the log stays as it is, can be read, and goes on when there is room', async (t) => {
    const batch = () => Array.from({ length: limits().CL_BATCH_MAX }, (_, i) => marked('filler', i));
    let acknowledged = 0;
    let refused = 0;
    for (let blocks = 0; blocks < 25; blocks++) {
      fill(blocks);
      const [answer, status] = await converse(session, [['record', { observations: batch() }], ['status']]);
      if (answer.ok) acknowledged += answer.result.recorded.length;
      else {
        refused++;
        assert.equal(answer.error.code, 'disk-full', `${blocks} free blocks`);
        assert.equal(answer.error.message, DISK_FULL);
      }
      assert.equal(status.result.log, 'ok', 'the same host goes on');
      assertVerifies(session, `full, ${blocks} free blocks`);
      assert.equal(countOf(session, 'filler'), acknowledged, 'all or nothing');
      if (blocks % 10 > 0) continue;
      rmSync(filler());
      await assertAppends(session, `after ${blocks} free blocks`);
      assertVerifies(session, `after ${blocks} free blocks`);
    }
    t.diagnostic(`${refused} of 25 batches refused`);
    assert.ok(refused > 5, 'the disk was really full');
    rmSync(filler());
    assert.equal(headOf(session).size, entriesOf(session).length);
  });

  test('no package of a longer log: the room ends in the table that is kept aside, or in the package beside it', async () => {
    const batch = (/** @type {number} */ n) =>
      Array.from({ length: limits().CL_BATCH_MAX }, (_, i) => marked('longer', 100 * n + i));
    const answers = await converse(
      session,
      [0, 1, 2, 3, 4].map((n) => ['record', { observations: batch(n) }]),
    );
    assert.ok(
      answers.every(({ ok }) => ok) && entriesOf(session).length > 300,
      'its table is more than is held in memory',
    );
    for (const blocks of [0, 1, 15, 20, 30]) assert.equal(exportsWith(blocks), false);
    rmSync(filler());
    assertVerifies(session);
  });

  test('read-only: refused with a sentence, and still readable', async () => {
    const { size } = headOf(session);
    assert.equal(spawnSync('mount', ['-o', 'remount,ro', disk]).status, 0);
    const answer = await record(session, marked('read-only', 1));
    assert.equal(answer.ok, false);
    assert.equal(answer.error.code, 'disk-read-only');
    assert.match(answer.error.message, /Nothing was written|nothing counts as written/);
    assert.equal(spawnSync('mount', ['-o', 'remount,rw', disk]).status, 0);
    assert.equal(headOf(session).size, size);
    await assertAppends(session);
    assertVerifies(session);
  });
});

if (!mayMount)
  test('a full disk, in a namespace of its own', () => {
    const args = ['-rm', process.execPath, '--test', '--test-name-pattern=a full disk', fileURLToPath(import.meta.url)];
    const got = spawnSync('unshare', args, { encoding: 'utf8', env: { ...process.env, NODE_TEST_CONTEXT: undefined } });
    assert.equal(got.error, undefined, 'a full disk cannot be tried: neither root nor unshare are there');
    assert.equal(
      got.status,
      0,
      `a full disk was not tried, or did not pass (root or user namespaces are needed): ${got.stdout}${got.stderr}`,
    );
  });

/** What fails, and how. */
const FAILURES = [
  { name: 'EIO once', how: 'eio' },
  { name: 'EIO from then on', how: 'eio', stays: 1 },
  { name: 'ENOSPC once', how: 'enospc' },
  { name: 'ENOSPC from then on', how: 'enospc', stays: 1 },
  { name: 'one byte less once', how: 'short' },
  { name: 'one byte less from then on', how: 'short', stays: 1 },
];

describe('a disk that fails at any call', () => {
  /** @type {Session} */
  let session;
  let traces = 0;
  beforeEach(async () => {
    // each with a log of its own: what a reading costs grows with the log
    session = await Session.start();
    await assertAppends(session);
  });
  afterEach(() => session.stop());

  /** Environment that fails at the n-th call below `data`, and how many calls there were. */
  function failing({ how, stays = '' }, at, data) {
    const trace = join(session.dir, `trace-${traces++}`);
    const env = faults({ at, how, stays, trace, under: join(data, 'consentlog') });
    const calls = () => (existsSync(trace) ? readFileSync(trace, 'utf8').trimEnd().split('\n') : []);
    return {
      env,
      reached: () => calls().length >= at,
      /** Committed, but the folder could not be synced after the journal's end: a power cut could still take it back. */
      isUnpromised: () =>
        / unlink .*-journal$/.test(calls()[at - 2] ?? '') && / fdatasync .*consentlog$/.test(calls()[at - 1] ?? ''),
    };
  }

  for (const failure of FAILURES) {
    test(`${failure.name}: a record`, async (t) => {
      const outcomes = {};
      let at = 1;
      let stood = entriesOf(session).length;
      for (let reached = true; reached; at++) {
        const reading = marked(failure.name.replaceAll(' ', '-'), at);
        const fault = failing(failure, at, join(session.dir, 'data'));
        const answer = await record(session, reading, fault.env);
        reached = fault.reached();
        const outcome = answer.ok ? 'ok' : answer.error.code;
        outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
        assert.ok(
          ['ok', 'io', 'disk-full', 'log-busy', 'log-unsafe'].includes(outcome),
          `call ${at}: ${JSON.stringify(answer)}`,
        );
        if (!answer.ok)
          assert.match(answer.error.message, /Nothing was written|nothing counts as written/, `call ${at}`);
        assertVerifies(session, `call ${at}, ${outcome}`);
        const kept = entriesOf(session).length;
        if (answer.ok || !fault.isUnpromised())
          assert.equal(kept, stood + (answer.ok ? 1 : 0), `call ${at}: what ${outcome} says is so`);
        const again = await record(session, reading);
        assert.equal(again?.ok, true, `call ${at}: ${JSON.stringify(again)}`);
        assert.equal(again.result.size, stood + 1, `call ${at}: once`);
        stood++;
      }
      t.diagnostic(`${at - 1} calls: ${JSON.stringify(outcomes)}`);
      assert.ok(at > 20, 'the library was loaded');
    });
  }

  for (const failure of [FAILURES[0], FAILURES[3]]) {
    test(`${failure.name}: the making of a log`, async (t) => {
      let at = 1;
      for (let reached = true; reached; at++) {
        const data = join(session.dir, `new-${failure.how}-${at}`);
        const fault = failing(failure, at, data);
        const env = { XDG_DATA_HOME: data };
        const reading = marked('maker', 1);
        const answer = await record(session, reading, { ...env, ...fault.env });
        reached = fault.reached();
        if (!answer.ok)
          assert.match(answer.error.message, /Nothing was written|nothing counts as written/, `call ${at}`);
        const again = await record(session, reading, env);
        assert.equal(again?.ok, true, `call ${at}: ${JSON.stringify(answer)} then ${JSON.stringify(again)}`);
        assert.equal(again.result.size, 2, `call ${at}`);
        const got = session.run(CLI, ['verify'], { env });
        assert.equal(got.status, 0, `call ${at}: ${got.stdout}`);
        forget(session, data);
      }
      t.diagnostic(`${at - 1} calls`);
      assert.ok(at > 20, 'the library was loaded');
    });
  }

  test('reading and verifying on a failing disk raises no alarm', async () => {
    for (const args of [['verify'], ['status'], ['history']]) {
      let at = 1;
      for (let reached = true; reached; at++) {
        const fault = failing(FAILURES[0], at, join(session.dir, 'data'));
        const got = session.run(CLI, args, { env: fault.env });
        reached = fault.reached();
        if (reached)
          assert.ok([0, 3].includes(got.status ?? -1), `${args}, call ${at}: ${got.status} ${got.stdout}${got.stderr}`);
        assert.equal(headOf(session).alarm, 'ok', `${args}, call ${at}`);
      }
    }
    await assertAppends(session);
    assertVerifies(session);
  });
});

/** As root nothing is forbidden; without these two capabilities it is as for anybody. */
function ordinary(session, program, args) {
  if (process.getuid?.() !== 0) return session.run(program, args);
  return session.run('setpriv', ['--bounding-set=-dac_override,-dac_read_search', program, ...args]);
}

describe('places that do not do', () => {
  /** @type {Session} */
  let session;
  before(async () => {
    session = await Session.start();
    await assertAppends(session);
  });
  after(() => session.stop());

  /** Break something, see the refusal, mend it, see that all is there. */
  const places = [
    {
      name: 'a log that may not be read',
      spoil: () => chmodSync(session.log, 0),
      mend: () => chmodSync(session.log, 0o600),
    },
    {
      name: 'a folder that may not be entered',
      spoil: () => chmodSync(join(session.dir, 'data/consentlog'), 0),
      mend: () => chmodSync(join(session.dir, 'data/consentlog'), 0o700),
    },
    {
      name: 'a folder that others may write',
      spoil: () => chmodSync(join(session.dir, 'data/consentlog'), 0o777),
      mend: () => chmodSync(join(session.dir, 'data/consentlog'), 0o700),
    },
    {
      name: 'a log that others may write',
      spoil: () => chmodSync(session.log, 0o666),
      mend: () => chmodSync(session.log, 0o600),
    },
    // Only root can give a file away.
    ...(process.getuid?.() === 0
      ? [
          {
            name: "a log that is somebody else's",
            spoil: () => chownSync(session.log, 12_345, 12_345),
            mend: () => chownSync(session.log, 0, 0),
          },
        ]
      : []),
    {
      name: 'a log behind a symbolic link',
      says: /is a symbolic link/,
      spoil: () => {
        renameSync(session.log, `${session.log}.real`);
        symlinkSync(`${session.log}.real`, session.log);
      },
      mend: () => {
        rmSync(session.log);
        renameSync(`${session.log}.real`, session.log);
      },
    },
    {
      name: 'a folder in the place of the log',
      spoil: () => {
        renameSync(session.log, `${session.log}.real`);
        mkdirSync(session.log);
      },
      mend: () => {
        rmSync(session.log, { recursive: true });
        renameSync(`${session.log}.real`, session.log);
      },
    },
  ];
  for (const { name, spoil, mend, says = /is not yours alone to read and write/ } of places)
    test(name, async () => {
      const { size } = headOf(session);
      spoil();
      for (const args of [['status'], ['verify'], ['history']]) {
        const got = ordinary(session, CLI, args);
        assert.equal(got.status, 3, `${args}: ${got.stdout}${got.stderr}`);
        assert.match(got.stderr, says);
      }
      mend();
      assert.equal(headOf(session).size, size);
      assert.equal(headOf(session).alarm, 'ok');
      await assertAppends(session);
      assertVerifies(session);
    });

  test('no home, or one that is no absolute path', async () => {
    for (const env of [{ HOME: '' }, { HOME: 'relative' }, { HOME: 'relative', XDG_DATA_HOME: 'relative' }]) {
      const answer = await record(session, marked('homeless', 1), { XDG_DATA_HOME: '', ...env });
      assert.equal(answer.ok, false);
      assert.equal(answer.error.code, 'io');
      assert.match(answer.error.message, /Nothing was written|nothing counts as written/);
    }
    assert.equal(existsSync('relative'), false);
  });

  test('a relative folder for data is as none: the one in the home is used', async () => {
    const answer = await record(session, marked('at home', 1), { XDG_DATA_HOME: 'relative' });
    assert.equal(answer.ok, true);
    assert.equal(answer.result.size, 2);
    assert.ok(existsSync(join(session.dir, 'home/.local/share/consentlog/log.sqlite')));
  });
});
