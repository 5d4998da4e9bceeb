// A Firefox ESR, headless if not told otherwise, with the extension, for which www.linkedin.com is the replica.
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import puppeteer from 'puppeteer-core';
import { ROOT, sleep } from './host.mjs';
import { OUTPUT, until } from './support.mjs';

const GECKO_ID = 'consentlog@consentlog.org';
const ACTION_ID = 'consentlog_consentlog_org-browser-action';
const UUID = '5c1a3f0e-7a55-4c7e-9d27-0a6f1c0de5ca';
const PLACES = ['/usr/bin/firefox-esr', '/usr/lib/firefox-esr/firefox-esr', '/usr/lib/firefox/firefox'];
const START_MS = 90_000;
const SETTLE_MS = 12_000; /* until it has written what makes its next start cheaper */
/** CL_HEADED=1, on a screen or under xvfb-run: as a member sees it. */
const SCREEN = process.env.CL_HEADED ? { DISPLAY: process.env.DISPLAY, XAUTHORITY: process.env.XAUTHORITY } : null;

export function firefoxPath() {
  const path = process.env.CL_FIREFOX ?? PLACES.find(existsSync);
  if (!path)
    throw new Error('no Firefox here: install the package firefox-esr (a snap cannot reach a native host of ours)');
  return path;
}

/** What a browser does that no test looks at, and that costs. */
export const UNSEEN = Object.freeze({
  // A tab that was switched from is unloaded once it has been painted over; nothing is painted here, so without a delay the browser asks
  // again at once and for ever.
  'browser.tabs.remote.unloadDelayMs': 1000,
  // What a browser does for later: a new tab's page and a process that nobody asks for, and a session that is kept every 15 seconds.
  'browser.newtab.preload': false,
  'dom.ipc.processPrelaunch.enabled': false,
  'browser.sessionstore.interval': 3_600_000,
  // What it does beside each page: its language is guessed, its forms are learnt, it is tried as a text to read, its icon is fetched and
  // its visit kept.
  'browser.translations.enable': false,
  'extensions.formautofill.addresses.enabled': false,
  'extensions.formautofill.creditCards.enabled': false,
  'reader.parse-on-load.enabled': false,
  'browser.chrome.site_icons': false,
  'places.history.enabled': false,
  'browser.ml.enable': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  // Nobody sees it draw: the signs that turn while a page is loaded stand still, and ten pictures a second are enough.
  'ui.prefersReducedMotion': 1,
  'layout.frame_rate': 10,
  'app.update.enabled': false,
  'browser.safebrowsing.malware.enabled': false,
  'datareporting.policy.dataSubmissionEnabled': false,
});

const preferences = (proxy) => ({
  ...UNSEEN,
  'extensions.webextensions.uuids': JSON.stringify({ [GECKO_ID]: UUID }),
  // A temporary add-on is taken out when the browser ends; a member's installed one is not, nor are its readings.
  'extensions.webextensions.keepStorageOnUninstall': true,
  'extensions.webextensions.keepUuidOnUninstall': true,
  // Everything goes to the replica by way of one loopback proxy; no name is ever looked up.
  'network.proxy.type': 1,
  'network.proxy.ssl': '127.0.0.1',
  'network.proxy.ssl_port': proxy,
  'network.proxy.no_proxies_on': '',
});

const launch = (directory, env, preferred) =>
  puppeteer.launch({
    browser: 'firefox',
    executablePath: firefoxPath(),
    headless: !SCREEN,
    acceptInsecureCerts: true,
    networkEnabled: false, // no test here asks the driver what was requested: the replica knows, and each that is told costs
    timeout: START_MS,
    userDataDir: directory,
    env: { ...env, ...SCREEN, MOZ_CRASHREPORTER_DISABLE: '1' },
    args: ['--remote-allow-system-access'],
    extraPrefsFirefox: preferred,
  });

/**
 * A profile of this very browser that was begun once, with these preferences and without the extension: as a member's, who had the
 * browser before, and a first start costs half as much again as the next. Made by the first test that wants one; where two make it,
 * the first stays.
 */
