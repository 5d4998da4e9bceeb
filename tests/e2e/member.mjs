// A member's whole story, through the pages and by real clicks: from the installation to evidence that a stranger can check.
// Run with each browser; a picture of each step is left in tests/output.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { SETTING } from '../replica/server.mjs';
import { CLI } from './host.mjs';
import { chapters, stage } from './story.mjs';
import { assertWhole, gist, observations, picture, registerHost, until } from './support.mjs';

const AT = 'https://www.linkedin.com';
const SWITCH = 'input[role="switch"]';
const LONG_MS = 60_000;
/** So soon a click shows what it does. */
const CLICK_MS = 4_000;
const POPUP_WIDTH = 360;
const PAGE_WIDTH = 1000;

/**
 * @param {string} name of the browser
 * @param {(session: any, replica: any) => Promise<any>} start  answers {newPage, openOwn, pages, desktop, close}; desktop: notifications stay
 */
export function memberStory(name, start) {
  const chapter = chapters();
  let world;
  /** A page of ours that stays open, to look into the extension from. */
  let ours;
  let welcome;
  let step = 0;
  let exported;

  const photograph = (page, what) => picture(page, `story-${name}-${String((step += 1)).padStart(2, '0')}-${what}`);
  const inside = (body, argument) => ours.evaluate(body, argument);
  const stored = () => inside(() => chrome.storage.local.get(null));
  const serverSets = (training) => {
    world.replica.accounts.get('ada').training = training;
  };
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

  async function open(path) {
    const page = await world.browser.openOwn(`ui/${path}`);
    await page.setViewport({ width: path.startsWith('popup') ? POPUP_WIDTH : PAGE_WIDTH, height: 800 });
    await until(`${path} to be shown`, () =>
      page.evaluate(() => document.readyState === 'complete' && !document.body.hidden),
    );
    return page;
  }

  /** The popup, once it says so; it is left open. */
  async function popup(words, what) {
    const page = await open('popup.html');
    await says(page, 'main', words);
    await photograph(page, what);
    return page;
  }

  /** Waits until the newest entry tells just this. */
  const told = (expected) =>
    until(
      `an entry that says ${JSON.stringify(expected)}`,
      async () => {
        const last = (await observations(world.session)).at(-1);
        return last && Object.entries(expected).every(([key, value]) => last[key] === value);
      },
      LONG_MS,
    );

  const badge = () =>
    inside(async () => ({ text: await chrome.action.getBadgeText({}), title: await chrome.action.getTitle({}) }));
  const badgeSays = (text) => until(`the badge to say ${text}`, async () => (await badge()).text === text, LONG_MS);
  const cause = (key) => key.split(':')[0];
  /** The causes of the notifications that are up; null where the browser has no desktop to show them on. */
  const notified = async () =>
    world.browser.desktop ? Object.keys(await inside(() => chrome.notifications.getAll())).map(cause) : null;
  /** A reminder that has been told, and its notification is up. */
  const remindedOf = (what) =>
    until(`a notification of ${what}`, async () => {
      const { reminders } = await stored();
      return (
        Object.keys(reminders.given).some((key) => cause(key) === what) && ((await notified())?.includes(what) ?? true)
      );
    });

  before(async () => {
    world = await stage(name, start);
    await world.start();
    ours = await world.browser.openOwn('ui/popup.html');
  });
  after(async () => world.stop());

  chapter(`${name}: after installation the welcome page opens by itself, and says what is missing`, async () => {
    const opened = () => inside(() => chrome.tabs.query({ url: chrome.runtime.getURL('ui/welcome.html') }));
    await until('the welcome page', async () => (await opened()).length === 1);
    welcome = await open('welcome.html');
    await says(welcome, '#step-host', /not installed/);
    await says(welcome, '#step-host', new RegExp(`consentlog register --browser ${name}`));
    await photograph(welcome, 'welcome');
  });

  chapter(`${name}: the program is registered: the page finds it by itself`, async () => {
    registerHost(world.session, name);
    await until('the host', () => welcome.$('#step-host[data-state="done"]'), LONG_MS);
    await until('the keyring', () => welcome.$('#step-keyring[data-state="done"]'));
    await photograph(welcome, 'host-found');
  });

  chapter(`${name}: the member turns notifications on`, async () => {
    await click(welcome, '#notifications-on');
    await until('reminders', () => welcome.$('#step-reminders[data-state="done"]'));
    assert.equal((await stored()).prefs.notify, true);
  });

  chapter(`${name}: check my setting now: it is on, and the member is reminded at once`, async () => {
    await clickUntil(welcome, '#check-now', 'the check to run', async () => (await stored()).check?.running);
    await told({ state: 'on', change: 'first', cause: null, phase: 'seen' });
    await until('the step to be done', () => welcome.$('#step-check[data-state="done"]'));
    await photograph(welcome, 'checked');
    await badgeSays('on');
    await remindedOf('on');
    await (await popup(/Switched on/, 'reminded')).close();
  });

  chapter(`${name}: the member opens the setting from here, and switches it off`, async () => {
    await click(welcome, '#open-setting');
    world.page = await until('the tab with the setting', async () =>
      (await world.browser.pages()).find((page) => page.url().includes(SETTING)),
    );
    await world.page.bringToFront();
    await world.page.waitForSelector(SWITCH);
    await until('it to have been read', async () => (await stored()).outbox.waiting.length === 0);
    await click(world.page, SWITCH);
    await told({ state: 'off', change: 'changed', cause: 'user', phase: 'pending' });
    assert.equal(world.replica.accounts.get('ada').training, false, 'the replica has saved it');
    await photograph(world.page, 'switched');
    await (await popup(/Switched off|load|again/, 'pending')).close();
  });

  chapter(`${name}: loaded again, it is confirmed, and the reminder is withdrawn`, async () => {
    await world.page.bringToFront();
    await world.page.reload();
    await told({ state: 'off', change: 'changed', cause: 'user', phase: 'confirmed' });
    await badgeSays('off');
    await until('no reminder to stand', async () => (await stored()).reminders.standing.length === 0);
    await until('no notification', async () => !(await notified())?.length);
    await (await popup(/Switched off/, 'confirmed')).close();
  });

  chapter(`${name}: undone by the server: the next check warns`, async () => {
    serverSets(true);
    const page = await open('popup.html');
    await clickUntil(page, '#check-now', 'the check to run', async () => (await stored()).check?.running);
    await told({ state: 'on', change: 'changed', cause: 'unexplained', phase: 'seen' });
    await badgeSays('!');
    await remindedOf('undone');
    await says(page, '#urgent', /not in this browser/);
    await photograph(page, 'undone');
    await clickUntil(page, '#urgent button', 'the warning to be put away', async () =>
      Object.values((await stored()).warnings).every(({ seen }) => seen),
    );
    await badgeSays('on');
    await page.close();
  });

  chapter(`${name}: another account looks at its own setting`, async () => {
    world.replica.options.signedIn = 'ben';
    await world.page.bringToFront();
    await world.page.goto(AT + SETTING);
    await told({ state: 'on', change: 'first' });
    await until('an empty outbox', async () => (await stored()).outbox.waiting.length === 0);
  });

  chapter(`${name}: the history shows it all, and the browser’s own sum is the log’s root`, async () => {
    const page = await open('history.html');
    await says(page, '#status', /complete and unchanged/);
    await photograph(page, 'history');
    const rows = await page.$$eval('.entry .what', (all) => all.map((row) => row.innerText));
    assert.deepEqual(
      [/not in this browser/, / · by you/].map((words) => rows.filter((row) => words.test(row)).length),
      [1, 1],
      rows.join('\n'),
    );
    assert.equal(await page.$$eval('#timeline .lane-name', (all) => all.length), 2);
    await page.close();
  });

  chapter(`${name}: exported with one account withheld, and verified by the program`, async () => {
    const page = await open('export.html');
    await page.waitForSelector('#withhold-accounts input');
    const ben = (await observations(world.session)).at(-1).account.pseudonym;
    await click(page, `#withhold-accounts input[value="${ben}"]`);
    await photograph(page, 'export');
    await click(page, '#go');
    await until('the result', () => page.$('#result[data-tone="good"]:not([hidden])'), LONG_MS);
    assert.match(await page.$eval('#result-text', (element) => element.innerText), /1 withheld/);
    exported = await page.$eval('#result-path code', (element) => element.innerText);
    await photograph(page, 'exported');
    await page.close();
  });

  chapter(`${name}: consentlog verify finds the file good, the account withheld, and a changed file bad`, async () => {
    const good = world.session.run(CLI, ['verify', exported]);
    assert.equal(good.status, 0, good.stdout + good.stderr);
    assert.match(good.stdout, /withheld/);
    const bytes = readFileSync(exported);
    bytes[bytes.length >> 1] ^= 1;
    const changed = join(world.session.dir, 'changed.zip');
    writeFileSync(changed, bytes);
    assert.equal(world.session.run(CLI, ['verify', changed]).status, 1);
  });

  chapter(`${name}: each turn of the story is in the log, once`, async () => {
    const all = (await observations(world.session)).filter(({ change }) => change !== 'unchanged');
    assert.deepEqual(all.map(gist), [
      { state: 'on', change: 'first', cause: null, phase: 'seen' },
      { state: 'off', change: 'changed', cause: 'user', phase: 'pending' },
      { state: 'off', change: 'changed', cause: 'user', phase: 'confirmed' },
      { state: 'on', change: 'changed', cause: 'unexplained', phase: 'seen' },
      { state: 'on', change: 'first', cause: null, phase: 'seen' },
    ]);
    await assertWhole(world.session);
  });
}
