// A member's whole way, through the pages and by real clicks: from the installation to evidence that a stranger can check.
// Run with each browser; a picture of each step is left in tests/output.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { SETTING } from '../replica/server.mjs';
import { CLI } from './host.mjs';
import { chapters, stage } from './stage.mjs';
import { assertWhole, gist, observations, picture, registerHost, until, watchedObservations } from './support.mjs';

const AT = 'https://www.linkedin.com';
const SWITCH = 'input[role="switch"]';
const LONG_MS = 60_000;
/** So soon a click shows what it does. */
const CLICK_MS = 4_000;
const POPUP_WIDTH = 360;
const PAGE_WIDTH = 1000;

const says = (page, selector, words) =>
  until(
    `${selector} to say ${words}`,
    async () => words.test(await page.$eval(selector, (element) => element.innerText).catch(() => '')),
    LONG_MS,
  );

/** A page may draw itself anew under the pointer: then the member clicks again. */
const click = (page, selector) =>
  until(`a click on ${selector}`, () =>
    page.click(selector).then(
      () => true,
      () => false,
    ),
  );

/**
 * A click that has shown its effect. What comes in above a button while the pointer is on its way moves it away, and the click
 * goes beside it without an error.
 */
const clickUntil = (page, selector, what, effect) =>
  until(
    what,
    async () => {
      await page.click(selector).catch(() => {});
      return until(what, effect, CLICK_MS).catch(() => false);
    },
    LONG_MS,
  );

const cause = (/** @type {string} */ key) => key.split(':')[0];

/** What the chapters share. */
class Member {
  world;
  /** A page of ours that stays open, to look into the extension from. */
  ours;
  welcome;
  step = 0;
  exported;
  chapter = chapters();

  /** @param {string} name of the browser */
  constructor(name) {
    this.name = name;
  }

  async start(start) {
    this.world = await stage(this.name, start);
    await this.world.start();
    this.ours = await this.world.browser.openOwn('ui/popup.html');
  }

  photograph = (page, what) =>
    picture(page, `member-${this.name}-${String((this.step += 1)).padStart(2, '0')}-${what}`);
  inside = (body, argument) => this.ours.evaluate(body, argument);
  stored = () => this.inside(() => chrome.storage.local.get(null));
  serverSets = (training) => {
    this.world.replica.accounts.get('ada').training = training;
  };

  async open(path) {
    const page = await this.world.browser.openOwn(`ui/${path}`);
    await page.setViewport({ width: path.startsWith('popup') ? POPUP_WIDTH : PAGE_WIDTH, height: 800 });
    await until(`${path} to be shown`, () =>
      page.evaluate(() => document.readyState === 'complete' && !document.body.hidden),
    );
    return page;
  }

  /** The popup, once it says so; it is left open. */
  async popup(words, what) {
    const page = await this.open('popup.html');
    await says(page, 'main', words);
    await this.photograph(page, what);
    return page;
  }

  /** Waits until the newest entry tells just this. */
  told(expected) {
    const look = watchedObservations(this.world.session);
    return until(
      `an entry that says ${JSON.stringify(expected)}`,
      async () => {
        const last = (await look()).at(-1);
        return last && Object.entries(expected).every(([key, value]) => last[key] === value);
      },
      LONG_MS,
    );
  }

  badge = () =>
    this.inside(async () => ({ text: await chrome.action.getBadgeText({}), title: await chrome.action.getTitle({}) }));
  badgeSays = (text) => until(`the badge to say ${text}`, async () => (await this.badge()).text === text, LONG_MS);
  /** The causes of the notifications that are up; null where the browser has no desktop to show them on. */
  notifications = async () =>
    this.world.browser.desktop ? Object.keys(await this.inside(() => chrome.notifications.getAll())).map(cause) : null;
  /** A reminder that has been told, and its notification is up. */
  remindedOf = (what) =>
    until(`a notification of ${what}`, async () => {
      const { reminders } = await this.stored();
      return (
        Object.keys(reminders.given).some((key) => cause(key) === what) &&
        ((await this.notifications())?.includes(what) ?? true)
      );
    });
}

