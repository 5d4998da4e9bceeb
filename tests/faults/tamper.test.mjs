/**
 * The log changed behind our back, by somebody who can write the file but cannot use the keyring: each change is found and
 * named, nothing is appended until the owner has acknowledged it, and the acknowledgement is an entry.
 */
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { CLI, Session } from '../e2e/host.mjs';
import { assertAppends, assertVerifies, entriesOf, headOf, marked, quietly, randomSource, sql } from './support.mjs';

const ENTRIES = 9; // with the first, which begins the log
const FLIPS = 300;

/** The text of the keyring's head item. @param {Session} session */
const headText = (session) => session.run('secret-tool', ['lookup', 'item', 'head', 'key', headOf(session).key]).stdout;

/** @param {Session} session @param {string} key @param {string} text */
function setHead(session, key, text) {
  const attributes = ['application', 'consentlog', 'item', 'head', 'key', key, 'store', session.log];
  const got = session.run('secret-tool', ['store', `--label=consentlog head ${key}`, ...attributes], { input: text });
  assert.equal(got.status, 0, got.stderr);
}

/** A log with some entries; what it was earlier; and another log of the same owner. */
async function prepare() {
  const session = await Session.start();
  /** By one host, which advances the head when it ends. @param {number} from @param {number} to */
  const record = async (from, to, env = {}) => {
    const host = session.host({ env });
    for (let n = from; n <= to; n++) {
      const answer = await host.send('record', { observations: [marked('owner', n)] });
      assert.equal(answer.ok, true, JSON.stringify(answer));
    }
    await host.close();
  };
  const other = join(session.dir, 'other/consentlog/log.sqlite');
  await record(1, 4);
  copyFileSync(session.log, `${session.log}.older`);
  session.olderHead = headText(session);
  await record(5, ENTRIES - 1);
  await record(1, ENTRIES + 1, { XDG_DATA_HOME: join(session.dir, 'other') });
  session.other = other;
  session.key = headOf(session).key;
  return session;
}

/** Bring an entry of the other log in. @param {any} session @param {number} seq */
const bring = (session, seq) =>
  quietly(
    session,
    `attach '${session.other}' as o;
  insert or replace into entry select seq, sealed from o.entry where seq = ${seq}`,
  );

/**
 * What is done, what `verify` says of it (each a line), what a record is answered with, and how verify ends (1: it does not
 * verify; 3: it cannot be looked at). `quiet`: opening does not see it, only verify does.
 */
