/**
 * A member's life with the Debian package on a clean system of this distribution: the previous version installed, a log
 * written, upgraded, removed, purged, installed again. The log is the member's: no step may change one byte of it.
 * The keyring is a real one that runs outside; its bus is seen inside. It lets in only who runs it, so the member is
 * whoever runs this test.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { Host, ROOT, Session, observation, observationOff } from '../e2e/host.mjs';
import { Chroot } from './chroot.mjs';
import { PREVIOUS, files, previousRelease, releaseOnce, versionOf } from './release.mjs';

const NAME = 'org.consentlog.host.json';
const HOME = '/home/member';
const FOLDER = `${HOME}/.local/share/consentlog`;
const version = versionOf(ROOT);
const packages = { previous: '', current: '' };
/** @type {Chroot} */
let chroot;
/** @type {Session} */
let session;

before(
  async () => {
    chroot = Chroot.make();
    packages.current = files(await releaseOnce(), version).deb;
    packages.previous = files(await previousRelease(), PREVIOUS).deb;
    session = await Session.start();
    chroot.seen = join(session.dir, 'run');
    assertWent(
      chroot.run(['install', '-d', '-m', '700', '-o', MEMBER.split(':')[0], '-g', MEMBER.split(':')[1], HOME]),
    );
  },
  { timeout: 1_200_000 },
);

after(async () => {
  await session?.stop();
  chroot?.remove();
});

/** @param {string} folder of a browser */
const manifest = (folder) => `${folder}/native-messaging-hosts/${NAME}`;

/** What the manifest there calls itself. @param {string} folder @returns {string} */
const described = (folder) => JSON.parse(readFileSync(chroot.at(manifest(folder)), 'utf8')).description;

const MEMBER = `${process.getuid?.()}:${process.getgid?.()}`;
/** The member's environment inside. */
const member = () => ({
  HOME,
  DBUS_SESSION_BUS_ADDRESS: session.env.DBUS_SESSION_BUS_ADDRESS,
  XDG_RUNTIME_DIR: session.env.XDG_RUNTIME_DIR,
});

/** @param {...string} words */
function cli(...words) {
  return chroot.run(['/usr/bin/consentlog', ...words], member(), MEMBER);
}

/** A reading, given to the host that Chromium's manifest names. @param {object} seen */
async function record(seen) {
  const {
    path,
    allowed_origins: [origin],
  } = JSON.parse(readFileSync(chroot.at(manifest('/etc/chromium')), 'utf8'));
  const [program, ...args] = chroot.command([path, origin], member(), MEMBER);
  const host = new Host({ program, args, env: { PATH: process.env.PATH ?? '' } });
  const answer = await host.send('record', { observations: [seen] });
  await host.close();
  assert.equal(answer?.ok, true, JSON.stringify(answer) + host.stderr);
}

/** Every file of the member's log folder with its hash. @returns {string[]} */
const theLog = () =>
  readdirSync(chroot.at(FOLDER))
    .sort()
    .map(
      (name) =>
        `${name} ${createHash('sha256')
          .update(readFileSync(chroot.at(`${FOLDER}/${name}`)))
          .digest('hex')}`,
    );

/** @param {{status: number | null, said: string}} got */
const assertWent = (got) => assert.equal(got.status, 0, got.said);

/** The manifests that belong to the package. @returns {string[]} */
const shipped = () =>
  chroot
    .run(['dpkg', '-L', 'consentlog'])
    .stdout.split('\n')
    .filter((path) => path.endsWith(`/${NAME}`))
    .sort();

test('the previous version installs on a clean system', () => {
  assertWent(chroot.install(packages.previous));
  assert.equal(cli('--version').stdout, `consentlog ${PREVIOUS}\n`);
  assert.equal(chroot.run(['dpkg', '--verify', 'consentlog']).said, '');
});

