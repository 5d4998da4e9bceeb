/** What a release consists of: made twice from different folders, looked into, judged by the distribution's and the browsers' own tools. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash, createPublicKey, verify } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ROOT } from '../e2e/host.mjs';
import {
  ARCHITECTURE,
  SCRATCH,
  allowKey,
  copySources,
  files,
  makeKey,
  packageSh,
  projectKey,
  release,
  releaseOnce,
  versionOf,
  versions,
} from './release.mjs';

/** Where Chromium and Firefox load an extension by themselves. */
const LINK = 'usr/share/chromium/extensions/org.consentlog.consentlog';
const GECKO = 'usr/share/mozilla/extensions/{ec8030f7-c20a-464f-9b0e-13a3a9e97384}/consentlog@consentlog.org.xpi';
const EXPECTED = [
  'etc/chromium/native-messaging-hosts/org.consentlog.host.json',
  'etc/firefox-esr/consentlog.js',
  'etc/opt/chrome/native-messaging-hosts/org.consentlog.host.json',
  'etc/opt/edge/native-messaging-hosts/org.consentlog.host.json',
  'usr/bin/consentlog',
  'usr/lib/librewolf/native-messaging-hosts/org.consentlog.host.json',
  'usr/lib/mozilla/native-messaging-hosts/org.consentlog.host.json',
  'usr/lib/waterfox/native-messaging-hosts/org.consentlog.host.json',
  'usr/libexec/consentlog/consentlog-host',
  'usr/libexec/consentlog/keyring-everyday.so',
  'usr/libexec/consentlog/keyring-whole.so',
  'usr/share/bash-completion/completions/consentlog',
  LINK,
  'usr/share/doc/consentlog/changelog.gz',
  'usr/share/doc/consentlog/copyright',
  'usr/share/fish/vendor_completions.d/consentlog.fish',
  'usr/share/lintian/overrides/consentlog',
  'usr/share/locale/de/LC_MESSAGES/consentlog.mo',
  'usr/share/locale/fr/LC_MESSAGES/consentlog.mo',
  'usr/share/man/man1/consentlog-host.1.gz',
  'usr/share/man/man1/consentlog.1.gz',
  'usr/share/metainfo/org.consentlog.consentlog.metainfo.xml',
  GECKO,
  'usr/share/zsh/vendor-completions/_consentlog',
];
const dir = mkdtempSync(join(tmpdir(), 'consentlog packages '));
const unpacked = join(dir, 'deb');
const version = versionOf(ROOT);
/** The release that the tests beside this one install; the folder in which it was made is gone. */
let out = '';
let made = files(out, version);

