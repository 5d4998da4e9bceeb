// A headless Chromium with the extension, for which www.linkedin.com is the replica and nothing else resolves.
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, sleep } from './host.mjs';

/** The id that the key in extension/manifest.json gives (manifests/chromium-ids.txt). */
export const EXTENSION_ID = 'dgnihhnepohihbhjdpccfmpgbmhcpcfk';
const PLACES = ['/usr/bin/chromium', '/usr/bin/google-chrome', '/usr/bin/chromium-browser'];
const START_MS = 90_000;
const AWAKE_MS = 30_000;
const ATTEMPTS = 4;

export function chromiumPath() {
  const path = process.env.CL_CHROMIUM ?? PLACES.find(existsSync);
  if (!path)
    throw new Error('no Chromium here: install the package chromium (a snap cannot reach a native host of ours)');
  return path;
}

/** It draws by the processor, for which no process of its own is needed. */
export const UNSEEN = Object.freeze(['--disable-gpu', '--in-process-gpu']);
/** No process for a page that nobody asks for. One of our drivers says this of its own features alone, and then the last that says it is heard. */
export const NO_SPARE = '--disable-features=SpareRendererForSitePerProcess';

const args = ({ port, spki }, extension) => [
  '--headless=new',
  ...UNSEEN,
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--ignore-certificate-errors',
  `--ignore-certificate-errors-spki-list=${spki}`, // no error at all, so that an answer may be cached as LinkedIn's
  '--disable-dev-shm-usage',
  ...(process.getuid() === 0 ? ['--no-sandbox'] : []),
  `--disable-extensions-except=${extension}`,
  `--load-extension=${extension}`,
  `--host-resolver-rules=MAP www.linkedin.com 127.0.0.1:${port}, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1`,
];

/** Where this browser's user data are: a second start with the same session is the same browser, restarted. */
export const chromiumProfile = (session) => join(session.dir, 'chromium');

/** The profile's folder and a copy of the extension, so that editing the tree does not disturb a test. */
function prepare(session, change = null) {
  const directory = chromiumProfile(session);
  const extension = join(session.dir, 'extension');
  mkdirSync(directory, { recursive: true });
  cpSync(join(ROOT, 'extension'), extension, { recursive: true });
  if (change) {
    const file = join(extension, 'manifest.json');
    writeFileSync(file, JSON.stringify(change(JSON.parse(readFileSync(file, 'utf8')))));
  }
  return { directory, extension };
}

/**
 * @param {import('./host.mjs').Session} session  the private home, bus and keyring it lives in
 * @param {{ port: number, spki: string }} replica
 * @param {((manifest: any) => object) | null} [change] of the copied manifest: for what a test cannot click, such as a granted permission
 */
export async function startChromium(session, replica, change = null) {
  const { chromium } = await import('playwright-core'); // each driver where it is used: to load one takes half a second
  const fresh = !existsSync(chromiumProfile(session));
  const { directory, extension } = prepare(session, change);
  for (let attempt = 1; ; attempt++) {
    const context = await chromium.launchPersistentContext(directory, {
      executablePath: chromiumPath(),
      headless: false,
      ignoreHTTPSErrors: true,
      env: session.env,
      timeout: START_MS,
      args: args(replica, extension),
      viewport: { width: 1000, height: 700 },
    });
    context.setDefaultTimeout(START_MS);
    if (await isAwake(context)) return browserOf(context);
    console.error(
      `Chromium began without the extension's worker (${context.serviceWorkers().length}), attempt ${attempt}`,
    );
    await context.close();
    if (attempt === ATTEMPTS) throw new Error(`the extension's worker did not run in ${ATTEMPTS} starts of Chromium`);
    if (fresh) rmSync(directory, { recursive: true, force: true });
  }
}

const workerOf = (context) => context.serviceWorkers().find((w) => w.url().includes(EXTENSION_ID));

/**
 * Has the worker run its script? The driver stops each new worker until it has looked at it, and on a busy machine now and then never lets
 * one go: then nothing of the extension lives in that browser, which no member's browser does.
 */
async function isAwake(context) {
  const limit = Date.now() + AWAKE_MS;
  while (Date.now() < limit) {
    const listening = workerOf(context)
      ?.evaluate(() => chrome.runtime.onMessage.hasListeners())
      .catch(() => false);
    if (await Promise.race([listening, sleep(1_000)])) return true;
    await sleep(50);
  }
  return false;
}

/**
 * The same by another driver, which leaves tabs as they are: playwright makes every tab believe that it is being looked at.
 * Pages only.
 * @param {import('./host.mjs').Session} session
 * @param {{ port: number, spki: string }} replica
 * @param {{ manifest?: (manifest: any) => any, keepsPages?: boolean }} [more] manifest: a change to the copy, for what only a person's click can
 *   grant; keepsPages: for the Back button, as a member's browser does
 */
export async function startPlainChromium(session, replica, { manifest, keepsPages = false } = {}) {
  const { default: puppeteer } = await import('puppeteer-core');
  const { directory, extension } = prepare(session, manifest);
  const browser = await puppeteer.launch({
    executablePath: chromiumPath(),
    headless: true,
    pipe: true,
    acceptInsecureCerts: true,
    userDataDir: directory,
    env: session.env,
    args: [...args(replica, extension), NO_SPARE],
    enableExtensions: true,
    timeout: START_MS,
    ignoreDefaultArgs: [
      '--disable-background-timer-throttling',
      '--disable-renderer-backgrounding',
      ...(keepsPages ? ['--disable-back-forward-cache'] : []),
    ],
  });
  /** As the member's click on the toolbar, with all that it grants. @returns {Promise<any>} the popup that hangs there */
  const clickAction = async (page) => {
    const before = new Set(browser.targets());
    await page.triggerExtensionAction((await browser.extensions()).get(EXTENSION_ID));
    const target = await browser.waitForTarget((t) => !before.has(t) && t.url().endsWith('/ui/popup.html'), {
      timeout: START_MS,
    });
    return target.asPage();
  };
  return { name: 'chromium', browser, clickAction, newPage: () => browser.newPage(), close: () => browser.close() };
}

function browserOf(context) {
  const worker = async () => workerOf(context) ?? context.waitForEvent('serviceworker', { timeout: START_MS });
  const openPopup = async () => {
    const page = await context.newPage();
    await page.setViewportSize({ width: 360, height: 600 });
    await page.goto(`chrome-extension://${EXTENSION_ID}/ui/popup.html`);
    return page;
  };
  return {
    name: 'chromium',
    context,
    openPopup,
    worker,
    newPage: () => context.newPage(),
    badge: async () =>
      (await worker()).evaluate(async () => ({
        text: await chrome.action.getBadgeText({}),
        title: await chrome.action.getTitle({}),
      })),
    stored: async () => (await worker()).evaluate(() => chrome.storage.local.get(null)),
    close: () => context.close(),
  };
}

/**
 * Watches a page for anything of an extension running in it: its scripts and its isolated worlds.
 * @returns {Promise<{ scripts: string[], worlds: string[] }>} live lists
 */
export async function watchForeignCode(page) {
  const seen = { scripts: [], worlds: [] };
  const session = await page.context().newCDPSession(page);
  session.on('Debugger.scriptParsed', ({ url }) => {
    if (url.startsWith('chrome-extension:')) seen.scripts.push(url);
  });
  session.on('Runtime.executionContextCreated', ({ context }) => {
    if (context.origin.startsWith('chrome-extension:')) seen.worlds.push(context.name);
  });
  await session.send('Runtime.enable');
  await session.send('Debugger.enable');
  return seen;
}
