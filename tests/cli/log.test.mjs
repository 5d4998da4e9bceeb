/** status, history, verify, acknowledge and unlock against a real log, written by the real host under a real keyring. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { BUILD, CLI, Session, observation, observationOff, sleep } from '../e2e/host.mjs';

/** An evil label: terminal escape, C1, override of direction, line separator. */
const EVIL = 'red \u001b[31m \u009b31m \u202egnp.exe \u2028 end';
const ESCAPED = 'red <U+001B>[31m <U+009B>31m <U+202E>gnp.exe <U+2028> end';

/** RFC 4180, as a reader would do it. @param {string} text @returns {string[][]} */
function parseCsv(text) {
  const rows = [];
  let row = [];
  const re = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r\n)/gy;
  for (let m; (m = re.exec(text));) {
    row.push(m[1].startsWith('"') ? m[1].slice(1, -1).replaceAll('""', '"') : m[1]);
    if (m[2] === ',') continue;
    rows.push(row);
    row = [];
    if (re.lastIndex === text.length) break;
  }
  return rows;
}

/** A look of a document that was loaded `seconds` from now. */
const later = (seconds) => new Date(Date.now() + seconds * 1000).toISOString();

describe('a log with a history', () => {
  /** @type {Session} */
  let session;
  const cli = (...args) => session.run(CLI, args);

  /** @param {any} seen */
  async function record(...seen) {
    const answer = await session.once('record', { observations: seen });
    assert.equal(answer.ok, true, JSON.stringify(answer));
    await sleep(2);
  }

  before(async () => {
    session = await Session.start();
    await record(observation());
    await record(observationOff({ pending: true, trusted: true, observed_at: later(10) }));
    await record(observation({ asked: true, page: { loaded_at: later(20) }, observed_at: later(21) }));
    await record(observationOff({ pending: true, trusted: true, observed_at: later(30) }));
    await record(observationOff({ page: { loaded_at: later(40) }, observed_at: later(41) }));
    await record(observation({ page: { loaded_at: later(50) }, observed_at: later(51) }));
    // Such a text is refused today, and stands in logs from before.
    const evil = observation({ page: { loaded_at: later(60) }, observed_at: later(61), control: { label: EVIL } });
    const older = session.run(join(BUILD, 'older_host'), [], { input: JSON.stringify(evil) });
    assert.equal(older.stdout, 'ok\n', older.stderr);
    await record(observation({ account: { id: 'second', premium: true }, control: { label: '=HYPERLINK("x")' } }));
    await record(
      observation({
        state: 'unknown',
        reason: 'signed-out',
        control: null,
        candidates: 0,
        account: { id: null, premium: null },
        page: { url: 'https://www.linkedin.com/uas/login', title: null },
      }),
    );
  });
  after(() => session.stop());

  test(
    'the log is opened as no link, by us and by SQLite',
    { skip: spawnSync('strace', ['-V']).error !== undefined && 'strace is not installed' },
    () => {
      const calls = join(session.dir, 'calls');
      const got = session.run('strace', ['-f', '-e', 'trace=open,openat,openat2', '-o', calls, CLI, 'history']);
      assert.equal(got.status, 0, got.stderr);
      const opened = readFileSync(calls, 'utf8')
        .split('\n')
        .filter((line) => line.includes(`"${session.log}"`));
      assert.ok(opened.length > 1, opened.join('\n'));
      for (const line of opened) assert.match(line, /O_NOFOLLOW/);
    },
  );

  test('the table tells what happened', () => {
    const got = cli('history');
    assert.equal(got.status, 0, got.stderr);
    const lines = got.stdout.trimEnd().split('\n');
    assert.equal(lines.length, 11);
    const says = [
      /the log begins/,
      /\bon .*first look/,
      /\boff .*you switched it, but the next look showed another state/,
      /\bon .*(no change|confirmed)/,
      /\boff .*you switched it, not yet confirmed/,
      /\boff .*changed by you, confirmed/,
      /\bon .*changed, not in this browser/,
      /\bon .*same, new wording: "red/,
      /\bon .*first look/,
      /unknown .*signed out/,
    ];
    for (const [i, what] of says.entries()) assert.match(lines[i + 1], what);
    for (const line of lines.slice(1)) assert.match(line, /^ +\d+ {2}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4} {2}/);
  });

  test("the columns line up and the page's own characters cannot reach the terminal", () => {
    const { stdout } = cli('history');
    assert.ok(stdout.includes(ESCAPED));
    assert.doesNotMatch(stdout.replaceAll('\n', ''), /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u);
    const [header, ...rows] = stdout.trimEnd().split('\n');
    const column = header.indexOf('what it means');
    for (const row of rows) assert.match(row.slice(column - 2, column + 1), /^ {2}\S/);
  });

  test('--json is the exact entries, one a line', async () => {
    const got = cli('history', '--json');
    const answer = await session.once('history', { from: 0, count: 100 });
    const lines = got.stdout.trimEnd().split('\n');
    assert.deepEqual(
      lines.map((line) => JSON.parse(line)),
      answer.result.entries,
    );
    assert.equal(lines.length, 10);
    for (const line of lines) assert.ok(line.startsWith('{"v":1,"seq":'));
  });

  test('--csv: RFC 4180, one header, no formula', () => {
    const got = cli('history', '--csv');
    assert.equal(got.stdout.replaceAll('\r\n', '').includes('\n'), false, 'every line ends with CRLF');
    const [header, ...rows] = parseCsv(got.stdout);
    assert.equal(rows.length, 10);
    for (const row of rows) assert.equal(row.length, header.length);
    const cell = (row, name) => rows[row][header.indexOf(name)];
    assert.equal(cell(2, 'not_saved'), 'true');
    assert.equal(cell(4, 'not_saved'), 'false');
    assert.equal(cell(6, 'cause'), 'unexplained');
    assert.equal(cell(7, 'label'), ESCAPED.replaceAll('<', '[').replaceAll('>', ']'));
    assert.equal(cell(8, 'label'), '\'=HYPERLINK("x")');
    assert.equal(cell(9, 'reason'), 'signed-out');
    assert.notEqual(cell(8, 'account'), cell(1, 'account'));
  });

  test('on a terminal nothing steers it, and JSON stays the same JSON', () => {
    for (const form of ['--json', '--csv', null]) {
      const args = form ? ['history', form] : ['history'];
      const script = 'import pty, sys; sys.exit(pty.spawn(sys.argv[1:]))';
      const { stdout } = session.run('python3', ['-c', script, CLI, ...args]);
      assert.ok(stdout.includes('red '), stdout);
      assert.doesNotMatch(stdout.replaceAll(/\r*\n/g, ''), /[\p{Cc}\u2028\u202e]/u);
      if (form !== '--json') continue;
      const labels = stdout.split(/\r?\n/).filter((line) => line.includes('gnp.exe'));
      assert.deepEqual(
        labels.map((line) => JSON.parse(line).control.label),
        [EVIL],
      );
    }
    assert.ok(cli('history', '--json').stdout.includes('\u202e')); // else an entry is its exact bytes
  });

  test('--since and --until include their own moment and day', () => {
    const entries = cli('history', '--json')
      .stdout.trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const count = (...args) => cli('history', '--json', ...args).stdout.split('\n').length - 1;
    assert.equal(count('--since', entries[4].time), 6);
    assert.equal(count('--until', entries[4].time), 5);
    assert.equal(count('--since', entries[4].time, '--until', entries[4].time), 1);
    const east = new Date(Date.parse(entries[4].time) + 3_600_000).toISOString().replace('Z', '+01:00');
    assert.equal(count('--since', east), 6);
    const day = entries[0].time.slice(0, 10);
    assert.ok(count('--since', day) >= 1);
    assert.equal(count('--since', '2000-01-01', '--until', '2000-12-31'), 0);
    assert.match(cli('history', '--until', '2000-01-01').stdout, /no entry in that time/);
  });

  test('a day is meant in the local time zone', () => {
    const entry = JSON.parse(cli('history', '--json').stdout.split('\n')[0]);
    for (const zone of ['Pacific/Kiritimati', 'Pacific/Pago_Pago']) {
      const local = new Date(entry.time).toLocaleDateString('sv-SE', { timeZone: zone });
      const got = (args) => session.run(CLI, ['history', ...args], { env: { TZ: zone } }).stdout;
      assert.match(got(['--since', local, '--until', local]), new RegExp(` {2}${local} `));
    }
  });

  test('status in words, and --json as the host says it', async () => {
    const got = cli('status');
    assert.equal(got.status, 0);
    assert.match(got.stdout, /^Setting {5}on since \d{4}-/m);
    assert.match(got.stdout, /\(Premium\)/);
    assert.match(got.stdout, /^Last look {3}.*unknown \(signed out\)$/m);
    assert.match(got.stdout, /^Log {9}10 entries, encrypted with key [0-9a-f]{16}$/m);
    const host = await session.once('status');
    assert.equal(cli('status', '--json').stdout, `${JSON.stringify(host.result)}\n`);
  });

  test('status tells of a flip that waits', async () => {
    const other = await Session.start();
    try {
      await other.once('record', { observations: [observation()] });
      await other.once('record', {
        observations: [observationOff({ pending: true, trusted: true, observed_at: later(10) })],
      });
      const got = other.run(CLI, ['status']);
      assert.match(got.stdout, /^Setting {5}on since/m);
      assert.match(got.stdout, /^Switched {4}off at .*, by you$/m);
      assert.match(got.stdout, /Not yet confirmed/);
    } finally {
      await other.stop();
    }
  });

  test("verify: good is 0, in words and as the host's check", async () => {
    const got = cli('verify');
    assert.equal(got.status, 0, got.stdout + got.stderr);
    assert.match(got.stdout, /The log verifies: 10 entries/);
    assert.match(got.stdout, /It does not mean/);
    const host = await session.once('check');
    assert.equal(cli('verify', '--json').stdout, `${JSON.stringify(host.result)}\n`);
  });

  test('acknowledge has nothing to do on a good log', () => {
    const got = cli('acknowledge', '--yes');
    assert.equal(got.status, 0);
    assert.match(got.stdout, /nothing to acknowledge/);
    assert.match(cli('verify').stdout, /10 entries/);
  });

  test('locked: every command says so and is 3', () => {
    session.lock();
    for (const args of [['status'], ['history'], ['history', '--csv'], ['verify'], ['acknowledge', '--yes']]) {
      const got = cli(...args);
      assert.equal(got.status, 3, args.join(' '));
      assert.match(got.stderr, /The keyring is locked/);
    }
    const json = cli('status', '--json');
    assert.equal(json.status, 3);
    assert.equal(JSON.parse(json.stdout).keyring, 'keyring-locked');
  });
});

