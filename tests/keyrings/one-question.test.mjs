// KeePassXC as it comes asks about each program that reads an entry. In a browser that is one question: the host that the member let in
// stays, also while nothing is to be done, holds nothing meanwhile, and goes with the browser.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { EXTENSION_ID, startPlainChromium } from '../e2e/chromium.mjs';
import { startFirefox } from '../e2e/firefox.mjs';
import { HOST, observation, sleep, waitUntil } from '../e2e/host.mjs';
import { registerHost, until } from '../e2e/support.mjs';
import { startProxy } from '../replica/proxy.mjs';
import { SETTING, startReplica } from '../replica/server.mjs';
import { hasKeePassXC, KeePassXC } from './keepassxc.mjs';

const skip = hasKeePassXC() ? false : 'KeePassXC or Xvfb is not in this distribution';
const SWITCH = 'input[role="switch"]';

/** The hosts of a session, without what they split off. @param {import('../e2e/host.mjs').Session} session @returns {number[]} */
function hostsOf(session) {
  const facts = (/** @type {string} */ pid) => {
    try {
      const parent = Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
      const ours = readFileSync(`/proc/${pid}/environ`, 'utf8').includes(session.dir);
      return ours && readlinkSync(`/proc/${pid}/exe`) === HOST ? { pid: Number(pid), parent } : null;
    } catch {
      return null; // it has ended, or is somebody else's
    }
  };
  const found = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const all = found.map(facts).filter((one) => one !== null);
  return all.filter(({ parent }) => !all.some(({ pid }) => pid === parent)).map(({ pid }) => pid);
}

/** @param {any} browser @param {number} size of the log, as the browser knows it */
const written = (browser, size) =>
  until(`a log of ${size}`, async () => {
    const { log, outbox } = await browser.stored();
    return log?.status?.size === size && (outbox?.waiting.length ?? 0) === 0;
  });

/** @param {any} browser @param {(path: string) => Promise<any>} openOwn @param {KeePassXC} keepassxc */
async function agree(browser, openOwn) {
  await until('the question to be named', async () => {
    const { log } = await browser.stored();
    return log?.status?.keyring === 'keyring-consent';
  });
  const popup = await openOwn('ui/popup.html');
  await popup.waitForSelector('text/Agree in KeePassXC');
  await popup.evaluate(() => {
    const buttons = [...document.querySelectorAll('button')];
    buttons.find(({ textContent }) => textContent?.includes('Agree in KeePassXC'))?.click();
  });
  return popup;
}

/**
 * @param {string} name @param {(session: any, replica: any) => Promise<any>} start
 * @param {number} idle milliseconds after which a browser ends a script that does nothing, and more
 */
async function scenario(name, start, idle) {
  const keepassxc = await KeePassXC.start({ confirm: true });
  const { session } = keepassxc;
  const replica = await startReplica();
  const proxy = await startProxy(replica.port);
  let browser = null;
  try {
    await keepassxc.up();
    assert.equal((await session.once('record', { observations: [observation({ asked: true })] })).result.size, 2);
    registerHost(session, name);
    browser = await start(session, { ...replica, proxyPort: proxy.port });
    const page = await browser.newPage();
    await page.goto(`https://www.linkedin.com${SETTING}`);
    const asked = keepassxc.agreeing();
    const popup = await agree(browser, browser.openOwn);
    await written(browser, 3);
    await popup.close();
    await page.bringToFront();
    const [host] = await until('one host', async () => {
      const hosts = hostsOf(session);
      return hosts.length === 1 && hosts;
    });

    await page.click(SWITCH);
    await written(browser, 4);
    await sleep(idle);
    assert.deepEqual(hostsOf(session), [host], 'it stays while nothing is to be done');
    const free = session.run('flock', ['--nonblock', `${dirname(session.log)}/log.lock`, 'true']);
    assert.equal(free.status, 0, `the log is free meanwhile: ${free.stderr}`);
    await page.reload();
    await written(browser, 5);

    const past = await browser.openOwn('ui/history.html');
    await until('the history, to its end', () =>
      past.evaluate(() => /5 entries/.test(document.getElementById('status')?.textContent ?? '')),
    );
    assert.equal(await asked(), 1, 'KeePassXC asked once');
    assert.deepEqual(hostsOf(session), [host], 'the same program');
    await browser.close();
    browser = null;
    await waitUntil(() => hostsOf(session).length === 0, 'it goes with the browser', 60_000);
  } finally {
    await browser?.close();
    await replica.close();
    await proxy.close();
    await keepassxc.stop();
  }
}

test('Chromium: one question', { skip }, () =>
  scenario(
    'chromium',
    async (session, replica) => {
      const started = await startPlainChromium(session, replica);
      const openOwn = async (/** @type {string} */ path) => {
        const page = await started.browser.newPage();
        await page.goto(`chrome-extension://${EXTENSION_ID}/${path}`);
        return page;
      };
      const inside = await openOwn('ui/options.html');
      const stored = () => inside.evaluate(() => chrome.storage.local.get(null));
      return { ...started, openOwn, stored };
    },
    35_000,
  ),
);

test('Firefox: one question', { skip }, () =>
  scenario(
    'firefox',
    (session, replica) => startFirefox(session, replica, { 'extensions.background.idle.timeout': 2_000 }),
    8_000,
  ),
);
