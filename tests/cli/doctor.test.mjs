/** doctor: each finding can be made, and each has something to do. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { tmpdir } from 'node:os';
import { after, before, test } from 'node:test';
import { CLI, HOST, ROOT, Session, observation } from '../e2e/host.mjs';

const extensionManifest = JSON.parse(readFileSync(join(ROOT, 'extension/manifest.json'), 'utf8'));

/** @type {Session} */
let session;
let manifest = '';
const NO_BROWSER = { PATH: '/nonexistent' };

const doctor = (env = {}) => {
  const got = session.run(CLI, ['doctor', '--json'], { env: { ...NO_BROWSER, ...env } });
  const report = JSON.parse(got.stdout);
  assert.equal(got.status, report.errors ? 3 : 0);
  for (const f of report.findings) {
    assert.deepEqual(Object.keys(f), ['id', 'level', 'what', 'do']);
    if (f.level === 'error') assert.ok(f.do || /\. .+/.test(f.what), `nothing to do: ${f.what}`);
  }
  return report;
};
/** @param {any} report @param {string} id @returns {any} */
const finding = (report, id) =>
  report.findings.find((f) => f.id === id && f.level !== 'ok') ?? report.findings.find((f) => f.id === id);
const level = (report, id) => finding(report, id)?.level;

before(async () => {
  session = await Session.start();
  mkdirSync(join(session.env.HOME, '.mozilla'));
  manifest = join(session.env.HOME, '.mozilla/native-messaging-hosts/org.consentlog.host.json');
  await session.once('record', { observations: [observation()] });
  session.run(CLI, ['register', '--browser', 'firefox'], { env: NO_BROWSER });
});
after(() => session.stop());

test('all is well, and the host has really answered', () => {
  const report = doctor();
  assert.equal(report.errors, 0);
  for (const id of ['version', 'host-starts', 'manifest', 'session-bus', 'keyring-service', 'keyring', 'log', 'disk'])
    assert.equal(level(report, id), 'ok', id);
  assert.ok(finding(report, 'clock'));
  const text = session.run(CLI, ['doctor'], { env: NO_BROWSER });
  assert.equal(text.status, 0);
  assert.match(text.stdout, /^ok {7}Firefox is registered/m);
});

test('without a standard input it starts the host all the same', () => {
  const got = session.run('/bin/sh', ['-c', '"$CLI" doctor --json <&-'], { env: { ...NO_BROWSER, CLI } });
  assert.equal(finding(JSON.parse(got.stdout), 'host-starts').level, 'ok');
});

test('a log that other users may look into, and its folder', () => {
  const file = session.log;
  const folder = dirname(file);
  assert.equal(finding(doctor(), 'log-rights'), undefined);
  for (const [path, kept, modes] of /** @type {[string, number, number[]][]} */ ([
    [folder, 0o700, [0o750, 0o710, 0o705, 0o701]],
    [file, 0o600, [0o640, 0o604]],
  ]))
    for (const mode of modes) {
      chmodSync(path, mode);
      const report = doctor();
      chmodSync(path, kept);
      assert.equal(level(report, 'log-rights'), 'warning', `${path} ${mode.toString(8)}`);
      assert.equal(finding(report, 'log-rights').do, `chmod ${kept.toString(8)} '${path}'`);
    }
});

test('a browser that was not told', () => {
  mkdirSync(join(session.env.HOME, '.config/chromium'), { recursive: true });
  const report = doctor();
  rmSync(join(session.env.HOME, '.config'), { recursive: true });
  assert.equal(level(report, 'manifest'), 'warning');
  assert.equal(finding(report, 'manifest').do, 'consentlog register --browser chromium');
});

test('a browser that was not told and cannot be: first things first', () => {
  const folder = join(session.env.HOME, '.config/chromium/NativeMessagingHosts');
  mkdirSync(dirname(folder), { recursive: true });
  writeFileSync(folder, '');
  const report = doctor();
  rmSync(join(session.env.HOME, '.config'), { recursive: true });
  assert.equal(
    finding(report, 'manifest').do,
    `Look at ${folder} and move it away; then: consentlog register --browser chromium`,
  );
});