const CHANGES = [
  {
    name: 'an older copy of the file',
    code: 'log-rolled-back',
    says: [/^FAULT +the log +entries are missing at its end$/m],
    spoil: (s) => copyFileSync(`${s.log}.older`, s.log),
  },
  { name: 'the file is gone', code: 'log-missing', says: [/its file is gone/], spoil: (s) => rmSync(s.log) },
  ...[0, 1].map((length) => ({
    // to SQLite a file of one byte is empty too
    name: `the file cut to ${length} bytes`,
    code: 'log-missing',
    says: [/its file is gone/],
    spoil: (s) => truncateSync(s.log, length),
  })),
  ...[0.002, 0.1, 0.5, 0.9].map((share) => ({
    name: `the file cut to ${share} of its length`,
    code: 'log-damaged',
    says: [/damaged/],
    spoil: (s) => truncateSync(s.log, Math.floor(statSync(s.log).size * share)),
  })),
  {
    name: 'a file of something else',
    code: 'log-damaged',
    says: [/damaged/],
    spoil: (s) => writeFileSync(s.log, 'x'.repeat(9000)),
  },
  {
    name: 'an entry deleted',
    code: 'log-changed',
    says: [/^FAULT +entry 3 +is missing$/m],
    quiet: true,
    spoil: (s) => quietly(s, 'delete from entry where seq = 3'),
  },
  {
    name: 'the last entry deleted',
    code: 'log-rolled-back',
    says: [/^FAULT +the log +entries are missing at its end$/m],
    spoil: (s) => quietly(s, `delete from entry where seq = ${ENTRIES - 1}`),
  },
  {
    name: 'the first entry deleted',
    code: 'log-changed',
    says: [/^FAULT +entry 0 +is missing$/m],
    spoil: (s) => quietly(s, 'delete from entry where seq = 0'),
  },
  {
    name: 'an entry changed',
    code: 'log-changed',
    says: [/^FAULT +entry 5 +its seal does not open$/m],
    quiet: true,
    spoil: (s) =>
      quietly(
        s,
        "update entry set sealed = cast(substr(sealed, 1, 40) || x'00' || substr(sealed, 42) as blob) where seq = 5",
      ),
  },
  {
    name: 'two entries swapped',
    code: 'log-changed',
    quiet: true,
    says: [/^FAULT +entry 2 +its seal does not open$/m, /^FAULT +entry 6 +its seal does not open$/m],
    spoil: (s) =>
      quietly(
        s,
        'update entry set seq = -2 where seq = 2; update entry set seq = 2 where seq = 6; update entry set seq = 6 where seq = -2',
      ),
  },
  {
    name: 'an entry of another log in the place of ours',
    code: 'log-changed',
    says: [/^FAULT +entry 4 +its seal does not open$/m],
    quiet: true,
    spoil: (s) => bring(s, 4),
  },
  {
    name: 'an entry of another log at the end',
    code: 'log-changed',
    says: [new RegExp(`^FAULT +entry ${ENTRIES} +its seal does not open$`, 'm')],
    spoil: (s) => bring(s, ENTRIES),
  },
  {
    name: 'an own entry once more at the end',
    code: 'log-changed',
    says: [new RegExp(`^FAULT +entry ${ENTRIES} +its seal does not open$`, 'm')],
    spoil: (s) => sql(s, `insert into entry select ${ENTRIES}, sealed from entry where seq = 3`),
  },
  {
    name: 'a hash of the tree changed',
    code: 'log-changed',
    says: [/^FAULT +entry 0 +differs from its hash in the tree$/m],
    spoil: (s) => sql(s, "update tile set hashes = cast(x'00' || substr(hashes, 2) as blob) where id = 0"),
  },
  {
    name: 'the tree deleted',
    code: 'log-changed',
    says: [/^FAULT +the log +the tree has more or fewer tiles/m],
    spoil: (s) => sql(s, 'delete from tile'),
  },
  {
    name: 'the protections taken out',
    code: 'log-changed',
    says: [/^FAULT +the log +its protections were taken out, or something was put in$/m],
    spoil: (s) => sql(s, 'drop trigger entry_keep_delete'),
  },
  {
    name: 'a trigger put in',
    code: 'log-changed',
    says: [/something was put in$/m],
    spoil: (s) => sql(s, 'create trigger mine after insert on entry begin delete from tile; end'),
  },
  {
    name: 'the name of the key changed',
    code: 'log-changed',
    says: [/^FAULT +the log +it names another key than its own$/m],
    spoil: (s) => sql(s, "update meta set value = cast('0123456789abcdef' as blob) where name = 'key_id'"),
  },
  {
    name: 'a summary that is not ours',
    code: 'log-changed',
    says: [/^FAULT +the log +the summary is not of this log$/m],
    spoil: (s) => sql(s, 'update summary set sealed = zeroblob(length(sealed))'),
  },
  {
    name: "the keyring's head deleted",
    code: 'head-missing',
    says: [/the keyring does not know how long it was/],
    spoil: (s) => s.probe('delete', 'head', s.key),
  },
  {
    name: "the keyring's head damaged",
    code: 'head-missing',
    says: [/the keyring does not know how long it was/],
    spoil: (s) => s.probe('damage', 'head', s.key),
  },
  {
    name: "the keyring's key deleted",
    code: 'key-missing',
    verify: 3,
    says: [/no longer holds the key/],
    spoil: (s) => s.probe('delete', 'key', s.key),
  },
  {
    name: 'the whole file of another log',
    code: 'key-foreign',
    verify: 3,
    says: [/belongs to another log/],
    spoil: (s) => copyFileSync(s.other, s.log),
  },
];

/** The browser is told of every entry, once: as it is, or that it is lost. @param {Session} session */
async function assertHistoryIsWhole(session) {
  const { ok, error, result } = await session.once('history', { from: 0, count: 1000 });
  assert.ok(ok, JSON.stringify(error));
  const told = [...result.entries.map((/** @type {any} */ { seq }) => seq), ...result.lost].sort((a, b) => a - b);
  assert.deepEqual([told, result.next], [Array.from({ length: result.size }, (_, seq) => seq), null]);
  const known = JSON.parse(session.run(CLI, ['verify', '--json']).stdout).findings.map(
    (/** @type {any} */ { seq }) => seq,
  );
  assert.deepEqual(result.lost, known, 'those that were acknowledged, and no other');
}

