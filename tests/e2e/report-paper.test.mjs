// report.html on paper, as Chromium prints it: no page is left to the end of something that began on the one before.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import puppeteer from 'puppeteer-core';
import { BEGIN, DAY, Log, STRIPES } from '../evidence/log.mjs';
import { unzip } from '../evidence/package.mjs';
import { chromiumPath } from './chromium.mjs';
import { BUILD } from './host.mjs';

const work = mkdtempSync(join(tmpdir(), 'consentlog-paper-'));
let browser;
let page;

/** A log as a member keeps it in a fortnight, with a stamp, a picture, a document and a change that nobody explains. */
function fortnight() {
  const log = new Log(join(work, 'attachments'));
  const part = (/** @type {string} */ text) => Buffer.from(text);
  log.see(BEGIN + DAY, 'on', { change: 'first' });
  const files = { checkpoint: part('c'), query: part('q'), reply: part('r'), chain: part('x') };
  log.stamp(BEGIN + DAY + 2000, log.size, 'CN=Good Time,O=Test', BEGIN + DAY + 1000, files);
  log.see(BEGIN + 2 * DAY, 'on', { picture: STRIPES });
  log.keep(BEGIN + 2 * DAY, 'privacy-policy', 'first', 'The privacy policy. '.repeat(30));
  log.see(BEGIN + 9 * DAY, 'on');
  log.see(BEGIN + 10 * DAY, 'off', { change: 'changed', cause: 'unexplained' });
  log.see(BEGIN + 12 * DAY, 'off');
  log.see(BEGIN + 13 * DAY, 'off');
  return log;
}

/** @param {Log} log @param {string} language @returns {string} the report's address */
function reportIn(log, language) {
  writeFileSync(join(work, 'lines'), log.text);
  const args = ['report', join(work, 'lines'), log.folder, language, '-', '5,7', String(BEGIN + 14 * DAY)];
  const ran = spawnSync(join(BUILD, 'tests/evidence_peer'), args, { maxBuffer: 1 << 26 });
  assert.equal(ran.status, 0, ran.stderr?.toString());
  for (const [name, bytes] of unzip(ran.stdout)) {
    const path = join(work, language, name.slice(name.indexOf('/') + 1));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
  }
  return pathToFileURL(join(work, language, 'data/report.html')).href;
}

/** How many headings stand on each page, from the outline that is printed with them. @param {Uint8Array} pdf */
function headingsOf(pdf) {
  const text = Buffer.from(pdf).toString('latin1');
  const kids = [...text.matchAll(/\/Kids \[((?:\d+ 0 R ?)+)\]>?>?/g)].map(
    ([, list]) => list.match(/\d+(?= 0 R)/g) ?? [],
  );
  const places = [...text.matchAll(/\/Dest \[(\d+) 0 R /g)].map(([, id]) => id);
  const pages = kids.find((ids) => places.every((id) => ids.includes(id))) ?? [];
  return pages.map((id) => places.filter((one) => one === id).length);
}

before(async () => {
  browser = await puppeteer.launch({
    executablePath: chromiumPath(),
    headless: true,
    pipe: true,
    args: ['--disable-gpu', '--no-first-run', ...(process.getuid() === 0 ? ['--no-sandbox'] : [])],
  });
  page = await browser.newPage();
});
after(async () => {
  await browser?.close();
  rmSync(work, { recursive: true, force: true });
});

const log = fortnight();
test('whoever has the paper alone has the hash of each picture and text', async () => {
  await page.goto(reportIn(log, 'en'));
  await page.emulateMediaType('print');
  const read = await page.evaluate(() => document.body.innerText);
  await page.emulateMediaType(null);
  const entries = log.lines.map((/** @type {string} */ line) => JSON.parse(line));
  const kept = entries.filter(({ kind }) => kind !== 'timestamp').flatMap(({ attachments = [] }) => attachments);
  assert.equal(kept.length, 2);
  for (const { name, sha256 } of kept) assert.ok(read.includes(sha256), name);
});
for (const language of ['en', 'de', 'fr'])
  test(`each page has a heading of its own (${language})`, async () => {
    await page.goto(reportIn(log, language));
    for (const format of /** @type {const} */ (['a4', 'letter'])) {
      const headings = headingsOf(await page.pdf({ format, outline: true, tagged: true }));
      assert.ok(headings.length > 2, `${headings.length} pages`);
      assert.ok(!headings.includes(0), `${format}: ${headings.join(', ')} headings on the pages`);
    }
  });

test('no paragraph is parted from its heading, and the foot not from the last part', async () => {
  await page.emulateMediaType('print');
  const styles = (/** @type {string} */ selector, /** @type {string} */ property) =>
    page.$$eval(selector, (all, name) => all.map((one) => getComputedStyle(one).getPropertyValue(name)), property);
  assert.deepEqual([...new Set(await styles('h2, h2 + p.soft', 'break-after'))], ['avoid']);
  assert.deepEqual(await styles('.pair', 'break-inside'), ['avoid']);
  assert.equal((await styles('main > :last-child', 'break-before'))[0], 'avoid');
  await page.emulateMediaType(null);
});
