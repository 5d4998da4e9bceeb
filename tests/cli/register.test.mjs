/** register and unregister, in folders of their own. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { CLI, HOST, ROOT } from '../e2e/host.mjs';

const FILE = 'org.consentlog.host.json';
const FOLDERS = {
  'google-chrome': '.config/google-chrome/NativeMessagingHosts',
  'google-chrome-beta': '.config/google-chrome-beta/NativeMessagingHosts',
  'google-chrome-unstable': '.config/google-chrome-unstable/NativeMessagingHosts',
  chromium: '.config/chromium/NativeMessagingHosts',
  'microsoft-edge': '.config/microsoft-edge/NativeMessagingHosts',
  'microsoft-edge-beta': '.config/microsoft-edge-beta/NativeMessagingHosts',
  'microsoft-edge-dev': '.config/microsoft-edge-dev/NativeMessagingHosts',
  brave: '.config/BraveSoftware/Brave-Browser/NativeMessagingHosts',
  vivaldi: '.config/vivaldi/NativeMessagingHosts',
  opera: '.config/opera/NativeMessagingHosts',
  firefox: '.mozilla/native-messaging-hosts',
  librewolf: '.librewolf/native-messaging-hosts',
  waterfox: '.waterfox/native-messaging-hosts',
};
const GECKO = ['firefox', 'librewolf', 'waterfox'];

let home = '';
/** PATH has no browser, so that only folders are found. */
const run = (args, env = {}) =>
  spawnSync(CLI, args, { env: { PATH: join(home, 'bin'), HOME: home, ...env }, encoding: 'utf8', cwd: home });
const manifest = (name) => join(home, FOLDERS[name], FILE);
const read = (file) => JSON.parse(readFileSync(file, 'utf8'));
const files = (args, env) => JSON.parse(run([...args, '--json'], env).stdout).files;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'consentlog-register-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

test('every browser of the table has its place, its kind and the allowed ids of the one list', () => {
  const names = Object.keys(FOLDERS);
  const got = run(['register', ...names.flatMap((name) => ['--browser', name])]);
  assert.equal(got.status, 0, got.stderr);
  const ids = readFileSync(join(ROOT, 'manifests/chromium-ids.txt'), 'utf8').match(/^[a-p]{32}$/gm);
  const gecko = read(join(ROOT, 'extension/manifest.json')).browser_specific_settings.gecko.id;
  for (const name of names) {
    const text = read(manifest(name));
    assert.equal(text.name, 'org.consentlog.host');
    assert.equal(text.path, HOST);
    assert.equal(text.type, 'stdio');
    if (GECKO.includes(name)) assert.deepEqual(text.allowed_extensions, [gecko]);
    else
      assert.deepEqual(
        text.allowed_origins,
        ids?.map((id) => `chrome-extension://${id}/`),
      );
    assert.equal('allowed_origins' in text, !GECKO.includes(name));
    assert.equal(lstatSync(manifest(name)).mode & 0o777, 0o644);
    assert.deepEqual(readdirSync(dirname(manifest(name))), [FILE], 'no temporary file stays');
  }
});