test('a log that was cut, and gone on with, is not said to miss nothing', async () => {
  const session = await Session.start();
  const record = async () =>
    assert.equal((await session.once('record', { observations: [observation({ asked: true })] })).ok, true);
  try {
    await record();
    assert.match(session.run(CLI, ['verify']).stdout, /verifies: 2 entries, each as it was written, none missing\./);
    copyFileSync(session.log, `${session.log}.older`);
    await record();
    copyFileSync(`${session.log}.older`, session.log);
    const acknowledged = session.run(CLI, ['acknowledge', '--yes']);
    assert.equal(acknowledged.status, 0);
    assert.match(acknowledged.stdout.replaceAll('\n', ' '), /what does not open may be removed from the file/);
    const said = (language) => {
      const got = session.run(CLI, ['verify'], { env: { LANGUAGE: language } });
      assert.equal(got.status, 0, got.stdout);
      return got.stdout.replaceAll('\n', ' ');
    };
    assert.match(
      said('en'),
      /verifies: 3 entries, each as it was written\. What you acknowledged was changed or missing/,
    );
    assert.match(said('en'), /since then whoever cannot use your keyring/);
    assert.match(said('de'), /Was Sie zur Kenntnis genommen haben, .* Seither hat niemand/);
    assert.match(said('fr'), /Ce dont vous avez pris acte .* depuis, personne/);
    for (const language of ['en', 'de', 'fr'])
      assert.doesNotMatch(said(language), /none missing|nichts fehlt|rien ne manque/);
  } finally {
    await session.stop();
  }
});

