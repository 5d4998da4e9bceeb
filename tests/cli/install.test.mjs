/**
 * manifests/install.sh as a person runs it, on a copy of the sources in a folder with a blank in its name, into an empty home.
 * No browser is in the PATH but for the last test, which installs for everyone, where overlays stand for the system's folders,
 * and starts the real ones.
 * The packages are here already (tests/run.sh sees to that), so apt is never called.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { endianness, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { CLI, ROOT } from '../e2e/host.mjs';

const dir = mkdtempSync(join(tmpdir(), 'consentlog install '));
let clone = join(dir, 'a clone');
const home = join(dir, 'home');
const log = join(home, '.local/share/consentlog/log.sqlite');
const programs = [
  '.local/bin/consentlog',
  '.local/libexec/consentlog/consentlog-host',
  '.local/share/man/man1/consentlog.1',
  '.local/share/man/man1/consentlog-host.1',
  '.local/share/consentlog/extension/manifest.json',
];
const BROWSERS = /chrom|firefox|brave|opera|vivaldi|edge|librewolf|waterfox/;
const tools = join(dir, 'tools');
const env = {
  PATH: tools,
  HOME: home,
  LANG: 'C.UTF-8',
  DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent',
  ...compilerCache(),
};

/**
 * The first installation compiles everything; the later ones, of the same sources by the same compiler from other places, are given what it
 * made. Without ccache they compile anew.
 * @returns {Record<string, string>}
 */
function compilerCache() {
  const ccache = spawnSync('which', ['ccache'], { encoding: 'utf8' }).stdout.trim();
  if (!ccache) return {};
  return {
    CMAKE_C_COMPILER_LAUNCHER: ccache,
    CCACHE_DIR: join(dir, 'ccache'),
    CCACHE_BASEDIR: dir,
    CCACHE_NOHASHDIR: 'true',
  };
}

const ROOT_HERE = process.getuid?.() === 0;
const NOBODY = 65534;
/** For root the script's default is the system; a member is somebody else. */
const AS_MEMBER = ROOT_HERE ? ['/usr/bin/setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'] : [];

/** @param {string[]} args @returns {[string, string[]]} */
const command = (args) => {
  const [program, ...words] = [...AS_MEMBER, '/bin/bash', join(clone, 'manifests/install.sh'), ...args];
  return [program, words];
};

const install = (args = [], more = {}) =>
  spawnSync(...command(args), {
    env: { ...env, ...more },
    cwd: dir,
    encoding: 'utf8',
    input: '',
  });

before(() => {
  mkdirSync(home, { mode: 0o700 });
  mkdirSync(join(home, '.config/chromium'), { recursive: true });
  mkdirSync(clone);
  for (const name of ['CMakeLists.txt', 'CMakePresets.json', 'host', 'extension', 'manifests', 'docs'])
    cpSync(join(ROOT, name), join(clone, name), { recursive: true, filter: (from) => !from.endsWith('__pycache__') });
  mkdirSync(tools);
  for (const folder of ['/usr/local/bin', '/usr/bin', '/usr/sbin'])
    for (const name of readdirSync(folder).filter((one) => !BROWSERS.test(one) && !existsSync(join(tools, one))))
      symlinkSync(join(folder, name), join(tools, name));
  if (ROOT_HERE) spawnSync('chown', ['-R', '-h', `${NOBODY}:${NOBODY}`, dir]);
});
after(() => rmSync(dir, { recursive: true, force: true }));

/** What a first and a second run have in common. @param {ReturnType<typeof install>} got */
function assertShown(got) {
  assert.equal(got.status, 0, got.stdout + got.stderr);
  assert.equal(got.stderr, '');
  assert.match(got.stdout, /all that is needed is here/);
  assert.match(got.stdout, /Your own log and keyring are not touched/);
  assert.match(got.stdout, /SAMPLE|sample/);
  assert.match(got.stdout, /^ +1 {2}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4} {2}on /m);
  assert.match(got.stdout, /The log verifies: 2 entries/);
  assert.match(got.stdout, /Chromium: loads it from its next start on/);
  assert.match(got.stdout, /Chromium: ready; there is no program of it to start and look/);
  assert.match(got.stdout, /--system would add/);
  assert.ok(!existsSync(log), 'the sample went elsewhere');
  for (const name of programs) assert.ok(existsSync(join(home, name)), name);
}

