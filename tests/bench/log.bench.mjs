/** Nothing may grow with the log, and a commit may cost little more than SQLite's own. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { BUILD } from '../e2e/host.mjs';
import { gate, medians } from './table.mjs';

const SMALL = 1000;
const LARGE = 1_000_000;
const ROUNDS = 100;

await gate(() => {
  const dir = mkdtempSync(join(tmpdir(), 'consentlog-bench-'));
  try {
    return table(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});

/** @param {string} dir */
function table(dir) {
  console.log(`making a log of ${LARGE.toLocaleString('en')} entries …`);
  const args = [dir, SMALL, LARGE, ROUNDS].map(String);
  const result = medians(execFileSync(join(BUILD, 'tests/bench/bench_log'), args, { encoding: 'utf8' }));
  /** @param {string} name */
  const ms = (name) => /** @type {{us: number}} */ (result.get(name)).us / 1000;
  const rows = [
    {
      what: '1,000,000 entries: open',
      ours: ms('open-large'),
      against: '1,000 entries',
      theirs: ms('open-small'),
      unit: 'ms',
      atMost: 1.2,
    },
    {
      what: '1,000,000 entries: open and append',
      ours: ms('append-large'),
      against: '1,000 entries',
      theirs: ms('append-small'),
      unit: 'ms',
      atMost: 1.2,
    },
    {
      what: 'durable commit',
      ours: ms('commit-ours'),
      against: 'bare SQLite, same bytes',
      theirs: ms('commit-bare'),
      unit: 'ms',
      atMost: 1.3,
    },
  ];
  return { title: `log, median of ${ROUNDS} in turns`, rows };
}