test('what an old tab shows says nothing of a flip', async () => {
  const session = await Session.start();
  const first = Date.now() - 600_000;
  /** @param {number} loaded @param {number} observed minutes @param {object} more */
  const at = (loaded, observed, more = {}) => ({
    observed_at: new Date(first + observed * 60_000).toISOString(),
    page: { loaded_at: new Date(first + loaded * 60_000).toISOString() },
    asked: true,
    ...more,
  });
  try {
    for (const seen of [
      observation(at(1, 1)),
      observationOff(at(1, 2, { pending: true, trusted: true })),
      observation(at(1.5, 2.5)),
      observation({ ...at(0, 3), state: 'not-offered', control: null, candidates: 0 }),
      observationOff(at(4, 4)),
    ])
      assert.equal((await session.once('record', { observations: [seen] })).ok, true);
    const told = () => session.run(CLI, ['history']).stdout.trimEnd().split('\n').slice(2);
    const what = [
      /first look/,
      /you switched it, not yet confirmed/,
      /no change/,
      /shown by an old tab/,
      /changed by you, confirmed/,
    ];
    for (const [i, line] of told().entries()) assert.match(line, what[i]);
    assert.equal(told().length, what.length);
    const csv = parseCsv(session.run(CLI, ['history', '--csv']).stdout);
    assert.deepEqual([...new Set(csv.map((row) => row[csv[0].indexOf('not_saved')]))], ['not_saved', '', 'false']);
  } finally {
    await session.stop();
  }
});

