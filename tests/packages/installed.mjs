/**
 * The real browsers of this system, with files seen where a package or an installation puts them: overlays on the system's
 * folders, in a mount namespace that ends with the browser. Nothing of the real system changes. That needs root: as another
 * user, sudo must work without a password. www.linkedin.com is the replica, and nothing else resolves.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import puppeteer from 'puppeteer-core';
import { chromiumPath, EXTENSION_ID, NO_SPARE, UNSEEN as UNSEEN_BY_CHROMIUM } from '../e2e/chromium.mjs';
import { firefoxPath, UNSEEN as UNSEEN_BY_FIREFOX } from '../e2e/firefox.mjs';
import { until } from '../e2e/support.mjs';

export const GECKO_ID = 'consentlog@consentlog.org';
const UUID = '5c1a3f0e-7a55-4c7e-9d27-0a6f1c0de5ca';
const START_MS = 60_000;
const AS_ROOT = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
const MEMBER = ['setpriv', `--reuid=${process.getuid?.()}`, `--regid=${process.getgid?.()}`, '--clear-groups'];
const SEE = `set -e
for layer in $1; do
  for folder in /etc /usr/bin /usr/lib /usr/libexec /usr/share /usr/local; do
    [ ! -d "$layer$folder" ] || mount -t overlay overlay -o "lowerdir=$layer$folder:$folder" "$folder"
  done
done
shift
exec "$@"`;

/**
 * The command that runs a program as us where these trees are seen.
 * @param {string[]} layers @param {Record<string, string>} env @param {string[]} command */
export const seeing = (layers, env, command) => [
  ...AS_ROOT,
  'unshare',
  '--mount',
  'sh',
  '-c',
  SEE,
  'see',
  layers.join(' '),
  ...MEMBER,
  'env',
  '-i',
  ...Object.entries(env).map(([name, value]) => `${name}=${value}`),
  ...command,
];

/** Runs it and waits. @param {string[]} layers @param {Record<string, string>} env @param {string[]} command */
export function runSeeing(layers, env, command) {
  const [program, ...args] = seeing(layers, env, command);
  return spawnSync(program, args, { encoding: 'utf8', timeout: 120_000 });
}

/** @param {string[]} command @param {string} profile @param {string} file that the browser writes when it can be talked to */
async function launch(command, profile, file) {
  const path = join(profile, file);
  rmSync(path, { force: true });
  const child = spawn(command[0], command.slice(1), { stdio: 'ignore' });
  const gone = new Promise((done) => child.once('exit', done));
  const text = await until(
    `${file} of the browser`,
    () => existsSync(path) && /\d/.test(readFileSync(path, 'utf8')) && readFileSync(path, 'utf8'),
    START_MS,
  );
  return { child, gone, text };
}

/** @param {{child: import('node:child_process').ChildProcess, gone: Promise<unknown>}} started @param {import('puppeteer-core').Browser} browser */
async function close({ child, gone }, browser) {
  await browser.close().catch(() => {});
  const late = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await gone;
  clearTimeout(late);
}

const chromiumArgs = (profile, port) => [
  `--user-data-dir=${profile}`,
  '--headless=new',
  ...UNSEEN_BY_CHROMIUM,
  NO_SPARE,
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--ignore-certificate-errors',
  '--disable-dev-shm-usage',
  '--password-store=basic',
  '--remote-debugging-port=0',
  `--host-resolver-rules=MAP www.linkedin.com 127.0.0.1:${port}, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1`,
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  'about:blank',
];

/**
 * Debian's Chromium by its own start script; developer mode is off.
 * @param {{session: import('../e2e/host.mjs').Session, replica: {port: number}, profile: string, layers?: string[], id?: string}} given
 */