test("a home that is none, or another's", () => {
  for (const HOME of ['', 'relative', '/nonexistent']) {
    const report = doctor({ HOME });
    assert.equal(level(report, 'home'), 'error', HOME);
    assert.match(finding(report, 'home').do, /export HOME/);
  }
  const foreign = mkdtempSync(join(tmpdir(), 'consentlog-doctor-'));
  mkdirSync(join(foreign, '.mozilla'));
  session.run(CLI, ['register', '--browser', 'firefox'], { env: { ...NO_BROWSER, HOME: foreign } });
  const root = process.getuid?.() === 0;
  if (root) spawnSync('chown', ['-R', '65534', foreign]);
  const report = doctor({ HOME: root ? foreign : '/' });
  rmSync(foreign, { recursive: true });
  assert.match(finding(report, 'home').do, /as that user, without sudo/);
  assert.equal(finding(report, 'manifest-owner'), undefined, "it is its owner's, as it should be");
});

test('a file for everyone is mended for everyone', () => {
  const DESTDIR = mkdtempSync(join(tmpdir(), 'consentlog-doctor-'));
  session.run(CLI, ['register', '--system', '--browser', 'firefox'], { env: { ...NO_BROWSER, DESTDIR } });
  const file = join(DESTDIR, 'usr/lib/mozilla/native-messaging-hosts/org.consentlog.host.json');
  writeFileSync(file, readFileSync(file, 'utf8').replace(HOST, '/gone/consentlog-host'));
  const report = doctor({ DESTDIR });
  rmSync(DESTDIR, { recursive: true });
  assert.equal(finding(report, 'manifest-host').do, 'sudo consentlog register --system --browser firefox');
});

test('no browser at all', () => {
  renameSync(join(session.env.HOME, '.mozilla'), join(session.env.HOME, 'aside'));
  const report = doctor();
  renameSync(join(session.env.HOME, 'aside'), join(session.env.HOME, '.mozilla'));
  assert.equal(level(report, 'browsers'), 'warning');
});

/** Findings with this text in place of the manifest. @param {string} text @param {number} [mode] */
function withManifest(text, mode = 0o644) {
  const kept = readFileSync(manifest);
  writeFileSync(manifest, text);
  chmodSync(manifest, mode);
  const report = doctor();
  writeFileSync(manifest, kept);
  chmodSync(manifest, 0o644);
  return report;
}

test('a manifest that is broken, foreign, edited, or of a host that is gone', () => {
  const good = readFileSync(manifest, 'utf8');
  assert.equal(level(withManifest('{'), 'manifest'), 'error');
  assert.equal(level(withManifest(good.replace('org.consentlog.host', 'org.other')), 'manifest'), 'error');
  assert.equal(
    level(withManifest(good.replace('consentlog@consentlog.org', 'evil@example.org')), 'manifest-text'),
    'error',
  );
  assert.equal(level(withManifest(good.replace(HOST, '/gone/consentlog-host')), 'manifest-host'), 'error');
  assert.equal(level(withManifest(good, 0o666), 'manifest-owner'), 'error');
  assert.equal(doctor().errors, 0, 'and all is well again');
});

test(
  'a host that does not start, does not answer, answers something else, hangs, or others may change',
  { timeout: 60_000 },
  () => {
    const dir = mkdtempSync(join(tmpdir(), 'consentlog-doctor-'));
    const host = join(dir, 'consentlog-host');
    const good = readFileSync(manifest, 'utf8').replace(HOST, host);
    const answer = '{"id":1,"ok":true,"result":{"protocol":1,"version":"9.9.9"}}';
    /** @type {[string, number, string, string][]} */
    const cases = [
      ['not a program', 0o755, 'host-starts', 'error'],
      ['#!/bin/sh\nexit 0\n', 0o755, 'host-starts', 'error'],
      ['#!/bin/sh\nexec /bin/cat\n', 0o755, 'host-starts', 'error'],
      ['#!/bin/sh\nexec /bin/sleep 30\n', 0o755, 'host-starts', 'error'],
      [
        `#!/bin/sh\nprintf '\\${answer.length.toString(8)}\\000\\000\\000%s' '${answer}'\n`,
        0o755,
        'host-version',
        'warning',
      ],
      ['#!/bin/sh\n', 0o777, 'host-owner', 'error'],
      ['#!/bin/sh\n', 0o644, 'manifest-host', 'error'],
    ];
    for (const [text, mode, id, expected] of cases) {
      writeFileSync(host, text);
      chmodSync(host, mode);
      assert.equal(level(withManifest(good), id), expected, text);
    }
    rmSync(dir, { recursive: true });
  },
);

