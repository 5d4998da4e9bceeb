// What the tests of both browsers share: registering the host, reading the log, waiting, pictures.
import assert from 'node:assert/strict';
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { chromiumProfile, EXTENSION_ID } from './chromium.mjs';
import { CLI, HOST, ROOT, sleep } from './host.mjs';

const WAIT_MS = 60_000; // a machine that does much else is slow, which is no fault of what is waited for
const POLL_MS = 150;
const UNWRITTEN_MS = 2_000;
export const OUTPUT = join(ROOT, 'tests/output');
const NAME = 'org.consentlog.host';

/** Asks again until `probe` answers something truthy, and answers that. Names what was awaited when it gives up. */
export async function until(what, probe, ms = WAIT_MS) {
  const limit = Date.now() + ms;
  let last;
  for (;;) {
    last = await probe();
    if (last) return last;
    if (Date.now() > limit) assert.fail(`waited ${ms} ms for: ${what}`);
    await sleep(POLL_MS);
  }
}

/** The host's manifest file of each browser in this session. */
const manifests = (session) => ({
  chromium: join(chromiumProfile(session), 'NativeMessagingHosts', `${NAME}.json`),
  firefox: join(session.env.HOME, '.mozilla/native-messaging-hosts', `${NAME}.json`),
});

/** Puts a manifest where the browser looks; it names the built host, or another program. */
export function registerHost(session, browser, program = HOST) {
  const file = manifests(session)[browser];
  const allowed =
    browser === 'firefox'
      ? { allowed_extensions: ['consentlog@consentlog.org'] }
      : { allowed_origins: [`chrome-extension://${EXTENSION_ID}/`] };
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(
    file,
    JSON.stringify({ name: NAME, description: 'consentlog', path: program, type: 'stdio', ...allowed }),
  );
}

export function unregisterHost(session, browser) {
  rmSync(manifests(session)[browser]);
}

/** Every entry of the log, oldest first, as the host tells them. */
export async function history(session) {
  const entries = [];
  for (let from = 0; from !== null;) {
    const { ok, result } = await session.once('history', { from, count: 1000 });
    if (!ok) return entries;
    entries.push(...result.entries);
    from = result.next;
  }
  return entries;
}

export const observations = async (session) => (await history(session)).filter(({ kind }) => kind === 'observation');

/**
 * The observations, for who asks again and again: each answer takes a host, so it is begun when the log was written since the last, and
 * every other second, because a log that is there may not be readable yet.
 * @returns {() => Promise<any[]>}
 */
export function watchedObservations(session) {
  let written = null;
  let askedAt = 0;
  let seen = [];
  return async () => {
    const now = statSync(session.log, { throwIfNoEntry: false })?.mtimeMs;
    if (now === written && Date.now() - askedAt < UNWRITTEN_MS) return seen;
    [written, askedAt] = [now, Date.now()];
    seen = await observations(session);
    return seen;
  };
}

/** Waits for the log to hold exactly `count` observations; answers the last. More than that is a doubled one. */
export async function nextObservation(session, count) {
  const look = watchedObservations(session);
  const seen = await until(
    `observation ${count}`,
    async () => {
      const all = await look();
      return all.length >= count ? all : null;
    },
    120_000,
  );
  assert.equal(seen.length, count, `one observation too many: ${JSON.stringify(seen.slice(count - 1), null, 1)}`);
  return seen.at(-1);
}

/** The parts of an observation that tell what happened. */
export const gist = ({ state, change, cause, phase }) => ({ state, change, cause, phase });

/** The log is whole: the owner's own check finds no fault, and the program in the terminal tells the same entries. */
export async function assertWhole(session) {
  const entries = await history(session);
  const { result } = await session.once('check');
  assert.deepEqual(
    [result.entries, result.faults, result.findings.filter(({ fault }) => fault)],
    [entries.length, 0, []],
  );
  assert.deepEqual(
    entries.map(({ seq }) => seq),
    entries.map((_, index) => index),
  );
  const told = session
    .run(CLI, ['history', '--json'])
    .stdout.trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const seqs = (list) => list.filter(({ kind }) => kind === 'observation').map(({ seq }) => seq);
  assert.deepEqual(seqs(told), seqs(entries));
}

/** A picture for people to look at, in tests/output. */
export async function picture(page, name) {
  mkdirSync(OUTPUT, { recursive: true });
  await page.screenshot({ path: join(OUTPUT, `${name}.png`), fullPage: true });
}
