/**
 * What the cage costs: the same programs with it and without it, in turns in one run. Those without are run under two names, and by
 * how much these two differ is the noise of the machine, which the limits leave room for.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BUILD, CLI, HOST, Session, frame, observation } from '../e2e/host.mjs';
import { gate, median } from './table.mjs';

const SPAWN = join(BUILD, 'tests/bench/bench_spawn');
const MAKER = join(BUILD, 'tests/bench/bench_package');
const ENTRIES = 5_000;
/**
 * Wanted are 5 % of hello and 3 % of the others. A run of two minutes on a machine that others use tells apart no less than this.
 */
const LEAST_NOISE = 0.05;
/** No disk that is waited for: it would hide what is measured. */
const MEMORY = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
const KINDS = /** @type {const} */ ([
  ['caged', 'CL_CAGE=refuse'],
  ['bare', 'CL_CAGE=off'],
  ['again', 'CL_CAGE=off'],
]);

const session = await Session.start();
const dir = mkdtempSync(join(MEMORY, 'consentlog-cage-'));

/** @param {string} name @param {number} rounds @param {(round: number) => object} message @returns {string} */
function frames(name, rounds, message) {
  const folder = join(dir, name);
  mkdirSync(folder);
  for (let round = 0; round < rounds; round++)
    writeFileSync(join(folder, String(round)), frame(JSON.stringify(message(round))));
  return folder;
}

/**
 * @param {number} rounds
 * @param {(kind: string) => string[]} command how it ends, frames, program and arguments
 */
function measure(rounds, command) {
  const args = KINDS.flatMap(([kind, variable]) => {
    const [until, input, ...argv] = command(kind);
    return ['--', kind, until, input, variable, ...argv];
  });
  const said = execFileSync(SPAWN, [String(rounds), ...args], {
    env: { ...session.env, XDG_DATA_HOME: dir },
    encoding: 'utf8',
    maxBuffer: 1 << 24,
  });
  const times = said
    .trim()
    .split('\n')
    .map((line) => Number(line.split(' ')[1]) / 1000);
  const turns = Array.from({ length: rounds }, (_, i) => times.slice(3 * i, 3 * i + 3));
  // Of each turn its own ratio, so that a machine that slows down meanwhile slows both sides.
  const ratio = median(turns.map(([caged, bare, again]) => caged / ((bare + again) / 2)));
  const theirs = median(turns.flatMap(([, bare, again]) => [bare, again]));
  return {
    caged: ratio * theirs,
    bare: theirs,
    noise: Math.abs(median(turns.map(([, bare, again]) => bare / again)) - 1),
  };
}

/** @param {string} what @param {{caged: number, bare: number, noise: number}} got @param {number} share */
const row = (what, { caged, bare, noise }, share) => ({
  what: `${what}, noise ${(100 * noise).toFixed(1)} %`,
  ours: caged,
  against: 'without a cage',
  theirs: bare,
  unit: 'ms',
  atMost: 1 + share + Math.max(noise, LEAST_NOISE),
});

try {
  const log = join(dir, 'log');
  const zip = join(dir, 'package.zip');
  execFileSync(MAKER, ['make', log, String(ENTRIES)]);
  execFileSync(MAKER, ['export', log, zip]);
  const record = (/** @type {number} */ id) => ({
    id,
    op: 'record',
    params: { observations: [observation({ asked: true })] },
  });
  const first = frames('first', 1, record);
  execFileSync(SPAWN, ['1', '--', 'first', 'reply', first, HOST], { env: { ...session.env, XDG_DATA_HOME: dir } });
  const hello = frames('hello', 120, (id) => ({ id, op: 'hello', params: {} }));
  await gate((attempt) => {
    const records = Object.fromEntries(KINDS.map(([kind]) => [kind, frames(`${kind}-${attempt}`, 60, record)]));
    return {
      title: 'with the cage and without it, medians in turns',
      rows: [
        row(
          'hello',
          measure(120, () => ['reply', hello, HOST]),
          0.05,
        ),
        row(
          'record',
          measure(60, (kind) => ['reply', records[kind], HOST]),
          0.03,
        ),
        row(
          `verify of ${ENTRIES.toLocaleString('en')}`,
          measure(12, () => ['exit', '-', CLI, 'verify', zip]),
          0.03,
        ),
      ],
    };
  });
} finally {
  rmSync(dir, { recursive: true, force: true });
  await session.stop();
}
