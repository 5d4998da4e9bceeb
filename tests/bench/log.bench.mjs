/** Nothing may grow with the log, and a commit may cost little more than SQLite's own. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { BUILD } from '../e2e/host.mjs';
import { judge, medians } from './table.mjs';

const SMALL = 1000;
const LARGE = 1_000_000;
const ROUNDS = 100;

const dir = mkdtempSync(join(tmpdir(), 'consentlog-bench-'));
try {
  console.log(`making a log of ${LARGE.toLocaleString('en')} entries …`);
  const text = execFileSync(join(BUILD, 'tests/bench/bench_log'), [dir, SMALL, LARGE, ROUNDS].map(String), { encoding: 'utf8' });
  const result = medians(text);
  /** @param {string} name */
  const ms = (name) => /** @type {{us: number}} */ (result.get(name)).us / 1000;
  const good = judge(`log, median of ${ROUNDS} in turns`, [
    { what: '1,000,000 entries: open', ours: ms('open-large'), against: '1,000 entries', theirs: ms('open-small'), unit: 'ms', atMost: 1.2 },
    { what: '1,000,000 entries: open and append', ours: ms('append-large'), against: '1,000 entries', theirs: ms('append-small'), unit: 'ms', atMost: 1.2 },
    { what: 'durable commit', ours: ms('commit-ours'), against: 'bare SQLite, same bytes', theirs: ms('commit-bare'), unit: 'ms', atMost: 1.3 },
  ]);
  process.exitCode = good ? 0 : 1;
} finally {
  rmSync(dir, { recursive: true, force: true });
}
