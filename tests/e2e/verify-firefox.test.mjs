// The page that checks packages as one file, in Firefox. No extension is needed, so this one is not begun by startFirefox.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import puppeteer from 'puppeteer-core';
import { firefoxPath } from './firefox.mjs';
import {
  comparesKeys,
  comparesPackages,
  isForEverybody,
  requestsOf,
  saysTheSame,
  stage,
  walksByKeyboard,
  walksByMouse,
} from './verify-page.mjs';

let browser;
let page;
let world;
let asked;

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
test('is walked through by keyboard alone', () => walksByKeyboard(page, world));
test('is for everybody, in three languages', () => isForEverybody(page, world));
test('asked for nothing', () => assert.deepEqual(asked, []));