test('every browser in the table finds a manifest, as register would write it', () => {
  const names = /The browsers known here: (.*)/.exec(cli('register', '--browser', 'none').stderr)?.[1].split(' ') ?? [];
  assert.ok(names.length > 10);
  const got = cli('register', '--system', '--dry-run', '--json', ...names.flatMap((name) => ['--browser', name]));
  assertWent(got);
  const answers = JSON.parse(got.stdout).files;
  assert.deepEqual(
    answers.map((/** @type {any} */ a) => [a.browser, a.did]),
    names.map((name) => [name, 'unchanged']),
  );
  assert.deepEqual([...new Set(answers.map((/** @type {any} */ a) => a.file))].sort(), shipped());
});

test('a log is written', async () => {
  await record(observation({ asked: true }));
  await record(observationOff({ asked: true }));
  assertWent(cli('verify'));
  assert.ok(existsSync(chroot.at(`${FOLDER}/log.sqlite`)));
});

test("an upgrade leaves the log, an administrator's manifest and a foreign file alone; the log goes on", async () => {
  const log = theLog();
  assertWent(chroot.run(['sed', '-i', 's/an older text/an own text/', manifest('/etc/opt/edge')]));
  assertWent(chroot.run(['sh', '-c', 'echo {} >/etc/chromium/native-messaging-hosts/other.json']));
  assertWent(chroot.install(packages.current));
  assert.equal(cli('--version').stdout, `consentlog ${version}\n`);
  assert.deepEqual(theLog(), log);
  assert.match(described('/etc/opt/edge'), /an own text/);
  for (const folder of ['/etc/opt/chrome', '/etc/chromium', '/usr/lib/mozilla'])
    assert.match(described(folder), /an encrypted log/);
  await record(observation({ asked: true }));
  assertWent(cli('verify'));
  assert.equal(cli('history', '--json').stdout.trim().split('\n').length, 4, 'genesis and three readings');
});

test("install.sh --uninstall takes away what is its own, and not the package's", () => {
  const script = join(session.dir, 'run/consentlog/manifests');
  cpSync(join(ROOT, 'manifests'), script, { recursive: true });
  const changed = chroot.run(['dpkg', '--verify', 'consentlog']).said;
  assert.match(changed, /etc\/opt\/edge/, "only the administrator's is another");
  const got = chroot.run(['bash', join(script, 'install.sh'), '--system', '--uninstall'], { HOME: '/root' });
  assertWent(got);
  assert.match(got.stdout, /The Debian package consentlog is here and stays/);
  assert.equal(chroot.run(['dpkg', '--verify', 'consentlog']).said, changed);
});

test('removed: no program, no extension; the log stays', () => {
  const log = theLog();
  assertWent(chroot.apt('remove', 'consentlog'));
  for (const path of [
    '/usr/bin/consentlog',
    '/usr/libexec/consentlog',
    '/usr/share/consentlog',
    manifest('/usr/lib/mozilla'),
  ])
    assert.ok(!existsSync(chroot.at(path)), path);
  assert.deepEqual(theLog(), log);
});

test('purged: nothing of the package is left but the logs of all members', () => {
  const log = theLog();
  assertWent(chroot.apt('purge', 'consentlog'));
  assert.deepEqual(theLog(), log);
  const left = chroot
    .run(['find', '/etc', '/usr', '/var', '/opt', '/home', '-name', '*consentlog*', '-not', '-path', `${FOLDER}*`])
    .stdout.trim();
  assert.equal(left, '');
  assert.ok(existsSync(chroot.at('/etc/chromium/native-messaging-hosts/other.json')), "another program's");
  assert.ok(!existsSync(chroot.at(dirname(manifest('/etc/opt/edge')))));
});

test('installed again, the log is read and goes on', async () => {
  assertWent(chroot.install(packages.current));
  await record(observationOff({ asked: true }));
  assertWent(cli('verify'));
  assert.equal(cli('history', '--json').stdout.trim().split('\n').length, 5);
});