test('installs, registers, and does the main job once', { timeout: 300_000 }, () => {
  const got = install();
  assertShown(got);
  assert.match(got.stdout, /\.local\/bin is not in your PATH/);
  assert.ok(
    got.stdout.includes(`not work: ${join(home, '.local/bin/consentlog')} doctor`),
    'what is said to be typed can be typed',
  );
  const manifest = JSON.parse(
    readFileSync(join(home, '.config/chromium/NativeMessagingHosts/org.consentlog.host.json'), 'utf8'),
  );
  assert.equal(manifest.path, join(home, '.local/libexec/consentlog/consentlog-host'));
  const ours = readdirSync(join(ROOT, 'extension')).filter((name) => name !== 'package.json'); // for Node.js, not for a browser
  assert.deepEqual(readdirSync(join(home, '.local/share/consentlog/extension')).sort(), ours.sort());
  assert.equal(lstatSync(join(home, '.local/bin/consentlog')).mode & 0o777, 0o755);
  assert.equal(lstatSync(join(home, '.local/share/consentlog')).mode & 0o777, 0o700, 'the log will live there');
  assert.ok(!existsSync(join(clone, 'manifests/__pycache__')), 'nothing is left beside the programs');
});

test("a look is a look for everybody: who may not see into the host's process sees it run all the same", () => {
  const host = join(home, '.local/libexec/consentlog/consentlog-host');
  const frame = join(dir, 'frame');
  const body = Buffer.from('{"id":1,"op":"status","params":{}}');
  const head = Buffer.alloc(4);
  head[endianness() === 'LE' ? 'writeUInt32LE' : 'writeUInt32BE'](body.length);
  writeFileSync(frame, Buffer.concat([head, body]));
  const look = (browser) => {
    const program = join(dir, 'a browser');
    writeFileSync(program, `#!/bin/sh\n${browser}\n`);
    chmodSync(program, 0o755);
    const [first, ...rest] = [...AS_MEMBER, '/usr/bin/python3', join(clone, 'manifests/look.py'), host];
    const got = spawnSync(first, [...rest, 'chromium', 'Chromium', program, join(home, '.config/chromium')], {
      env,
      encoding: 'utf8',
    });
    assert.equal(got.status, 0, got.stderr);
    return got.stdout;
  };
  assert.equal(
    look(`"${host}" chrome-extension://x/ <"${frame}" >"${frame}.out"; sleep 60`),
    'chromium\truns\tChromium: runs\n',
  );
  assert.match(look('exit 0'), /^chromium\tsilent\t.*\(it ended at once\)\n$/);
  assert.match(
    look(`printf 'first\\nNo \\033[1musable\\tsandbox!\\n' >&2`),
    /^chromium\tsilent\t.*\(it ended at once, and said last: No \[1musablesandbox!\)\n$/,
  );
  const named = (version) => look(`[ "$1" != --version ] || echo "Chromium ${version}.0.7871.100 built on Debian"`);
  assert.match(
    named(122),
    /^chromium\told\tChromium: too old; this is 122\.0\.7871\.100, and the extension needs 123 or later\./,
  );
  assert.match(named(123), /^chromium\tsilent\t/);
});

test(
  'a second time, the clone moved: nothing asked, nothing broken, nothing old left in the extension',
  { timeout: 300_000 },
  () => {
    const moved = join(dir, 'a moved clone');
    renameSync(clone, moved);
    clone = moved;
    writeFileSync(join(home, '.local/share/consentlog/extension/old.js'), '');
    const signed = join(clone, 'manifests/consentlog-0.1.0-signed.xpi');
    const firefox = join(home, '.mozilla');
    writeFileSync(signed, 'as Mozilla gave it back');
    mkdirSync(firefox);
    if (ROOT_HERE) chownSync(firefox, NOBODY, NOBODY);
    const got = install([], { PATH: `${join(home, '.local/bin')}:${env.PATH}` });
    rmSync(firefox, { recursive: true });
    rmSync(signed);
    assertShown(got);
    assert.ok(
      got.stdout.includes(`By hand in Firefox, where it stays: open ${signed} in it and press Add.\n`),
      got.stdout,
    );
    assert.doesNotMatch(got.stdout, /forgets it|until Firefox is closed/);
    assert.match(got.stdout, /Chromium +unchanged/);
    assert.doesNotMatch(got.stdout, /not in your PATH/);
    assert.match(got.stdout, /not work: consentlog doctor/);
    assert.ok(!existsSync(join(home, '.local/share/consentlog/extension/old.js')));
  },
);

test("a browser's file that is not ours is said, left, and makes the run a failure after all else is done", () => {
  const file = join(home, '.config/chromium/NativeMessagingHosts/org.consentlog.host.json');
  const ours = readFileSync(file);
  writeFileSync(file, '{}');
  const got = install();
  assert.equal(got.status, 1);
  assert.match(got.stderr, /Chromium +refused/);
  assert.match(got.stdout, /The log verifies/);
  assert.equal(readFileSync(file, 'utf8'), '{}');
  writeFileSync(file, ours);
});

/** All that is below a folder, but for what lies in the clone. @param {string} folder */
const listing = (folder) => readdirSync(folder, { recursive: true }).map(String).sort();

/** Started, and killed as soon as it says this. @param {string} said @param {Record<string, string>} more @param {string[]} args */
async function killedAt(said, more, args = []) {
  const [program, words] = command(args);
  const run = spawn(program, words, {
    env: { ...env, ...more },
    cwd: dir,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  const ended = once(run, 'close');
  for (const from of [run.stdout, run.stderr])
    from.on('data', (data) => {
      text += data;
      if (text.includes(said) && run.pid) process.kill(-run.pid, 'SIGKILL');
    });
  const [, signal] = await ended;
  assert.equal(signal, 'SIGKILL', text);
}

test(
  'killed at any step: --uninstall leaves what was there before, and a second run is a whole one',
  { timeout: 300_000 },
  async () => {
    const other = join(dir, "another's home");
    const itsLog = join(other, '.local/share/consentlog/log.sqlite');
    mkdirSync(join(other, '.config/chromium'), { recursive: true });
    if (ROOT_HERE) spawnSync('chown', ['-R', `${NOBODY}:${NOBODY}`, other]);
    const found = listing(other);
    const assertAsBefore = (args = []) => {
      const got = install(['--uninstall', ...args], { HOME: other });
      assert.equal(got.status, 0, got.stdout + got.stderr);
      assert.deepEqual(listing(other), found);
    };
    for (const step of ['== Packages', '== Install into', '== Put the extension', '== Register']) {
      await killedAt(step, { HOME: other });
      assertAsBefore();
    }
    await killedAt('== Register', { HOME: other });
    const whole = install([], { HOME: other });
    assert.equal(whole.status, 0, whole.stdout + whole.stderr);
    assert.match(whole.stdout, /The log verifies: 2 entries/);
    assert.match(whole.stdout, /Chromium: loads it from its next start on/);
    await killedAt('== Remove consentlog', { HOME: other }, ['--uninstall']);
    assertAsBefore();
    writeFileSync(join(other, 'mine'), '');
    assert.equal(install([], { HOME: other }).status, 0);
    writeFileSync(itsLog, 'a log');
    assert.equal(install(['--uninstall'], { HOME: other }).status, 0);
    const folders = ['.local', '.local/share', '.local/share/consentlog', '.local/share/consentlog/log.sqlite'];
    assert.deepEqual(listing(other), [...found, ...folders, 'mine'].sort(), 'the log and what it lies in');
  },
);

test('a folder of somebody else in the home, or none where one has to be: which, and nothing is made', () => {
  const other = join(dir, 'a home with a guest');
  for (const at of ['.local', '.local/share', '.local/bin', '.local/share/man/man1', '.local/share/consentlog']) {
    mkdirSync(join(other, at), { recursive: true });
    if (ROOT_HERE) {
      spawnSync('chown', ['-R', `${NOBODY}:${NOBODY}`, other]);
      chownSync(join(other, at), 0, 0);
    } else chmodSync(join(other, at), 0o500);
    const found = listing(other);
    for (const args of [[], ['--uninstall']]) {
      const got = install(args, { HOME: other });
      assert.equal(got.status, 1, at);
      assert.ok(got.stderr.startsWith(`install.sh: ${join(other, at)} cannot be written by you`), got.stderr);
      assert.match(got.stderr, ROOT_HERE ? /: sudo chown \S+ [^:]+\n$/ : /: chmod u\+rwx [^:]+\n$/);
      assert.equal(got.stderr.split('\n').length, 2);
      assert.deepEqual(listing(other), found);
    }
    if (!ROOT_HERE) chmodSync(join(other, at), 0o700);
    rmSync(other, { recursive: true });
  }
  mkdirSync(join(other, '.local'), { recursive: true });
  writeFileSync(join(other, '.local/share'), 'a file');
  if (ROOT_HERE) spawnSync('chown', ['-R', `${NOBODY}:${NOBODY}`, other]);
  assert.match(install([], { HOME: other }).stderr, /\.local\/share is in the way: a folder has to be there\.\n$/);
});

/** Until it says that it waits for another, or ends. @param {import('node:child_process').ChildProcess} child */
async function waiting(child) {
  let text = '';
  const waits = new Promise((resolve) =>
    child.stdout?.on('data', (data) => {
      text += data;
      if (text.includes('waiting for it')) resolve(undefined);
    }),
  );
  const ended = once(child, 'close');
  await Promise.race([waits, ended]);
  return { said: () => text, ended };
}

/** Who has the lock on a folder, until its input ends. @param {string} folder */
async function holding(folder) {
  const holder = spawn('flock', [folder, 'cat'], { stdio: ['pipe', 'pipe', 'inherit'] });
  holder.stdin.write('locked\n');
  await once(holder.stdout, 'data');
  return holder;
}

test('in one clone there is one at a time, whoever starts it; started by sh it goes on in bash', async () => {
  const first = await holding(clone);
  const [program, words] = command(['--uninstall']);
  const args = words.map((word) => (word === '/bin/bash' ? '/bin/sh' : word));
  const second = spawn(program === '/bin/bash' ? '/bin/sh' : program, args, {
    env: { ...env, HOME: join(dir, "another's home") },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { said, ended } = await waiting(second);
  assert.match(said(), /waiting for it/);
  assert.doesNotMatch(said(), /== Remove/);
  first.stdin.end();
  const [status] = await ended;
  assert.match(said(), /== Remove/);
  assert.equal(status, 0);
});

test('a second one waits for the first', { timeout: 300_000 }, async () => {
  const first = await holding(home);
  const second = spawn(...command([]), { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const { said, ended } = await waiting(second);
  assert.doesNotMatch(said(), /== Build/);
  first.stdin.end();
  const [status] = await ended;
  assert.match(said(), /^ +Another installation is at work/);
  assert.match(said(), /The log verifies/);
  assert.equal(status, 0);
});

test('--uninstall does not claim what it could not do', { timeout: 300_000 }, () => {
  const file = join(home, '.config/chromium/NativeMessagingHosts/org.consentlog.host.json');
  const ours = readFileSync(file);
  writeFileSync(file, '{}');
  const refused = install(['--uninstall']);
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /refused[^]*not every registration/);
  assert.equal(readFileSync(file, 'utf8'), '{}');
  writeFileSync(file, ours);
  const blind = install(['--uninstall']);
  assert.match(blind.stdout, /no browser was asked\. If one is still registered, install again first/);
  assert.ok(existsSync(file));
  assertShown(install());
});

test('--uninstall removes all but the log, and says where that is', () => {
  writeFileSync(log, 'a log');
  const got = install(['--uninstall']);
  assert.equal(got.status, 0, got.stderr);
  for (const name of programs) assert.ok(!existsSync(join(home, name)), name);
  assert.ok(!existsSync(join(home, '.config/chromium/NativeMessagingHosts/org.consentlog.host.json')));
  assert.equal(readFileSync(log, 'utf8'), 'a log');
  assert.ok(got.stdout.includes(log));
  assert.match(got.stdout, /keyring/);
  assert.equal(install(['--uninstall']).status, 0, 'and once more');
  assert.equal(readFileSync(log, 'utf8'), 'a log');
});

test('without apt, what is missing is named and nothing is done', () => {
  const bin = join(dir, 'bin');
  mkdirSync(bin);
  for (const name of [
    'bash',
    'cat',
    'stat',
    'id',
    'dirname',
    'mktemp',
    'rm',
    'paste',
    'mkdir',
    'cc',
    'ninja',
    'pkg-config',
    'dbus-run-session',
  ])
    symlinkSync(spawnSync('which', [name], { encoding: 'utf8' }).stdout.trim(), join(bin, name));
  for (const name of ['python3', 'openssl']) symlinkSync(`/usr/bin/${name}`, join(bin, name)); // of the system, for everyone
  const got = install([], { PATH: bin });
  assert.equal(got.status, 1);
  assert.match(got.stdout, /not here: cmake gnome-keyring-daemon msgfmt\n/);
  assert.match(got.stderr, /cmake gnome-keyring gettext\)/);
  assert.ok(!existsSync(join(home, '.local/bin/consentlog')));
});

test('with apt, exactly what is missing is installed, without a question', { timeout: 300_000 }, () => {
  const bin = join(dir, 'apt');
  const said = join(dir, 'apt.txt');
  cpSync(join(dir, 'bin'), bin, { recursive: true, verbatimSymlinks: true });
  chmodSync(bin, 0o777);
  writeFileSync(said, '', { mode: 0o666 });
  chmodSync(said, 0o666);
  const rest = [
    'sed',
    'grep',
    'cut',
    'head',
    'tail',
    'tee',
    'tr',
    'od',
    'date',
    'env',
    'chmod',
    'rmdir',
    'sort',
    'uname',
    'as',
    'ld',
    'ar',
    'ranlib',
    'dbus-daemon',
    'sleep',
  ];
  for (const name of rest) symlinkSync(spawnSync('which', [name], { encoding: 'utf8' }).stdout.trim(), join(bin, name));
  const real = (name) => spawnSync('which', [name], { encoding: 'utf8' }).stdout.trim();
  writeFileSync(
    join(bin, 'apt-get'),
    `#!/bin/bash
echo "$DEBIAN_FRONTEND $*" >>'${said}'
[[ $1 == update ]] && exit 100
[[ $PATH == *refuse* ]] && { echo 'E: no such package'; exit 100; }
/bin/ln -s ${real('cmake')} ${real('gnome-keyring-daemon')} ${real('msgfmt')} '${bin}'
`,
    { mode: 0o755 },
  );
  writeFileSync(join(bin, 'sudo'), '#!/bin/bash\nexec "$@"\n', { mode: 0o755 });

  const refused = install([], { PATH: `${bin}:/refuse` });
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /E: no such package\ninstall.sh: apt-get could not install/);

  const got = install([], { PATH: bin });
  assert.equal(got.status, 0, got.stdout + got.stderr);
  assert.match(got.stdout, /installing: cmake gnome-keyring gettext\n/);
  assert.match(got.stdout, /The log verifies: 2 entries/);
  for (const language of ['de', 'fr'])
    assert.ok(existsSync(join(home, `.local/share/locale/${language}/LC_MESSAGES/consentlog.mo`)), language);
  const lines = readFileSync(said, 'utf8').trimEnd().split('\n').slice(-2);
  assert.deepEqual(lines, [
    'noninteractive update -q',
    'noninteractive install -q -y -o DPkg::Lock::Timeout=300 --no-install-recommends cmake gnome-keyring gettext',
  ]);
  assert.equal(install(['--uninstall']).status, 0);
});

/** What stands in the place of everyone's folders while the command runs, and is gone with it. */
const ELSEWHERE = `set -e
mount -t tmpfs tmpfs /mnt
for folder in /etc /usr/share /usr/lib /usr/local; do
  mkdir -p /mnt$folder/upper /mnt$folder/work
  mount -t overlay overlay -o lowerdir=$folder,upperdir=/mnt$folder/upper,workdir=/mnt$folder/work $folder
done
mkdir -p /usr/lib/chromium/extensions # which Chromium makes at root's first start
find /etc /usr/share /usr/lib /usr/local | sort >/mnt/before
mkdir -m 700 /mnt/home
export HOME=/mnt/home
exec bash -c "$1" elsewhere "$2"`;

const FOR_EVERYONE = `bash "$1" && ls -l /usr/share/chromium/extensions && echo == uninstall && bash "$1" --uninstall &&
find /etc /usr/share /usr/lib /usr/local | sort | comm -3 /mnt/before -`;

test('root installs for everyone: the real browsers load the extension by themselves; --uninstall leaves nothing', () => {
  const as = ROOT_HERE ? [] : ['sudo', '-n', '--preserve-env=PATH'];
  const [program, ...args] = [...as, 'unshare', '--mount', 'bash', '-c', ELSEWHERE, 'elsewhere', FOR_EVERYONE];
  const script = join(clone, 'manifests/install.sh');
  const got = spawnSync(program, [...args, script], {
    env: { ...env, PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin' },
    encoding: 'utf8',
    timeout: 300_000,
  });
  assert.equal(got.status, 0, got.stdout + got.stderr);
  const [installed, removed] = got.stdout.split('== uninstall\n');
  assert.match(installed, /^ +Chromium: runs$/m);
  assert.match(installed, /^ +Firefox: runs$/m);
  assert.match(installed, /org\.consentlog\.consentlog -> \/usr\/local\/share\/consentlog\/extension$/m);
  assert.doesNotMatch(installed, /By hand/);
  assert.match(removed, /there is no log in/);
  assert.doesNotMatch(removed, /^\s*\//m, 'something is left, or gone that was there before');
});

test('options: help, and what is wrong', () => {
  const help = install(['--help']);
  assert.equal(help.status, 0);
  for (const option of ['--system', '--prefix', '--uninstall']) assert.ok(help.stdout.includes(option));
  for (const args of [['--nonsense'], ['--prefix'], ['extra']]) assert.equal(install(args).status, 1, args.join(' '));
  assert.equal(install([], { HOME: '' }).status, 1);
  for (const sign of ['"', '\\', '\n'])
    assert.match(
      install(['--prefix', join(dir, `a${sign}b`)]).stderr,
      /a sign in its name that the build cannot write/,
    );
});

/** The self-check with a manifest that names this program. @param {string} program @param {string} text */
function selfCheckWith(text) {
  const host = join(dir, 'consentlog-host');
  writeFileSync(host, text);
  chmodSync(host, 0o755);
  const manifest = join(dir, 'manifest.json');
  writeFileSync(
    manifest,
    `{\n  "name": "org.consentlog.host",\n  "path": "${host}",\n  "allowed_origins": ["chrome-extension://x/"]\n}\n`,
  );
  return spawnSync('bash', [join(ROOT, 'manifests/self-check.sh'), manifest, CLI], { env, encoding: 'utf8' });
}

test('the self-check sees a host that does not work', () => {
  assert.match(selfCheckWith('#!/bin/sh\nexit 1\n').stderr, /ended with an error/);
  assert.match(selfCheckWith('#!/bin/sh\nexec cat >/dev/null\n').stderr, /answered: nothing/);
  const parrot = selfCheckWith('#!/bin/sh\nexec cat\n');
  assert.equal(parrot.status, 1);
  assert.match(parrot.stderr, /answered: \{"id":1,"op":"hello"/);
});