test('a host in a folder that others may change, or below one', () => {
  const above = mkdtempSync(join(tmpdir(), 'consentlog-doctor-'));
  const folder = join(above, 'programs');
  const host = join(folder, 'consentlog-host');
  mkdirSync(folder);
  copyFileSync(HOST, host);
  const good = readFileSync(manifest, 'utf8').replace(HOST, host);
  for (const [open, expected] of [
    [folder, 'error'],
    [above, 'error'],
    ['', undefined],
  ]) {
    for (const path of [above, folder]) chmodSync(path, path === open ? 0o777 : 0o755);
    const report = withManifest(good);
    assert.equal(level(report, 'host-owner'), expected, open);
    if (open) assert.ok(finding(report, 'host-owner').what.startsWith(`${open} `), finding(report, 'host-owner').what);
  }
  rmSync(above, { recursive: true });
});

test('a program that others may change, or its folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'consentlog-doctor-'));
  const program = join(folder, 'consentlog');
  for (const file of [HOST, CLI]) copyFileSync(file, join(folder, basename(file)));
  for (const [open, mode] of /** @type {[string, number][]} */ ([
    [program, 0o757],
    [folder, 0o757],
    ['', 0],
  ])) {
    chmodSync(folder, 0o755);
    chmodSync(program, 0o755);
    if (open) chmodSync(open, mode);
    const report = JSON.parse(session.run(program, ['doctor', '--json'], { env: NO_BROWSER }).stdout);
    assert.equal(level(report, 'program-owner'), open ? 'error' : undefined, open);
    if (open) assert.ok(finding(report, 'program-owner').what.startsWith(`${open} `));
  }
  rmSync(folder, { recursive: true });
});

const notRoot = process.getuid?.() !== 0 && 'only root can give a folder to another user';
test('a program below a folder that another user owns', { skip: notRoot }, () => {
  const above = mkdtempSync(join(tmpdir(), 'consentlog-doctor-'));
  const folder = join(above, 'programs');
  const program = join(folder, 'consentlog');
  const [mine, another, hidden] = [12_345, 12_346, 65_534];
  mkdirSync(folder);
  for (const file of [HOST, CLI]) copyFileSync(file, join(folder, basename(file)));
  chmodSync(above, 0o755);
  for (const path of [folder, program]) chownSync(path, mine, mine);
  for (const [owner, expected] of /** @type {[number, string | undefined][]} */ ([
    [another, 'error'],
    [mine, undefined],
    [0, undefined],
    [hidden, undefined], // whom the container does not tell
  ])) {
    chownSync(above, owner, owner);
    const env = { PATH: '/usr/bin:/bin', HOME: folder };
    const { stdout } = spawnSync(program, ['doctor', '--json'], { uid: mine, gid: mine, env, encoding: 'utf8' });
    assert.equal(level(JSON.parse(stdout), 'program-owner'), expected, `owned by ${owner}`);
  }
  rmSync(above, { recursive: true });
});

const NO_MOUNTS =
  spawnSync('unshare', ['-m', 'sh', '-c', 'mount -t tmpfs none /mnt && setpriv -V']).status === 0
    ? false
    : 'needs a mount namespace and setpriv';