/** Who was honest all the time is not accused by the package of what is left. @param {Session} session */
function assertExportsWell(session) {
  const file = join(session.dir, 'package.zip');
  const exported = session.run(CLI, ['export', '--output', file]);
  assert.equal(exported.status, 0, exported.stdout + exported.stderr);
  const judged = session.run(CLI, ['verify', '--json', file]);
  assert.equal(judged.status, 0, judged.stdout + judged.stderr);
  const { good, findings, checks } = JSON.parse(judged.stdout);
  const said = checks.filter((/** @type {any} */ { check, result }) => check === 'contents' && result === 'remark');
  assert.deepEqual([good, findings, said], [true, 0, []]);
}

/** Opening says that the file is not as it was; which of these it is can depend on where it looks first. */
const FOUND_IN_THE_FILE = ['log-rolled-back', 'log-changed', 'log-damaged'];

describe('what was changed is found, named, and stands in the way until it is acknowledged', () => {
  for (const { name, spoil, code, says, quiet = false, verify = 1 } of CHANGES)
    test(name, async () => {
      const session = await prepare();
      try {
        spoil(session);
        if (quiet) assert.equal(session.run(CLI, ['status']).status, 0, 'opening does not read all entries');
        const found = session.run(CLI, ['verify']);
        assert.equal(found.status, verify, found.stdout + found.stderr);
        for (const what of says) assert.match(found.stdout + found.stderr.replace(/\s+/g, ' '), what);
        const answer = await session.once('record', { observations: [marked('owner', ENTRIES)] });
        assert.equal(answer.ok, false, 'appending is refused');
        assert.equal(answer.error.code, code);
        assert.equal(JSON.parse(session.run(CLI, ['status', '--json']).stdout).log, code, 'and stays so');

        const acknowledged = session.run(CLI, ['acknowledge', '--yes']);
        assert.equal(acknowledged.status, 0, acknowledged.stdout + acknowledged.stderr);
        const after = session.run(CLI, ['verify']);
        assert.equal(after.status, 0, after.stdout);
        const shown = session.run(CLI, ['history', '--json']);
        const told = shown.stdout
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line))
          .find((entry) => entry.kind === 'discontinuity');
        assert.equal(told?.found, code, shown.stdout);
        assert.match(session.run(CLI, ['history']).stdout, /acknowledged by you/);
        await assertHistoryIsWhole(session);
        await assertAppends(session);
        assertVerifies(session, 'and it goes on');
        assertExportsWell(session);
      } finally {
        await session.stop();
      }
    });

  // Above, verify was first and raised the alarm. Here nobody looked before the record itself, so opening has to see it.
  for (const { name, spoil, code } of CHANGES.filter(({ quiet }) => !quiet))
    test(`a record sees it by itself: ${name}`, async () => {
      const session = await prepare();
      try {
        spoil(session);
        const answer = await session.once('record', { observations: [marked('owner', ENTRIES)] });
        assert.equal(answer.ok, false, 'appending is refused');
        const which = FOUND_IN_THE_FILE.includes(code) ? FOUND_IN_THE_FILE : [code];
        assert.ok(which.includes(answer.error.code), answer.error.code);
      } finally {
        await session.stop();
      }
    });

  for (const [name, spoil] of [
    ['gone', (/** @type {string} */ log) => rmSync(log)],
    ['no database any more', (/** @type {string} */ log) => writeFileSync(log, 'x'.repeat(9000))],
  ])
    test(`the log that was acknowledged as ${name}, put back in the place of the new one`, async () => {
      const session = await prepare();
      try {
        const old = join(session.dir, 'old');
        copyFileSync(session.log, old);
        spoil(session.log);
        assert.equal(session.run(CLI, ['acknowledge', '--yes']).status, 0);
        await assertAppends(session, 'the new log');
        const newer = readFileSync(session.log);
        copyFileSync(old, session.log);
        const answer = await session.once('record', { observations: [marked('owner', ENTRIES)] });
        assert.equal(answer.error?.code, 'key-foreign', 'the entries of the new one would be gone, and nobody told');
        assert.notEqual(session.run(CLI, ['verify']).status, 0);
        writeFileSync(session.log, newer);
        await assertAppends(session, 'the new log, back again');
        assertVerifies(session);
        mkdirSync(join(session.dir, 'elsewhere/consentlog'), { recursive: true, mode: 0o700 });
        copyFileSync(old, join(session.dir, 'elsewhere/consentlog/log.sqlite'));
        const elsewhere = session.run(CLI, ['verify'], { env: { XDG_DATA_HOME: join(session.dir, 'elsewhere') } });
        assert.equal(elsewhere.status, 0, `in a place of its own it opens: ${elsewhere.stdout}${elsewhere.stderr}`);
      } finally {
        await session.stop();
      }
    });

  test('an older head in the keyring is as after a crash: the file is ahead, and nothing is lost', async () => {
    const session = await prepare();
    try {
      setHead(session, session.key, session.olderHead);
      assert.equal(headOf(session).size, 5);
      assertVerifies(session);
      await assertAppends(session);
      assert.equal(headOf(session).size, ENTRIES + 1, 'it has caught up');
      assert.equal(entriesOf(session).length, ENTRIES + 1);
    } finally {
      await session.stop();
    }
  });
});

