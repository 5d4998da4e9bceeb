// On a screen of 320 pixels, and with letters of twice the size, no word, button, list or command of any page is cut or has to be scrolled
// sideways: in each language, with all that unfolds unfolded, without the program, with it, and with a locked keyring. The real pages in the
// real browser with the real program.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { EXTENSION_ID, startChromium } from './chromium.mjs';
import { cutOff } from './cut.mjs';
import { observation, observationOff } from './host.mjs';
import { document as kept } from './kept.mjs';
import { chapters, stage } from './stage.mjs';
import { picture, registerHost, until } from './support.mjs';

const LANGUAGES = ['en', 'de', 'fr'];
const SIZES = [
  { size: '320', width: 320, height: 700, letters: '' },
  { size: 'large-letters', width: 1280, height: 900, letters: '200%' },
];
const POPUP = { width: 360, height: 600 };
const SETTLED_MS = 60_000;
const DAY = 86_400_000;
const chapter = chapters();
let world;
let page;

const address = (name) => `chrome-extension://${EXTENSION_ID}/ui/${name}.html`;
const said = (message) => page.evaluate((sent) => chrome.runtime.sendMessage(sent), message);

async function open(name) {
  await resize(name === 'popup' ? POPUP : SIZES[0]);
  await page.goto(address(name));
  await page.waitForSelector('body:not([hidden])');
}

async function resize({ width, height, letters = '' }) {
  await page.setViewportSize({ width, height });
  await page.evaluate((value) => void (document.documentElement.style.fontSize = value), letters);
}

/** What unfolds is open. */
const unfold = () =>
  page.evaluate(() => {
    for (const one of document.querySelectorAll('details')) one.open = true;
  });

/** @param {string} what for the message, and for the picture of what is cut */
async function fits(what) {
  let cut = [];
  const measured = async () => {
    await unfold();
    cut = (await page.locator('.busy:visible').count()) > 0 ? ['still busy'] : await page.evaluate(cutOff);
    return cut.length === 0;
  };
  if (await until(what, measured, SETTLED_MS).catch(() => false)) return;
  await picture(page, `narrow-${what}`);
  assert.deepEqual(cut, [], what);
}

/** Each of these pages in each language and size. @param {string} state @param {Record<string, string>} ready what shows that it is there */
async function everywhere(state, ready) {
  for (const language of LANGUAGES) {
    await said({ type: 'prefs', change: { language } });
    for (const [name, selector] of Object.entries(ready)) {
      await open(name);
      assert.equal(await page.evaluate(() => document.documentElement.lang.slice(0, 2)), language);
      await page.waitForSelector(selector, { timeout: SETTLED_MS });
      for (const size of name === 'popup' ? [{ ...POPUP, size: '360' }] : SIZES) {
        await resize(size);
        await fits(`${state}-${name}-${language}-${size.size}`);
      }
    }
  }
}

/** @param {number} daysAgo @param {Function} make @param {object} [more] */
function seen(daysAgo, make, more = {}) {
  const at = new Date(Date.now() - daysAgo * DAY).toISOString();
  return make({ observed_at: at, ...more, page: { loaded_at: at } });
}

before(async () => {
  world = await stage('chromium', startChromium);
  await world.start();
  page = world.page;
  await page.goto(address('help'));
});
after(async () => world.stop());

chapter('without the program', async () => {
  await everywhere('no-program', {
    welcome: '#step-host[data-state="bad"]',
    popup: '#notices .notice, #urgent .notice',
    history: '#nothing:not([hidden])',
    export: '#nothing a',
  });
});

chapter('the picture that says where the pin is can be seen', async () => {
  await open('welcome');
  const drawn = () =>
    page.$eval('#step-pin img', (one) => one.checkVisibility() && one.naturalWidth > 300 && one.clientWidth > 200);
  await until('the picture', drawn);
});

chapter('with a log of two accounts and a document', async () => {
  registerHost(world.session, 'chromium');
  const other = { account: { id: 'ben', premium: true } };
  const { ok, error } = await world.session.once('record', {
    observations: [seen(40, observation), seen(20, observationOff), seen(3, observation, other)],
  });
  assert.ok(ok, JSON.stringify(error));
  for (const text of ['The first wording. ', 'Another wording, which is longer. ']) {
    const put = await world.session.once('document', { document: kept({ text: text.repeat(40) }) });
    assert.ok(put.ok, JSON.stringify(put.error));
  }
  await said({ type: 'refresh' });
  await everywhere('log', {
    welcome: '#step-keyring[data-state="done"]',
    history: '.entry',
    export: '#form:not([hidden])',
    options: '#account-0',
    documents: '.documents li',
    help: '#answers details',
    verify: '#main',
  });
});

chapter('with two versions of a document side by side', async () => {
  for (const language of LANGUAGES) {
    await said({ type: 'prefs', change: { language } });
    for (const size of SIZES) {
      await open('documents');
      await page.click('[id="compare privacy-policy"]');
      await page.waitForSelector('#comparison td');
      await resize(size);
      await fits(`compared-${language}-${size.size}`);
    }
  }
});

chapter('after an export', async () => {
  for (const language of LANGUAGES) {
    await said({ type: 'prefs', change: { language } });
    await open('export');
    await page.waitForSelector('#form:not([hidden])');
    const [since, till] = await Promise.all(['#since', '#until'].map((one) => page.locator(one).boundingBox()));
    assert.equal(since.x, till.x, `${language}: one below the other, they stand in a column`);
    await page.fill('#folder', world.session.env.HOME);
    await page.click('#go');
    await page.waitForSelector('#result:not([hidden])');
    await fits(`exported-${language}`);
  }
});

chapter('with a locked keyring', async () => {
  world.session.lock();
  await said({ type: 'refresh' });
  await everywhere('locked', {
    welcome: '#unlock',
    history: '#unlock',
    export: '#unlock',
    documents: '#unlock',
    popup: '#notices .notice, #urgent .notice',
  });
});
