// export as the browser asks it: over the host, with pictures, documents and independent time, into the download folder.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { CLI, limits, observation, observationOff, ROOT, Session, sleep } from '../e2e/host.mjs';
import { speaking } from '../e2e/locale.mjs';
import { document, picture, png } from '../e2e/kept.mjs';
import { unzip } from '../evidence/package.mjs';

const TSA = join(ROOT, 'tests/evidence/tsa.sh');
const work = mkdtempSync(join(tmpdir(), 'consentlog-request-'));

/** @type {Session} */
let session;

/** @param {any} got */
function good(got) {
  assert.equal(got.ok, true, JSON.stringify(got));
  return got.result;
}

/** @param {any} got @param {string} code @param {string} field */
function refused(got, code, field) {
  assert.equal(got.ok, false, JSON.stringify(got));
  assert.deepEqual([got.error.code, got.error.field], [code, field]);
}

/** A request that shows all. @param {object} [change] @returns {any} */
const request = ({ withhold = {}, ...change } = /** @type {any} */ ({})) => ({
  since: null,
  until: null,
  withhold: { accounts: [], pictures: false, documents: false, entries: [], ...withhold },
  language: 'en',
  owner: null,
  folder: work,
  ...change,
});
const ask = async (/** @type {any} */ change) => good(await session.once('export', request(change)));
const verify = (/** @type {string} */ path) =>
  JSON.parse(
    spawnSync(CLI, ['verify', '--json', '--tsa-roots', join(work, 'root.pem'), path], {
      env: { PATH: '/usr/bin:/bin', HOME: '/nonexistent' },
      encoding: 'utf8',
    }).stdout,
  );
const contents = (/** @type {string} */ path) =>
  new Map([...unzip(readFileSync(path))].map(([name, data]) => [name.slice(name.indexOf('/') + 1), data]));

before(async () => {
  execFileSync('bash', [TSA, 'make', work]);
  session = await Session.start();
  Object.assign(session.env, speaking('en'));
  good(await session.once('record', { observations: [observation({ picture: picture(png(320, 60)) })] }));
  good(await session.once('document', { document: document() }));
  const { size, checkpoint, query } = good(await session.once('timestamp.request'));
  writeFileSync(join(work, 'query'), Buffer.from(query, 'base64'));
  const reply = execFileSync('bash', [TSA, 'answer', work, 'good', join(work, 'query')]).toString('base64');
  good(
    await session.once('timestamp.store', { size, checkpoint, query, reply, authority: 'https://time.example/tsr' }),
  );
  await sleep(2);
  good(await session.once('record', { observations: [observationOff({ account: { id: 'second' } })] }));
});
after(async () => {
  await session.stop();
  rmSync(work, { recursive: true, force: true });
});