/** From the installation to the first look. @param {Member} m */
function isInstalled(m) {
  m.chapter(`${m.name}: after installation the welcome page opens by itself, and says what is missing`, async () => {
    const opened = () => m.inside(() => chrome.tabs.query({ url: chrome.runtime.getURL('ui/welcome.html') }));
    await until('the welcome page', async () => (await opened()).length === 1);
    m.welcome = await m.open('welcome.html');
    await says(m.welcome, '#step-host', /not installed/);
    await says(m.welcome, '#step-host', new RegExp(`consentlog register --browser ${m.name}`));
    await m.photograph(m.welcome, 'welcome');
  });

  m.chapter(`${m.name}: the program is registered: the page finds it by itself`, async () => {
    registerHost(m.world.session, m.name);
    await until('the host', () => m.welcome.$('#step-host[data-state="done"]'), LONG_MS);
    await until('the keyring', () => m.welcome.$('#step-keyring[data-state="done"]'));
    await m.photograph(m.welcome, 'host-found');
  });

  m.chapter(`${m.name}: the member turns notifications on`, async () => {
    await click(m.welcome, '#notifications-on');
    await until('reminders', () => m.welcome.$('#step-reminders[data-state="done"]'));
    assert.equal((await m.stored()).prefs.notify, true);
  });

  m.chapter(`${m.name}: check my setting now: it is on, and the member is reminded at once`, async () => {
    await clickUntil(m.welcome, '#check-now', 'the check to run', async () => (await m.stored()).check?.running);
    await m.told({ state: 'on', change: 'first', cause: null, phase: 'seen' });
    await until('the step to be done', () => m.welcome.$('#step-check[data-state="done"]'));
    await m.photograph(m.welcome, 'checked');
    await m.badgeSays('on');
    await m.remindedOf('on');
    await (await m.popup(/Switched on/, 'reminded')).close();
  });
}

/** Off, confirmed, undone, and another account. @param {Member} m */
function optsOut(m) {
  m.chapter(`${m.name}: the member opens the setting from here, and switches it off`, async () => {
    await click(m.welcome, '#open-setting');
    m.world.page = await until('the tab with the setting', async () =>
      (await m.world.browser.pages()).find((page) => page.url().includes(SETTING)),
    );
    await m.world.page.bringToFront();
    await m.world.page.waitForSelector(SWITCH);
    await until('it to have been read', async () => (await m.stored()).outbox.waiting.length === 0);
    await click(m.world.page, SWITCH);
    await m.told({ state: 'off', change: 'changed', cause: 'user', phase: 'pending' });
    assert.equal(m.world.replica.accounts.get('ada').training, false, 'the replica has saved it');
    await m.photograph(m.world.page, 'switched');
    await (await m.popup(/Switched off|load|again/, 'pending')).close();
  });

  m.chapter(`${m.name}: loaded again, it is confirmed, and the reminder is withdrawn`, async () => {
    await m.world.page.bringToFront();
    await m.world.page.reload();
    await m.told({ state: 'off', change: 'changed', cause: 'user', phase: 'confirmed' });
    await m.badgeSays('off');
    await until('no reminder to stand', async () => (await m.stored()).reminders.standing.length === 0);
    await until('no notification', async () => !(await m.notifications())?.length);
    await (await m.popup(/Switched off/, 'confirmed')).close();
  });

  m.chapter(`${m.name}: undone by the server: the next check warns`, async () => {
    m.serverSets(true);
    const page = await m.open('popup.html');
    await clickUntil(page, '#check-now', 'the check to run', async () => (await m.stored()).check?.running);
    await m.told({ state: 'on', change: 'changed', cause: 'unexplained', phase: 'seen' });
    await m.badgeSays('!');
    await m.remindedOf('undone');
    await says(page, '#urgent', /not in this browser/);
    await m.photograph(page, 'undone');
    await clickUntil(page, '#urgent button', 'the warning to be put away', async () =>
      Object.values((await m.stored()).warnings).every(({ seen }) => seen),
    );
    await m.badgeSays('on');
    await page.close();
  });

  m.chapter(`${m.name}: another account looks at its own setting`, async () => {
    m.world.replica.options.signedIn = 'ben';
    await m.world.page.bringToFront();
    await m.world.page.goto(AT + SETTING);
    await m.told({ state: 'on', change: 'first' });
    await until('an empty outbox', async () => (await m.stored()).outbox.waiting.length === 0);
  });
}

