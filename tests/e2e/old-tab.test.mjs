// A tab that was left open is looked at again after a newer one has shown another state: reached in the page, its document
// is still the old one. It is recorded as seen, and undoes nothing.
import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { loadPages } from '../replica/pages.mjs';
import { SETTING } from '../replica/server.mjs';
import { startPlainChromium } from './chromium.mjs';
import { startFirefox } from './firefox.mjs';
import { sleep } from './host.mjs';
import { chapters, stage } from './stage.mjs';
import { assertWhole, gist, nextObservation, registerHost } from './support.mjs';

const AT = 'https://www.linkedin.com';
const ELSEWHERE = '/mypreferences/d/settings/ads-by-age';

/** A tab of its own that is served one page of the table. */
async function openTab(world, name) {
  const tab = await world.browser.newPage();
  await tab.setExtraHTTPHeaders({ 'x-replica-page': name });
  await tab.goto(AT + SETTING, { waitUntil: 'domcontentloaded' });
  return tab;
}

/** Away by pushState, as the settings' own links do it, and back: no document is loaded. */
async function awayAndBack(tab) {
  await tab.evaluate((path) => {
    history.pushState(null, '', path);
    globalThis.leftBehind = [...document.querySelector('main').childNodes];
    document.querySelector('main').replaceChildren('Ads');
  }, ELSEWHERE);
  await sleep(1_500);
  await tab.evaluate((path) => {
    history.pushState(null, '', path);
    document.querySelector('main').replaceChildren(...globalThis.leftBehind);
  }, SETTING);
}

function scenario(name, start) {
  describe(`${name}: an old tab`, () => {
    const chapter = chapters();
    let world;
    let old;
    let loadedAt;
    before(async () => {
      world = await stage(name, start);
      registerHost(world.session, name);
      for (const page of loadPages()) world.replica.pages.set(page.name, page);
      await world.start();
    });
    after(async () => world.stop());

    chapter('it shows off', async () => {
      old = await openTab(world, 'role-switch-off');
      const entry = await nextObservation(world.session, 1);
      loadedAt = entry.page.loaded_at;
      assert.deepEqual(
        [gist(entry), entry.page.navigation],
        [{ state: 'off', change: 'first', cause: null, phase: 'seen' }, 'load'],
      );
    });

    chapter('a newer one shows on', async () => {
      await openTab(world, 'role-switch-on');
      const entry = await nextObservation(world.session, 2);
      assert.deepEqual(gist(entry), { state: 'on', change: 'changed', cause: 'unexplained', phase: 'seen' });
      assert.ok(Date.parse(entry.page.loaded_at) > Date.parse(loadedAt));
    });

    chapter('the old one, reached again in the page, still has its own age, and is stale', async () => {
      await old.bringToFront();
      await awayAndBack(old);
      const entry = await nextObservation(world.session, 3);
      assert.deepEqual(gist(entry), { state: 'off', change: 'stale', cause: null, phase: 'seen' });
      const { navigation, loaded_at: loaded, server_date: server } = entry.page;
      assert.deepEqual([navigation, loaded, server], ['in-page', loadedAt, null]);
      const { accounts } = (await world.session.once('status')).result;
      assert.deepEqual(
        accounts.map(({ state }) => state),
        ['on'],
      );
    });

    chapter('the log of all this is whole', async () => assertWhole(world.session));
  });
}

scenario('chromium', startPlainChromium);
scenario('firefox', startFirefox);
