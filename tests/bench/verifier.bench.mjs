/**
 * The page's checks beside `consentlog verify` of the same package, with the second thread that a browser has for sums: how much longer they
 * take, in memory that does not follow its size.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BUILD } from '../e2e/host.mjs';
import { withFixtures } from './fixtures.mjs';
import { gate, medians } from './table.mjs';

const SPAWN = join(BUILD, 'tests/bench/bench_spawn');
const CONSENTLOG = join(BUILD, 'consentlog');
const PAGE = fileURLToPath(new URL('verify-as-the-page.mjs', import.meta.url));
const [LARGE, SMALL] = [100_000, 1_000];
const MEMORY_MB = 300;
/** On two quiet processors it is about 6, on two that share one 7. In Chromium, with all that a browser does beside, it was 8 to 11. */
const SLOWER = 10;

/** @param {string} program @param {...string} args */
const run = (program, ...args) => execFileSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 24 });

await withFixtures([LARGE, SMALL], async ([large, small]) => {
  await gate(() => {
    const commands = [
      ['page', process.execPath, PAGE, large.zip],
      ['program', CONSENTLOG, 'verify', large.zip],
      ['page-small', process.execPath, PAGE, small.zip],
      ['program-small', CONSENTLOG, 'verify', small.zip],
    ];
    const result = medians(
      run(SPAWN, '2', ...commands.flatMap(([name, ...argv]) => ['--', name, 'exit', '-', ...argv])),
    );
    const of = (/** @type {string} */ name) => /** @type {{us: number, kb: number}} */ (result.get(name));
    const ms = (/** @type {string} */ name) => of(name).us / 1000;
    const mb = { ours: of('page').kb / 1024, unit: 'MB' };
    const rows = [
      {
        what: '100,000 entries, as the page',
        ours: ms('page'),
        against: 'consentlog verify',
        theirs: ms('program'),
        unit: 'ms',
        atMost: SLOWER,
      },
      {
        what: '1,000 entries, with Node.js’s start',
        ours: ms('page-small'),
        against: 'consentlog verify',
        theirs: ms('program-small'),
        unit: 'ms',
      },
      { what: 'its peak memory, Node.js and all', ...mb, against: 'what is allowed', theirs: MEMORY_MB, atMost: 1 },
    ];
    return { title: 'the page that checks, median of 2 in turns', rows };
  });
});
