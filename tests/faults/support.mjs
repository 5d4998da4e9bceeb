/** What the fault tests share: a random source that can be repeated, marked readings, and what a log looks like afterwards. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BUILD, CLI, observation, randomHex } from '../e2e/host.mjs';

/** The library that makes calls fail (io_fault.c). */
export const IO_FAULT = join(BUILD, 'tests/io_fault.so');

/**
 * Mulberry32. The same numbers in every run, so that a run can be repeated; CL_SEED=<seed>, which is printed, explores.
 * @returns {{seed: number, next: () => number, below: (n: number) => number}}
 */
export function randomSource() {
  const seed = Number(process.env.CL_SEED ?? 20_261_121);
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return { seed, next, below: (n) => Math.floor(next() * n) };
}

/**
 * A reading that is always written, and that says in its label who made it and as the how-manieth. Each writer is an account
 * of its own, so that what one sees does not depend on what the others did in between.
 * @param {string} writer @param {number} n
 */
export const marked = (writer, n) =>
  observation({
    reading: randomHex(32),
    asked: true,
    account: { id: `writer-${writer}` },
    control: { label: `${writer} #${n}` },
  });

/** Writer and number of an entry, or null. @param {any} entry */
export function markOf(entry) {
  const found = /^(\S+) #(\d+)$/.exec(entry.control?.label ?? '');
  return found && { writer: found[1], n: Number(found[2]), seq: entry.seq };
}

/** The entries, by the CLI. @param {import('../e2e/host.mjs').Session} session @returns {any[]} */
export function entriesOf(session) {
  const got = spawnSync(CLI, ['history', '--json'], { env: session.env, encoding: 'utf8', maxBuffer: 2 ** 28 });
  assert.equal(got.status, 0, got.stderr);
  return got.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** @param {import('../e2e/host.mjs').Session} session */
export function assertVerifies(session, when = '') {
  const got = session.run(CLI, ['verify']);
  assert.equal(got.status, 0, `${when}: ${got.stdout}${got.stderr}`);
}

/** @param {import('../e2e/host.mjs').Session} session */
export async function assertAppends(session, when = '') {
  const answer = await session.once('record', { observations: [marked('after', Date.now())] });
  assert.equal(answer?.ok, true, `${when}: ${JSON.stringify(answer)}`);
  assert.equal(answer.result.recorded[0].written, true, when);
}

/** How many entries the keyring's head knows, and its alarm. @param {import('../e2e/host.mjs').Session} session */
export function headOf(session) {
  const [code, key, size, alarm] = session.probe('load', '-', session.log);
  return { code, key, size: Number(size), alarm };
}

/**
 * The environment that makes a program's calls fail.
 * @param {Record<string, string | number>} settings names without CL_FAULT_
 */
export function faults(settings) {
  assert.ok(existsSync(IO_FAULT), `${IO_FAULT} is not built`);
  const named = Object.entries(settings).map(([name, value]) => [`CL_FAULT_${name.toUpperCase()}`, String(value)]);
  return { LD_PRELOAD: IO_FAULT, ...Object.fromEntries(named) };
}

/** Run SQL on the log. @param {Session} session @param {string} statements */
export function sql(session, statements) {
  const got = session.run('sqlite3', [session.log, statements]);
  assert.equal(got.status, 0, `${statements}: ${got.stderr}`);
  return got.stdout.trim();
}

/** Run SQL with the triggers out of the way, and put them back, so that only the rows differ. @param {Session} session @param {string} statements */
export function quietly(session, statements) {
  const triggers = sql(session, "select name || '|' || sql || ';' from sqlite_schema where type = 'trigger'").split(
    /;$/m,
  );
  const named = triggers.map((line) => line.trim().split('|')).filter(([name]) => name);
  const without = named.map(([name]) => `drop trigger ${name};`);
  sql(session, [...without, `${statements};`, ...named.map(([, create]) => `${create};`)].join('\n'));
}

/**
 * Takes a log's items out of the keyring, which writes all that it has anew for each that changes.
 * @param {import('../e2e/host.mjs').Session} session @param {string} data where the log was
 */
export function forget(session, data) {
  const log = join(data, 'consentlog/log.sqlite');
  const got = session.run('secret-tool', ['clear', 'application', 'consentlog', 'store', log]);
  assert.equal(got.status, 0, got.stderr);
}