describe('export over the host', () => {
  test('says what it found in the language that was asked for, and to a program in English', async () => {
    for (const [language, what] of [
      ['en', /^that key signed the list of all files$/],
      ['de', /^dieser Schlüssel hat die Liste aller Dateien signiert$/],
      ['fr', /^cette clé a signé la liste de tous les fichiers$/],
    ]) {
      const { checks } = await ask({ language });
      const said = checks.find((/** @type {any} */ one) => one.name === 'signature').what;
      assert.match(said, /** @type {RegExp} */ (what));
    }
  });

  test('writes what the log has, and says what it found when it read it again', async () => {
    const got = await ask({ owner: 'Grüße <b>' });
    assert.deepEqual(Object.keys(got), ['path', 'bytes', 'entries', 'disclosed', 'withheld', 'verified', 'checks']);
    assert.deepEqual([got.entries, got.disclosed, got.withheld, got.verified], [5, 5, 0, true]);
    assert.equal(got.bytes, statSync(got.path).size);
    assert.equal(statSync(got.path).mode & 0o777, 0o600);
    assert.ok(got.checks.every((/** @type {any} */ c) => c.ok && c.what) && got.checks.length >= 10);
    const verdict = verify(got.path);
    assert.equal(verdict.good, true);
    // The authority is nobody's root here: that is no fault, and no praise either.
    const resultOf = (/** @type {RegExp} */ what) =>
      got.checks.find((/** @type {any} */ c) => what.test(c.what)).result;
    assert.deepEqual([resultOf(/is not counted/), resultOf(/signed the list/)], ['remark', 'good']);
    assert.deepEqual(
      verdict.brackets.map((/** @type {any} */ b) => [b.first, b.last, b.not_before === null, b.not_after === null]),
      [
        [0, 2, true, false],
        [3, 3, true, true],
        [4, 4, false, true],
      ],
    );
    const second = spawnSync('python3', [join(ROOT, 'tests/evidence/verify.py'), got.path, join(work, 'root.pem')], {
      encoding: 'utf8',
    });
    assert.equal(second.status, 0, second.stderr);
    const files = contents(got.path);
    assert.equal([...files.keys()].filter((n) => n.startsWith('data/attachments/')).length, 2);
    assert.equal([...files.keys()].filter((n) => n.startsWith('data/timestamps/')).length, 4);
    const report = String(files.get('data/report.html'));
    assert.ok(report.includes('Grüße &lt;b&gt;'));
    assert.equal(String(files.get('data/history.csv')), session.run(CLI, ['history', '--csv']).stdout);
  });

  test('never over another file, and never twice under one name', async () => {
    const [one, two] = [await ask({}), await ask({})];
    assert.notEqual(one.path, two.path);
    assert.ok(existsSync(one.path) && existsSync(two.path));
    assert.ok(!readdirSync(work).some((name) => name.startsWith('.')), 'nothing half-written is left');
  });

  test('withholds accounts, pictures, documents, entries and days', async () => {
    const entries = session
      .run(CLI, ['history', '--json'])
      .stdout.trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const { pseudonym } = entries[4].account;
    const cases = /** @type {[any, number, number][]} */ ([
      [{ withhold: { accounts: [pseudonym] } }, 1, 2],
      [{ withhold: { pictures: true } }, 0, 1],
      [{ withhold: { documents: true } }, 0, 1],
      [{ withhold: { pictures: true, documents: true } }, 0, 0],
      [{ withhold: { entries: [1, 2] } }, 2, 0],
      [{ since: '2099-01-01' }, 2, 1],
      [{ until: '2001-01-01' }, 2, 1],
      [{ withhold: { entries: [3] } }, 1, 2],
    ]);
    for (const [change, withheld, attachments] of cases) {
      const got = await ask(change);
      assert.deepEqual([got.withheld, got.verified], [withheld, true], JSON.stringify(change));
      const names = [...contents(got.path).keys()];
      assert.equal(names.filter((n) => n.startsWith('data/attachments/')).length, attachments, JSON.stringify(change));
      assert.equal(
        names.some((n) => n.startsWith('data/timestamps/')),
        change.withhold?.entries?.[0] !== 3,
      );
      if (change.withhold?.accounts) assert.ok(!readFileSync(got.path).includes(pseudonym));
    }
  });

  test('into the download folder, as the desktop names it', async () => {
    const { HOME } = session.env;
    assert.equal((await ask({ folder: null })).path.startsWith(`${HOME}/linkedin-consent-`), true);
    mkdirSync(join(HOME, 'Downloads'));
    assert.equal((await ask({ folder: null })).path.startsWith(`${HOME}/Downloads/linkedin-consent-`), true);
    mkdirSync(join(HOME, 'Geladen'));
    const config = session.env.XDG_CONFIG_HOME ?? join(HOME, '.config');
    mkdirSync(config, { recursive: true });
    writeFileSync(
      join(config, 'user-dirs.dirs'),
      '# comment\nXDG_DESKTOP_DIR="$HOME/x"\nXDG_DOWNLOAD_DIR="$HOME/Geladen"\n',
    );
    assert.equal((await ask({ folder: null })).path.startsWith(`${HOME}/Geladen/linkedin-consent-`), true);
  });

  test('refuses what it does not know, and writes nothing', async () => {
    const before_ = readdirSync(work).length;
    const cases = /** @type {[any, string, string][]} */ ([
      [{ since: '2026-02-30' }, 'bad-value', 'since'],
      [{ since: 'yesterday' }, 'bad-value', 'since'],
      [{ since: '2026-02-02', until: '2026-02-01' }, 'bad-value', 'until'],
      [{ language: 'xx' }, 'bad-value', 'language'],
      [{ owner: 'a\u0007b' }, 'bad-value', 'owner'],
      [{ owner: 'a\nb' }, 'bad-value', 'owner'],
      [{ folder: 'relative' }, 'bad-value', 'folder'],
      [{ withhold: { accounts: ['short'] } }, 'bad-value', 'withhold.accounts'],
      [{ withhold: { entries: [0] } }, 'bad-value', 'withhold.entries'],
      [{ extra: 1 }, 'unknown-member', 'extra'],
    ]);
    for (const [change, code, field] of cases) {
      const got = await session.once('export', request(change));
      assert.equal(got.ok, false, JSON.stringify(change));
      assert.equal(got.error.code, code, JSON.stringify(change));
      assert.ok(got.error.field.startsWith(field), `${got.error.field} for ${field}`);
    }
    refused(await session.once('export', request({ folder: '/no/such/folder' })), 'folder-missing', 'folder');
    assert.equal(readdirSync(work).length, before_);
  });
});