async function usedProfile(session, replica) {
  const of = JSON.stringify([firefoxPath(), statSync(firefoxPath()).mtimeMs, preferences(0)]);
  const used = join(OUTPUT, `firefox-profile-${createHash('sha256').update(of).digest('hex').slice(0, 16)}`);
  if (existsSync(used)) return used;
  mkdirSync(OUTPUT, { recursive: true });
  const making = mkdtempSync(`${used}-`);
  const browser = await launch(making, session.env, preferences(replica.proxyPort));
  await sleep(SETTLE_MS);
  await browser.close();
  try {
    renameSync(making, used);
  } catch (error) {
    if (!existsSync(used)) throw error;
    rmSync(making, { recursive: true, force: true });
  }
  return used;
}

/**
 * A second start with the same session is the same browser, restarted.
 * @param {import('./host.mjs').Session} session  the private home, bus and keyring it lives in
 * @param {{ proxyPort: number }} replica
 * @param {Record<string, unknown>} [more] preferences, for what a test cannot click, such as the browser's own questions
 */
export async function startFirefox(session, replica, more = {}) {
  const directory = join(session.dir, 'firefox');
  const extension = join(session.dir, 'extension');
  if (!existsSync(directory))
    cpSync(await usedProfile(session, replica), directory, { recursive: true, verbatimSymlinks: true });
  cpSync(join(ROOT, 'extension'), extension, { recursive: true });
  const browser = await launch(directory, session.env, { ...preferences(replica.proxyPort), ...more });
  await browser.installExtension(extension);
  return browserOf(browser);
}

/** Runs in the browser's own window. @param {any} browser @param {string} body of a function @param {...string} given */
export async function inWindow(browser, body, ...given) {
  const {
    result: {
      contexts: [{ context }],
    },
  } = await browser.connection.send('browsingContext.getTree', { 'moz:scope': 'chrome' });
  const { result } = await browser.connection.send('script.callFunction', {
    functionDeclaration: body,
    target: { context },
    awaitPromise: true,
    arguments: given.map((value) => ({ type: 'string', value })),
  });
  if (result.type !== 'success') throw new Error(result.exceptionDetails.text);
  return result.result.value;
}

function browserOf(browser) {
  const openOwn = async (file) => {
    const page = await browser.newPage();
    const address = `moz-extension://${UUID}/${file}`;
    // The page loads, but the protocol never reports it for an extension's address: the page itself is asked, until it shows something.
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
  /** The page that is looked at. */
  const front = async () => {
    for (const page of await browser.pages())
      if (await page.evaluate(() => !document.hidden).catch(() => false)) return page;
    return null;
  };
  let inside = null;
  /** In one page that stays, behind: another one for each question would hide the member's each time. */
  const inExtension = async (body, argument) => {
    if (!inside || inside.isClosed()) {
      const looked = await front();
      inside = await openOwn('ui/popup.html');
      await looked?.bringToFront();
    }
    return inside.evaluate(body, argument);
  };
  /** As the member's click on the toolbar, with all that it grants. The popup that hangs there is out of the driver's reach. */
  const clickAction = async (page) => {
    await page.bringToFront();
    await inWindow(
      browser,
      `(id) => {
      CustomizableUI.addWidgetToArea(id, CustomizableUI.AREA_NAVBAR);
      CustomizableUI.getWidget(id).forWindow(window).node.querySelector('.unified-extensions-item-action-button').click();
    }`,
      ACTION_ID,
    );
    await until('the popup', () =>
      inWindow(browser, `() => document.querySelector('.webextension-popup-browser')?.currentURI.spec ?? ''`).then(
        (address) => address.endsWith('/ui/popup.html'),
      ),
    );
    return null;
  };
  return {
    name: 'firefox',
    browser,
    inExtension,
    openOwn,
    clickAction,
    newPage: () => browser.newPage(),
    badge: () =>
      inExtension(async () => ({
        text: await browser.action.getBadgeText({}),
        title: await browser.action.getTitle({}),
      })),
    stored: () => inExtension(() => browser.storage.local.get(null)),
    openPopup: async () => {
      const page = await openOwn('ui/popup.html');
      await page.setViewport({ width: 360, height: 600 });
      return page;
    },
    close: () => browser.close(),
  };
}
