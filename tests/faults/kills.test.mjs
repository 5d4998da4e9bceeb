/**
 * SIGKILL at random moments, and before every single call by which a record changes something: what was acknowledged is
 * there, once and in order, the log verifies and goes on, and no death looks like somebody's meddling.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { CLI, Session } from '../e2e/host.mjs';
import { assertAppends, assertVerifies, entriesOf, faults, forget, headOf, markOf, marked } from './support.mjs';
import { measure, random, seed, tell, Writer } from './writer.mjs';

const KILLS = 1000;
const CREATIONS = 100;

/** A command that is killed `delay` after its start, if it takes so long. @returns {Promise<boolean>} was it killed? */
async function killCommand(session, args, delay) {
  const child = spawn(CLI, args, { env: session.env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  const killer = setTimeout(() => child.kill('SIGKILL'), delay);
  const [code, signal] = await new Promise((done) => child.once('close', (...how) => done(how)));
  clearTimeout(killer);
  if (signal !== 'SIGKILL') assert.equal(code, 0, `${args.join(' ')}: ${output}`);
  return signal === 'SIGKILL';
}

describe('killed at random', () => {
  /** @type {Session} */
  let session;
  before(async () => {
    session = await Session.start();
  });
  after(() => session.stop());

  test(`${KILLS} times, two hosts and the command line at once`, async (t) => {
    t.diagnostic(`CL_SEED=${seed}`);
    const { hello, record } = await measure(session);
    const writers = ['left', 'right'].map((name) => new Writer(session, name));
    let kills = 0;
    let commands = 0;
    const lanes = writers.map(async (writer) => {
      while (kills < KILLS) {
        await writer.round(random() * 3 * record, hello); // three work at once, so that all takes longer
        kills++;
      }
    });
    lanes.push(
      (async () => {
        const choices = [['status', '--json'], ['history', '--json'], ['verify'], ['verify', '--json']];
        while (kills < KILLS) {
          const killed = await killCommand(
            session,
            choices[Math.floor(random() * choices.length)],
            random() * 1.5 * record,
          );
          if (!killed) continue;
          kills++;
          commands++;
        }
      })(),
    );
    await Promise.all(lanes);

    assertVerifies(session, 'after all kills');
    const entries = entriesOf(session);
    for (const writer of writers) writer.assertKept(entries);
    assert.equal(headOf(session).alarm, 'ok');
    await assertAppends(session);
    assert.equal(headOf(session).size, entries.length + 1, 'the head has caught up');
    assertVerifies(session, 'after one more');

    t.diagnostic(`${kills} kills in all, ${commands} of them of commands; ${entries.length} entries`);
    for (const death of Object.keys(writers[0].deaths)) {
      const count = writers[0].deaths[death] + writers[1].deaths[death];
      t.diagnostic(`hosts killed ${death}: ${count}`);
      assert.ok(count > 0, `no host was killed ${death}`);
    }
  });

  test(`${CREATIONS} times while a log is made`, async (t) => {
    const { hello, record } = await measure(session);
    const deaths = { 'left no file': 0, 'left a file': 0 };
    for (let i = 0; i < CREATIONS; i++) {
      const data = join(session.dir, `fresh-${i}`);
      const log = join(data, 'consentlog/log.sqlite');
      const writer = new Writer(session, 'only', { XDG_DATA_HOME: data });
      await writer.round(
        random() * (2 + i / 10) * record,
        hello,
      ); /* later and later: a busy machine needs more than was measured */
      deaths[existsSync(log) ? 'left a file' : 'left no file']++;
      const again = session.host({ env: writer.env });
      writer.again = writer.unanswered !== null;
      writer.unanswered ??= marked('only', ++writer.count);
      const answer = await tell(again, writer.unanswered);
      assert.equal(answer?.ok, true, `creation ${i}: ${JSON.stringify(answer)}`);
      writer.take(answer);
      await again.close();
      assertCreated(session, data, writer);
      forget(session, data);
    }
    for (const [death, count] of Object.entries(deaths)) {
      t.diagnostic(`creations killed that ${death}: ${count}`);
      assert.ok(count > 0, `no death ${death}`);
    }
  });
});

/** The log in that folder is whole, and has one key. @param {Session} session @param {string} data @param {Writer} writer */
function assertCreated(session, data, writer) {
  const env = { XDG_DATA_HOME: data };
  const got = session.run(CLI, ['verify'], { env });
  assert.equal(got.status, 0, got.stdout + got.stderr);
  const history = session.run(CLI, ['history', '--json'], { env });
  const entries = history.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.equal(entries[0].kind, 'genesis');
  writer.assertKept(entries);
  assert.equal(keysAt(session, join(data, 'consentlog/log.sqlite')), 1, 'one log, one key');
}

/** @param {Session} session @param {string} log */
function keysAt(session, log) {
  const found = session.run('secret-tool', [
    'search',
    '--all',
    'application',
    'consentlog',
    'store',
    log,
    'item',
    'key',
  ]);
  return [...`${found.stdout}${found.stderr}`.matchAll(/^attribute\.item = key$/gm)].length;
}

/**
 * Calls `once` with 1, 2, 3 … until three in a row were not reached: threads make the count of calls vary by one or two.
 * @param {(at: number) => Promise<boolean>} once did it die at that call? @returns {Promise<number>} how many deaths
 */
async function sweep(once) {
  let deaths = 0;
  for (let [at, alive] = [1, 0]; alive < 3; at++) {
    const died = await once(at);
    deaths += Number(died);
    alive = died ? 0 : alive + 1;
  }
  assert.ok(deaths > 20, 'the library was loaded');
  return deaths;
}

/** The traced calls of one request, each as {call, target}. @param {string} path */
const traceOf = (path) =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [, call, ...target] = line.split(' ');
      return { call, target: target.join(' ') };
    });

