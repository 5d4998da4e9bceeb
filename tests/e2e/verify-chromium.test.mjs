// The page that checks packages as one file, in Chromium.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import puppeteer from 'puppeteer-core';
import { chromiumPath } from './chromium.mjs';
import {
  choose,
  comparesKeys,
  comparesPackages,
  isForEverybody,
  losesItsFile,
  losesItsWorker,
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
const faults = [];

before(async () => {
  world = stage();
  browser = await puppeteer.launch({
    executablePath: chromiumPath(),
    headless: true,
    pipe: true,
    args: ['--disable-gpu', '--no-first-run', '--lang=en', ...(process.getuid() === 0 ? ['--no-sandbox'] : [])],
  });
  page = await browser.newPage();
  await page.setOfflineMode(true);
  asked = requestsOf(page);
  page.on('pageerror', (why) => faults.push(why.message));
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
});
after(async () => {
  await browser?.close();
  world?.close();
});

test('opens from a disk and says of every package what the other two say', () => saysTheSame(page, world));
test('compares the fingerprint that the owner told', () => comparesKeys(page, world));
test('compares an older package with a newer', () => comparesPackages(page, world));
test('is walked through by mouse', () => walksByMouse(page, world));
test('is walked through with a folder', () => takesFolder(page, world));
test('takes a folder that is dropped on it', async () => {
  const client = await page.createCDPSession();
  await takesFolder(page, world, async (_, folder) => {
    const data = { items: [], files: [folder], dragOperationsMask: 1 };
    for (const type of ['dragEnter', 'dragOver', 'drop'])
      await client.send('Input.dispatchDragEvent', { type, x: 300, y: 300, data });
  });
});
test('says so when its package goes away', () => losesItsFile(page, world));
test('says so when its worker dies', () => losesItsWorker(page, world));
test('is walked through by keyboard alone', () => walksByKeyboard(page, world));
test('is for everybody, in three languages', () => isForEverybody(page, world));
test('in the dark, too', async () => {
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }]);
  await isForEverybody(page, world);
});
test('prints on A4 and Letter', async () => {
  for (const format of ['a4', 'letter']) assert.ok((await page.pdf({ format })).length > 10_000, format);
});
test('on paper its parts follow each other, without the frame of what was focused', async () => {
  await page.emulateMediaType('print');
  const parts = await page.$$eval('.sheet, .results, .verdict, .verdict section', (all) =>
    all.map((part) => {
      part.focus();
      const { display, outlineStyle, borderLeftWidth } = getComputedStyle(part);
      return [display, outlineStyle, borderLeftWidth].join(' ');
    }),
  );
  assert.ok(parts.length > 6, `${parts.length} parts`);
  assert.deepEqual([...new Set(parts)], ['block none 0px']);
  await page.emulateMediaType(null);
});
test('on paper the legend has its colours, no control is left, and no heading is parted from what it is over', async () => {
  await page.goto(world.address);
  await choose(page, '#zips', [join(world.folder, 'whole.zip')]);
  await page.emulateMediaType('print');
  /** @param {string} selector @param {string} property @param {string} [pseudo] */
  const styles = (selector, property, pseudo) =>
    page.$$eval(
      selector,
      (all, name, part) => [...new Set(all.map((one) => getComputedStyle(one, part).getPropertyValue(name)))],
      property,
      pseudo,
    );
  assert.deepEqual(await styles('.legend', 'print-color-adjust', '::before'), ['exact']);
  assert.deepEqual(await styles('.verdict details', 'display'), ['none']);
  assert.deepEqual(await styles('.documents', 'display'), ['block']);
  assert.deepEqual(await styles('.kept > .hint', 'break-inside'), ['avoid']);
  assert.deepEqual(await styles('.kept h3, .kept > .hint', 'break-after'), ['avoid']);
  assert.deepEqual(await styles('.documents .hint', 'break-after'), ['auto']);
  await page.emulateMediaType(null);
});
test('asked for nothing and met no fault', () => {
  assert.deepEqual(asked, []);
  assert.deepEqual(faults, []);
});
