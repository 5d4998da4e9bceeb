/** A package whose bytes become others while it is being verified: what is told is what was checked, or nothing is. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { CLI } from '../e2e/host.mjs';
import { IO_FAULT } from '../faults/support.mjs';
import { BEGIN, genesis, head, leaf, look, pack, root, sha256, text } from './liar.mjs';
import { relist, zip } from './package.mjs';

const MINUTE = 60_000;
const words = Buffer.from('what a policy says\n');

/** Entries among which one says which root the log had: for its sake they are read twice. */
function entries() {
  const first = [
    genesis(),
    look(1, BEGIN + MINUTE, 'off', { change: 'first' }),
    look(2, BEGIN + 2 * MINUTE, 'off'),
    text(3, BEGIN + 3 * MINUTE, words),
  ];
  const lost = {
    ...head(4, 'discontinuity', BEGIN + 4 * MINUTE),
    found: 'log-missing',
    head_size: 9,
    head_root: 'ab'.repeat(32),
    log_size: 4,
    log_root: root(first.map((entry) => leaf(JSON.stringify(entry)))).toString('hex'),
    previous: null,
    damaged: [],
  };
  return [...first, lost];
}

const hash = sha256(words).toString('hex');
const good = pack(entries(), {
  instructions: '@FOLDER@ @KEY@',
  extra: new Map([
    [`data/attachments/${hash}.txt`, words],
    ['data/history.csv', Buffer.from('no table of ours\n')],
    ['data/report.html', Buffer.from('<!DOCTYPE html>\n<html lang="en">')],
  ]),
});

/** As long as the good one, and not signed. @param {(name: string, bytes: string) => [string, string]} change */
const bent = (change) => {
  const files = [...good.files].map(([name, bytes]) => {
    const [to, said] = change(name, bytes.toString('latin1'));
    return /** @type {[string, Buffer]} */ ([to, Buffer.from(said, 'latin1')]);
  });
  return zip(relist(new Map(files)));
};
const OTHERS = {
  'in an entry': bent((name, bytes) => [name, bytes.replace(/"log_root":"../, '"log_root":"ff')]),
  'in the time at which it was made': bent((name, bytes) => [name, bytes.replace(/(Identifier: \S+ )2026/, '$12027')]),
  'in what a file is called': bent((name, bytes) => [name.replace(`${hash}.txt`, `${hash}.png`), bytes]),
  'in the table': bent((name, bytes) => [name, bytes.replace('no table of ours', 'no table of oars')]),
  'in the name of the table': bent((name, bytes) => [name.replace('history.csv', 'historx.csv'), bytes]),
  'in everything': Buffer.alloc(good.raw.length, 'PK'),
};

describe('a package that changes while it is verified', () => {
  const dir = mkdtempSync(join(tmpdir(), 'consentlog-changing-'));
  const path = join(dir, 'package.zip');
  const report = join(dir, 'report.html');
  const trace = join(dir, 'trace');
  after(() => rmSync(dir, { recursive: true }));

  /** @param {number} at which reading of the file finds it changed @param {Buffer} first @param {Buffer} then */
  function verify(at, first, then) {
    writeFileSync(path, first);
    writeFileSync(`${path}.other`, then);
    rmSync(report, { force: true });
    rmSync(trace, { force: true });
    const env = {
      ...process.env,
      LD_PRELOAD: IO_FAULT,
      CL_FAULT_HOW: 'swap',
      CL_FAULT_AT: String(at),
      CL_FAULT_SWAP: path,
      CL_FAULT_UNDER: path,
      CL_FAULT_TRACE: trace,
    };
    const got = spawnSync(CLI, ['verify', '--json', '--report', report, path], { env, encoding: 'utf8' });
    return {
      status: got.status,
      told: got.stdout,
      report: existsSync(report) ? readFileSync(report, 'utf8') : null,
      why: got.stderr,
    };
  }

  /** @type {ReturnType<typeof verify>} */ let honest;
  let readings = 0;
  before(() => {
    honest = verify(0, good.raw, good.raw);
    assert.equal(honest.status, 0, honest.why + honest.told);
    readings = readFileSync(trace, 'utf8').trimEnd().split('\n').length;
    assert.ok(readings > 5, String(readings));
  });

  for (const [where, other] of Object.entries(OTHERS))
    for (const [way, first, then] of /** @type {[string, Buffer, Buffer][]} */ ([
      ['bent', good.raw, other],
      ['straight', other, good.raw],
    ]))
      test(`${where}, until it is ${way}: it is told whole as it was checked, or is not vouched for`, () => {
        assert.equal(other.length, good.raw.length);
        let refused = 0;
        for (let at = 1; at <= readings; at += 1) {
          const got = verify(at, first, then);
          const when = `at ${at} of ${readings}: ${got.told}`;
          if (got.status !== 0) assert.equal(got.report, null, when);
          // What was packed otherwise when it was opened may have its remark.
          else assert.ok(way === 'bent' ? isDeepStrictEqual(got, honest) : got.report === honest.report, when);
          refused += Number(got.status !== 0);
        }
        assert.ok(refused > 0);
      });
});
