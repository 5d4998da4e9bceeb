// The first hour of a member, by the keyboard alone and in each language: from the installation over an opt-out that is confirmed to a
// report that is open. One browser for the three; between them the member is new again. A picture of each step, light and dark, is left
// in tests/output: first-hour-<browser>-<language>-<step>.
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { after, before } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { messagesOf } from '../extension/fake-browser.mjs';
import { SETTING } from '../replica/server.mjs';
import { cutOff } from './cut.mjs';
import { CLI, sleep } from './host.mjs';
import { chapters, stage } from './stage.mjs';
import {
  gist,
  history as entriesOf,
  observations,
  picture,
  registerHost,
  unregisterHost,
  until,
  watchedObservations,
} from './support.mjs';

const TABS_MAX = 60;
const PRESS_MS = 3_000;
const PRESSES = 3;
const EFFECT_MS = 20_000;
const POPUP = { width: 360, height: 600 };
const PAGE = { width: 1000, height: 800 };
const NARROW = { width: 320, height: 700 };
const FILLED = '.button--primary';

/** Where that page is: of an extension's own pages Firefox's protocol does not tell. @param {any} page */
const addressOf = (page) =>
  page.url() === 'about:blank' && !page.isClosed()
    ? Promise.race([page.evaluate(() => location.href).catch(() => ''), sleep(PRESS_MS).then(() => '')])
    : page.url();

class Newcomer {
  step = 0;
  /** @param {any} world @param {string} language */
  constructor(world, language) {
    Object.assign(this, { world, language, words: messagesOf(language) });
  }

  /** The sentence of that key, as a member reads it. */
  word = (key) => this.words[key].message;
  browser = () => this.world.browser;
  inside = (body, argument) => this.world.ours.evaluate(body, argument);

  async open(path) {
    const page = await this.browser().openOwn(`ui/${path}`);
    await page.setViewport(path.startsWith('popup') ? POPUP : PAGE);
    await page.bringToFront();
    return page;
  }

  /** Waits until that part of the page says these words. */
  says = (page, selector, words) =>
    until(`${selector} to say “${words}”`, async () =>
      (await page.$eval(selector, (one) => one.innerText).catch(() => '')).includes(words),
    );

  /** What is to be seen: that button filled and no other, nothing to scroll sideways, and the popup whole; then in both themes. */
  async look(page, what, { ours = true, filled = undefined } = {}) {
    this.step += 1;
    const name = `first-hour-${this.browser().name}-${this.language}-${String(this.step).padStart(2, '0')}-${what}`;
    if (ours) await until(`${name} to be as it should`, () => this.isTidy(page, filled));
    for (const theme of ours ? ['light', 'dark'] : ['light']) {
      await this.browser().theme(page, theme);
      await picture(page, `${name}-${theme}`);
    }
    await this.browser().theme(page, 'light');
  }

  async isTidy(page, filled) {
    const seen = await page.evaluate((selector) => {
      const { scrollHeight, scrollWidth, clientWidth } = document.documentElement;
      const buttons = [...document.querySelectorAll(selector)].filter((one) => one.checkVisibility());
      return {
        address: location.href,
        high: scrollHeight,
        over: scrollWidth - clientWidth,
        filled: buttons.map((one) => one.textContent),
      };
    }, FILLED);
    const oneFilled = filled ? isDeepStrictEqual(seen.filled, filled) : seen.filled.length <= 1;
    return oneFilled && seen.over <= 0 && (!seen.address.includes('popup') || seen.high <= POPUP.height);
  }

  /** By Tab, until the focus is there. */
  async tabTo(page, selector) {
    await page.bringToFront();
    const there = () => page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector);
    await until(`${selector} to be there`, () => page.$(selector));
    for (let i = 0; i < TABS_MAX && !(await there()); i += 1) await page.keyboard.press('Tab');
    assert.ok(await there(), `no way to ${selector} by Tab`);
  }

  /** A page may draw itself anew under the focus: then the member goes there again, unless the page has closed itself. */
  async press(page, selector, what, effect, key = 'Enter') {
    for (let tries = 0; tries < PRESSES; tries += 1) {
      await this.tabTo(page, selector);
      // A popup that closes itself does not answer.
      await Promise.race([page.keyboard.press(key).catch(() => {}), sleep(PRESS_MS)]);
      if (page.isClosed()) break;
      if (await until(what, effect, EFFECT_MS).catch(() => false)) return;
      if (page.isClosed()) break;
    }
    await until(what, effect);
  }

  /** A tab whose address has that part, if there is one. */
  async find(part) {
    for (const page of await this.browser().pages()) if ((await addressOf(page)).includes(part)) return page;
    return undefined;
  }
  tab = (part) => until(`a tab with ${part}`, () => this.find(part));

  told(expected) {
    const look = watchedObservations(this.world.session);
    return until(`an entry that says ${JSON.stringify(expected)}`, async () => {
      const last = (await look()).at(-1);
      return last && Object.entries(expected).every(([key, value]) => gist(last)[key] === value);
    });
  }
  stored = () => this.inside(() => chrome.storage.local.get(null));
}