describe('a log that was changed from outside', () => {
  /** @type {Session} */
  let session;
  const cli = (...args) => session.run(CLI, args);
  const copy = () => `${session.log}.old`;

  before(async () => {
    session = await Session.start();
    await session.once('record', { observations: [observation()] });
    copyFileSync(session.log, copy());
    await session.once('record', { observations: [observationOff()] });
    copyFileSync(copy(), session.log);
  });
  after(() => session.stop());

  test('status says what happened and what to do, and is 3', () => {
    const got = cli('status');
    assert.equal(got.status, 3);
    assert.match(got.stderr, /older than the keyring remembers.*consentlog verify/);
    assert.equal(JSON.parse(cli('status', '--json').stdout).log, 'log-rolled-back');
  });

  test('history still shows what is there, says what happened, and is 1', () => {
    const got = cli('history');
    assert.equal(got.status, 1);
    assert.match(got.stderr, /older than the keyring remembers/);
    assert.match(got.stdout, / on .*first look/);
  });

  test('verify does not verify, and is 1', () => {
    const got = cli('verify');
    assert.equal(got.status, 1);
    assert.match(got.stdout, /FAULT/);
    assert.match(got.stdout, /does NOT verify/);
    const json = cli('verify', '--json');
    assert.equal(json.status, 1);
    assert.ok(JSON.parse(json.stdout).faults > 0);
  });

  test('acknowledge asks, and anything but yes changes nothing', () => {
    for (const input of ['', 'no\n', 'y\n', 'yes please\n']) {
      const got = session.run(CLI, ['acknowledge'], { input });
      assert.equal(got.status, 3, input);
      assert.match(got.stdout, /To acknowledge means/);
      assert.match(got.stdout, /Nothing was changed/);
    }
    assert.equal(cli('verify').status, 1);
  });

  test('acknowledged: the log goes on, and the entry says so for good', async () => {
    const got = session.run(CLI, ['acknowledge'], { input: 'yes\n' });
    assert.equal(got.status, 0, got.stdout + got.stderr);
    assert.match(got.stdout, /Acknowledged: entry 2/);
    assert.match(cli('history').stdout, /acknowledged by you: The log is older than/);
    const verified = cli('verify');
    assert.equal(verified.status, 0, verified.stdout);
    const answer = await session.once('record', { observations: [observationOff()] });
    assert.equal(answer.ok, true);
  });

  test('one entry that was overwritten does not hide the others', () => {
    const triggers = session.run('sqlite3', [
      session.log,
      "select name from sqlite_master where type = 'trigger'",
    ]).stdout;
    for (const name of triggers.trim().split('\n')) session.run('sqlite3', [session.log, `drop trigger ${name}`]);
    session.run('sqlite3', [session.log, 'update entry set sealed = zeroblob(length(sealed)) where seq = 1']);
    const lines = cli('history', '--json').stdout.trimEnd().split('\n').length;
    const verified = cli('verify');
    assert.equal(verified.status, 1);
    assert.match(verified.stdout, /^FAULT {3}entry 1 /m);
    const got = cli('history');
    assert.equal(got.status, 1);
    assert.match(got.stdout, /^ {5}1 {2}\? .*CANNOT BE READ/m);
    assert.match(got.stdout, /^ {5}2 /m);
    assert.match(got.stderr, /1 entry cannot be read/);
    assert.match(cli('history', '--csv').stdout, /^"1","","unreadable",/m);
    assert.equal(cli('acknowledge', '--yes').status, 0);
    const known = cli('verify');
    assert.equal(known.status, 0);
    assert.match(known.stdout, /^known {3}entry 1 /m);
    assert.match(known.stdout, /but for 1 fault that you have acknowledged/);
    assert.equal(cli('history').status, 1, 'what cannot be read stays said');
    assert.equal(cli('history', '--json').stdout.trimEnd().split('\n').length, lines + 1);
  });

  test('a file that is gone: acknowledge begins a new log', () => {
    rmSync(session.log);
    assert.equal(cli('verify').status, 1);
    const got = cli('acknowledge', '--yes');
    assert.equal(got.status, 0, got.stdout + got.stderr);
    assert.match(got.stdout, /a new log begins/);
    assert.ok(existsSync(session.log));
    assert.equal(cli('verify').status, 0);
  });

  test('a file that is no database: kept under another name', () => {
    writeFileSync(session.log, 'x'.repeat(5000));
    assert.equal(cli('verify').status, 1);
    const got = cli('acknowledge', '--yes');
    assert.equal(got.status, 0, got.stdout + got.stderr);
    const aside = /kept as (.*)/.exec(got.stdout)?.[1] ?? '';
    assert.ok(existsSync(aside), got.stdout);
    assert.equal(cli('verify').status, 0);
  });
});

