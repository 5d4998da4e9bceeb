/** Many at once, and a keyring that goes and comes: nothing that was acknowledged is lost, and nobody waits long. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, before, describe, test } from 'node:test';
import { CLI, Session, sleep } from '../e2e/host.mjs';
import { assertAppends, assertVerifies, entriesOf, headOf, markOf, marked } from './support.mjs';

const HOSTS = 64;
/** No answer may be waited for longer, beside what the machine itself takes: the lock's wait and a little. */
const LONGEST_MS = 5000;

/** Numbers of this writer's entries, in the order of the log. @param {Session} session @param {string} writer */
const numbersOf = (session, writer) =>
  entriesOf(session)
    .map(markOf)
    .filter((mark) => mark?.writer === writer)
    .map(({ n }) => n);

/** A command, without waiting in between. @returns {Promise<{code: number, output: string}>} */
function command(session, args) {
  const child = spawn(CLI, args, { env: session.env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  return new Promise((done) => child.once('close', (code) => done({ code: code ?? -1, output })));
}

describe('many at once', () => {
  /** @type {Session} */
  let session;
  before(async () => {
    session = await Session.start();
  });
  after(() => session.stop());

  /** Record until it is acknowledged. @returns {Promise<{slowest: number, busy: number}>} */
  async function insist(n) {
    const reading = marked('crowd', n);
    let [slowest, busy] = [0, 0];
    for (;;) {
      const start = performance.now();
      const answer = await session.once('record', { observations: [reading] });
      slowest = Math.max(slowest, performance.now() - start);
      if (answer?.ok) return { slowest, busy };
      assert.equal(answer?.error.code, 'log-busy', JSON.stringify(answer));
      busy++;
    }
  }

  test(`${HOSTS} hosts, none of which finds a log`, async (t) => {
    const hello = await session.timeToHear(HOSTS);
    const all = await Promise.all(Array.from({ length: HOSTS }, (_, i) => insist(i + 1)));
    const slowest = Math.max(...all.map((one) => one.slowest));
    t.diagnostic(
      `slowest answer ${slowest.toFixed(0)} ms, ${HOSTS} hellos ${hello.toFixed(0)} ms; told to try again: ${all.reduce((sum, one) => sum + one.busy, 0)} times`,
    );
    assert.deepEqual(
      numbersOf(session, 'crowd').sort((a, b) => a - b),
      Array.from({ length: HOSTS }, (_, i) => i + 1),
    );
    assert.equal(entriesOf(session).filter((entry) => entry.kind === 'genesis').length, 1);
    assertVerifies(session);
    assert.ok(slowest < LONGEST_MS + 3 * hello, `${slowest} ms`);
  });

  test('looking while others write is no alarm', async (t) => {
    let writing = true;
    let written = 0;
    const host = session.host();
    const writer = (async () => {
      while (writing) {
        assert.equal((await host.send('record', { observations: [marked('stream', ++written)] })).ok, true);
        await sleep(2);
      }
    })();
    try {
      for (let i = 0; i < 12; i++)
        for (const args of [['verify'], ['status'], ['history']]) {
          const { code, output } = await command(session, args);
          assert.equal(code, 0, `${args}: ${output}`);
        }
    } finally {
      writing = false;
      await writer.finally(() => host.close());
    }
    t.diagnostic(`36 looks while ${written} entries were written`);
    assert.ok(written > 36, 'they were at work at the same time');
    assert.equal(headOf(session).alarm, 'ok');
    assertVerifies(session);
  });
});

/** What happens to the keyring in the middle of a stream, and how it comes back. */
const TROUBLES = [
  {
    name: 'is killed',
    strike: (session) => session.daemon.kill('SIGKILL'),
    mend: (session) => session.restartDaemon('unlock'),
  },
  {
    name: 'is ended and started again',
    strike: (session) => session.stopDaemon(),
    mend: (session) => session.startDaemon('unlock'),
  },
  { name: 'is locked', strike: (session) => session.lock(), mend: (session) => session.restartDaemon('unlock') },
  {
    name: 'hangs',
    strike: (session) => session.daemon.kill('SIGSTOP'),
    mend: (session) => session.daemon.kill('SIGCONT'),
    rest: 5500,
  },
];
const REFUSALS = [
  'no-keyring-service',
  'keyring-locked',
  'keyring-timeout',
  'keyring-failed',
  'no-default-keyring',
  'log-busy',
];

describe('the keyring in the middle of a stream of records', () => {
  for (const { name, strike, mend, rest = 300 } of TROUBLES)
    test(name, async (t) => {
      const session = await Session.start();
      try {
        await assertAppends(session);
        const refusals = new Set();
        const hello = await session.timeToHear(8);
        let slowest = 0;
        for (let round = 0, n = 1; round < 3; round++) {
          const host = session.host();
          const stream = (async () => {
            for (let i = 0; i < 12; i++, n++) {
              const reading = marked('stream', n);
              for (let done = false; !done;) {
                const start = performance.now();
                const answer = await host.send('record', { observations: [reading] });
                slowest = Math.max(slowest, performance.now() - start);
                done = answer.ok;
                if (!done) refusals.add(answer.error.code);
                if (!done) await sleep(20);
              }
            }
          })();
          await sleep(60 + 37 * round);
          await strike(session);
          await sleep(rest);
          await mend(session);
          await stream;
          await host.close();
        }
        t.diagnostic(`refused meanwhile: ${[...refusals].join(', ')}; slowest answer ${slowest.toFixed(0)} ms`);
        for (const code of refusals) assert.ok(REFUSALS.includes(code), code);
        assert.ok(slowest < LONGEST_MS + 3 * hello, `${slowest} ms`);
        assert.deepEqual(
          numbersOf(session, 'stream'),
          Array.from({ length: 36 }, (_, i) => i + 1),
        );
        await assertAppends(session);
        assert.equal(headOf(session).size, entriesOf(session).length, 'the head has caught up');
        assertVerifies(session);
      } finally {
        await session.stop();
      }
    });
});