const [STAFF, OTHERS] = [50, 60];
/** @type {[string, string, string, string[], string | undefined][]} name, folder above, folder below it, what is done to them, level */
const GROUPS = [
  ['Debian’s group staff has both', '/usr/local', 'bin', [`2775:${STAFF}`, `2775:${STAFF}`, '755:0'], undefined],
  ['and a folder of any name', '/usr/local', 'more', [`2775:${STAFF}`, `2775:${STAFF}`, '755:0'], undefined],
  ['the one above is root’s', '/usr/local', 'bin', ['755:0', `2775:${STAFF}`, '755:0'], 'error'],
  ['the one above may be read', '/usr/local', 'bin', [`2755:${STAFF}`, `2775:${STAFF}`, '755:0'], 'error'],
  ['the one above is sticky', '/usr/local', 'bin', [`3775:${STAFF}`, `2775:${STAFF}`, '755:0'], 'error'],
  ['another group has it', '/usr/local', 'bin', [`2775:${STAFF}`, `2775:${OTHERS}`, '755:0'], 'error'],
  ['anybody has it', '/usr/local', 'bin', [`2775:${STAFF}`, `2777:${STAFF}`, '755:0'], 'error'],
  ['the program, too', '/usr/local', 'bin', [`2775:${STAFF}`, `2775:${STAFF}`, `775:${STAFF}`], 'error'],
  ['elsewhere', '/opt', 'bin', [`2775:${STAFF}`, `2775:${STAFF}`, '755:0'], 'error'],
];
for (const [name, above, below, [one, two, three], expected] of GROUPS)
  test(`a group that may write in the folder of the program: ${name}`, { skip: notRoot || NO_MOUNTS }, () => {
    const folder = `${above}/${below}`;
    const program = `${folder}/consentlog`;
    const give = (/** @type {string} */ path, /** @type {string} */ said) => {
      const [mode, group] = said.split(':');
      return `chgrp ${group} ${path} && chmod ${mode} ${path}`;
    };
    const script = [
      `mount -t tmpfs -o mode=755 none ${above}`,
      `mkdir ${folder}`,
      `cp '${CLI}' '${HOST}' ${folder}`,
      ...[give(above, one), give(folder, two), give(program, three)],
      `exec setpriv --reuid 12345 --regid 12345 --clear-groups env -i PATH=/usr/bin:/bin HOME=/nonexistent ${program} doctor --json`,
    ];
    const { stdout, stderr } = spawnSync('unshare', ['-m', 'sh', '-c', script.join(' && ')], { encoding: 'utf8' });
    const report = JSON.parse(stdout || `{"stderr":${JSON.stringify(stderr)}}`);
    assert.equal(level(report, 'program-owner'), expected);
    if (expected) {
      const where = name === 'the program, too' ? program : folder;
      assert.ok(finding(report, 'program-owner').what.startsWith(`${where} `), finding(report, 'program-owner').what);
    }
  });

test('no bus, no service, locked', async () => {
  for (const [keyring, id, expected] of [
    ['no-bus', 'session-bus', 'error'],
    ['none', 'keyring-service', 'error'],
    ['locked', 'keyring', 'warning'],
  ]) {
    const other = await Session.start({ keyring });
    try {
      const got = other.run(CLI, ['doctor', '--json'], { env: NO_BROWSER });
      const report = JSON.parse(got.stdout);
      assert.equal(level(report, id), expected);
      assert.ok(finding(report, id).do);
      assert.equal(got.status, expected === 'error' ? 3 : 0);
    } finally {
      await other.stop();
    }
  }
});

test('a log that others can change is an error, and whole again when they cannot', () => {
  chmodSync(dirname(session.log), 0o777);
  const bad = doctor();
  chmodSync(dirname(session.log), 0o700);
  assert.equal(level(bad, 'log'), 'error');
  assert.match(finding(bad, 'log').do, /chmod 700/);
  assert.equal(level(doctor(), 'log'), 'ok');
});

test('a log or its folder that others can read is told, each with its command', () => {
  const folder = dirname(session.log);
  for (const [path, open, closed] of /** @type {[string, number, number][]} */ ([
    [folder, 0o750, 0o700],
    [folder, 0o705, 0o700],
    [session.log, 0o640, 0o600],
    [session.log, 0o604, 0o600],
  ])) {
    chmodSync(path, open);
    const told = doctor();
    chmodSync(path, closed);
    assert.equal(level(told, 'log-rights'), 'warning', path);
    assert.equal(finding(told, 'log-rights').do, `chmod ${closed.toString(8)} '${path}'`);
  }
  assert.equal(level(doctor(), 'log-rights'), undefined);
});

