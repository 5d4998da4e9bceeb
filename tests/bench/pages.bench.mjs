/** The popup costs little more than an empty one, and the history page does not grow with the log: in the real browser, with the real host. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXTENSION_ID, startPlainChromium } from '../e2e/chromium.mjs';
import { observation, observationOff } from '../e2e/host.mjs';
import { stage } from '../e2e/stage.mjs';
import { registerHost, until } from '../e2e/support.mjs';
import { gate, median } from './table.mjs';

const POPUPS = 25;
const VISITS = 9;
const FEW = 100;
const MANY = 10_000;
const BATCH = 64;
/** Until all of a long history is there, on a busy machine. */
const LOADED_MS = 90_000;
/** What an extension's popup costs in any case. */
const EMPTY =
  '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>empty</title></head><body><p>Empty</p></body></html>\n';
const OURS = 'ui/popup.html';
const THEIRS = 'ui/empty.html';

await gate(async () => {
  const world = await stage('chromium', startPlainChromium);
  try {
    registerHost(world.session, 'chromium');
    await world.start();
    return await table(world);
  } finally {
    await world.stop();
  }
});

/** @param {any} world */
async function table(world) {
  writeFileSync(join(world.session.dir, 'extension', THEIRS), EMPTY);
  await record(world.session, FEW - 1); // the log's own beginning is one
  const popups = await popupTimes(world.browser.browser);
  const few = await historyTimes(world.browser, FEW);
  await record(world.session, MANY - FEW);
  const many = await historyTimes(world.browser, MANY);
  const rows = [
    {
      what: 'popup: opened to its content',
      ours: popups.ours,
      against: 'an empty popup',
      theirs: popups.theirs,
      unit: 'ms',
      atMost: 1.5,
    },
    {
      what: 'history, 10,000 entries: to use',
      ours: many.usable,
      against: '100 entries',
      theirs: few.usable,
      unit: 'ms',
      atMost: 2,
    },
    {
      what: 'history, 10,000 entries: all read',
      ours: many.whole,
      against: '100 entries',
      theirs: few.whole,
      unit: 'ms',
    },
  ];
  return { title: `pages, median of ${POPUPS} popups in turns and of ${VISITS} visits`, rows };
}

/** @param {import('../e2e/host.mjs').Session} session @param {number} count */
async function record(session, count) {
  const host = session.host();
  for (let left = count; left > 0; left -= BATCH) {
    // Asked for, so that a look at which nothing is new is an entry, too.
    const observations = Array.from({ length: Math.min(BATCH, left) }, (_, index) =>
      ((left - index) % 97 > 60 ? observation : observationOff)({ asked: true }),
    );
    const { ok, error } = await host.send('record', { observations });
    if (!ok) throw new Error(JSON.stringify(error));
  }
  await host.close();
}

/** From the click on the toolbar, as `openPopup` makes it, to the first content that is painted. @param {any} browser */
async function popupTimes(browser) {
  const times = { ours: [], theirs: [] };
  for (let run = 0; run < POPUPS; run += 1) {
    times.theirs.push(await popupTime(browser, THEIRS));
    times.ours.push(await popupTime(browser, OURS));
  }
  return { ours: median(times.ours), theirs: median(times.theirs) };
}

/** In the worker, once it can. @param {any} browser @param {Function} body @param {unknown} [argument] */
async function inWorker(browser, body, argument) {
  const isWorker = (target) => target.type() === 'service_worker' && target.url().includes(EXTENSION_ID);
  const worker = await (await browser.waitForTarget(isWorker)).worker();
  await until('the worker to be ready', () =>
    worker.evaluate(() => typeof globalThis.chrome?.action?.openPopup === 'function'),
  );
  return worker.evaluate(body, argument);
}

/** @param {any} browser @param {string} path */
async function popupTime(browser, path) {
  await inWorker(browser, (popup) => chrome.action.setPopup({ popup }), path);
  const clicked = await inWorker(browser, async () => {
    const before = performance.timeOrigin + performance.now();
    await chrome.action.openPopup();
    return before;
  });
  const target = await browser.waitForTarget((one) => one.url() === `chrome-extension://${EXTENSION_ID}/${path}`);
  const page = await target.asPage();
  const painted = await page.evaluate(
    () =>
      new Promise((done) => {
        new PerformanceObserver((list) => {
          const [paint] = list.getEntriesByName('first-contentful-paint');
          if (paint) done(performance.timeOrigin + paint.startTime);
        }).observe({ type: 'paint', buffered: true });
      }),
  );
  await page.evaluate(() => window.close()).catch(() => {}); // it goes with its answer
  await until('the popup to be closed', () => !browser.targets().includes(target));
  return painted - clicked;
}

/**
 * From the address to a row that has moved by a key, and to the whole log, read and summed up.
 * @param {any} browser @param {number} size the entries that it must know in the end
 */
async function historyTimes(browser, size) {
  const usable = [];
  for (let visit = 0; visit < VISITS; visit += 1) {
    const { page, start } = await visitHistory(browser);
    usable.push(performance.now() - start);
    await page.close();
  }
  const { page, start } = await visitHistory(browser);
  const words = new Intl.NumberFormat('en').format(size);
  await until(
    `${words} entries`,
    () => page.$eval('#status', (status, all) => status.innerText.includes(` ${all} `), words),
    LOADED_MS,
  );
  const whole = performance.now() - start;
  await page.close();
  return { usable: median(usable), whole };
}

/** @param {any} browser */
async function visitHistory(browser) {
  const page = await browser.newPage();
  const start = performance.now();
  await page.goto(`chrome-extension://${EXTENSION_ID}/ui/history.html`);
  await page.waitForSelector('.entry[tabindex="0"]');
  // What is drawn anew under the keys takes the focus with it: then the member presses again, and that counts.
  const moved = () => document.activeElement?.getAttribute('data-index') === '1';
  await until('a row that has moved', async () => {
    await page.focus('.entry[tabindex="0"]');
    await page.keyboard.press('ArrowDown');
    return page.waitForFunction(moved, { timeout: 2_000 }).catch(() => false);
  });
  return { page, start };
}
