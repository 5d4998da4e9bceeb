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

test('what an icon has become that never came to rest is not known, nor what one says that comes to rest late', async () => {
  const browser = installFakeBrowser();
  const { setIcon } = browser.action;
  let rest;
  const restless = async (given) => {
    await setIcon(given);
    await new Promise((resolve) => (rest = resolve));
  };
  const paint = async (state, draw = setIcon) => {
    browser.action.setIcon = draw;
    await browser.storage.local.set(seen(state));
    await paintBadge();
    return browser.action.shown.icon[16];
  };
  await paint('off');
  globalThis.setTimeout = /** @type {any} */ ((run) => realTimeout(run, 1));
  try {
    assert.equal(await paint('on', restless), '/icons/on-16.png');
    assert.equal(await paint('off'), '/icons/off-16.png');
    rest();
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(await paint('on'), '/icons/on-16.png');
  } finally {
    globalThis.setTimeout = realTimeout;
  }
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