test('a copy whose id no manifest allows', () => {
  const home = session.env.HOME;
  const fixed = /^[a-p]{32}$/m.exec(readFileSync(join(ROOT, 'manifests/chromium-ids.txt'), 'utf8'))?.[0] ?? '';
  const other = 'ponmlkjihgfedcbaponmlkjihgfedcba';
  const folder = join(home, 'a copy');
  const profile = join(home, '.config/chromium/Profile 1');
  for (const made of [folder, profile]) mkdirSync(made, { recursive: true });
  writeFileSync(join(folder, 'manifest.json'), readFileSync(join(ROOT, 'extension/manifest.json')));
  session.run(CLI, ['register', '--browser', 'chromium'], { env: NO_BROWSER });
  const seen = (settings) => {
    writeFileSync(join(profile, 'Preferences'), JSON.stringify({ extensions: { settings } }));
    return finding(doctor(), 'extension-unknown');
  };
  const store = { location: 1, path: `${other}/0.1.0_0`, manifest: { gecko: { id: 'consentlog@consentlog.org' } } };

  assert.equal(seen({ [fixed]: { location: 4, path: folder } }), undefined);
  assert.equal(seen({ [other]: { location: 4, path: '/nonexistent' } }), undefined, "another's extension");
  assert.equal(seen({ [other]: { ...store, disable_reasons: [1] } }), undefined);
  for (const settings of [{ [other]: { location: 4, path: folder } }, { [other]: store }]) {
    const found = seen(settings);
    assert.equal(found?.level, 'warning', JSON.stringify(settings));
    assert.match(found.what, new RegExp(`Profile 1 of Chromium has the id ${other}`));
    assert.match(found.do, /Remove it in chrome:\/\/extensions/);
  }
  const twice = { [fixed]: { location: 4, path: folder }, [other]: store };
  writeFileSync(join(profile, 'Preferences'), JSON.stringify({ extensions: { settings: twice } }));
  assert.ok(finding(doctor(), 'extension-twice').do.endsWith(other), 'whatever brought the second');
  rmSync(join(home, '.config'), { recursive: true });
  rmSync(folder, { recursive: true });
});

test('a manifest that names the id of a copy which has gone, or not that of one which came; nobody edited it', () => {
  const DESTDIR = mkdtempSync(join(tmpdir(), 'consentlog-doctor-'));
  const [everyones, own] = ['abcdefghijklmnopabcdefghijklmnop', 'ponmlkjihgfedcbaponmlkjihgfedcba'];
  const file = join(session.env.HOME, '.config/chromium/NativeMessagingHosts/org.consentlog.host.json');
  const crx = join(DESTDIR, 'usr/local/share/consentlog/crx');
  const pack = (folder, id) => (mkdirSync(folder, { recursive: true }), writeFileSync(join(folder, 'id'), `${id}\n`));
  const register = (cli = CLI) =>
    session.run(cli, ['register', '--browser', 'chromium'], { env: { ...NO_BROWSER, DESTDIR } });
  const seen = () => {
    const report = doctor({ DESTDIR });
    assert.equal(report.errors, 0, JSON.stringify(report.findings));
    return report.findings.filter((one) => one.id === 'manifest-id');
  };
  const remedy = 'consentlog register --browser chromium';
  mkdirSync(dirname(dirname(file)), { recursive: true });

  register();
  assert.deepEqual(seen(), []);
  pack(crx, everyones); // --system
  const [came, ...more] = seen();
  assert.deepEqual([came.level, came.do, more], ['warning', remedy, []]);
  assert.match(came.what, new RegExp(`has the id ${everyones}, which the file does not allow yet: ${file}$`));
  register();
  assert.deepEqual(seen(), []);
  rmSync(crx, { recursive: true }); // --system --uninstall
  const [gone, ...others] = seen();
  assert.deepEqual([gone.level, gone.do, others], ['warning', remedy, []]);
  assert.match(gone.what, new RegExp(`is no copy .* with the id ${everyones}, which the file allows: ${file}$`));

  // The host of another installation, which has a copy of its own.
  const prefix = join(DESTDIR, 'prefix');
  for (const folder of ['bin', 'libexec/consentlog']) mkdirSync(join(prefix, folder), { recursive: true });
  copyFileSync(CLI, join(prefix, 'bin/consentlog'));
  copyFileSync(HOST, join(prefix, 'libexec/consentlog/consentlog-host'));
  pack(join(prefix, 'share/consentlog/crx'), own);
  register(join(prefix, 'bin/consentlog'));
  assert.ok(readFileSync(file, 'utf8').includes(own));
  assert.deepEqual(seen(), []);
  pack(crx, everyones);
  assert.deepEqual(
    seen().map((one) => one.what.includes(everyones)),
    [true],
  );

  // The same ids in another order; and what somebody did edit.
  register(join(prefix, 'bin/consentlog'));
  const whole = readFileSync(file, 'utf8');
  const [first, second] = [own, everyones].map((id) => `"chrome-extension://${id}/"`);
  assert.ok(whole.includes(`, ${first}, ${second}]`));
  writeFileSync(file, whole.replace(`${first}, ${second}`, `${second}, ${first}`));
  assert.deepEqual(seen(), []);
  for (const edited of [`${first}, "chrome-extension://*/"`, `${first}, "${everyones}"`, `${first},${second}`, '"x"']) {
    writeFileSync(file, whole.replace(`${first}, ${second}`, edited));
    assert.equal(level(doctor({ DESTDIR }), 'manifest-text'), 'error', edited);
  }
  rmSync(DESTDIR, { recursive: true });
  rmSync(join(session.env.HOME, '.config'), { recursive: true });
});

