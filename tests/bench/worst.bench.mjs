/** What strangers' packages cost at worst: seconds a megabyte stay what they are from one to eight, and memory stays bounded. */
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
const MEMORY_MB = 64;
const ROUNDS = 3;
const SLACK = 1.5; // a second small package may fit into a cache where a large one does not

const dir = mkdtempSync(join(tmpdir(), 'consentlog-worst-'));
try {
  const kinds = Object.entries(WORST).map(([what, make], i) => {
    const sizes = [SMALL, LARGE].map((mb) => {
      const bytes = make(mb);
      const path = join(dir, `${i}-${mb}.zip`);
      writeFileSync(path, bytes);
      return { path, mb: bytes.length / 1048576 };
    });
    return { what, sizes };
  });
  await gate(() => {
    const commands = kinds.flatMap(({ sizes }, i) =>
      sizes.flatMap(({ path }, k) => ['--', `${i}-${k}`, 'exit', '-', CONSENTLOG, 'verify', '--json', path]),
    );
    const found = medians(execFileSync(SPAWN, [String(ROUNDS), ...commands], { encoding: 'utf8', maxBuffer: 1 << 26 }));
    const rows = kinds.flatMap(({ what, sizes }, i) => {
      const [small, large] = sizes.map(({ mb }, k) => ({
        mb,
        .../** @type {{us: number, kb: number}} */ (found.get(`${i}-${k}`)),
      }));
      return [
        {
          what,
          ours: large.us / 1000 / large.mb,
          against: 'a small one',
          theirs: small.us / 1000 / small.mb,
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
      ];
    });
    return { title: `the worst that an owner can sign, ${SMALL} and ${LARGE} MB`, rows };
  });
} finally {
  rmSync(dir, { recursive: true, force: true });
}