/** The member is new: no program, no log, no key, nothing in the browser but the language. */
async function beginAnew(world, language) {
  const { session, replica } = world;
  for (const page of await world.browser.pages()) if (page !== world.ours && page !== world.first) await page.close();
  if (world.registered) unregisterHost(session, world.name);
  world.registered = false;
  const folder = dirname(session.log);
  for (const one of [folder, `${folder}.known`]) rmSync(one, { recursive: true, force: true });
  session.run('secret-tool', ['clear', 'application', 'consentlog']);
  Object.assign(replica.options, { language, signedIn: 'ada' });
  replica.accounts.get('ada').training = true;
  await world.ours.evaluate(async (wanted) => {
    await chrome.storage.local.clear();
    await chrome.runtime.sendMessage({
      type: 'prefs',
      change: { language: wanted },
    });
  }, language);
}

/** @param {() => Newcomer} who @param {(title: string, run: () => Promise<void>) => void} chapter */
function setsUp(who, chapter) {
  chapter('installed: the setup page says what is missing and how to get it', async () => {
    const m = who();
    m.welcome = await m.open('welcome.html');
    await m.says(m.welcome, 'h1', m.word('welcomeTitle'));
    await m.says(m.welcome, '#step-host', m.word('installWhat'));
    await m.says(m.welcome, '#step-host', m.word('installWhere'));
    await m.says(m.welcome, '#step-host', `consentlog register --browser ${m.browser().name}`);
    await m.says(m.welcome, '.promises', m.word('notByLinkedIn'));
    await m.look(m.welcome, 'setup', { filled: [m.word('copy')] });
    const popup = await m.open('popup.html');
    await m.says(popup, 'main', m.word('trouble_missing'));
    await m.look(popup, 'popup-no-program', {
      filled: [m.word('setupOpen')],
    });
    await popup.close();
  });

  chapter('the program is there: the page finds it by itself, and the button is pinned', async () => {
    const m = who();
    await m.welcome.bringToFront();
    registerHost(m.world.session, m.world.name);
    m.world.registered = true;
    await until('the program', () => m.welcome.$('#step-host[data-state="done"]'));
    await until('the keyring', () => m.welcome.$('#step-keyring[data-state="done"]'));
    if (await m.welcome.$('#step-pin')) {
      const drawn = (one) => one.checkVisibility() && one.naturalWidth > 0 && one.clientWidth > 0;
      await until('the picture of the pin', () => m.welcome.$eval('#step-pin img', drawn));
      await m.look(m.welcome, 'pin');
      await m.press(m.welcome, '#pin-noted', 'the pin to be noted', async () => !(await m.welcome.$('#step-pin')));
    }
    await m.look(m.welcome, 'ready', { filled: [m.word('checkNow')] });
  });
}