test('a packed copy whose update did not arrive; one that is not registered yet', () => {
  const DESTDIR = mkdtempSync(join(tmpdir(), 'consentlog-doctor-'));
  const own = 'abcdefghijklmnopabcdefghijklmnop';
  const crx = join(DESTDIR, 'usr/local/share/consentlog/crx');
  const profile = join(session.env.HOME, '.config/chromium/Default');
  for (const made of [crx, profile]) mkdirSync(made, { recursive: true });
  writeFileSync(join(crx, 'id'), `${own}\n`);
  session.run(CLI, ['register', '--browser', 'chromium'], { env: { ...NO_BROWSER, DESTDIR } });
  const seen = (there, packed, packedAt = 0) => {
    writeFileSync(join(crx, 'packed.json'), `{"sha256": "00", "version": "${packed}"}\n`);
    utimesSync(join(crx, 'packed.json'), packedAt, packedAt);
    const settings = { [own]: { location: 2, path: `${own}/${there}_0` } };
    writeFileSync(join(profile, 'Preferences'), JSON.stringify({ extensions: { settings } }));
    const report = doctor({ DESTDIR });
    assert.equal(finding(report, 'extension-unknown'), undefined);
    return finding(report, 'extension-update');
  };
  assert.equal(seen('0.1.0', '0.1.0'), undefined);
  const late = seen('0.1.0', '0.1.0.1');
  assert.equal(late.level, 'warning');
  assert.match(late.what, /is still version 0\.1\.0; installed is 0\.1\.0\.1\./);
  assert.equal(seen('0.1.0', '0.2.0', Date.now() / 1000 + 60).level, 'note', 'the browser has not looked since');
  assert.equal(seen('0.10.0', '0.9.0'), undefined, 'a newer one is not said to be late');
  const newer = finding(doctor({ DESTDIR }), 'extension-newer');
  assert.equal(newer.level, 'note');
  assert.match(newer.what, /is version 0\.10\.0, newer than the installed 0\.9\.0;/);
  assert.equal(seen('0.1.0', '0.1.0.0'), undefined, 'what is not there is 0');

  session.run(CLI, ['unregister', '--browser', 'chromium'], { env: NO_BROWSER });
  rmSync(crx, { recursive: true });
  session.run(CLI, ['register', '--browser', 'chromium'], { env: { ...NO_BROWSER, DESTDIR } });
  mkdirSync(crx);
  writeFileSync(join(crx, 'id'), `${own}\n`);
  const unknown = finding(doctor({ DESTDIR }), 'extension-unknown');
  assert.equal(unknown.do, 'consentlog register --browser chromium');
  rmSync(DESTDIR, { recursive: true });
  rmSync(join(session.env.HOME, '.config'), { recursive: true });
});

/** Where Firefox keeps profiles: it made them in the first until 147, and since then in the others. */
const FIREFOX_PROFILES = [
  ['.mozilla/firefox', {}],
  ['.config/mozilla/firefox', {}],
  ['elsewhere/mozilla/firefox', { XDG_CONFIG_HOME: '~/elsewhere' }],
];
for (const [place, given] of FIREFOX_PROFILES)
  test(`Firefox: a copy that may not look at LinkedIn, in ${place}`, () => {
    const env = Object.fromEntries(
      Object.entries(given).map(([name, path]) => [name, path.replace('~', session.env.HOME)]),
    );
    withFirefoxProfile(join(session.env.HOME, place, 'abcd.default-esr'), env);
  });