describe('a keyring that takes half a second for each answer', () => {
  const STOPPED_MS = 600;
  const RUNS_MS = 30;

  /** @param {Session} session @param {string[]} args */
  async function slowly(session, args) {
    const child = spawn(CLI, args, { env: session.env, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text));
    let code = /** @type {number | null | undefined} */ (undefined);
    const ended = new Promise((done) => child.once('close', (status) => done((code = status))));
    while (code === undefined) {
      session.daemon?.kill('SIGSTOP');
      await Promise.race([sleep(STOPPED_MS), ended]);
      session.daemon?.kill('SIGCONT');
      await sleep(RUNS_MS);
    }
    return { code, said };
  }

  for (const [name, spoil, found] of /** @type {[string, (session: Session) => void, string][]} */ ([
    [
      'a changed file',
      (session) => session.run('sqlite3', [session.log, 'drop trigger entry_keep_delete']),
      'log-changed',
    ],
    ['a file that is gone', (session) => rmSync(session.log), 'log-missing'],
  ]))
    test(`${name}: acknowledged once, and then the log goes on`, async () => {
      const session = await Session.start();
      try {
        assert.equal((await session.once('record', { observations: [observation({ asked: true })] })).ok, true);
        spoil(session);
        const { code, said } = await slowly(session, ['acknowledge', '--yes']);
        assert.equal(code, 0, said);
        assert.equal((await session.once('record', { observations: [observation({ asked: true })] })).ok, true);
        const { entries } = (await session.once('history', { from: 0, count: 100 })).result;
        assert.deepEqual(
          entries.flatMap((/** @type {any} */ entry) => entry.found ?? []),
          [found],
        );
        const keys = session.run('secret-tool', ['search', '--all', 'application', 'consentlog', 'item', 'key']).stdout;
        assert.equal(keys.match(/^secret = /gm)?.length, found === 'log-missing' ? 2 : 1, 'no key is left over');
      } finally {
        await session.stop();
      }
    });
});

describe('unlock', () => {
  test('an open keyring is open', async () => {
    const session = await Session.start();
    try {
      const got = session.run(CLI, ['unlock']);
      assert.equal(got.status, 0, got.stderr);
      assert.equal(got.stdout, 'The keyring is unlocked.\n');
    } finally {
      await session.stop();
    }
  });

  test('no bus and no service are 3, each with its own sentence', async () => {
    for (const [keyring, sentence] of [
      ['no-bus', /no session bus/],
      ['none', /No keyring service/],
    ]) {
      const session = await Session.start({ keyring });
      try {
        const got = session.run(CLI, ['unlock']);
        assert.equal(got.status, 3);
        assert.match(got.stderr, sentence);
      } finally {
        await session.stop();
      }
    }
  });
});
