// The page that checks packages as one file, in Firefox. No extension is needed, so this one is not begun by startFirefox.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import puppeteer from 'puppeteer-core';
import { firefoxPath, inWindow } from './firefox.mjs';
import { until } from './support.mjs';
import {
  comparesKeys,
  comparesPackages,
  isForEverybody,
  losesItsFile,
  requestsOf,
  saysTheSame,
  stage,
  takesFolder,
  walksByKeyboard,
  walksByMouse,
} from './verify-page.mjs';

let browser;
let page;
let world;
let asked;

/** The window that lists folders belongs to the system: another stands in for it, which says at once which one was chosen. */
const CHOOSER = `(path) => {
  const registrar = Components.manager.QueryInterface(Ci.nsIComponentRegistrar);
  const id = Services.uuid.generateUUID();
  const file = Cc['@mozilla.org/file/local;1'].createInstance(Ci.nsIFile);
  file.initWithPath(path);
  const chooser = {
    QueryInterface: ChromeUtils.generateQI(['nsIFilePicker']),
    file,
    init(_context, _title, mode) {
      this.mode = mode;
    },
    appendFilters() {},
    open({ done }) {
      const { modeGetFolder, returnOK, returnCancel } = Ci.nsIFilePicker;
      registrar.unregisterFactory(id, factory);
      Services.tm.dispatchToMainThread(() => done(this.mode === modeGetFolder ? returnOK : returnCancel));
    },
  };
  const factory = { createInstance: (iid) => chooser.QueryInterface(iid) };
  registrar.registerFactory(id, '', '@mozilla.org/filepicker;1', factory);
}`;
/** The browser asks by itself whether the page may have all that is in it. */
const ANSWER = `() => {
  const [asked] = [...document.querySelectorAll('.dialogFrame')].filter((one) => one.currentURI?.spec.endsWith('/commonDialog.xhtml'));
  const dialog = asked?.contentDocument.getElementById('commonDialog');
  const button = dialog?._buttons && dialog.getButton('accept');
  if (!button || button.disabled) return false;
  button.click();
  return true;
}`;

/** @param {() => Promise<void>} open @param {string} folder */
async function choosesFolder(open, folder) {
  await inWindow(browser, CHOOSER, folder);
  await open();
  await until('the question of the browser', () => inWindow(browser, ANSWER));
}

before(async () => {
  world = stage();
  // A proxy that is not there: whatever is asked of a network fails.
  const extraPrefsFirefox = {
    'network.proxy.type': 1,
    'network.proxy.http': '127.0.0.1',
    'network.proxy.http_port': 9,
    'network.proxy.ssl': '127.0.0.1',
    'network.proxy.ssl_port': 9,
    'intl.accept_languages': 'en',
  };
  browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: firefoxPath(),
    headless: true,
    timeout: 60_000,
    args: ['--remote-allow-system-access'],
    extraPrefsFirefox,
  });
  page = await browser.newPage();
  asked = requestsOf(page);
});
after(async () => {
  await browser?.close();
  world?.close();
});

test('opens from a disk and says of every package what the other two say', () => saysTheSame(page, world));
test('compares the fingerprint that the owner told', () => comparesKeys(page, world));
test('compares an older package with a newer', () => comparesPackages(page, world));
test('is walked through by mouse', () => walksByMouse(page, world));
// The driver gives no folder to an input, so the browser is told what its own chooser gives.
test('is walked through with a folder', () => takesFolder(page, world, choosesFolder));
test('says so when its package goes away', () => losesItsFile(page, world));
test('is walked through by keyboard alone', () => walksByKeyboard(page, world));
test('is for everybody, in three languages', () => isForEverybody(page, world));
test('asked for nothing', () => assert.deepEqual(asked, []));