/** @param {string} program @param {string[]} args @returns {string} what it printed; a failure is one of the test */
function run(program, ...args) {
  const got = spawnSync(program, args, { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C.UTF-8', TZ: 'UTC' } });
  assert.equal(got.status, 0, `${program} ${args.join(' ')}\n${got.stdout}${got.stderr}${got.error ?? ''}`);
  return got.stdout;
}

/** The files of a folder, with their paths in it. @param {string} folder @param {string} [under] @returns {string[]} */
const filesIn = (folder, under = '') =>
  readdirSync(join(folder, under), { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? filesIn(folder, join(under, entry.name)) : [join(under, entry.name)]))
    .sort();

/** Those of the extension, but the one that is for Node.js and not for a browser. */
const ours = () => filesIn(join(dir, 'first/extension')).filter((name) => name !== 'package.json');

/** @param {string} file */
const sha256 = (file) => createHash('sha256').update(readFileSync(file)).digest('hex');

/** The time of this release, as Debian's own program reads it from the changelog. */
const released = () =>
  new Date(
    1000 * Number(run('dpkg-parsechangelog', '-l', join(ROOT, 'manifests/debian/changelog'), '-S', 'Timestamp')),
  );

before(
  async () => {
    out = await releaseOnce();
    made = files(out, version);
    const first = copySources(ROOT, join(dir, 'first'));
    allowKey(first);
    const second = copySources(first, join(dir, 'the second one, elsewhere'));
    await release(second, join(dir, 'again'), {
      umask: '077',
      env: { TZ: 'Asia/Tokyo', LC_ALL: 'C.UTF-8', HOME: dir, CONSENTLOG_CRX_KEY: projectKey() },
    });
    run('dpkg-deb', '-x', made.deb, unpacked);
  },
  { timeout: 1_200_000 },
);
after(() => rmSync(dir, { recursive: true, force: true }));

test('built again in another folder, under another umask and time zone: the same bytes', () => {
  assert.deepEqual(
    readdirSync(out).sort(),
    Object.values(made)
      .map((file) => basename(file))
      .sort(),
  );
  for (const file of Object.values(made))
    assert.equal(sha256(join(dir, 'again', basename(file))), sha256(file), basename(file));
});

test('SHA256SUMS names every file and is right', () => {
  const lines = readFileSync(made.sums, 'utf8').trim().split('\n');
  assert.equal(lines.length, 6);
  for (const line of lines) {
    const [sum, name] = line.split('  ');
    assert.equal(sum, sha256(join(out, name)));
  }
});

test('one version, wherever it is stated', () => {
  assert.match(version, /^\d+\.\d+\.\d+$/);
  for (const [place, stated] of Object.entries(versions(ROOT))) assert.equal(stated, version, place);
});

describe('package.sh refuses', () => {
  for (const args of [[], ['one', 'two'], ['--help-me']])
    test(`the command line '${args.join(' ')}'`, async () => {
      const got = await packageSh(args);
      assert.equal(got.status, 2);
      assert.match(got.stderr, /^Usage: bash manifests\/package\.sh OUTDIR/);
    });

  test('a folder that holds something, which stays as it was', async () => {
    const full = join(dir, 'full');
    mkdirSync(full);
    writeFileSync(join(full, 'mine'), 'mine');
    const got = await packageSh([full]);
    assert.equal(got.status, 1);
    assert.match(got.stderr, /is not empty/);
    assert.deepEqual(readdirSync(full), ['mine']);
  });

  test('a key whose id the host would not answer, before anything is released', async () => {
    const other = join(dir, 'other.pem');
    makeKey(other);
    for (const [named, why] of [
      [other, /which manifests\/chromium-ids\.txt does not allow/],
      [join(dir, 'none.pem'), /names no file/],
    ]) {
      const into = join(dir, `refused ${basename(String(named))}`);
      const got = await packageSh([into], { tree: join(dir, 'first'), env: { CONSENTLOG_CRX_KEY: String(named) } });
      assert.equal(got.status, 1);
      assert.match(got.stderr, /** @type {RegExp} */ (why));
      assert.deepEqual(readdirSync(into), []);
    }
  });
});

describe('the Debian package', () => {
  test('holds what it should and nothing else', () => {
    const extension = ours().map((name) => `usr/share/consentlog/extension/${name}`);
    assert.deepEqual(filesIn(unpacked), [...EXPECTED, ...extension].sort());
    for (const name of extension)
      assert.equal(
        sha256(join(unpacked, name)),
        sha256(join(dir, 'first', name.replace('usr/share/consentlog/', ''))),
        name,
      );
  });

  test("everything is root's, of the changelog's time, and with the usual modes", () => {
    const when = released().toISOString().slice(0, 16).replace('T', ' ');
    for (const line of run('dpkg-deb', '-c', made.deb).trim().split('\n')) {
      const [mode, owner, , day, time, path] = line.split(/ +/);
      assert.equal(owner, 'root/root', path);
      assert.equal(`${day} ${time}`, when, path);
      const program = /\/consentlog(-host)?$/.test(path) && /\/(bin|libexec)\//.test(path);
      if (path.endsWith(LINK)) {
        assert.match(line, /^lrwxrwxrwx .* -> \.\.\/\.\.\/consentlog\/extension$/);
        continue;
      }
      assert.equal(mode, path.endsWith('/') ? 'drwxr-xr-x' : program ? '-rwxr-xr-x' : '-rw-r--r--', path);
    }
  });

  test('says what it needs and what it would like', () => {
    const field = (/** @type {string} */ name) => run('dpkg-deb', '-f', made.deb, name).trim();
    assert.equal(field('Version'), version);
    assert.equal(field('Architecture'), ARCHITECTURE);
    for (const library of ['libc6', 'libsecret-1-0', 'libsystemd0', 'libsqlite3-0', 'zlib1g'])
      assert.match(field('Depends'), new RegExp(`(^|, )${library}(t64)? \\(>= `), library);
    assert.doesNotMatch(field('Depends'), /keyring|wallet|chromium|firefox/);
    assert.match(field('Recommends'), /^gnome-keyring \| /);
  });

  test("the manifests name the installed host; those below /etc are the administrator's to change", () => {
    const manifests = EXPECTED.filter((name) => name.endsWith('/org.consentlog.host.json'));
    for (const name of manifests)
      assert.equal(
        JSON.parse(readFileSync(join(unpacked, name), 'utf8')).path,
        '/usr/libexec/consentlog/consentlog-host',
      );
    const conffiles = run('dpkg-deb', '-I', made.deb, 'conffiles').trim().split('\n');
    assert.deepEqual(
      conffiles,
      [...manifests.filter((name) => name.startsWith('etc/')), 'etc/firefox-esr/consentlog.js'].map(
        (name) => `/${name}`,
      ),
    );
  });

  test('its copyright file names our licence and that of everything that is not ours', () => {
    const plain = (/** @type {string} */ text) => text.replace(/^ \.?/gm, '').replace(/\s+/g, ' ');
    const said = plain(readFileSync(join(unpacked, 'usr/share/doc/consentlog/copyright'), 'utf8'));
    const licences = filesIn(join(dir, 'first/extension'))
      .filter((name) => basename(name) === 'LICENSE')
      .map((name) => `extension/${name}`);
    for (const name of ['LICENSE', ...licences]) {
      const [head, ...conditions] = readFileSync(join(dir, 'first', name), 'utf8').split(/\n\n/);
      const holder = /Copyright \(c\) [\d-]+,? (.*)/.exec([head, ...conditions].join('\n'))?.[1] ?? '';
      assert.ok(holder && said.includes(holder), `${name}: ${holder}`);
      for (const words of conditions.filter((part) => !part.startsWith('Copyright')))
        assert.ok(said.includes(plain(words).trim()), words);
      if (name !== 'LICENSE') assert.ok(said.includes(`Files: ${dirname(name)}/*`), name);
    }
  });

  test('no program tells where it was built', () => {
    const binaries = EXPECTED.filter((name) => /^usr\/(bin|libexec)\//.test(name));
    assert.equal(binaries.length, 4);
    for (const name of binaries) {
      const bytes = readFileSync(join(unpacked, name)).toString('latin1');
      for (const trace of [SCRATCH, basename(dir), 'CMakeFiles', '/tmp/'])
        assert.ok(!bytes.includes(trace), `${name}: ${trace}`);
    }
  });

  test('lintian finds no error and no warning', () => {
    run('lintian', '--fail-on', 'error,warning', '--tag-display-limit', '0', '--info', made.deb);
  });

  test('lintian is really asked: a package without a changelog fails', () => {
    const bad = join(dir, 'bad');
    run('dpkg-deb', '-R', made.deb, bad);
    rmSync(join(bad, 'usr/share/doc/consentlog/changelog.gz'));
    run('dpkg-deb', '--root-owner-group', '-b', bad, join(dir, 'bad.deb'));
    const got = spawnSync('lintian', ['--fail-on', 'error,warning', join(dir, 'bad.deb')], { encoding: 'utf8' });
    assert.notEqual(got.status, 0);
    assert.match(got.stdout, /changelog/);
  });

  test('the metadata is good for a software centre, the manual pages are readable', () => {
    run(
      'appstreamcli',
      'validate',
      '--no-net',
      '--pedantic',
      join(unpacked, 'usr/share/metainfo/org.consentlog.consentlog.metainfo.xml'),
    );
    for (const page of ['consentlog', 'consentlog-host'])
      assert.equal(
        run('gzip', '-dc', join(unpacked, `usr/share/man/man1/${page}.1.gz`)),
        readFileSync(join(ROOT, `docs/man/${page}.1`), 'utf8'),
      );
  });
});

describe('the package for Fedora', () => {
  const MOVED = /** @type {[string, string | null][]} */ ([
    ['etc/firefox-esr/consentlog.js', 'etc/firefox/pref/consentlog.js'],
    ['usr/share/zsh/vendor-completions/_consentlog', 'usr/share/zsh/site-functions/_consentlog'],
    ['usr/share/doc/consentlog/copyright', 'usr/share/licenses/consentlog/copyright'],
    ['usr/share/doc/consentlog/changelog.gz', null],
    ['usr/share/lintian/overrides/consentlog', null],
    [LINK, null], // Fedora's Chromium loads no folder
  ]);
  const manifest = '/usr/lib64/mozilla/native-messaging-hosts/org.consentlog.host.json';
  const rpm = (/** @type {string[]} */ ...words) =>
    run('rpm', '-qp', ...words, made.rpm)
      .trim()
      .split('\n');

  test('holds what the Debian one does, where the browsers of Fedora look', () => {
    const moved = new Map(MOVED);
    const expected = filesIn(unpacked)
      .map((name) => (moved.has(name) ? moved.get(name) : name))
      .filter((name) => name !== null)
      .map((name) => `/${name}`);
    const listed = rpm('--queryformat', '[%{FILEMODES:perms} %{FILENAMES}\n]')
      .filter((line) => !line.startsWith('d'))
      .map((line) => line.slice(line.indexOf(' ') + 1));
    assert.deepEqual(listed.sort(), [...expected, manifest].sort());
  });

  test("everything is root's, with the usual modes and of the changelog's time", () => {
    const format = '[%{FILEMODES:perms} %{FILEUSERNAME} %{FILEGROUPNAME} %{FILEMTIMES} %{FILENAMES}\n]';
    for (const line of rpm('--queryformat', format)) {
      const [mode, user, group, time, ...name] = line.split(' ');
      const path = name.join(' ');
      assert.deepEqual([user, group, Number(time) * 1000], ['root', 'root', released().getTime()], path);
      const program = path === '/usr/bin/consentlog' || path.endsWith('/consentlog-host');
      assert.equal(mode, line.startsWith('d') ? 'drwxr-xr-x' : program ? '-rwxr-xr-x' : '-rw-r--r--', path);
    }
  });

  test("runs no script; keeps what an administrator has changed; owns no folder of another's", () => {
    assert.deepEqual(rpm('--scripts', '--triggers', '--filetriggers'), ['']);
    assert.deepEqual(rpm('--configfiles'), [
      '/etc/chromium/native-messaging-hosts/org.consentlog.host.json',
      '/etc/firefox/pref/consentlog.js',
      '/etc/opt/chrome/native-messaging-hosts/org.consentlog.host.json',
      '/etc/opt/edge/native-messaging-hosts/org.consentlog.host.json',
    ]);
    const flags = rpm('--queryformat', '[%{FILEFLAGS:fflags} %{FILENAMES}\n]');
    assert.equal(flags.filter((line) => /^cn .*\.(json|js)$/.test(line)).length, 4, 'noreplace');
    const folders = rpm('-v', '-l').filter((line) => line.startsWith('d'));
    for (const line of folders)
      assert.match(line, /consentlog|native-messaging-hosts$|\/usr\/lib\/(librewolf|waterfox)$/, line);
  });

  test('says what it needs, what it would like, and nothing of where it was built', () => {
    const needs = rpm('--requires').join('\n');
    for (const library of ['libsecret-1.so.0', 'libcrypto.so.3', 'libsqlite3.so.0', 'libz.so.1', 'libgcrypt.so.20'])
      assert.ok(needs.includes(library), library);
    assert.doesNotMatch(needs, /\/bin\/|chromium|firefox/);
    assert.deepEqual(rpm('--recommends'), ['gnome-keyring']);
    assert.deepEqual(rpm('--queryformat', '%{VERSION} %{BUILDHOST} %{BUILDTIME}'), [
      `${version} localhost ${released().getTime() / 1000}`,
    ]);
  });

  test('installs, keeps a changed file through a second time, and is gone when it is erased', () => {
    const root = join(dir, 'fedora');
    const db = ['--root', root, '--dbpath', '/db', '--nodeps'];
    const as = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
    const [program, ...args] = [...as, 'rpm', ...db];
    mkdirSync(root);
    run(program, ...args, '-i', made.rpm);
    const host = '/usr/libexec/consentlog/consentlog-host';
    assert.equal(JSON.parse(readFileSync(join(root, manifest), 'utf8')).path, host);
    assert.equal(sha256(join(root, host)), sha256(join(unpacked, host)), 'the very program');
    const kept = join(root, 'etc/opt/edge/native-messaging-hosts/org.consentlog.host.json');
    run(...as, 'sh', '-c', 'echo {} >"$0"', kept);
    run(program, ...args, '-U', '--force', made.rpm);
    assert.equal(readFileSync(kept, 'utf8'), '{}\n');
    run(program, ...args, '-e', 'consentlog');
    assert.deepEqual(
      filesIn(root).filter((name) => name.includes('consentlog') && !name.endsWith('.rpmsave')),
      [],
    );
    run(...as, 'rm', '-rf', root);
  });
});

describe('the CRX of a release', () => {
  /** Header and archive of a CRX3. */
  const parts = () => {
    const bytes = readFileSync(made.crx);
    const length = bytes.readUInt32LE(8);
    assert.equal(bytes.toString('latin1', 0, 4), 'Cr24');
    assert.equal(bytes.readUInt32LE(4), 3);
    return { header: bytes.subarray(12, 12 + length), archive: bytes.subarray(12 + length) };
  };

  test('is signed with the key, which gives its id', () => {
    const { header, archive } = parts();
    const spki = createPublicKey(readFileSync(projectKey())).export({ type: 'spki', format: 'der' });
    const id = createHash('sha256').update(spki).digest().subarray(0, 16);
    const signed = Buffer.concat([Buffer.from([0x0a, 16]), id]);
    const at = header.indexOf(spki) + spki.length;
    assert.ok(header.includes(spki) && header.includes(signed));
    assert.equal(header[at], 0x12, 'then the signature');
    const signature = header.subarray(at + 3, at + 3 + 256);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(signed.length);
    const covered = Buffer.concat([Buffer.from('CRX3 SignedData\0'), length, signed, archive]);
    assert.ok(verify('sha256', covered, readFileSync(projectKey()), signature));
    covered[covered.length - 1] ^= 1;
    assert.ok(!verify('sha256', covered, readFileSync(projectKey()), signature));
  });

  test("holds the store's files, and asks no server about its id", () => {
    const into = join(dir, 'crx');
    mkdirSync(into);
    writeFileSync(`${into}.zip`, parts().archive);
    run('unzip', '-q', `${into}.zip`, '-d', into);
    const { key: fixed, ...expected } = JSON.parse(readFileSync(join(dir, 'first/extension/manifest.json'), 'utf8'));
    assert.ok(fixed);
    const { update_url: address, ...rest } = JSON.parse(readFileSync(join(into, 'manifest.json'), 'utf8'));
    assert.deepEqual(rest, expected);
    assert.match(address, /^file:\/\/\//);
    assert.deepEqual(filesIn(into), ours());
  });
});

test('Chromium gets the very folder, Firefox the very package that the store would get', () => {
  assert.equal(
    readFileSync(join(unpacked, LINK, 'manifest.json'), 'utf8'),
    readFileSync(join(dir, 'first/extension/manifest.json'), 'utf8'),
  );
  assert.equal(sha256(join(unpacked, GECKO)), sha256(made.xpi));
  assert.match(
    readFileSync(join(unpacked, 'etc/firefox-esr/consentlog.js'), 'utf8'),
    /^pref\("extensions\.startupScanScopes", 8\);$/m,
  );
});

describe('the packages for the stores', () => {
  const folder = join(dir, 'store');

  for (const kind of /** @type {('zip' | 'xpi')[]} */ (['zip', 'xpi']))
    test(`${kind}: the extension's files, of one time, in order, without the key`, () => {
      assert.deepEqual(
        run('unzip', '-Z1', made[kind]).trim().split('\n'),
        ours().sort((a, b) => (a < b ? -1 : 1)),
      );
      const when = released().toISOString().slice(0, 19).replace('T', '.').replaceAll(/[-:]/g, '');
      const times = run('unzip', '-ZTs', made[kind]).match(/\d{8}\.\d{6}(?= )/g);
      assert.deepEqual(
        times,
        ours().map(() => when),
      );
      const into = join(folder, kind);
      mkdirSync(into, { recursive: true });
      run('unzip', '-q', made[kind], '-d', into);
      const { key, ...manifest } = JSON.parse(readFileSync(join(dir, 'first/extension/manifest.json'), 'utf8'));
      assert.ok(key, 'the unpacked one has it');
      assert.deepEqual(JSON.parse(readFileSync(join(into, 'manifest.json'), 'utf8')), manifest);
      for (const name of ours().filter((other) => other !== 'manifest.json'))
        assert.equal(sha256(join(into, name)), sha256(join(dir, 'first/extension', name)), name);
    });

  test('web-ext has nothing against it', () => {
    const webExt = join(ROOT, 'tests/node_modules/.bin/web-ext');
    assert.ok(existsSync(webExt));
    run(
      webExt,
      'lint',
      '--source-dir',
      join(folder, 'xpi'),
      '--warnings-as-errors',
      '--no-config-discovery',
      '--output',
      'text',
    );
  });

  test('a link in the extension is refused, not followed; hidden files stay out', () => {
    const tree = copySources(join(dir, 'first'), join(dir, 'linked'));
    const pack = (/** @type {string} */ name) =>
      spawnSync('python3', [join(tree, 'manifests/pack-extension.py'), join(dir, name)], {
        encoding: 'utf8',
        env: { ...process.env, SOURCE_DATE_EPOCH: '1800000000' },
      });
    writeFileSync(join(tree, 'extension/.editor.swp'), '');
    assert.equal(pack('hidden.zip').status, 0);
    assert.doesNotMatch(run('unzip', '-Z1', join(dir, 'hidden.zip')), /swp/);
    run('ln', '-s', '/etc/hostname', join(tree, 'extension/icons/link.png'));
    const got = pack('linked.zip');
    assert.equal(got.status, 1);
    assert.match(got.stderr, /icons\/link\.png is a link/);
  });
});
