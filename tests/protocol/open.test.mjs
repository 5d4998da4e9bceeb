// What was exported over a port can be shown over it: its folder by the desktop's file manager, its report in parts. Nothing else can.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { BUILD, CLI, observation, Session } from '../e2e/host.mjs';
import { until } from '../e2e/support.mjs';

const MANAGER = join(BUILD, 'tests/mock_manager');
const EXPORT = {
  since: null,
  until: null,
  withhold: { accounts: [], pictures: false, documents: false, entries: [] },
  language: 'en',
  owner: null,
};
let session;
let folder;
/** What went over the session bus, and the file manager that answers there. */
let heard = '';
const running = [];

/** @param {string} program @param {string[]} args */
function start(program, ...args) {
  const child = spawn(program, args, { env: session.env, stdio: ['ignore', 'pipe', 'ignore'] });
  child.stdout.on('data', (text) => (heard += text));
  running.push(child);
}

before(async () => {
  session = await Session.start();
  folder = join(session.dir, 'a folder, of packages');
  mkdirSync(folder);
  const { ok, error } = await session.once('record', { observations: [observation()] });
  assert.ok(ok, JSON.stringify(error));
});
after(async () => {
  for (const child of running) child.kill();
  await session.stop();
});

const good = ({ ok, result, error }) => (assert.ok(ok, JSON.stringify(error)), result);
/** A conversation that ends, whatever comes of it. @param {(host: any) => Promise<void>} act */
async function withHost(act) {
  const host = session.host();
  try {
    await act(host);
  } finally {
    await host.close();
  }
}
const open = (host, what, offset = 0) => host.send('open', { what, offset });

test('before anything was exported there is nothing to open, and no path can be given', () =>
  withHost(async (host) => {
    assert.equal((await open(host, 'folder')).error.code, 'package-gone');
    assert.equal((await open(host, 'home')).error.code, 'bad-value');
    assert.equal((await host.send('open', { what: 'folder', offset: 0, path: '/etc' })).error.code, 'unknown-member');
  }));

test('where a package would go without a folder named is told before there is one, and is where it goes', () =>
  withHost(async (host) => {
    const { HOME } = session.env;
    assert.deepEqual(good(await open(host, 'downloads')), { path: HOME }, 'there is no folder for downloads');
    mkdirSync(join(HOME, 'Downloads'));
    assert.deepEqual(good(await open(host, 'downloads')), { path: join(HOME, 'Downloads') });
    mkdirSync(join(HOME, 'Eingang ä'));
    mkdirSync(join(HOME, '.config'), { recursive: true });
    writeFileSync(join(HOME, '.config/user-dirs.dirs'), 'XDG_DOWNLOAD_DIR="$HOME/Eingang ä"\n');
    const { path } = good(await open(host, 'downloads'));
    assert.equal(path, join(HOME, 'Eingang ä'));
    assert.equal((await open(host, 'report')).error.code, 'package-gone', 'it is still none of a package');
    assert.equal(dirname(good(await host.send('export', { ...EXPORT, folder: null })).path), path);
  }));

test('the report is the one in the package, byte for byte', () =>
  withHost(async (host) => {
    const { path } = good(await host.send('export', { ...EXPORT, folder }));
    const bytes = [];
    for (let offset = 0; offset !== null;) {
      const part = good(await open(host, 'report', offset));
      bytes.push(Buffer.from(part.base64, 'base64'));
      offset = part.next;
    }
    const packed = spawnSync('unzip', ['-p', path, '*/data/report.html'], { maxBuffer: 2 ** 26 }).stdout;
    assert.ok(packed.length > 1000 && Buffer.concat(bytes).equals(packed));
    assert.equal((await open(host, 'report', 2 ** 40)).error.code, 'bad-value');
    // Gone since: said, not made up.
    renameSync(path, `${path}.elsewhere`);
    assert.equal((await open(host, 'report')).error.code, 'package-gone');
  }));

test('the file manager is asked to show it, over the bus, and only when it is asked for', () =>
  withHost(async (host) => {
    const { path } = good(await host.send('export', { ...EXPORT, folder }));
    assert.deepEqual(good(await open(host, 'folder')), { shown: false }, 'a desktop without one');
    start(MANAGER);
    await until('the file manager', () => heard === 'ready\n');
    assert.deepEqual(good(await open(host, 'folder')), { shown: true });
    const address = `file://${path.split('/').map(encodeURIComponent).join('/')}`;
    assert.equal(heard, `ready\n${address}\n`);
  }));

test('the program that shows it looks at nothing but packages, whoever asks', () => {
  const asked = (wish) => session.run(CLI, ['--open'], { input: JSON.stringify(wish) });
  for (const path of ['/etc/passwd', 'linkedin-consent-1.zip', '/tmp/linkedin-consent-.zip', '/etc/shadow.zip'])
    assert.equal(JSON.parse(asked({ what: 'report', path, offset: 0 }).stdout).error.code, 'bad-value', path);
  const trap = join(folder, 'linkedin-consent-trap.zip');
  writeFileSync(trap, 'no package');
  assert.notEqual(asked({ what: 'report', path: trap, offset: 0 }).status, 0);
  rmSync(trap);
});
