/**
 * Logs and packages that several benches measure, made once. tests/run.sh makes them beside the other stages, into the folder that
 * CL_BENCH_FIXTURES names; a bench that is run alone makes what it needs.
 *
 *   node tests/bench/fixtures.mjs DIR    make all below DIR
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { BUILD } from '../e2e/host.mjs';

export const MAKER = join(BUILD, 'tests/bench/bench_package');
/** The size of the largest. */
export const LARGE = Number(process.env.CL_BENCH_ENTRIES ?? 1_000_000);
const ALL = [1_000, 20_000, 100_000, LARGE];
const UNPACKED = [100_000, LARGE];

/** @param {number} n */
export const named = (n) => `${n.toLocaleString('en')} entries`;

/**
 * @typedef {object} Fixture
 * @property {string} log its home, for bench_package and bench_log
 * @property {string} zip its package
 * @property {string} bare a package of the entries alone
 */

/**
 * Whole, or not there: a program that was ended half-way leaves nothing that passes for one.
 * @param {string} to @param {(path: string) => void} make
 */
function once(to, make) {
  if (existsSync(to)) return;
  const half = `${to}.half`;
  rmSync(half, { recursive: true, force: true });
  make(half);
  renameSync(half, to);
}

/** @param {string} dir @param {number} size @returns {Fixture} */
function fixture(dir, size) {
  const at = (/** @type {string} */ name) => join(dir, `${size}${name}`);
  const made = { log: at('-log'), zip: at('.zip'), bare: at('-bare.zip') };
  const run = (/** @type {string[]} */ ...args) => execFileSync(MAKER, args);
  if (!existsSync(made.log)) console.log(`making a log of ${named(size)} and a package of it …`);
  once(made.log, (half) => run('make', half, String(size)));
  once(made.zip, (half) => run('export', made.log, half));
  once(made.bare, (half) => run('bare', made.log, half));
  return made;
}

/** A folder with the files of its package. @param {Fixture} made */
export function unpacked({ zip }) {
  const folder = `${zip}-files`;
  once(folder, (half) => execFileSync('unzip', ['-q', zip, '-d', half]));
  return folder;
}

/**
 * Calls that with the fixtures of these sizes. What it adds to a log stays; a size that CL_BENCH_FIXTURES lacks is made, and goes
 * again with all else of `dir`, where `use` may write.
 * @param {number[]} sizes @param {(fixtures: Fixture[], dir: string) => Promise<void>} use
 */
export async function withFixtures(sizes, use) {
  const kept = process.env.CL_BENCH_FIXTURES;
  const dir = mkdtempSync(join(kept ?? tmpdir(), 'consentlog-bench-'));
  try {
    await use(
      sizes.map((size) => fixture(kept ?? dir, size)),
      dir,
    );
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [, , dir] = process.argv;
  mkdirSync(dir, { recursive: true });
  for (const size of ALL) {
    const made = fixture(dir, size);
    if (UNPACKED.includes(size)) unpacked(made);
  }
}
