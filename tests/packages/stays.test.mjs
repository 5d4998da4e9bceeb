/**
 * An extension that stays: Debian's Chromium and Firefox ESR with the files of the package, without a click. Each start is
 * followed to an entry in the log, so the extension runs, reaches the host and may look at LinkedIn; then it is counted how
 * often it greeted. Fresh and existing profiles, upgrade, removal, coming back; and per user, by a CRX made here.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before } from 'node:test';
import { EXTENSION_ID } from '../e2e/chromium.mjs';
import { CLI, HOST, MODULES, ROOT, Session, sleep } from '../e2e/host.mjs';
import { chapters } from '../e2e/stage.mjs';
import { nextObservation, until } from '../e2e/support.mjs';
import { startProxy } from '../replica/proxy.mjs';
import { SETTING, startReplica } from '../replica/server.mjs';
import { startInstalledChromium, startInstalledFirefox } from './installed.mjs';
import { PREVIOUS, files, previousRelease, releaseOnce, versionOf } from './release.mjs';

const dir = mkdtempSync(join(tmpdir(), 'consentlog-stays-'));
const VERSION = versionOf(ROOT);
/** Trees as dpkg would unpack them. */
const current = join(dir, 'current');
const previous = join(dir, 'previous');
const SOME_SECONDS = 2_000;
let session;
let replica;
let proxy;
let entries = 0;

/** @param {string} deb @param {string} tree */
function unpack(deb, tree) {
  mkdirSync(tree);
  execFileSync('dpkg-deb', ['-x', deb, tree]);
}

before(
  async () => {
    unpack(files(await releaseOnce(), VERSION).deb, current);
    unpack(files(await previousRelease(), PREVIOUS).deb, previous);
    session = await Session.start();
    replica = await startReplica();
    proxy = await startProxy(replica.port);
  },
  { timeout: 1_200_000 },
);
after(async () => {
  await proxy?.close();
  await replica?.close();
  await session?.stop();
  rmSync(dir, { recursive: true, force: true });
});

/** The setting is another one each time, so each look is an entry. */
async function recorded(browser) {
  const account = replica.accounts.get('ada');
  account.training = !account.training;
  const page = await browser.newPage();
  await page.goto(`https://www.linkedin.com${SETTING}`);
  return nextObservation(session, (entries += 1));
}

/** What the extension's own page can tell. */
async function told(browser) {
  const page = await browser.openOwn('ui/popup.html');
  const answer = await page.evaluate(async () => ({
    version: chrome.runtime.getManifest().version,
    mayLook: await chrome.permissions.contains({ origins: ['https://www.linkedin.com/mypreferences/*'] }),
    alarms: (await chrome.alarms.getAll()).length,
    mine: (await chrome.storage.local.get('mine')).mine ?? null,
  }));
  await page.evaluate(() => chrome.storage.local.set({ mine: 'kept' }));
  await page.close();
  return answer;
}

/**
 * One start, and what a member would see. @param {any} start @param {object} given
 * @param {{version?: string, greets: number, mine?: string | null}} expected
 */
async function starts(start, given, { version = VERSION, greets, mine = null }) {
  const browser = await start({ session, replica: { port: replica.port, proxyPort: proxy.port }, ...given });
  try {
    const entry = await recorded(browser);
    assert.equal(entry.client.extension, version);
    const { alarms, ...rest } = await told(browser);
    assert.deepEqual(rest, { version, mayLook: true, mine });
    assert.ok(alarms > 0, 'alarms do not outlive a restart: they are planned again');
    const welcomes = async () => (await browser.pages()).filter((url) => url.endsWith('/ui/welcome.html')).length;
    await until('the welcome page', async () => (await welcomes()) >= greets, 60_000);
    assert.equal(await welcomes(), greets, 'welcome pages');
  } finally {
    await browser.close();
  }
}

/** One start without it: the setting is looked at, and nothing happens. */
async function startsWithout(start, given) {
  const browser = await start({ session, replica: { port: replica.port, proxyPort: proxy.port }, ...given });
  try {
    const page = await browser.newPage();
    await page.goto(`https://www.linkedin.com${SETTING}`);
    await sleep(SOME_SECONDS);
    await nextObservation(session, entries);
    assert.deepEqual(
      browser.workers().filter((url) => url.includes(given.id ?? EXTENSION_ID)),
      [],
    );
  } finally {
    await browser.close();
  }
}

