// The page that checks packages as one file, in WebKitGTK: the engine of Safari, which itself runs on Apple's computers alone.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { lacksWebKit, startWebKit } from './webkit.mjs';
import {
  comparesKeys,
  comparesPackages,
  isForEverybody,
  saysTheSame,
  stage,
  walksByKeyboard,
  walksByMouse,
} from './verify-page.mjs';

const skip = lacksWebKit();
let webkit;
let page;
let world;

before(async () => {
  if (skip) return;
  world = stage();
  webkit = await startWebKit();
  ({ page } = webkit);
});
after(async () => {
  await webkit?.close();
  world?.close();
});

// Its driver gives no folder to an input; that, and what is printed, is seen in the other two.
test('opens from a disk and says of every package what the other two say', { skip }, () => saysTheSame(page, world));
test('compares the fingerprint that the owner told', { skip }, () => comparesKeys(page, world));
test('compares an older package with a newer', { skip }, () => comparesPackages(page, world));
test('is walked through by mouse', { skip }, () => walksByMouse(page, world));
// Safari by itself stops at fewer controls; its setting "Press Tab to highlight each item on a webpage" makes it stop at all, as here.
test('is walked through by keyboard alone', { skip }, () => walksByKeyboard(page, world));
test('is for everybody, in three languages', { skip }, () => isForEverybody(page, world));
test('asked for nothing', { skip }, async () => {
  assert.equal(webkit.asked(), 0);
  await page.goto('http://consentlog.invalid/');
  assert.ok(webkit.asked() > 0, 'what is asked for is seen');
});
test('in the dark, too', { skip }, async () => {
  const dark = await startWebKit({ dark: true });
  try {
    await isForEverybody(dark.page, world);
    assert.equal(await dark.page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches), true);
    assert.equal(dark.asked(), 0);
  } finally {
    await dark.close();
  }
});
