/** Nothing may grow with the log, and a commit may cost little more than SQLite's own. */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { BUILD } from '../e2e/host.mjs';
import { LARGE, withFixtures } from './fixtures.mjs';
import { gate, medians } from './table.mjs';

const SMALL = 1000;
const ROUNDS = 100;

await withFixtures([SMALL, LARGE], ([small, large], dir) =>
  gate((attempt) => {
    const scratch = join(dir, String(attempt));
    mkdirSync(scratch);
    return table([small.log, large.log, scratch, String(ROUNDS)]);
  }),
);

/** @param {string[]} args */
function table(args) {
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