/** @param {string} profile @param {Record<string, string>} env */
function withFirefoxProfile(profile, env) {
  mkdirSync(profile, { recursive: true });
  const seen = (active, origins, appDisabled = false) => {
    const addons = [
      { id: 'other@example.org', active: true, appDisabled: !appDisabled },
      { id: 'consentlog@consentlog.org', active, appDisabled },
    ];
    const given = { 'consentlog@consentlog.org': { permissions: [], origins }, 'other@example.org': { origins: [] } };
    writeFileSync(join(profile, 'extensions.json'), JSON.stringify({ schemaVersion: 37, addons }));
    writeFileSync(join(profile, 'extension-preferences.json'), JSON.stringify(given));
    return finding(doctor(env), 'extension-permission');
  };
  assert.equal(seen(true, ['https://www.linkedin.com/*']), undefined);
  assert.equal(seen(false, []), undefined, 'it was switched off');
  const found = seen(true, []);
  assert.equal(found.level, 'warning');
  assert.match(found.what, /profile abcd\.default-esr of Firefox/);
  assert.match(found.do, /Allow consentlog on linkedin\.com/);
  assert.equal(finding(doctor(env), 'extension-refused'), undefined);
  assert.equal(seen(false, [], true), undefined, 'what does not run needs no permission');
  const refused = finding(doctor(env), 'extension-refused');
  assert.equal(refused.level, 'warning');
  const oldest = extensionManifest.browser_specific_settings.gecko.strict_min_version;
  assert.ok(refused.what.includes(`profile abcd.default-esr: it is older than version ${oldest}`), refused.what);
  rmSync(dirname(profile), { recursive: true });
}

test('the extension twice, removed, or not looked for', () => {
  const DESTDIR = mkdtempSync(join(tmpdir(), 'consentlog-doctor-'));
  const own = 'abcdefghijklmnopabcdefghijklmnop';
  const fixed = /^[a-p]{32}$/m.exec(readFileSync(join(ROOT, 'manifests/chromium-ids.txt'), 'utf8'))?.[0] ?? '';
  const profile = join(session.env.HOME, '.config/chromium/Default');
  const put = (path, text) => (mkdirSync(dirname(path), { recursive: true }), writeFileSync(path, text));
  const settings = (records) => JSON.stringify({ extensions: { settings: records, ...records.more } });
  put(join(DESTDIR, 'usr/local/share/consentlog/crx/id'), `${own}\n`);
  const packed = { [own]: { location: 2, path: `${own}/0.1.0_0`, odd: 'a } in a "string"' } };
  const seen = (records) => (put(join(profile, 'Preferences'), settings(records)), doctor({ DESTDIR }));

  assert.equal(finding(seen(packed), 'extension-twice'), undefined);
  assert.equal(finding(seen({ [fixed]: { location: 4 } }), 'extension-twice'), undefined);
  const twice = finding(seen({ ...packed, [fixed]: { nested: { a: 1 }, location: 4 } }), 'extension-twice');
  assert.equal(twice.level, 'warning');
  assert.ok(twice.do.includes(own));
  assert.equal(level(seen({ more: { external_uninstalls: [own] } }), 'extension-removed'), 'note');

  const looking = (more) => seen({ [fixed]: { location: 4, path: '/nonexistent', ...more } });
  for (const [may, more] of [
    [true, {}],
    [true, { active_permissions: { explicit_host: ['https://www.linkedin.com/*'] }, withholding_permissions: false }],
    [false, { active_permissions: { api: ['storage'], explicit_host: [] } }],
    [false, { active_permissions: { explicit_host: ['https://linkedin.com.example/*'] } }],
    [
      false, // "on click", as Chromium 156 writes it: what was wished for still stands there
      {
        active_permissions: { explicit_host: ['https://www.linkedin.com/*'] },
        runtime_granted_permissions: { explicit_host: [] },
        withholding_permissions: true,
      },
    ],
    [
      true,
      { runtime_granted_permissions: { explicit_host: ['https://www.linkedin.com/*'] }, withholding_permissions: true },
    ],
    [true, { active_permissions: {}, disable_reasons: [1] }], // switched off is another matter
  ])
    assert.equal(level(looking(more), 'extension-permission'), may ? undefined : 'warning', JSON.stringify(more));

  put(join(DESTDIR, 'usr/share/chromium/extensions/org.consentlog.consentlog/manifest.json'), '{}');
  assert.equal(level(seen(packed), 'extension-twice'), 'warning', 'one of them for everyone');
  assert.equal(level(seen({}), 'extension'), 'ok');

  const gecko = 'usr/share/mozilla/extensions/{ec8030f7-c20a-464f-9b0e-13a3a9e97384}/consentlog@consentlog.org.xpi';
  put(join(DESTDIR, gecko), '');
  assert.equal(level(doctor({ DESTDIR }), 'extension-signed'), 'note');
  mkdirSync(join(DESTDIR, 'usr/lib/firefox-esr'), { recursive: true });
  assert.equal(level(doctor({ DESTDIR }), 'extension-scan'), 'warning');
  put(join(DESTDIR, 'etc/firefox-esr/consentlog.js'), '');
  assert.equal(finding(doctor({ DESTDIR }), 'extension-scan'), undefined);
  rmSync(DESTDIR, { recursive: true });
  rmSync(join(session.env.HOME, '.config'), { recursive: true });
});