/** The kind of each page, as its first byte tells: SQLite's file format, section 1.6. */
const KINDS = { 2: 'index interior', 5: 'table interior', 10: 'index leaf', 13: 'table leaf' };

/** Places to flip: some in the header, the rest spread so that every kind of page has its share. @param {Buffer} bytes */
function placesIn(bytes, { below }) {
  /** @type {Map<string, number[]>} */
  const pages = new Map();
  for (let page = 0; page * 4096 < bytes.length; page++) {
    const kind = page === 0 ? 'schema' : (KINDS[bytes[page * 4096]] ?? 'overflow or free');
    pages.set(kind, [...(pages.get(kind) ?? []), page]);
  }
  const places = Array.from({ length: 100 }, (_, at) => ({ kind: 'header', at }));
  const share = Math.ceil((FLIPS - places.length) / pages.size);
  for (const [kind, list] of pages)
    for (let i = 0; i < share; i++) places.push({ kind, at: list[below(list.length)] * 4096 + below(4096) });
  return places;
}

test(`one bit flipped in ${FLIPS} places: found, or no entry differs`, async (t) => {
  const random = randomSource();
  t.diagnostic(`CL_SEED=${random.seed}`);
  const session = await Session.start();
  try {
    for (let batch = 0; batch < 5; batch++) {
      const observations = Array.from({ length: 60 }, (_, i) => marked('owner', batch * 60 + i));
      assert.equal((await session.once('record', { observations })).ok, true);
    }
    const good = readFileSync(session.log);
    const { key } = headOf(session);
    const head = headText(session);
    const history = JSON.stringify(entriesOf(session));
    /** @type {Record<string, {found: number, harmless: number}>} */
    const told = {};
    for (const { kind, at } of placesIn(good, random)) {
      const bytes = Buffer.from(good);
      bytes[at] ^= 1 << random.below(8);
      writeFileSync(session.log, bytes);
      rmSync(`${session.log}-journal`, { force: true });
      const got = session.run(CLI, ['verify']);
      told[kind] ??= { found: 0, harmless: 0 };
      told[kind][got.status === 0 ? 'harmless' : 'found']++;
      if (got.status === 0) {
        assert.equal(JSON.stringify(entriesOf(session)), history, `byte ${at} (${kind}) passed, and an entry differs`);
        await assertAppends(session, `byte ${at} (${kind})`);
        assertVerifies(session, `byte ${at} (${kind})`);
      } else {
        assert.match(got.stdout + got.stderr, /FAULT|damaged|changed|older|newer|gone|key/, `byte ${at} (${kind})`);
        const answer = await session.once('record', { observations: [marked('refused', at)] });
        assert.equal(answer.ok, false, `byte ${at} (${kind}): found, yet appended to`);
      }
      setHead(session, key, head);
    }
    for (const [kind, { found, harmless }] of Object.entries(told))
      t.diagnostic(`${kind}: ${found} found, ${harmless} harmless`);
    assert.ok(told['table leaf'].found > 10);
    writeFileSync(session.log, good);
    assertVerifies(session, 'the good file again');
  } finally {
    await session.stop();
  }
});
