// A tab that shows the setting and of which nothing is heard: told as not known, once, whatever the page does to put it off.
import assert from 'node:assert/strict';
import { describe, it, mock } from 'node:test';
import { isSettingAddress } from '../../extension/background/setting/address.js';
import { contradiction } from '../../extension/background/setting/observation.js';
import { createUnheard, HEARD_BY_MS, UNHEARD_ALARM } from '../../extension/background/setting/unheard.js';
import { installFakeBrowser, SETTING } from './fake-browser.mjs';

/* No test waits for a tab's time to be over. */
mock.timers.enable({ apis: ['setTimeout'] });

const TAB = 7;
const SILENT = null;
const START = Date.UTC(2026, 10, 28, 18);

/** @param {() => ({read: boolean} | null | Promise<any>)} answer of the reader, when it is asked once more */
function aWatch(answer = () => SILENT) {
  const browser = installFakeBrowser();
  browser.tabs.open.push({ id: TAB, url: SETTING });
  const observed = [];
  const time = { now: START };
  const watch = createUnheard({
    isSettingAddress,
    inject: async () => answer(),
    observe: async (observation, tabId) => void observed.push({ tabId, observation }),
    now: () => time.now,
  });
  const after = async (ms) => {
    time.now += ms;
    await watch.look();
  };
  return { browser, observed, watch, after, time };
}

describe('unheard', () => {
  it('a page that says nothing is told as not known, once, with when it was reached', async () => {
    const { observed, watch, after, browser } = aWatch();
    await watch.arrived(TAB);
    assert.ok(browser.alarms.set.has(UNHEARD_ALARM), 'a worker that is killed is woken');
    await after(HEARD_BY_MS - 1);
    assert.deepEqual(observed, []);
    await after(1);
    await after(10 * HEARD_BY_MS);
    assert.equal(observed.length, 1);
    const [{ tabId, observation }] = observed;
    const { state, reason, account, page, control } = observation;
    assert.deepEqual(
      [tabId, state, reason, account.id, page.url, control],
      [TAB, 'unknown', 'timed-out', null, SETTING, null],
    );
    assert.equal(page.loaded_at, new Date(START).toISOString());
    assert.equal(contradiction(observation), null);
    assert.equal(browser.alarms.set.has(UNHEARD_ALARM), false);
  });

  it('a clock that is set back does not put it off, nor takes from a slow page the time that it is given', async () => {
    for (const [answer, expected] of [
      [SILENT, [1, 1, 1]],
      [{ read: false }, [0, 0, 1]],
    ]) {
      const { observed, watch, after } = aWatch(() => answer);
      const told = [];
      await watch.arrived(TAB);
      for (const ms of [HEARD_BY_MS - 3_600_000, 1_000, HEARD_BY_MS]) {
        await after(ms);
        told.push(observed.length);
      }
      assert.deepEqual(told, expected);
    }
  });

  for (const [name, meanwhile] of [
    ['something was heard', ({ watch }) => watch.forget(TAB)],
    ['the tab went elsewhere', ({ watch }) => watch.left(TAB)],
    ['the tab is gone', ({ browser }) => browser.tabs.open.pop()],
    ['the tab was put to sleep', ({ browser }) => (browser.tabs.open[0].discarded = true)],
    ['the tab shows something else', ({ browser }) => (browser.tabs.open[0].url = 'https://www.linkedin.com/feed/')],
  ]) {
    it(`nothing is told when ${name}`, async () => {
      const made = aWatch();
      await made.watch.arrived(TAB);
      await meanwhile(made);
      await made.after(HEARD_BY_MS);
      await made.after(HEARD_BY_MS);
      assert.deepEqual(made.observed, []);
      assert.deepEqual((await chrome.storage.session.get('watched')).watched ?? {}, {});
    });
  }

  it('a reader that has read all already is believed', async () => {
    const { observed, watch, after } = aWatch(() => ({ read: true }));
    await watch.arrived(TAB, true);
    await after(HEARD_BY_MS);
    await after(10 * HEARD_BY_MS);
    assert.deepEqual(observed, []);
  });

  it('a reader that is alive gets as long again, and no longer', async () => {
    const { observed, watch, after } = aWatch(() => ({ read: false }));
    await watch.arrived(TAB);
    await after(HEARD_BY_MS);
    assert.equal(observed.length, 0);
    await after(HEARD_BY_MS);
    assert.equal(observed.length, 1);
  });

  it('a machine that slept gives the page its time anew', async () => {
    const { observed, watch, after } = aWatch();
    await watch.arrived(TAB);
    await after(8 * 3_600_000);
    assert.equal(observed.length, 0);
    await watch.forget(TAB);
    await after(HEARD_BY_MS);
    assert.equal(observed.length, 0);
  });

  it('a page cannot put it off by loading again and again, nor by going away and coming back', async () => {
    for (const trick of [
      (watch) => watch.arrived(TAB, true),
      async (watch) => (await watch.left(TAB), await watch.arrived(TAB)),
    ]) {
      const { observed, watch, after } = aWatch();
      await watch.arrived(TAB);
      for (let seconds = 0; seconds < 180 && observed.length === 0; seconds += 5) {
        await trick(watch);
        await after(5_000);
      }
      assert.equal(observed.length, 1);
    }
  });

  it('a page that is away for the moment at which its time ends has none left when it is back', async () => {
    const { observed, watch, after } = aWatch();
    await watch.arrived(TAB);
    for (let round = 0; round < 4 && observed.length === 0; round += 1) {
      await after(HEARD_BY_MS - 1_000);
      await watch.left(TAB);
      await after(2_000);
      await watch.arrived(TAB);
      await after(0);
    }
    assert.equal(observed.length, 1);
  });

  it('each tab has its own time', async () => {
    const { browser, observed, watch, after } = aWatch();
    browser.tabs.open.push({ id: 8, url: SETTING });
    await watch.arrived(TAB);
    await after(HEARD_BY_MS / 2);
    await watch.arrived(8);
    await after(HEARD_BY_MS / 2);
    assert.deepEqual(
      observed.map(({ tabId }) => tabId),
      [TAB],
    );
    await after(HEARD_BY_MS / 2);
    assert.deepEqual(
      observed.map(({ tabId }) => tabId),
      [TAB, 8],
    );
  });
});
