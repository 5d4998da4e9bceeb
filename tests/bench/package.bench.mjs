/** A package is checked and made in fixed memory; beside it, its files hashed and packed by others. */
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

import { BUILD } from '../e2e/host.mjs';
import { LARGE, MAKER, named, unpacked, withFixtures } from './fixtures.mjs';
import { gate, medians } from './table.mjs';

const SPAWN = join(BUILD, 'tests/bench/bench_spawn');
const CONSENTLOG = join(BUILD, 'consentlog');
const MIDDLE = 100_000;
const SMALL = 20_000; // more than the 10,000 whose proofs go along, so that packages differ in entries alone
const MEMORY_MB = 64;
const ROUNDS = 3;
/**
 * How many times the floor, which works on one core, where there are two whole ones. Every entry is read whole, judged and held
 * against those before it; all cores read, one at a time judges. Measured: 2.7, and 2.8 with the tables made again beside it. Two
 * cores that are threads of one, or that others use too, are less: so much less as two floors at once take longer than one.
 * And where plain code is slower beside SHA-256's own instructions than it was there, so much more: by what json.loads of Python takes.
 * @param {number} times @param {number} alone @param {number} together @param {number} slower
 */
const limit = (times, alone, together, slower) =>
  times * (availableParallelism() > 1 ? Math.min(2, Math.max(1, together / alone)) : 2) * slower;
/** How many times the floor json.loads took there; reckoned: the page that checks was 1.5 times as quick there as where it takes 11. */
const PARSED = 7.5;
const LOADS = 'import json, sys\nfor line in open(sys.argv[1], "rb"): json.loads(line)';
const JUDGED = 3.2;
const JUDGED_AND_MADE_AGAIN = 4;

/** @param {string} program @param {...string} args */
const run = (program, ...args) => execFileSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 24 });
/** @param {number} rounds @param {string[][]} commands */
const spawn = (rounds, commands) =>
  medians(run(SPAWN, String(rounds), ...commands.flatMap(([name, ...argv]) => ['--', name, 'exit', '-', ...argv])));

/** @param {number} parsed @param {number} alone */
const slowerThanThere = (parsed, alone) => Math.min(2, Math.max(1, parsed / alone / PARSED));
/** zip is plain code too, but of another kind: it was seen a third slower where ours was a half. */
const SLOWER_THAN_ZIP = 1.25;

await withFixtures([SMALL, MIDDLE, LARGE], async ([small, middle, large], dir) => {
  const [files, middleFiles] = [unpacked(large), unpacked(middle)];
  const dataOf = (/** @type {string} */ folder) => join(folder, readdirSync(folder)[0], 'data');
  const data = dataOf(files);
  const entries = join(data, 'entries.jsonl');
  let slower = 1;

  await gate(() => {
    const result = spawn(ROUNDS, [
      ['verify-bare', CONSENTLOG, 'verify', large.bare],
      ['dgst', '/usr/bin/openssl', 'dgst', '-sha256', entries],
      ['dgst-twice', '/bin/sh', '-c', `openssl dgst -sha256 ${entries} & openssl dgst -sha256 ${entries}; wait`],
      ['verify-large', CONSENTLOG, 'verify', large.zip],
      ['dgst-large', '/usr/bin/openssl', 'dgst', '-sha256', entries, join(data, 'history.csv')],
      ['verify-small', CONSENTLOG, 'verify', small.zip],
      ['loads', '/usr/bin/env', 'python3', '-c', LOADS, join(dataOf(middleFiles), 'entries.jsonl')],
    ]);
    /** @param {string} name */
    const of = (name) => /** @type {{us: number, kb: number}} */ (result.get(name));
    const [alone, together] = [of('dgst').us / 1000, of('dgst-twice').us / 1000];
    const parsed = (of('loads').us / 1000) * (LARGE / MIDDLE);
    slower = slowerThanThere(parsed, alone);
    const rows = [
      { what: 'two openssl dgst at once', ours: together, against: 'one', theirs: alone, unit: 'ms' },
      {
        what: `json.loads of as many, reckoned of ${named(MIDDLE)}`,
        ours: parsed,
        against: 'openssl dgst -sha256 of them',
        theirs: alone,
        unit: 'ms',
      },
      // Each byte is hashed twice here, and once there; with the tree, two cores that did nothing else would come to 1.1.
      {
        what: `verify ${named(LARGE)}`,
        ours: of('verify-bare').us / 1000,
        against: 'openssl dgst -sha256 of them',
        theirs: alone,
        unit: 'ms',
        atMost: limit(JUDGED, alone, together, slower),
      },
      {
        what: `and the tables made of them`,
        ours: of('verify-large').us / 1000,
        against: 'openssl dgst -sha256 of both',
        theirs: of('dgst-large').us / 1000,
        unit: 'ms',
        atMost: limit(JUDGED_AND_MADE_AGAIN, alone, together, slower),
      },
      {
        what: `its peak memory`,
        ours: of('verify-large').kb / 1024,
        against: 'what is allowed',
        theirs: MEMORY_MB,
        unit: 'MB',
        atMost: 1,
      },
      {
        what: `its peak memory`,
        ours: of('verify-large').kb / 1024,
        against: named(SMALL),
        theirs: of('verify-small').kb / 1024,
        unit: 'MB',
        atMost: 1.1,
      },
    ];
    return { title: `verify, median of ${ROUNDS} in turns`, rows };
  });

  await gate(() => {
    const zipped = join(dir, 'peer.zip');
    const result = spawn(ROUNDS, [
      ['export-middle', MAKER, 'export', middle.log, middle.zip],
      ['zip', '/bin/sh', '-c', `rm -f ${zipped} && exec zip -6 -q -r ${zipped} ${middleFiles}`],
      ['export-small', MAKER, 'export', small.log, small.zip],
      ['verify-middle', CONSENTLOG, 'verify', middle.zip],
    ]);
    /** @param {string} name */
    const of = (name) => /** @type {{us: number, kb: number}} */ (result.get(name));
    const rows = [
      {
        what: `export ${named(MIDDLE)}`,
        ours: of('export-middle').us / 1000,
        against: 'zip -6 of the same files',
        theirs: of('zip').us / 1000,
        unit: 'ms',
        atMost: 1.35 * Math.min(slower, SLOWER_THAN_ZIP), // measured: 1.2
      },
      // `consentlog export` reads what it wrote again and verifies it, which no other packer does.
      {
        what: `and read again and verified`,
        ours: (of('export-middle').us + of('verify-middle').us) / 1000,
        against: 'zip -6 of the same files',
        theirs: of('zip').us / 1000,
        unit: 'ms',
        atMost: 1.75 * Math.min(slower, SLOWER_THAN_ZIP), // measured: 1.5
      },
      {
        what: `its peak memory`,
        ours: of('export-middle').kb / 1024,
        against: named(SMALL),
        theirs: of('export-small').kb / 1024,
        unit: 'MB',
        atMost: 1.1,
      },
    ];
    return { title: `export, median of ${ROUNDS} in turns`, rows };
  });
});
