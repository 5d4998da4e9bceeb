/**
 * The one-file page in Chromium, opened from a disk, beside `consentlog verify` of the same package: how much longer it takes from the choice of
 * the package to the verdict that is drawn, and what its process holds meanwhile.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import puppeteer from 'puppeteer-core';
import { chromiumPath } from '../e2e/chromium.mjs';
import { BUILD, ROOT, sleep } from '../e2e/host.mjs';
import { withFixtures } from './fixtures.mjs';
import { gate, median } from './table.mjs';

const CONSENTLOG = join(BUILD, 'consentlog');
const [LARGE, SMALL] = [100_000, 1_000];
const ROUNDS = 3;
const MEMORY_MB = 300;
/** The program's SHA-256 is the processor's own, the page's for the most part a script's. */
const SLOWER = 10;
const LOOKED_AT_MS = 1000; // nobody chooses a file sooner, and by then both workers have begun
const WAIT = { timeout: 120_000, polling: 50 };
const ARGS = ['--disable-gpu', '--no-first-run', '--lang=en', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])];

/** In ms. @param {string} program @param {string[]} args */
function run(program, ...args) {
  const began = performance.now();
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 24 });
  if (status !== 0) throw new Error(`${program}: ${stderr}`);
  return performance.now() - began;
}

/** @param {number} pid @returns {number[]} it and whatever it started */
const family = (pid) =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .split(' ')
    .filter(Boolean)
    .reduce((all, child) => [...all, ...family(Number(child))], [pid]);

/** The most that the process of a page held, in MB, without the browser's program, which all of its processes share. @param {any} browser */
function mostHeld(browser) {
  const pages = family(browser.process().pid).filter((pid) =>
    readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--type=renderer'),
  );
  const held = pages.map((pid) => {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const [most, file] = ['VmHWM', 'RssFile'].map((name) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]));
    return (most - file) / 1024;
  });
  return Math.max(...held);
}

/** In the page: when a package is chosen and when a verdict of it is drawn. */
function watch() {
  const times = /** @type {any} */ (globalThis);
  document.getElementById('zips')?.addEventListener('change', () => (times.chosen = performance.now()), true);
  new MutationObserver(() => {
    if (document.querySelector('.verdict')) times.told ??= performance.now();
  }).observe(document.body, { childList: true, subtree: true });
}

/** @param {string} page @param {string} zip */
async function judge(page, zip) {
  const browser = await puppeteer.launch({ executablePath: chromiumPath(), headless: true, pipe: true, args: ARGS });
  try {
    const tab = await browser.newPage();
    await tab.goto(pathToFileURL(page).href);
    await tab.evaluate(watch);
    await sleep(LOOKED_AT_MS);
    const chooser = /** @type {any} */ (await tab.$('#zips'));
    await chooser.uploadFile(zip);
    await tab.waitForFunction('globalThis.told', WAIT);
    const [ms, tone] = await tab.evaluate(() => {
      const { told, chosen } = /** @type {any} */ (globalThis);
      return [told - chosen, document.querySelector('.verdict')?.getAttribute('data-tone')];
    });
    if (tone !== 'good') throw new Error(`${zip}: ${tone}`);
    return { ms, mb: mostHeld(browser) };
  } finally {
    await browser.close();
  }
}

/** In turns. @param {string} page @param {string} zip @param {number} rounds */
async function both(page, zip, rounds) {
  const [ours, theirs] = [[], []].map(() => /** @type {any[]} */ ([]));
  for (let round = 0; round < rounds; round += 1) {
    ours.push(await judge(page, zip));
    theirs.push(run(CONSENTLOG, 'verify', zip));
  }
  const against = { against: 'consentlog verify', theirs: median(theirs), unit: 'ms' };
  return { row: { ours: median(ours.map(({ ms }) => ms)), ...against }, mb: median(ours.map(({ mb }) => mb)) };
}

await withFixtures([LARGE, SMALL], async ([large, small], dir) => {
  const page = join(dir, 'consentlog-verify.html');
  run(process.execPath, join(ROOT, 'manifests/verify-page.mjs'), page);
  await gate(async () => {
    const [long, short] = [await both(page, large.zip, ROUNDS), await both(page, small.zip, 1)];
    const rows = [
      { what: '100,000 entries in the page', ...long.row, atMost: SLOWER },
      { what: '1,000 entries in the page', ...short.row },
      {
        what: 'the most that it holds',
        ours: long.mb,
        against: 'what is allowed',
        theirs: MEMORY_MB,
        unit: 'MB',
        atMost: 1,
      },
    ];
    return { title: `the one-file page in Chromium; of the large, median of ${ROUNDS} in turns`, rows };
  });
});