/** @param {() => Newcomer} who @param {(title: string, run: () => Promise<void>) => void} chapter */
function optsOut(who, chapter) {
  chapter('checked: it is on, and the popup says what to do', async () => {
    const m = who();
    await m.press(m.welcome, '#check-now', 'a check', async () => (await observations(m.world.session)).length > 0);
    await m.told({ state: 'on', phase: 'seen' });
    await until('the step to be done', () => m.welcome.$('#step-check[data-state="done"]'));
    await m.says(m.welcome, '#step-check', m.word('meaning_on'));
    await m.says(m.welcome, '#step-check', m.word('next_on'));
    await until('the next step', () => m.welcome.$('#open-setting.button--primary'));
    await m.look(m.welcome, 'checked', { filled: [m.word('optOut')] });
    const popup = await m.open('popup.html');
    await m.says(popup, '#headline', m.word('headline_on'));
    await m.says(popup, '#next', m.word('next_on'));
    await m.look(popup, 'popup-on', { filled: [m.word('optOut')] });
    m.reading = (await m.stored()).last.reading;
    await m.press(popup, '#open-setting', 'LinkedIn’s page', () => m.find(SETTING));
  });

  chapter('switched off there: not confirmed, until the page is loaded again', async () => {
    const m = who();
    m.setting = await m.tab(SETTING);
    await until('it to have been read', async () => {
      const { last, outbox } = await m.stored();
      return last.reading !== m.reading && outbox?.waiting.length === 0;
    });
    const off = async () => m.world.replica.accounts.get('ada').training === false;
    await m.press(m.setting, 'input[role="switch"]', 'LinkedIn to have saved it', off, ' ');
    await m.told({ state: 'off', cause: 'user', phase: 'pending' });
    await m.look(m.setting, 'linkedin-off', { ours: false });
    const popup = await m.open('popup.html');
    await m.says(popup, 'main', m.word('pendingTitle_off'));
    await m.look(popup, 'popup-pending', {
      filled: [m.word('reloadConfirm')],
    });
    await m.welcome.bringToFront();
    await m.says(m.welcome, '#step-check', m.word('pendingTitle_off'));
    await m.look(m.welcome, 'setup-pending', { filled: [m.word('reloadConfirm')] });
    const confirmed = async () => (await observations(m.world.session)).at(-1).phase === 'confirmed';
    await m.press(popup, `#urgent ${FILLED}, #notices ${FILLED}`, 'the reload', confirmed);
    await m.told({ state: 'off', cause: 'user', phase: 'confirmed' });
  });

  chapter('off, and quiet', async () => {
    const m = who();
    const popup = await m.open('popup.html');
    await m.says(popup, '#headline', m.word('headline_off'));
    await m.says(popup, '#facts-gist', m.word('factsWritten'));
    await m.look(popup, 'popup-off', { filled: [] });
    await popup.close();
    await m.welcome.bringToFront();
    await m.says(m.welcome, '#step-check', m.word('meaning_off'));
    await m.look(m.welcome, 'setup-off', { filled: [m.word('recoveryShow')] });
    const history = await m.open('history.html');
    const { length } = await entriesOf(m.world.session);
    await m.says(history, '#status', m.word('historyProvedOther').replace('$1', String(length)));
    await m.look(history, 'history');
    await history.close();
  });
}

/** @param {() => Newcomer} who @param {(title: string, run: () => Promise<void>) => void} chapter */
function handsOn(who, chapter) {
  chapter('exported: a file that is found again, and its report opens', async () => {
    const m = who();
    const page = await m.open('export.html');
    await m.press(page, '#go', 'the package', () => page.$('#result[data-tone="good"]:not([hidden])'));
    await m.says(page, '#result', m.word('exportVerified'));
    const name = basename(await page.$eval('#result-path code', (one) => one.innerText));
    assert.match(name, /^linkedin-consent-\d{4}-\d\d-\d\d/);
    const told = await page.$eval('#key-fingerprint code', (one) => one.innerText);
    assert.match(told, /^SHA256:/);
    assert.ok(m.world.session.run(CLI, ['status']).stdout.includes(told), `the owner's own is not ${told}`);
    await m.look(page, 'exported', { filled: [m.word('reportOpen')] });
    await m.press(page, '#report-open', 'the report', () => m.find('ui/report.html'));
    const report = await m.tab('ui/report.html');
    await until('its words', () => report.$eval('h1', (one) => one.innerText !== '').catch(() => false));
    await report.setViewport(PAGE);
    assert.equal(await report.evaluate(() => document.documentElement.lang), m.language);
    await m.look(report, 'report', { ours: false });
    await report.close();
    await page.close();
  });

  chapter('on a narrow screen nothing is cut or to be scrolled sideways', async () => {
    const m = who();
    for (const name of ['welcome', 'history', 'export', 'options', 'documents', 'help']) {
      const page = await m.open(`${name}.html`);
      await page.setViewport(NARROW);
      const cut = async () => page.evaluate(cutOff).catch(() => ['not there']);
      await until(`${name} to fit ${NARROW.width} pixels`, async () => (await cut()).length === 0);
      await picture(page, `first-hour-${m.browser().name}-${m.language}-narrow-${name}`);
      await page.close();
    }
  });
}

/** @param {string} name of the browser @param {(session: any, replica: any) => Promise<any>} start answers {newPage, openOwn, pages, theme, close} */
export function firstHour(name, start) {
  const chapter = chapters();
  /** @type {any} */
  let world;
  /** @type {Newcomer} */
  let member;
  before(async () => {
    world = await stage(name, start);
    world.registered = false;
    await world.start();
    world.first = world.page;
    world.ours = await world.browser.openOwn('ui/popup.html');
  });
  after(() => world.stop());
  for (const language of ['en', 'de', 'fr']) {
    const told = (title, run) => chapter(`${name}, ${language}: ${title}`, run);
    told('a new member', async () => {
      await beginAnew(world, language);
      member = new Newcomer(world, language);
    });
    for (const part of [setsUp, optsOut, handsOn]) part(() => member, told);
  }
}
