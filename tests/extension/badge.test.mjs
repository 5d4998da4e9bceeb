// The toolbar's picture when the browser does not do its part. What it says is in state.test.mjs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { paintBadge } from '../../extension/background/reminders/badge.js';
import { installFakeBrowser } from './fake-browser.mjs';

const { setTimeout: realTimeout } = globalThis;

const seen = (state) => ({
  last: {
    reading: 'a'.repeat(32),
    state,
    reason: null,
    observedAt: '2026-11-21T12:00:00.000Z',
    pending: false,
    settled: state,
    settledSince: '2026-11-21T12:00:00.000Z',
  },
});

test('an icon is drawn when it is another, and not again', async () => {
  const browser = installFakeBrowser();
  const { setIcon } = browser.action;
  let drawn = 0;
  browser.action.setIcon = (...all) => {
    drawn += 1;
    return setIcon(...all);
  };
  for (const state of ['on', 'on', 'off', 'off', 'on']) {
    await browser.storage.local.set(seen(state));
    await paintBadge();
  }
  assert.equal(drawn, 3);
});

test('an icon that never comes to rest keeps no later picture waiting, and is drawn again', async () => {
  const browser = installFakeBrowser();
  const { setIcon } = browser.action;
  globalThis.setTimeout = /** @type {any} */ ((run) => realTimeout(run, 1));
  try {
    browser.action.setIcon = () => new Promise(() => {});
    await browser.storage.local.set(seen('off'));
    await paintBadge();
    browser.action.setIcon = setIcon;
    await paintBadge();
    assert.equal(browser.action.shown.icon[16], '/icons/off-16.png');
    assert.match(browser.action.shown.title, /off/);
  } finally {
    globalThis.setTimeout = realTimeout;
  }
});