describe('as many withholdings as there can be, and more', () => {
  const { CL_WITHHOLD_MAX: ENTRIES, CL_ACCOUNTS_MAX: ACCOUNTS } = limits();
  const entries = (/** @type {number} */ count) => Array.from({ length: count }, (_, n) => n + 1);
  const accounts = (/** @type {number} */ count) => entries(count).map((n) => n.toString(16).padStart(32, '0'));

  for (const [name, withhold, field] of /** @type {[string, object, string][]} */ ([
    ['entries', { entries: entries(ENTRIES + 1) }, 'withhold.entries'],
    ['a great many entries', { entries: entries(9_000) }, 'withhold.entries'],
    ['accounts', { accounts: accounts(ACCOUNTS + 1) }, 'withhold.accounts'],
    [
      'accounts, with all the entries',
      { accounts: accounts(ACCOUNTS + 1), entries: entries(ENTRIES) },
      'withhold.accounts',
    ],
    [
      'entries, with all the accounts',
      { accounts: accounts(ACCOUNTS), entries: entries(ENTRIES + 1) },
      'withhold.entries',
    ],
  ]))
    test(`one too many: ${name}`, async () => {
      const before_ = readdirSync(work);
      const asked = request({ withhold });
      refused(await session.once('export', asked), 'too-long', field);
      const said = session.run(CLI, ['export', '--json', '--request'], { input: JSON.stringify(asked) });
      assert.deepEqual(JSON.parse(said.stdout).error.code, 'too-long', said.stderr);
      assert.deepEqual(readdirSync(work), before_);
    });

  test('a request that is longer than any', () => {
    const input = JSON.stringify(request({ owner: 'x'.repeat(65_536) }));
    const said = session.run(CLI, ['export', '--json', '--request'], { input });
    assert.deepEqual([said.status, JSON.parse(said.stdout).error.code], [3, 'too-long'], said.stderr);
  });

  test('all that there can be', async () => {
    const got = await ask({ withhold: { accounts: accounts(ACCOUNTS), entries: entries(ENTRIES) } });
    assert.deepEqual([got.withheld, got.verified], [got.entries - 1, true]);
  });

  test('on the command line', () => {
    const words = (/** @type {number} */ count) => entries(count).flatMap(() => ['--withhold', '1']);
    const asked = (/** @type {number} */ count, /** @type {string} */ name) =>
      session.run(CLI, ['export', '-o', join(work, name), ...words(count)]);
    assert.equal(asked(ENTRIES + ACCOUNTS, 'all.zip').status, 0);
    const more = asked(ENTRIES + ACCOUNTS + 1, 'more.zip');
    assert.deepEqual([more.status, existsSync(join(work, 'more.zip'))], [2, false], more.stderr);
    assert.match(more.stderr, /too many/);
  });
});

describe('export on the command line', () => {
  test('owner, language, pictures, documents', () => {
    const path = join(work, 'cli.zip');
    const made = session.run(CLI, [
      'export',
      '-o',
      path,
      '--owner',
      'Jean',
      '--language',
      'fr',
      '--withhold',
      'pictures',
      '--withhold',
      'documents',
    ]);
    assert.equal(made.status, 0, made.stderr);
    assert.match(made.stdout, /read\s+again,\s+and\s+verifies/);
    const report = String(contents(path).get('data/report.html'));
    assert.ok(report.includes('<html lang="fr">') && report.includes('Jean') && !report.includes('attachments/'));
    for (const wrong of [
      ['--language', 'es'],
      ['--owner', ''],
      ['--owner', 'a\nb'],
      ['--withhold', 'everything'],
      ['--withhold', 'account:x'],
    ]) {
      assert.equal(session.run(CLI, ['export', '-o', join(work, 'never.zip'), ...wrong]).status, 2, wrong.join(' '));
    }
    assert.ok(!existsSync(join(work, 'never.zip')));
  });

  test('history shows the brackets', () => {
    const lines = session.run(CLI, ['history', '--tsa-roots', join(work, 'root.pem')]).stdout.split('\n');
    const at = lines.findIndex((line) => /^ +0 /.test(line));
    assert.match(lines[at - 1], /\(independent time: not after \d{4}-/);
    assert.match(lines.find((line) => line.includes('not before')) ?? '', /\(independent time: not before \d{4}-/);
    assert.ok(
      !session.run(CLI, ['history']).stdout.includes('independent time'),
      'of an authority that is not trusted here no time is told',
    );
  });
});

test('of many remarks the first are listed, the others counted', async () => {
  const host = session.host();
  try {
    for (let i = 0; i < 22; i++) {
      const { size, checkpoint, query } = good(await host.send('timestamp.request', {}));
      writeFileSync(join(work, 'query'), Buffer.from(query, 'base64'));
      const reply = execFileSync('bash', [TSA, 'answer', work, 'good', join(work, 'query')]).toString('base64');
      good(
        await host.send('timestamp.store', { size, checkpoint, query, reply, authority: 'https://time.example/tsr' }),
      );
    }
  } finally {
    await host.close();
  }
  const { verified, checks } = await ask({});
  const remarks = checks.filter((/** @type {any} */ c) => c.result === 'remark');
  assert.deepEqual([verified, remarks.length, checks.at(-1).name], [true, 21, 'remarks']);
  assert.match(checks.at(-1).what, /^more remarks: [345]; /); // the clock's may be among them
});
