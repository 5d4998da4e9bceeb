import assert from 'node:assert/strict';
import { describe, it, mock } from 'node:test';
import { isSettingAddress, SETTING_URL } from '../../extension/background/setting/address.js';
import { contradiction } from '../../extension/background/setting/observation.js';
import { blindObservation, redirectReason } from '../../extension/background/setting/redirect.js';
import { READER_FILES } from '../../extension/background/setting/reader-files.js';
import { createSettingsTab } from '../../extension/background/setting/settings-tab.js';
import { anObservation, installFakeBrowser, SETTING } from './fake-browser.mjs';

/* No test waits for a tab's time to be over. */
mock.timers.enable({ apis: ['setTimeout'] });

const FEED = 'https://www.linkedin.com/feed/';
const LOGIN = `https://www.linkedin.com/uas/login?session_redirect=${encodeURIComponent(SETTING)}`;

function aTab() {
  const browser = installFakeBrowser();
  const observed = [];
  const tab = createSettingsTab({
    settingUrl: SETTING_URL,
    isSettingAddress,
    observe: async (o) => void observed.push(o),
  });
  return { browser, observed, tab };
}

describe('settings tab', () => {
  it('a reload that never ends is watched from its beginning, which tells no address', async () => {
    const { tab } = aTab();
    const watched = async () => Object.keys((await chrome.storage.session.get('watched')).watched ?? {});
    await tab.onUpdated(7, { status: 'loading' }, { url: FEED });
    assert.deepEqual(await watched(), []);
    await tab.onUpdated(7, { status: 'loading' }, { url: SETTING });
    assert.deepEqual(await watched(), ['7']);
  });

  for (const [name, change, url, count] of [
    ['a load', { status: 'loading', url: SETTING }, SETTING, 1],
    ['a pushState', { url: SETTING }, SETTING, 1],
    ['the end of a reload, which tells no address', { status: 'complete' }, SETTING, 1],
    ['the beginning of a reload', { status: 'loading' }, SETTING, 0],
    ['a new title', { title: 'x' }, SETTING, 0],
    ['the feed', { status: 'complete' }, FEED, 0],
    ['another setting', { url: SETTING.replace('data-for', 'ads-for') }, SETTING.replace('data-for', 'ads-for'), 0],
    ['another site', { status: 'complete' }, undefined, 0],
  ]) {
    it(`puts the reader in ${count} times for ${name}`, async () => {
      const { browser, observed, tab } = aTab();
      await tab.onUpdated(7, change, { url });
      assert.deepEqual(browser.injected, Array(count).fill({ target: { tabId: 7 }, files: [...READER_FILES] }));
      assert.deepEqual(observed, []);
    });
  }

  it('survives a tab that is gone', async () => {
    const { browser, tab } = aTab();
    browser.scripting.executeScript = async () => {
      throw new Error('No tab with id: 7');
    };
    await tab.onUpdated(7, { url: SETTING }, { url: SETTING });
  });

  it('reads tabs that were open before, and only those of the setting', async () => {
    const { browser, tab } = aTab();
    browser.tabs.open.push(
      { id: 1, url: SETTING },
      { id: 2, url: 'https://www.linkedin.com/mypreferences/d/categories/privacy' },
      { id: 3 },
    );
    await tab.readOpenTabs();
    assert.deepEqual(
      browser.injected.map(({ target }) => target.tabId),
      [1],
    );
  });

  it('opens the setting once: a second time it shows the tab that has it', async () => {
    const { browser, tab } = aTab();
    await tab.open();
    assert.deepEqual(browser.tabs.did, [['create', { url: SETTING_URL }]]);
    browser.tabs.open.push({ id: 5, url: SETTING, windowId: 9 });
    await tab.open();
    assert.deepEqual(browser.tabs.did.slice(1), [
      ['update', 5, { active: true }],
      ['window', 9, { focused: true }],
    ]);
  });

  it('opens another when the tab that had it is closed in this moment', async () => {
    const { browser, tab } = aTab();
    browser.tabs.open.push({ id: 5, url: SETTING, windowId: 9 });
    browser.tabs.update = async () => Promise.reject(new Error('No tab with id: 5.'));
    await tab.open();
    assert.deepEqual(browser.tabs.did, [['create', { url: SETTING_URL }]]);
  });

  it('says unknown when a tab we opened ends elsewhere, once', async () => {
    const { browser, observed, tab } = aTab();
    await tab.open();
    await tab.onUpdated(77, { status: 'complete' }, { url: FEED });
    await tab.onUpdated(77, { status: 'complete' }, { url: FEED });
    assert.deepEqual(
      observed.map(({ state, reason, page }) => [state, reason, page.url]),
      [['unknown', 'redirected', FEED]],
    );
    assert.deepEqual(browser.injected, []);
  });

  it('does not call it a redirect when the member moves on from the setting', async () => {
    const { observed, tab } = aTab();
    await tab.open();
    await tab.onUpdated(77, { status: 'loading', url: SETTING }, { url: SETTING });
    await tab.onUpdated(77, { status: 'complete' }, { url: FEED });
    assert.deepEqual(observed, []);
  });

  it('says signed out when the sign-in page was reached from the setting, without what follows the path', async () => {
    const { observed, tab } = aTab();
    await tab.onUpdated(4, { status: 'complete' }, { url: LOGIN });
    assert.deepEqual(
      observed.map(({ reason, page }) => [reason, page.url]),
      [['signed-out', 'https://www.linkedin.com/uas/login']],
    );
  });
});

describe('redirect', () => {
  const back = encodeURIComponent('/mypreferences/d/settings/data-for-ai-improvement');
  for (const [address, opened, expected] of [
    [LOGIN, false, 'signed-out'],
    [`https://www.linkedin.com/uas/login?session_redirect=${back}`, false, 'signed-out'],
    [`https://www.linkedin.com/authwall?sessionRedirect=${back}`, false, 'signed-out'],
    ['https://www.linkedin.com/login', true, 'signed-out'],
    ['https://www.linkedin.com/checkpoint/challenge/abc', true, 'challenge'],
    [`https://www.linkedin.com/checkpoint/lg/login?session_redirect=${back}`, false, 'challenge'],
    [FEED, true, 'redirected'],
    [FEED, false, null],
    [SETTING, true, null],
    ['https://www.linkedin.com/login', false, null],
    ['https://www.linkedin.com/uas/login?session_redirect=%2Ffeed%2F', false, null],
    [
      'https://www.linkedin.com/uas/login?session_redirect=https%3A%2F%2Fevil.example%2Fmypreferences%2Fd%2Fdata-for-ai-improvement',
      false,
      null,
    ],
    ['https://www.linkedin.com.example/login', true, null],
    ['about:blank', true, null],
    ['not an address', true, null],
  ]) {
    it(`${address.slice(0, 90)} ${opened ? '(opened by us) ' : ''}is ${expected}`, () => {
      assert.equal(redirectReason(address, { opened, isSettingAddress }), expected);
    });
  }

  it('makes an observation that the host accepts', () => {
    const made = blindObservation(LOGIN, 'signed-out', { reading: 'a'.repeat(32), at: '2026-11-21T18:00:00.000Z' });
    assert.equal(contradiction(made), null);
    assert.deepEqual(
      Object.keys(made).sort(),
      Object.keys(anObservation(1))
        .filter((key) => key !== 'client')
        .sort(),
    );
  });
});