/** History, a package, and what is in the log. @param {Member} m */
function proves(m) {
  m.chapter(`${m.name}: the history shows it all, and the browser’s own sum is the log’s root`, async () => {
    const page = await m.open('history.html');
    await says(page, '#status', /complete and unchanged/);
    await m.photograph(page, 'history');
    const rows = await page.$$eval('.entry .what', (all) => all.map((row) => row.innerText));
    assert.deepEqual(
      [/not in this browser/, / · by you/].map((words) => rows.filter((row) => words.test(row)).length),
      [1, 1],
      rows.join('\n'),
    );
    assert.equal(await page.$$eval('#timeline .lane-name', (all) => all.length), 2);
    await page.close();
  });

  m.chapter(`${m.name}: exported with one account withheld, and verified by the program`, async () => {
    const page = await m.open('export.html');
    await page.waitForSelector('#withhold-accounts input');
    const ben = (await observations(m.world.session)).at(-1).account.pseudonym;
    await click(page, `#withhold-accounts input[value="${ben}"]`);
    await m.photograph(page, 'export');
    await click(page, '#go');
    await until('the result', () => page.$('#result[data-tone="good"]:not([hidden])'), LONG_MS);
    assert.match(await page.$eval('#result-text', (element) => element.innerText), /1 withheld/);
    m.exported = await page.$eval('#result-path code', (element) => element.innerText);
    await m.photograph(page, 'exported');
    await page.close();
  });

  m.chapter(
    `${m.name}: consentlog verify finds the file good, the account withheld, and a changed file bad`,
    async () => {
      const good = m.world.session.run(CLI, ['verify', m.exported]);
      assert.equal(good.status, 0, good.stdout + good.stderr);
      assert.match(good.stdout, /withheld/);
      const bytes = readFileSync(m.exported);
      bytes[bytes.length >> 1] ^= 1;
      const changed = join(m.world.session.dir, 'changed.zip');
      writeFileSync(changed, bytes);
      assert.equal(m.world.session.run(CLI, ['verify', changed]).status, 1);
    },
  );

  m.chapter(`${m.name}: each turn of it is in the log, once`, async () => {
    const all = (await observations(m.world.session)).filter(({ change }) => change !== 'unchanged');
    assert.deepEqual(all.map(gist), [
      { state: 'on', change: 'first', cause: null, phase: 'seen' },
      { state: 'off', change: 'changed', cause: 'user', phase: 'pending' },
      { state: 'off', change: 'changed', cause: 'user', phase: 'confirmed' },
      { state: 'on', change: 'changed', cause: 'unexplained', phase: 'seen' },
      { state: 'on', change: 'first', cause: null, phase: 'seen' },
    ]);
    await assertWhole(m.world.session);
  });
}

/**
 * @param {string} name of the browser
 * @param {(session: any, replica: any) => Promise<any>} start  answers {newPage, openOwn, pages, desktop, close}; desktop: notifications stay
 */
export function memberChapters(name, start) {
  const member = new Member(name);
  before(() => member.start(start));
  after(() => member.world.stop());
  isInstalled(member);
  optsOut(member);
  proves(member);
}
