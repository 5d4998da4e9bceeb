/** The host is started for each message: from its start to its answer, against a floor and two peers, in turns. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { BUILD, HOST, Session, frame, observation } from '../e2e/host.mjs';
import { gate, medians } from './table.mjs';

const ROUNDS = 60;
/** Files of a disk that never waits: what a busy disk adds to a record, no peer here waits for, and log.bench.mjs measures it. */
const MEMORY = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
const SPAWN = join(BUILD, 'tests/bench/bench_spawn');
const EMPTY = join(BUILD, 'tests/bench/bench_empty');
const COMMIT = join(BUILD, 'tests/bench/bench_commit');
const BROWSERPASS = ['/usr/lib/browserpass/browserpass-native', '/usr/bin/browserpass'].find(existsSync);

const LOOKUP = ['exit', '-', '/usr/bin/secret-tool', 'lookup', 'application', 'consentlog', 'item', 'head'];
/**
 * 0.78 is measured, give or take 0.01: where the loader places a library decides on up to 64 kB of each. 0.04 of it are the four
 * libraries that libsystemd before version 256 has the loader map and never uses here.
 */
const RECORD_MEMORY = 0.8;

/** @param {string} dir @param {(round: number) => object} message @returns {string} */
function frames(dir, message) {
  mkdirSync(dir);
  for (let round = 0; round < ROUNDS; round++)
    writeFileSync(join(dir, String(round)), frame(JSON.stringify(message(round))));
  return dir;
}

const session = await Session.start();
const onDisk = session.env.XDG_DATA_HOME;
const inMemory = mkdtempSync(join(MEMORY, 'consentlog-bench-'));
try {
  const first = new Map([['record', frames(join(session.dir, 'first'), () => record())]]);
  /** @param {number} rounds @param {string} data where the log is @param {string[][]} commands */
  const spawn = (rounds, data, commands) =>
    execFileSync(SPAWN, [String(rounds), ...commands.flatMap((command) => ['--', ...command])], {
      env: { ...session.env, XDG_DATA_HOME: data },
      encoding: 'utf8',
      maxBuffer: 1 << 24,
    });
  // The first one makes the log and its items.
  for (const data of [onDisk, inMemory])
    spawn(1, data, [['first', 'reply', /** @type {string} */ (first.get('record')), HOST]]);

  const hello = frames(join(session.dir, 'hello'), (id) => ({ id, op: 'hello', params: {} }));
  const echo = frames(join(session.dir, 'echo'), () => ({ action: 'echo', settings: {}, echoResponse: { hello: 1 } }));
  if (!BROWSERPASS) throw new Error('browserpass-native is not installed (Debian: webext-browserpass)');
  const browserpass = BROWSERPASS;
  await gate((attempt) => {
    const records = frames(join(session.dir, `record-${attempt}`), () => record());
    const result = medians(
      spawn(ROUNDS, inMemory, [
        ['empty', 'reply', '-', EMPTY],
        ['browserpass', 'reply', echo, browserpass],
        ['hello', 'reply', hello, HOST],
        ['secret-tool', ...LOOKUP],
        ['record', 'reply', records, HOST],
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
        atMost: 0.7,
      },
      {
        what: 'record acknowledged',
        ours: ms('record'),
        against: 'secret-tool lookup of one item',
        theirs: ms('secret-tool'),
        unit: 'ms',
        atMost: 0.75,
      },
      {
        what: 'peak memory of a record',
        ours: mb('record'),
        against: 'secret-tool',
        theirs: mb('secret-tool'),
        unit: 'MB',
        atMost: RECORD_MEMORY,
      },
      {
        what: 'peak memory of hello',
        ours: mb('hello'),
        against: 'secret-tool',
        theirs: mb('secret-tool'),
        unit: 'MB',
        atMost: 0.5,
      },
    ];
    return { title: `start, the log in memory, median of ${ROUNDS} in turns`, rows };
  });

  // No limits: how much of a record is the disk's, which secret-tool never waits for.
  await gate((attempt) => {
    const records = frames(join(session.dir, `disk-${attempt}`), () => record());
    const result = medians(
      spawn(ROUNDS, onDisk, [
        ['secret-tool', ...LOOKUP],
        ['record', 'reply', records, HOST],
        ['commit', 'reply', '-', COMMIT, join(session.dir, 'bare.sqlite')],
      ]),
    );
    /** @param {string} name */
    const ms = (name) => /** @type {{us: number}} */ (result.get(name)).us / 1000;
    const [what, ours, unit] = ['record acknowledged', ms('record'), 'ms'];
    const rows = [
      { what, ours, against: 'secret-tool lookup of one item', theirs: ms('secret-tool'), unit },
      { what, ours, against: 'lookup, and a bare SQLite commit', theirs: ms('secret-tool') + ms('commit'), unit },
    ];
    return { title: `the same with the log on the disk of ${tmpdir()}`, rows };
  });
} finally {
  rmSync(inMemory, { recursive: true, force: true });
  await session.stop();
}

/** One that is always written: the member asked for it. */
function record() {
  return { id: 1, op: 'record', params: { observations: [observation({ asked: true })] } };
}