/** @param {string} name @param {any} start */
function stays(name, start) {
  const chapter = chapters();
  const profile = join(dir, `${name}-profile`);
  const seen = (...layers) => ({ profile, layers });

  chapter(
    `${name}: in a fresh profile it runs at once, greets, and is there at the next start without a second welcome`,
    async () => {
      await starts(start, seen(previous), { version: PREVIOUS, greets: 1 });
      await starts(start, seen(previous), { version: PREVIOUS, greets: 0, mine: 'kept' });
    },
  );
  chapter(`${name}: an upgrade is there at the next start, with what was stored`, () =>
    starts(start, seen(current), { greets: 0, mine: 'kept' }),
  );
  chapter(`${name}: removed, it is gone at the next start`, () => startsWithout(start, seen()));
  chapter(`${name}: it comes back with what was stored`, () =>
    starts(start, seen(current), { greets: 0, mine: 'kept' }),
  );
  chapter(`${name}: in an existing profile it runs at the first start, may look, and stays`, async () => {
    const existing = { profile: join(dir, `${name}-existing`), layers: [current] };
    await startsWithout(start, { ...existing, layers: [] });
    await starts(start, existing, { greets: 1 });
    await starts(start, existing, { greets: 0, mine: 'kept' });
  });
  chapter(
    `${name}: a permission that is taken back in the browser is found by doctor in the browser's own files`,
    async () => {
      const folder = join(dir, `${name}-existing`);
      const found = () => {
        const home = join(dir, `${name}-home`);
        const [at, to] = name === 'chromium' ? ['.config', 'chromium'] : ['.mozilla/firefox', 'one.default'];
        rmSync(home, { recursive: true, force: true });
        mkdirSync(join(home, at), { recursive: true });
        symlinkSync(folder, join(home, at, to));
        const env = { HOME: home, XDG_CONFIG_HOME: join(home, '.config'), DESTDIR: current };
        const { findings } = JSON.parse(session.run(CLI, ['doctor', '--json'], { env }).stdout);
        return findings.filter((/** @type {any} */ one) => one.id === 'extension-permission').length;
      };
      assert.equal(found(), 0);
      const browser = await start({
        session,
        replica: { port: replica.port, proxyPort: proxy.port },
        profile: folder,
        layers: [current],
      });
      await browser.takeBack();
      await browser.close();
      assert.equal(found(), 1);
    },
  );
}

stays('chromium', startInstalledChromium);
stays('firefox', startInstalledFirefox);

/**
 * A tree with extensions of others, whose names stand before and after ours. They are long, as ours is: Debian's start script lists
 * them with `ls -dm`, which puts two short ones on one line, and then the second is no extension but an address to open.
 */
function neighbours() {
  const tree = join(dir, 'neighbours');
  for (const name of ['before-all-the-others', 'zz-behind-all-the-others']) {
    const folder = join(tree, 'usr/share/chromium/extensions', name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ manifest_version: 3, name, version: '1' }));
  }
  return tree;
}

/** Which extensions run, of those that this system has installed as well (webext-browserpass, webext-ublock-origin-chromium). */
function besideOthers() {
  const chapter = chapters();

  chapter('chromium: with others installed beside it all run that run without it', async () => {
    const running = async (profile, layers) => {
      const browser = await startInstalledChromium({
        session,
        replica: { port: replica.port },
        profile: join(dir, profile),
        layers,
      });
      const all = await until('the extensions', async () => {
        const names = await browser.running();
        return names.includes('zz-behind-all-the-others') && names;
      });
      await browser.close();
      return all.sort();
    };
    const others = neighbours();
    const without = await running('without', [others]);
    assert.ok(without.includes('before-all-the-others'));
    assert.deepEqual(await running('beside', [others, current]), [...without, 'consentlog'].sort());
  });

  chapter('firefox: the same', () => {
    const profile = join(dir, 'firefox-profile');
    const { addons } = JSON.parse(readFileSync(join(profile, 'extensions.json'), 'utf8'));
    const active = addons
      .filter((/** @type {any} */ one) => one.active && one.location === 'app-system-share')
      .map((/** @type {any} */ one) => one.id);
    const folder = '/usr/share/mozilla/extensions/{ec8030f7-c20a-464f-9b0e-13a3a9e97384}';
    const here = existsSync(folder) ? readdirSync(folder).map((name) => name.replace(/\.xpi$/, '')) : [];
    assert.deepEqual(active.sort(), [...new Set([...here, 'consentlog@consentlog.org'])].sort());
  });
}

