// The pictures of docs/install.md: the steps by hand in both browsers, as a member sees them. No test: part of
// tests/e2e/gallery.mjs, or by itself `node tests/e2e/gallery-install.mjs`; it needs the package pngquant.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import puppeteer from 'puppeteer-core';
import { chromiumPath } from './chromium.mjs';
import { firefoxPath } from './firefox.mjs';
import { ROOT, Session, sleep } from './host.mjs';
import { until } from './support.mjs';

const FOLDER = join(ROOT, 'docs/install');
const VIEW = { width: 1000, height: 520 };
const COLOURS = '64';
const DEBUGGING = 'about:debugging#/runtime/this-firefox';

/** @param {any} page @param {string} name @param {number} [height] of what is worth showing */
async function take(page, name, height = VIEW.height) {
  await sleep(1_000);
  const file = join(FOLDER, `${name}.png`);
  await page.screenshot({ path: file, clip: { x: 0, y: 0, width: VIEW.width, height } });
  const { error } = spawnSync('pngquant', ['--force', '--strip', '--nofs', '--output', file, COLOURS, file]);
  if (error) throw new Error('pngquant makes the pictures small: install the package pngquant');
  console.log(`  ${name}`);
}

/** Where install.sh puts it for one user. @param {Session} session */
function placed(session) {
  const folder = join(session.env.HOME, '.local/share/consentlog/extension');
  mkdirSync(folder, { recursive: true });
  cpSync(join(ROOT, 'extension'), folder, { recursive: true });
  return folder;
}

/** @param {Session} session */
async function chromium(session) {
  const browser = await puppeteer.launch({
    executablePath: chromiumPath(),
    headless: true,
    pipe: true,
    enableExtensions: true,
    userDataDir: join(session.dir, 'by-hand'),
    env: session.env,
    args: ['--no-first-run', '--disable-gpu', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
    defaultViewport: VIEW,
  });
  const page = await browser.newPage();
  await page.goto('chrome://extensions');
  await page.evaluate(() => chrome.developerPrivate.updateProfileConfiguration({ inDeveloperMode: true }));
  await take(page, 'chromium-developer-mode', 260);
  await browser.installExtension(placed(session));
  await page.bringToFront();
  await take(page, 'chromium-loaded', 460);
  await browser.close();
}

/** @param {Session} session */
async function firefox(session) {
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: firefoxPath(),
    headless: true,
    env: session.env,
    args: ['--remote-allow-system-access'],
    defaultViewport: VIEW,
  });
  const page = await browser.newPage();
  page.goto(DEBUGGING).catch(() => {}); // the driver waits for an event that this page does not send
  await until('the page of add-ons', () =>
    page.evaluate(() => document.querySelectorAll('button').length > 1).catch(() => false),
  );
  await take(page, 'firefox-debugging', 300);
  await browser.installExtension(placed(session));
  await page.bringToFront();
  await take(page, 'firefox-loaded', 310);
  await browser.close();
}

export async function installPictures() {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  const session = await Session.start();
  try {
    await chromium(session);
    await firefox(session);
  } finally {
    await session.stop();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await installPictures();
