/** The host is started for each message: from its start to its answer, against a floor and two peers, in turns. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { BUILD, HOST, Session, frame, observation } from '../e2e/host.mjs';
import { gate, medians } from './table.mjs';

const ROUNDS = 60;
const SPAWN = join(BUILD, 'tests/bench/bench_spawn');
const EMPTY = join(BUILD, 'tests/bench/bench_empty');
const COMMIT = join(BUILD, 'tests/bench/bench_commit');
const BROWSERPASS = ['/usr/lib/browserpass/browserpass-native', '/usr/bin/browserpass'].find(existsSync);

/** @param {string} dir @param {(round: number) => object} message @returns {string} */
function frames(dir, message) {
  mkdirSync(dir);
  for (let round = 0; round < ROUNDS; round++)
    writeFileSync(join(dir, String(round)), frame(JSON.stringify(message(round))));
  return dir;
}

const session = await Session.start();
try {
  const first = new Map([['record', frames(join(session.dir, 'first'), () => record())]]);
  /** @param {number} rounds @param {string[][]} commands */
  const spawn = (rounds, commands) =>
    execFileSync(SPAWN, [String(rounds), ...commands.flatMap((command) => ['--', ...command])], {
      env: session.env,
      encoding: 'utf8',
      maxBuffer: 1 << 24,
    });
  spawn(1, [['first', 'reply', /** @type {string} */ (first.get('record')), HOST]]); // makes the log and its items

  const hello = frames(join(session.dir, 'hello'), (id) => ({ id, op: 'hello', params: {} }));
  const echo = frames(join(session.dir, 'echo'), () => ({ action: 'echo', settings: {}, echoResponse: { hello: 1 } }));
  if (!BROWSERPASS) throw new Error('browserpass-native is not installed (Debian: webext-browserpass)');
  const browserpass = BROWSERPASS;
  await gate((attempt) => {
    const records = frames(join(session.dir, `record-${attempt}`), () => record());
    const result = medians(
      spawn(ROUNDS, [
        ['empty', 'reply', '-', EMPTY],
        ['browserpass', 'reply', echo, browserpass],
        ['hello', 'reply', hello, HOST],
        ['secret-tool', 'exit', '-', '/usr/bin/secret-tool', 'lookup', 'application', 'consentlog', 'item', 'head'],
        ['record', 'reply', records, HOST],
        ['commit', 'reply', '-', COMMIT, join(session.dir, 'bare.sqlite')],
      ]),
    );
    /** @param {string} name */
    const ms = (name) => /** @type {{us: number}} */ (result.get(name)).us / 1000;
    /** @param {string} name */
    const mb = (name) => /** @type {{kb: number}} */ (result.get(name)).kb / 1024;
    const rows = [
      { what: 'hello answered', ours: ms('hello'), against: 'empty dynamic program', theirs: ms('empty'), unit: 'ms' },
      {
        what: 'hello answered',
        ours: ms('hello'),
        against: 'browserpass echo',
        theirs: ms('browserpass'),
        unit: 'ms',
        atMost: 1.5,
      },
      {
        what: 'record acknowledged',
        ours: ms('record'),
        against: 'secret-tool lookup of one item',
        theirs: ms('secret-tool'),
        unit: 'ms',
        atMost: 1.5,
      },
      // No limit: how much of a record is the disk's, which secret-tool never waits for.
      {
        what: 'record acknowledged',
        ours: ms('record'),
        against: 'lookup, and a bare SQLite commit',
        theirs: ms('secret-tool') + ms('commit'),
        unit: 'ms',
      },
      {
        what: 'peak memory of a record',
        ours: mb('record'),
        against: 'secret-tool',
        theirs: mb('secret-tool'),
        unit: 'MB',
        atMost: 1.3,
      },
    ];
    return { title: `start, median of ${ROUNDS} in turns`, rows };
  });
} finally {
  await session.stop();
}

/** One that is always written: the member asked for it. */
function record() {
  return { id: 1, op: 'record', params: { observations: [observation({ asked: true })] } };
}
