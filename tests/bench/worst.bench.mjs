/**
 * What strangers' packages cost at worst, with a report of them: the processor's seconds a megabyte stay what they are from one to eight, for one
 * kind to a hundred, and memory stays bounded.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { BUILD } from '../e2e/host.mjs';
import { gate, medians } from './table.mjs';
import { WORST } from './worst.mjs';

const SPAWN = join(BUILD, 'tests/bench/bench_spawn');
const CONSENTLOG = join(BUILD, 'consentlog');
const [SMALL, LARGE] = [1, 8]; // megabytes
/** More of what is made in no time, and of what makes the longest report. @type {Record<string, number>} */
const HUGE = { 'many empty values': 100, 'new words at every look': 30 };
const MEMORY_MB = 64;
const ROUNDS = 3;
const SLACK = 1.5; // a second small package may fit into a cache where a large one does not

const dir = mkdtempSync(join(tmpdir(), 'consentlog-worst-'));
try {
  const kinds = Object.entries(WORST).map(([what, make], i) => {
    const sizes = [SMALL, LARGE, ...(HUGE[what] ? [HUGE[what]] : [])].map((mb) => {
      const bytes = make(mb);
      const path = join(dir, `${i}-${mb}.zip`);
      writeFileSync(path, bytes);
      return { path, mb: bytes.length / 1048576 };
    });
    return { what, sizes };
  });
  await gate(() => {
    const report = join(dir, 'report.html');
    const script = 'rm -f "$1"; exec "$2" verify --json --report "$1" "$3"';
    const commands = kinds.flatMap(({ sizes }, i) =>
      sizes.flatMap(({ path }, k) => [
        ...['--', `${i}-${k}`, 'exit', '-'],
        ...['/bin/sh', '-c', script, 'sh', report, CONSENTLOG, path],
      ]),
    );
    const found = medians(execFileSync(SPAWN, [String(ROUNDS), ...commands], { encoding: 'utf8', maxBuffer: 1 << 26 }));
    const rows = kinds.flatMap(({ what, sizes }, i) => {
      const [small, ...larger] = sizes.map(({ mb }, k) => ({
        mb,
        .../** @type {{worked: number, kb: number}} */ (found.get(`${i}-${k}`)),
      }));
      return larger.flatMap((large) => [
        {
          what: large.mb > 2 * LARGE ? `${what}, ${HUGE[what]} MB` : what,
          ours: large.worked / 1000 / large.mb,
          against: 'a small one',
          theirs: small.worked / 1000 / small.mb,
          unit: 'ms/MB',
          atMost: SLACK,
        },
        {
          what: 'its peak memory',
          ours: large.kb / 1024,
          against: 'what is allowed',
          theirs: MEMORY_MB,
          unit: 'MB',
          atMost: 1,
        },
      ]);
    });
    return {
      title: `the worst that an owner can sign, ${SMALL} and ${LARGE} MB, two of more, verified with a report`,
      rows,
    };
  });
} finally {
  rmSync(dir, { recursive: true, force: true });
}