describe('killed before every call', () => {
  /** @type {Session} */
  let session;
  before(async () => {
    session = await Session.start();
    await assertAppends(session);
  });
  after(() => session.stop());

  test('answer and keyring hear of the entry when it is on the disk, not before', async () => {
    const trace = join(session.dir, 'trace');
    const host = session.host({ env: faults({ trace }) });
    assert.equal((await tell(host, marked('traced', 1))).ok, true);
    await host.close();
    const calls = traceOf(trace);
    const journal = `${session.log}-journal`;
    const folder = join(session.dir, 'data/consentlog');
    const first = (call, target, from = 0) => {
      const at = calls.findIndex((c, i) => i >= from && c.call === call && c.target === target);
      assert.ok(at >= 0, `no ${call} of ${target} after call ${from}`);
      return at;
    };
    const opened = first('open', journal);
    const journalSynced = first('fdatasync', journal, opened);
    const named = first('fdatasync', folder, opened);
    const changed = first('pwrite64', session.log);
    const synced = first(
      'fdatasync',
      session.log,
      calls.findLastIndex((c) => c.call === 'pwrite64' && c.target === session.log),
    );
    const committed = first('unlink', journal, synced);
    const durable = first('fdatasync', folder, committed);
    assert.ok(Math.max(journalSynced, named) < changed, 'what was before is safe before it is written over');
    const spoken = [...calls.keys()].filter(
      (i) => calls[i].target.startsWith('socket:') || calls[i].target.startsWith('pipe:'),
    );
    assert.ok(!spoken.some((i) => i > opened && i < durable), 'nobody hears of what may not stay');
    assert.ok(
      spoken.some((i) => i > durable && calls[i].call === 'write'),
      'the answer',
    );
    assert.ok(
      spoken.some((i) => i > durable && calls[i].call === 'sendmsg'),
      'the head',
    );
  });

  test('of a record', async (t) => {
    const deaths = {
      'before the transaction': 0,
      'inside the transaction': 0,
      'before the answer': 0,
      'before the head': 0,
    };
    let attempts = 0;
    const once = async (at) => {
      attempts++;
      const { size } = headOf(session);
      const reading = marked('swept', at);
      const host = session.host({ env: faults({ at, how: 'kill' }) });
      const answer = await tell(host, reading);
      const { signal } = await host.close();
      const hot = existsSync(`${session.log}-journal`);
      const head = headOf(session).size;
      const again = await session.once('record', { observations: [reading] });
      assert.equal(again?.ok, true, `call ${at}: ${JSON.stringify(again)}`);
      const [{ written, seq }] = again.result.recorded;
      assert.equal(seq, size, `call ${at}: it stands where it would have`);
      assert.equal(again.result.size, size + 1, `call ${at}: once`);
      if (answer) assert.equal(written, false, `call ${at}: acknowledged, so it was there`);
      assertVerifies(session, `call ${at}`);
      if (signal !== 'SIGKILL') return false;
      if (written) deaths[hot ? 'inside the transaction' : 'before the transaction']++;
      else if (!answer) deaths['before the answer']++;
      else if (head === size) deaths['before the head']++;
      return true;
    };
    const count = await sweep(once);
    // The same call is not always of the same number: the last ones once more, until each death was seen.
    for (let i = 0; i < 60 && Object.values(deaths).includes(0); i++) await once(count - 3 + (i % 6));
    t.diagnostic(`${count} calls: ${JSON.stringify(deaths)}`);
    for (const [death, times] of Object.entries(deaths)) assert.ok(times > 0, `no death ${death}`);
    const swept = entriesOf(session)
      .map(markOf)
      .filter((mark) => mark?.writer === 'swept');
    assert.equal(swept.length, attempts, 'each once');
  });

  test('of the making of a log', async (t) => {
    const count = await sweep(async (at) => {
      const data = join(session.dir, `made-${at}`);
      const writer = new Writer(session, 'only', { XDG_DATA_HOME: data });
      const reading = marked('only', 1);
      const host = session.host({ env: { ...writer.env, ...faults({ at, how: 'kill' }) } });
      await tell(host, reading);
      const { signal } = await host.close();
      const again = session.host({ env: writer.env });
      const answer = await tell(again, reading);
      await again.close();
      assert.equal(answer?.ok, true, `call ${at}: ${JSON.stringify(answer)}`);
      assert.equal(answer.result.size, 2, `call ${at}`);
      writer.acknowledged.set(1, 1);
      assertCreated(session, data, writer);
      forget(session, data);
      return signal === 'SIGKILL';
    });
    t.diagnostic(`${count} calls`);
  });

  test('of an acknowledgement', async (t) => {
    let acknowledgements = 0;
    const count = await sweep(async (at) => {
      session.run('sqlite3', [session.log, 'drop trigger entry_keep_delete']);
      const { size } = headOf(session);
      const got = session.run(CLI, ['acknowledge', '--yes'], { env: faults({ at, how: 'kill' }) });
      const answer = await session.once('record', { observations: [marked('told', at)] });
      if (answer.ok) assert.equal(answer.result.size, size + 2, `call ${at}: acknowledged in full`);
      else assert.equal(answer.error.code, 'log-changed', `call ${at}: ${JSON.stringify(answer)}`);
      assert.equal(session.run(CLI, ['acknowledge', '--yes']).status, 0, `call ${at}`);
      assertVerifies(session, `call ${at}`);
      await assertAppends(session, `call ${at}`);
      acknowledgements++;
      return got.signal === 'SIGKILL';
    });
    t.diagnostic(`${count} calls`);
    const told = entriesOf(session).filter((entry) => entry.kind === 'discontinuity').length;
    assert.ok(told >= acknowledgements, 'each is in the log for good');
  });
});