besideOthers();

/** For one user, without root: as manifests/install.sh does it, with a program of its own folder. */
function staysForOne() {
  const chapter = chapters();
  const prefix = join(dir, 'own');
  const crx = join(prefix, 'share/consentlog/crx');
  const profile = join(dir, 'own/chromium');
  const ownId = () => readFileSync(join(crx, 'id'), 'utf8').trim();
  const run = (program, ...args) => execFileSync(program, args, { encoding: 'utf8', env: session.env });
  const own = (version, ...words) => {
    const tree = join(dir, `own-${version}`);
    for (const name of ['extension', 'manifests']) cpSync(join(ROOT, name), join(tree, name), { recursive: true });
    const file = join(tree, 'extension/manifest.json');
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), version }));
    return run('/usr/bin/python3', join(tree, 'manifests/own-crx.py'), ...words);
  };
  const install = (version) => {
    own(version, 'make', crx);
    return own(version, 'place', crx, 'Chromium', profile);
  };
  const seen = () => ({ profile, id: ownId() });

  chapter(
    'for one user: a key for its owner alone, an id in the manifests of this user, and it runs at each start',
    async () => {
      for (const [from, to] of [
        [CLI, 'bin/consentlog'],
        [HOST, 'libexec/consentlog/consentlog-host'],
        ...MODULES.map((file) => [file, `libexec/consentlog/${basename(file)}`]),
      ])
        cpSync(from, join(prefix, to));
      assert.match(install(PREVIOUS), /^Chromium: loads it/);
      assert.equal(statSync(join(crx, 'key.pem')).mode & 0o777, 0o600);
      run(join(prefix, 'bin/consentlog'), 'register', '--user-data-dir', profile);
      const { allowed_origins: origins } = JSON.parse(
        readFileSync(join(profile, 'NativeMessagingHosts/org.consentlog.host.json'), 'utf8'),
      );
      assert.deepEqual(origins, [`chrome-extension://${EXTENSION_ID}/`, `chrome-extension://${ownId()}/`]);
      await starts(startInstalledChromium, seen(), { version: PREVIOUS, greets: 1 });
      await starts(startInstalledChromium, seen(), { version: PREVIOUS, greets: 0, mine: 'kept' });
    },
  );

  chapter('for one user: an upgrade keeps the id, and is there one start after it was seen', async () => {
    const kept = ownId();
    install(VERSION);
    assert.equal(ownId(), kept);
    const browser = await startInstalledChromium({ session, replica: { port: replica.port }, ...seen() });
    const unpacked = join(profile, 'Default/Extensions', kept, `${VERSION}_0`);
    await until('the browser to have unpacked it', () => existsSync(unpacked), 60_000);
    await browser.close();
    await starts(startInstalledChromium, seen(), { greets: 0, mine: 'kept' });
  });

  chapter('for one user: what has changed under the same version gets a higher one, what has not the same', () => {
    const packed = () => JSON.parse(readFileSync(join(crx, 'packed.json'), 'utf8')).version;
    install(VERSION);
    assert.equal(packed(), VERSION);
    appendFileSync(join(dir, `own-${VERSION}`, 'extension/ui/popup.css'), '\n');
    run('/usr/bin/python3', join(dir, `own-${VERSION}`, 'manifests/own-crx.py'), 'make', crx);
    assert.equal(packed(), `${VERSION}.1`);
  });

  chapter('for one user: none beside one that was loaded by hand', () => {
    const other = join(dir, 'by-hand');
    mkdirSync(join(other, 'Default'), { recursive: true });
    const known = { extensions: { settings: { [EXTENSION_ID]: { location: 4 } } } };
    writeFileSync(join(other, 'Default/Preferences'), JSON.stringify(known));
    assert.match(own(VERSION, 'place', crx, 'Chromium', other), /loaded by hand in the profile Default/);
    assert.ok(!existsSync(join(other, 'External Extensions')));
  });

  chapter('for one user: taken back, it is gone at the next start, and so is the key', async () => {
    const given = seen();
    own(VERSION, 'remove', crx, join(profile, 'External Extensions'));
    assert.ok(!existsSync(crx));
    await startsWithout(startInstalledChromium, given);
  });
}

staysForOne();