export async function startInstalledChromium({ session, replica, profile, layers = [], id = EXTENSION_ID }) {
  mkdirSync(profile, { recursive: true });
  const started = await launch(
    seeing(layers, session.env, [chromiumPath(), ...chromiumArgs(profile, replica.port)]),
    profile,
    'DevToolsActivePort',
  );
  const [port, path] = started.text.trim().split('\n');
  const browser = await puppeteer.connect({
    browserWSEndpoint: `ws://127.0.0.1:${port}${path}`,
    defaultViewport: null,
  });
  const pages = async () => (await browser.pages()).map((page) => page.url());
  const openOwn = async (file) => {
    const page = await browser.newPage();
    await page.goto(`chrome-extension://${id}/${file}`);
    return page;
  };
  /** On the browser's own page of extensions. @param {(id: string) => Promise<any>} ask */
  const atExtensions = async (ask) => {
    const page = await browser.newPage();
    await page.goto('chrome://extensions');
    const answer = await page.evaluate(ask, id);
    await page.close();
    return answer;
  };
  return {
    browser,
    pages,
    openOwn,
    /** The names of those that run. @returns {Promise<string[]>} */
    running: () =>
      atExtensions(async () => {
        const all = await chrome.developerPrivate.getExtensionsInfo({ includeDisabled: true });
        return all.filter((one) => one.state === 'ENABLED').map((one) => one.name);
      }),
    /** What a member does who chooses "on click" there. */
    takeBack: () =>
      atExtensions((extensionId) =>
        chrome.developerPrivate.updateExtensionConfiguration({ extensionId, hostAccess: 'ON_CLICK' }),
      ),
    newPage: () => browser.newPage(),
    close: () => close(started, browser),
    workers: () =>
      browser
        .targets()
        .filter((target) => target.type() === 'service_worker')
        .map((target) => target.url()),
  };
}

/** @param {number} proxy @param {boolean} fresh only then is the address fixed: an existing profile has kept it, or has not */
const preferences = (proxy, fresh) =>
  Object.entries({
    ...(fresh ? { 'extensions.webextensions.uuids': JSON.stringify({ [GECKO_ID]: UUID }) } : {}),
    'network.proxy.type': 1,
    'network.proxy.ssl': '127.0.0.1',
    'network.proxy.ssl_port': proxy,
    'network.proxy.no_proxies_on': '',
    ...UNSEEN_BY_FIREFOX,
    // Else the driver sets what a member has not: which add-ons are looked for.
    'remote.prefs.recommended': false,
  })
    .map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`)
    .join('');

/** @param {{session: import('../e2e/host.mjs').Session, replica: {proxyPort: number}, profile: string, layers?: string[]}} given */
export async function startInstalledFirefox({ session, replica, profile, layers = [] }) {
  const fresh = !existsSync(profile);
  mkdirSync(profile, { recursive: true });
  writeFileSync(join(profile, 'user.js'), preferences(replica.proxyPort, fresh));
  const command = [
    firefoxPath(),
    '--headless',
    '--no-remote',
    '--profile',
    profile,
    '--remote-debugging-port=0',
    '--remote-allow-system-access',
    'about:blank',
  ];
  const started = await launch(seeing(layers, session.env, command), profile, 'WebDriverBiDiServer.json');
  const { ws_port: port } = JSON.parse(started.text);
  const browser = await puppeteer.connect({
    browserWSEndpoint: `ws://127.0.0.1:${port}/session`,
    protocol: 'webDriverBiDi',
    acceptInsecureCerts: true,
  });
  const pages = async () => (await browser.pages()).map((page) => page.url());
  const openOwn = async (file) => {
    const page = await browser.newPage();
    const address = `moz-extension://${UUID}/${file}`;
    page.goto(address).catch(() => {});
    await until(`${file} to be there`, () =>
      page
        .evaluate(
          (wanted) => location.href === wanted && document.readyState === 'complete' && !document.body.hidden,
          address,
        )
        .catch(() => false),
    );
    return page;
  };
  return {
    browser,
    pages,
    openOwn,
    /** What a member does who unticks it on the page of the add-on. */
    takeBack: async () => {
      const page = await openOwn('ui/popup.html');
      const taken = await page.evaluate(() => chrome.permissions.remove({ origins: ['https://www.linkedin.com/*'] }));
      if (!taken) throw new Error('the permission was not taken back');
    },
    newPage: () => browser.newPage(),
    close: () => close(started, browser),
    workers: () => [],
  };
}