test('the extension in no profile, if the browser has one and the host is registered', () => {
  const DESTDIR = mkdtempSync(join(tmpdir(), 'consentlog-doctor-'));
  const own = 'abcdefghijklmnopabcdefghijklmnop';
  const put = (path, text) => (mkdirSync(dirname(path), { recursive: true }), writeFileSync(path, text));
  const absent = () => {
    const report = doctor({ DESTDIR });
    assert.equal(report.errors, 0);
    return report.findings.filter((one) => one.id === 'extension-absent');
  };
  const config = join(session.env.HOME, '.config');
  const preferences = (more, profile = 'Default') =>
    put(join(config, 'chromium', profile, 'Preferences'), JSON.stringify({ extensions: { settings: {}, ...more } }));
  put(join(DESTDIR, 'usr/local/share/consentlog/crx/id'), `${own}\n`);

  mkdirSync(join(config, 'chromium/Crash Reports'), { recursive: true });
  session.run(CLI, ['register', '--browser', 'chromium'], { env: { ...NO_BROWSER, DESTDIR } });
  assert.deepEqual(absent(), [], 'never started');
  preferences({});
  const [found, ...more] = absent();
  assert.deepEqual([found?.level, more], ['note', []]);
  assert.match(found.what, /^No profile of Chromium has the extension/);
  assert.match(found.do, /^Start Chromium once\. .*docs\/install\.md/);
  preferences({ settings: { [own]: { location: 8, path: '/elsewhere' } } });
  assert.equal(absent().length, 1, 'it was named on a command line once');
  preferences({ external_uninstalls: [own] });
  assert.deepEqual(absent(), [], 'that it was removed is told');
  preferences({});
  for (const record of [{ location: 2 }, { location: 2, disable_reasons: [1] }]) {
    preferences({ settings: { [own]: { ...record, path: `${own}/0.1.0_0` } } }, 'Profile 1');
    assert.deepEqual(absent(), [], 'another profile has it');
  }
  rmSync(join(config, 'chromium/Profile 1'), { recursive: true });
  const link = join(DESTDIR, 'usr/share/chromium/extensions/org.consentlog.consentlog');
  put(join(link, 'manifest.json'), '{}');
  assert.deepEqual(absent(), [], 'it is there for everyone');
  rmSync(link, { recursive: true });
  assert.equal(absent().length, 1);
  session.run(CLI, ['unregister', '--browser', 'chromium'], { env: NO_BROWSER });
  assert.deepEqual(absent(), [], 'the first thing to do is another');
  rmSync(config, { recursive: true });

  const addons = (folder, ...ids) =>
    put(
      join(session.env.HOME, folder, 'extensions.json'),
      JSON.stringify({ schemaVersion: 37, addons: ids.map((id) => ({ id, active: true })) }),
    );
  const [older, newer] = ['.mozilla/firefox/a.default', '.config/mozilla/firefox/b.default-esr'];
  put(join(session.env.HOME, older, '../profiles.ini'), '[General]\n');
  assert.deepEqual(absent(), [], 'never started');
  for (const folder of [older, newer]) {
    addons(folder, 'other@example.org');
    const [one, ...others] = absent();
    assert.deepEqual([one?.level, others], ['note', []]);
    assert.match(one.what, /^No profile of Firefox has the extension, unless it was loaded by hand/);
    assert.match(one.do, /docs\/install\.md/);
  }
  addons(newer, 'other@example.org', 'consentlog@consentlog.org');
  assert.deepEqual(absent(), [], 'another profile has it, and its permissions are not written yet');
  addons(newer);
  const gecko = 'usr/share/mozilla/extensions/{ec8030f7-c20a-464f-9b0e-13a3a9e97384}/consentlog@consentlog.org.xpi';
  put(join(DESTDIR, gecko), '');
  assert.deepEqual(absent(), [], 'it is there for everyone');
  rmSync(DESTDIR, { recursive: true });
  rmSync(config, { recursive: true });
  rmSync(join(session.env.HOME, '.mozilla/firefox'), { recursive: true });
});