const noStrace = spawnSync('strace', ['-V']).error !== undefined && 'strace is not installed';
for (const [what, before] of /** @type {[string, string | null]} */ ([
  ['a new one', null],
  ['one that is changed', 'another'],
]))
  test(
    `${what} is on the disk before it gets its name, and its name before success is said`,
    { skip: noStrace },
    () => {
      const file = manifest('chromium');
      if (before) {
        assert.equal(run(['register', '--browser', 'chromium']).status, 0);
        writeFileSync(file, readFileSync(file, 'utf8').replace('consentlog-host"', `${before}/consentlog-host"`));
      }
      const calls = 'trace=fsync,fdatasync,link,linkat,rename,renameat,renameat2,write,pwrite64';
      const args = [
        '-f',
        '-y',
        '-s0',
        '-e',
        calls,
        '-o',
        join(home, 'calls'),
        CLI,
        'register',
        '--browser',
        'chromium',
      ];
      const made = spawnSync('strace', args, { env: { PATH: process.env.PATH, HOME: home }, encoding: 'utf8' });
      assert.equal(made.status, 0, made.stderr);
      const lines = readFileSync(join(home, 'calls'), 'utf8').split('\n');
      const all = lines.join('\n');
      const naming = lines.findIndex((line) => /(link|rename)/.test(line) && line.includes(FILE) && / = 0$/.test(line));
      const written = lines.findLastIndex((line) => /write/.test(line) && line.includes(`<${dirname(file)}/`));
      const synced = lines.findIndex(
        (line) => /sync/.test(line) && line.includes(`<${dirname(file)}/`) && / = 0$/.test(line),
      );
      const above = lines.findIndex(
        (line) => /fsync/.test(line) && line.includes(`<${dirname(file)}>) `) && / = 0$/.test(line),
      );
      const said = lines.findIndex((line) => / write\(1</.test(line));
      assert.ok(
        written >= 0 && written < synced && synced < naming,
        `written, synced, named: ${[written, synced, naming]}\n${all}`,
      );
      assert.ok(naming < above && above < said, `named, synced, said: ${[naming, above, said]}\n${all}`);
    },
  );

test(
  'a folder that is made on the way, and a manifest that is removed, are so on the disk before success is said',
  { skip: noStrace },
  () => {
    for (const [command, change] of /** @type {[string, RegExp][]} */ ([
      ['register', /^\d+ +mkdir\("(.*)", \d+\) += 0$/],
      ['unregister', /^\d+ +unlink\("(.*)"\) += 0$/],
    ])) {
      const calls = ['-f', '-y', '-s999', '-e', 'trace=mkdir,unlink,fsync,write', '-o', join(home, 'calls')];
      const done = spawnSync('strace', [...calls, CLI, command, '--browser', 'chromium'], {
        env: { PATH: process.env.PATH, HOME: home },
        encoding: 'utf8',
      });
      assert.equal(done.status, 0, done.stderr);
      const lines = readFileSync(join(home, 'calls'), 'utf8').split('\n');
      const said = lines.findIndex((line) => / write\(1</.test(line));
      const changed = lines.flatMap((line, i) => (change.test(line) ? [i] : []));
      assert.ok(changed.length > 0, lines.join('\n'));
      for (const at of changed) {
        const above = dirname(/** @type {string[]} */ (change.exec(lines[at]))[1]);
        const synced = lines.findIndex((line, i) => i > at && /fsync\(/.test(line) && line.includes(`<${above}>) `));
        assert.ok(synced > at && synced < said, `${lines[at]}: ${[synced, said]}\n${lines.join('\n')}`);
      }
    }
  },
);

test('found are a folder or a program, and nothing else', () => {
  assert.deepEqual(files(['register']), []);
  mkdirSync(join(home, '.config/vivaldi'), { recursive: true });
  mkdirSync(join(home, 'bin'));
  writeFileSync(join(home, 'bin/firefox-esr'), '#!/bin/sh\n');
  writeFileSync(join(home, 'bin/brave'), 'not executable');
  chmodSync(join(home, 'bin/firefox-esr'), 0o755);
  assert.deepEqual(
    files(['register']).map((f) => [f.browser, f.did]),
    [
      ['vivaldi', 'registered'],
      ['firefox', 'registered'],
    ],
  );
});

test('a program that only opens a snap is no native browser', () => {
  mkdirSync(join(home, 'bin'));
  writeFileSync(join(home, 'bin/chromium-browser'), '#!/bin/sh\nexec /snap/bin/chromium "$@"\n', { mode: 0o755 });
  assert.deepEqual(
    files(['register']).filter((f) => f.did === 'registered'),
    [],
  );
});

test('XDG_CONFIG_HOME and CHROME_CONFIG_HOME move Chromium and not Firefox', () => {
  const env = { XDG_CONFIG_HOME: join(home, 'x') };
  const both = ['register', '--browser', 'chromium', '--browser', 'firefox'];
  assert.deepEqual(
    files(both, env).map((f) => f.file),
    [join(home, 'x/chromium/NativeMessagingHosts', FILE), manifest('firefox')],
  );
  assert.equal(
    files(both, { ...env, CHROME_CONFIG_HOME: join(home, 'c') })[0].file,
    join(home, 'c/chromium/NativeMessagingHosts', FILE),
  );
  assert.equal(files(both, { XDG_CONFIG_HOME: 'relative' })[0].file, manifest('chromium'));
});

test('a second time changes nothing; an older text of ours is updated', () => {
  const args = ['register', '--browser', 'chromium'];
  assert.equal(files(args)[0].did, 'registered');
  const before = lstatSync(manifest('chromium')).ino;
  assert.equal(files(args)[0].did, 'unchanged');
  assert.equal(lstatSync(manifest('chromium')).ino, before);
  writeFileSync(
    manifest('chromium'),
    readFileSync(manifest('chromium'), 'utf8').replace(HOST, '/gone/consentlog-host'),
  );
  assert.equal(files(args)[0].did, 'updated');
  assert.equal(read(manifest('chromium')).path, HOST);
});

test('--dry-run writes nothing and removes nothing', () => {
  const args = ['--browser', 'firefox', '--dry-run'];
  assert.equal(files(['register', ...args])[0].did, 'would write');
  assert.ok(!existsSync(join(home, '.mozilla')));
  run(['register', '--browser', 'firefox']);
  assert.equal(files(['unregister', ...args])[0].did, 'would remove');
  assert.ok(existsSync(manifest('firefox')));
});

const FOREIGN = {
  'another name': '{"name":"org.other.host","path":"/usr/bin/consentlog-host"}',
  'another program': '{"name":"org.consentlog.host","path":"/usr/bin/other"}',
  'a program that only ends alike': '{"name":"org.consentlog.host","path":"/usr/bin/not-consentlog-host"}',
  'no JSON': 'consentlog-host',
  'a name twice': '{"name":"org.consentlog.host","name":"x","path":"/usr/bin/consentlog-host"}',
  'an empty file': '',
  'more than a manifest can be': `{"name":"org.consentlog.host","path":"/usr/bin/consentlog-host"}${' '.repeat(20000)}`,
};
for (const [what, text] of Object.entries(FOREIGN)) {
  test(`a file that is not ours is neither replaced nor removed: ${what}`, () => {
    mkdirSync(dirname(manifest('firefox')), { recursive: true });
    writeFileSync(manifest('firefox'), text);
    for (const command of ['register', 'unregister']) {
      const got = run([command, '--browser', 'firefox']);
      assert.equal(got.status, 3);
      assert.match(got.stderr, /refused/);
      assert.equal(readFileSync(manifest('firefox'), 'utf8'), text);
    }
  });
}

test('a link, a folder and a pipe are not ours', () => {
  const place = manifest('firefox');
  mkdirSync(dirname(place), { recursive: true });
  const target = join(home, 'target.json');
  writeFileSync(target, '{"name":"org.consentlog.host","path":"/usr/bin/consentlog-host"}');
  const makers = [() => symlinkSync(target, place), () => mkdirSync(place), () => spawnSync('mkfifo', [place])];
  for (const make of makers) {
    make();
    assert.equal(files(['register', '--browser', 'firefox'])[0].did, 'refused');
    assert.equal(run(['unregister', '--browser', 'firefox']).status, 3);
    assert.ok(lstatSync(place));
    rmSync(place, { recursive: true });
  }
  assert.ok(existsSync(target));
});

test('unregister takes away what register made, everywhere, and says when there was nothing', () => {
  run(['register', '--browser', 'chromium', '--browser', 'waterfox']);
  const got = files(['unregister']);
  assert.deepEqual(
    got.map((f) => [f.browser, f.did]),
    [
      ['chromium', 'removed'],
      ['waterfox', 'removed'],
    ],
  );
  assert.ok(!existsSync(manifest('chromium')));
  const again = run(['unregister']);
  assert.equal(again.status, 0);
  assert.equal(again.stdout, 'Nothing was registered.\n');
});

test('Firefox is found by the folder of its profiles since 147, and told where it looks', () => {
  for (const [place, env] of [
    ['.config', {}],
    ['elsewhere', { XDG_CONFIG_HOME: join(home, 'elsewhere') }],
  ]) {
    mkdirSync(join(home, place, 'mozilla/firefox'), { recursive: true });
    const got = files(['register'], env);
    assert.deepEqual(
      got.map((f) => [f.browser, f.file, f.did]),
      [['firefox', manifest('firefox'), 'registered']],
    );
    rmSync(join(home, '.mozilla'), { recursive: true });
    rmSync(join(home, place), { recursive: true });
  }
});

test('--user-data-dir writes there and nowhere else', () => {
  mkdirSync(join(home, 'a profile'));
  mkdirSync(join(home, '.mozilla'));
  const got = files(['register', '--user-data-dir', 'a profile']);
  assert.deepEqual(
    got.map((f) => [f.browser, f.file]),
    [[null, join(home, 'a profile/NativeMessagingHosts', FILE)]],
  );
  assert.ok(!existsSync(manifest('firefox')));
  assert.equal(run(['register', '--user-data-dir', 'missing']).status, 3);
  assert.equal(files(['unregister', '--user-data-dir', 'a profile'])[0].did, 'removed');
});

test('--system writes below DESTDIR, open to all', () => {
  const root = join(home, 'root');
  const got = files(
    [
      'register',
      '--system',
      '--browser',
      'chromium',
      '--browser',
      'google-chrome',
      '--browser',
      'microsoft-edge-beta',
      '--browser',
      'firefox',
    ],
    { DESTDIR: root },
  );
  assert.deepEqual(
    got.map((f) => f.file.slice(root.length)),
    [
      `/etc/opt/chrome/native-messaging-hosts/${FILE}`,
      `/etc/chromium/native-messaging-hosts/${FILE}`,
      `/etc/opt/edge/native-messaging-hosts/${FILE}`,
      `/usr/lib/mozilla/native-messaging-hosts/${FILE}`,
    ],
  );
  for (const file of got) assert.equal(lstatSync(dirname(file.file)).mode & 0o777, 0o755);
  const same = files(['unregister', '--system'], { DESTDIR: root });
  assert.equal(same.filter((f) => f.did === 'removed').length, 4);
});

test('--host: a host that is there, may be executed and has the right name', () => {
  const args = (host) => ['register', '--browser', 'firefox', '--host', host];
  const host = join(home, 'it "s\\here/consentlog-host');
  mkdirSync(dirname(host));
  assert.equal(run(args(host)).status, 3);
  writeFileSync(host, '#!/bin/sh\n', { mode: 0o644 });
  assert.match(run(args(host)).stderr, /cannot be executed/);
  chmodSync(host, 0o755);
  assert.equal(run(args(host)).status, 0);
  assert.equal(read(manifest('firefox')).path, host);
  assert.match(run(args('/bin/sh')).stderr, /not named consentlog-host/);
  assert.ok(!existsSync(manifest('chromium')));
});

test('--host: what steers a terminal or turns text around is shown and does neither, whatever is wrong', () => {
  const folder = join(home, '\u001b[31m\u202e');
  mkdirSync(folder);
  const told = (name) => {
    const got = run(['register', '--browser', 'firefox', '--host', join(folder, name)]);
    assert.ok(`${got.stdout}${got.stderr}`.includes(`/<U+001B>[31m<U+202E>/${name}`), got.stderr);
    assert.doesNotMatch(got.stdout + got.stderr, /\p{Bidi_Control}|(?!\n)\p{Cc}/u);
    return got.status;
  };
  writeFileSync(join(folder, 'consentlog-host'), '#!/bin/sh\n', { mode: 0o644 });
  writeFileSync(join(folder, 'other'), '#!/bin/sh\n', { mode: 0o755 });
  for (const name of ['none', 'consentlog-host', 'other']) assert.equal(told(name), 3);
  chmodSync(join(folder, 'consentlog-host'), 0o755);
  assert.equal(told('consentlog-host'), 0);
});

test('an unknown browser: the known ones are listed', () => {
  const got = run(['register', '--browser', 'netscape']);
  assert.equal(got.status, 2);
  for (const name of Object.keys(FOLDERS)) assert.ok(got.stderr.includes(` ${name}`));
});

test('a folder that cannot be made is a failure with its reason', () => {
  writeFileSync(join(home, '.mozilla'), 'a file');
  const got = run(['register', '--browser', 'firefox']);
  assert.equal(got.status, 3);
  assert.match(got.stderr, /failed/);
  assert.equal(run(['register', '--browser', 'firefox'], { HOME: '' }).status, 3);
});

/** As one whom permissions hold: not root. @param {string[]} args */
function runAsMember(args) {
  const bin = join(home, 'bin');
  mkdirSync(bin, { recursive: true });
  for (const program of [CLI, HOST]) copyFileSync(program, join(bin, basename(program)));
  const words = [join(bin, 'consentlog'), ...args];
  if (process.getuid?.() === 0) {
    spawnSync('chown', ['-R', '65534:65534', home]);
    words.unshift('setpriv', '--reuid=65534', '--regid=65534', '--clear-groups');
  }
  return spawnSync(words[0], words.slice(1), {
    env: { PATH: process.env.PATH, HOME: home },
    encoding: 'utf8',
    cwd: home,
  });
}

test('a folder that cannot be written: --dry-run promises nothing, and each says what to do', () => {
  const folder = join(home, '.mozilla');
  mkdirSync(folder, { mode: 0o555 });
  const once = ['--browser', 'firefox'];
  for (const args of [
    ['register', ...once, '--dry-run'],
    ['register', ...once],
  ]) {
    const got = runAsMember(args);
    assert.equal(got.status, 3);
    assert.match(got.stderr, /failed[^]*Permission denied\. Make the folder writable: chmod/);
    assert.ok(got.stderr.includes(`'${folder}'`), got.stderr);
  }
  const system = runAsMember(['register', '--system', ...once, '--dry-run']);
  assert.equal(system.status, 3);
  assert.match(system.stderr, /Run this as root/);

  chmodSync(folder, 0o755);
  assert.equal(runAsMember(['register', ...once]).status, 0);
  chmodSync(dirname(manifest('firefox')), 0o555);
  for (const args of [['unregister', '--dry-run'], ['unregister']])
    assert.match(runAsMember(args).stderr, /failed[^]*chmod/);
  assert.ok(existsSync(manifest('firefox')));
});

test('--dry-run sees a file and a dangling link where a folder must be', () => {
  for (const make of [
    () => writeFileSync(join(home, '.mozilla'), ''),
    () => symlinkSync('nowhere', join(home, '.mozilla')),
  ]) {
    make();
    const got = files(['register', '--browser', 'firefox', '--dry-run'])[0];
    assert.equal(got.did, 'failed');
    assert.match(got.why, /Look at .*\.mozilla and move it away/);
    assert.equal(files(['register', '--browser', 'firefox'])[0].did, 'failed');
    rmSync(join(home, '.mozilla'));
  }
});

test('without a home that is all that is said', () => {
  for (const value of ['', 'relative']) {
    const got = run(['register', '--browser', 'firefox'], { HOME: value });
    assert.equal(got.status, 3);
    assert.match(got.stderr, /HOME is not set to a folder/);
    assert.equal(got.stdout, '');
  }
});

test("root leaves another's --user-data-dir alone", { skip: process.getuid?.() !== 0 && 'only root could' }, () => {
  const profile = join(home, 'profile');
  mkdirSync(profile);
  spawnSync('chown', ['65534', profile]);
  assert.equal(files(['register', '--user-data-dir', profile])[0].did, 'refused');
  assert.deepEqual(readdirSync(profile), []);
});

test("another user's home is left alone", () => {
  const root = process.getuid?.() === 0;
  if (root) spawnSync('chown', ['65534', home]);
  const got = run(['register', '--browser', 'firefox'], root ? {} : { HOME: '/' });
  assert.equal(got.status, 3);
  assert.match(got.stderr, /belongs to another user/);
  assert.ok(!existsSync(join(home, '.mozilla')));
});
