// How the setting is reached and left in Chromium: by pushState, by a redirect, in other layouts, late; and where nothing of
// ours may run.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { SETTING } from '../replica/server.mjs';
import { startChromium, watchForeignCode } from './chromium.mjs';
import { sleep } from './host.mjs';
import { chapters, stage } from './stage.mjs';
import { assertWhole, gist, nextObservation, observations, registerHost, until } from './support.mjs';

const AT = 'https://www.linkedin.com';
const chapter = chapters();
let world;
/** How many observations the log holds; each test adds its own. */
let count = 0;
const next = async () => nextObservation(world.session, (count += 1));

before(async () => {
  world = await stage('chromium', startChromium);
  registerHost(world.session, 'chromium');
  await world.start();
});
after(async () => world.stop());

chapter(
  'nothing of ours runs on the feed, a profile, the index, another setting or the sign-in page: 0 scripts, 0 worlds',
  async () => {
    const page = await world.browser.newPage();
    const seen = await watchForeignCode(page);
    for (const path of [
      '/feed/',
      '/in/ada-example/',
      '/mypreferences/d/categories/privacy',
      '/mypreferences/d/settings/ads-by-age',
      '/uas/login',
      '/nowhere',
    ]) {
      await page.goto(AT + path);
      await sleep(700);
    }
    assert.deepEqual(seen, { scripts: [], worlds: [] });
    await page.goto(AT + SETTING);
    await next();
    assert.notEqual(seen.worlds.length, 0, 'the watch sees our reader where it does run');
    await page.close();
  },
);

chapter('reached from the feed by pushState: read, and said to be in-page', async () => {
  world.replica.accounts.get('ada').training = false;
  await world.page.goto(`${AT}/feed/`);
  await world.page.click('#to-setting');
  const entry = await next();
  assert.deepEqual([entry.state, entry.page.navigation], ['off', 'in-page']);
});

chapter(
  'once more, in a tab that had shown the setting before: Chromium then names the sender by the feed',
  async () => {
    await world.page.goto(AT + SETTING);
    await world.page.waitForSelector('input[role="switch"]');
    world.replica.accounts.get('ada').training = true;
    await world.page.goto(`${AT}/feed/`);
    await world.page.click('#to-setting');
    const on = await next();
    assert.deepEqual([on.state, on.page.navigation], ['on', 'in-page']);
    world.replica.accounts.get('ada').training = false;
    await world.page.goto(`${AT}/feed/`);
    await world.page.click('#to-setting');
    const off = await next();
    assert.deepEqual([off.state, off.page.navigation], ['off', 'in-page']);
  },
);

chapter('a script of the page flips the switch: never the user', async () => {
  const { last: earlier } = await world.browser.stored();
  await world.page.goto(AT + SETTING);
  await until('what it shows, read', async () => (await world.browser.stored()).last.reading !== earlier.reading);
  await world.page.evaluate(() => document.querySelector('input[role="switch"]').click());
  assert.deepEqual(gist(await next()), { state: 'on', change: 'changed', cause: 'unexplained', phase: 'pending' });
  await world.page.reload();
  assert.deepEqual(gist(await next()), { state: 'on', change: 'changed', cause: 'unexplained', phase: 'confirmed' });
});

const isOnSwitch = () => world.page.evaluate(() => document.activeElement?.matches('input[role="switch"]'));

chapter('by the keyboard: the user', async () => {
  for (let turn = 0; turn < 50 && !(await isOnSwitch()); turn += 1) await world.page.keyboard.press('Tab');
  assert.ok(await isOnSwitch());
  await world.page.keyboard.press('Space');
  assert.deepEqual(gist(await next()), { state: 'off', change: 'changed', cause: 'user', phase: 'pending' });
  await world.page.reload();
  assert.deepEqual(gist(await next()), { state: 'off', change: 'changed', cause: 'user', phase: 'confirmed' });
});

for (const [layout, training] of [
  ['classic', true],
  ['classic-aria', false],
  ['hashed', true],
  ['new', false],
]) {
  chapter(`layout ${layout}, rendered 3 s late, ${training ? 'on' : 'off'}`, async () => {
    Object.assign(world.replica.options, { layout, delay: 3000 });
    world.replica.accounts.get('ada').training = training;
    await world.page.goto(AT + SETTING);
    const entry = await next();
    assert.deepEqual([entry.state, entry.phase], [training ? 'on' : 'off', 'seen']);
    Object.assign(world.replica.options, { layout: 'new', delay: 0 });
  });
}

chapter('signed out: unknown, and nothing of ours on the sign-in page', async () => {
  world.replica.options.signedIn = null;
  // A tab of its own: in a used one Chromium makes the worlds of earlier documents anew, empty.
  const page = await world.browser.newPage();
  const seen = await watchForeignCode(page);
  await page.goto(AT + SETTING);
  assert.equal(new URL(page.url()).pathname, '/uas/login');
  const entry = await next();
  assert.deepEqual([entry.state, entry.reason], ['unknown', 'signed-out']);
  assert.deepEqual(seen, { scripts: [], worlds: [] });
  await page.close();
  world.replica.options.signedIn = 'ada';
});

chapter('away from the setting in the same tab: no script of ours on the feed', async () => {
  await world.page.goto('about:blank');
  const seen = await watchForeignCode(world.page);
  await world.page.goto(`${AT}/feed/`);
  await sleep(700);
  assert.deepEqual(seen.scripts, []);
});

chapter('another member in the same tab: another history', async () => {
  world.replica.options.signedIn = 'ben';
  await world.page.goto(AT + SETTING);
  const ben = await next();
  assert.deepEqual([ben.state, ben.change, ben.account.premium], ['on', 'first', true]);
  const known = (await observations(world.session)).map(({ account }) => account.pseudonym).filter(Boolean);
  assert.equal(new Set(known).size, 2);
});

chapter('the log of all this is whole', async () => assertWhole(world.session));
