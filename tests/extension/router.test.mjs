import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isSettingAddress } from '../../extension/background/setting/address.js';
import { createRouter } from '../../extension/background/router.js';
import { CodedError } from '../../extension/shared/errors.js';
import { EXTENSION_ID, SETTING } from './fake-browser.mjs';

const POPUP = `chrome-extension://${EXTENSION_ID}/ui/popup.html`;
const page = { id: EXTENSION_ID, tab: { id: 1 }, frameId: 0, url: SETTING };
const popup = { id: EXTENSION_ID, url: POPUP };

function aRouter(handle = () => {}) {
  const calls = [];
  const route = (from) => ({ from, handle: (message) => (calls.push(message.type), handle()) });
  const routes = new Map([
    ['reading', route('page')],
    ['unlock', route('popup')],
  ]);
  return { calls, onMessage: createRouter({ routes, extensionId: EXTENSION_ID, popupUrl: POPUP, isSettingAddress }) };
}

const answerOf = (onMessage, message, sender) =>
  new Promise((resolve) => {
    if (!onMessage(message, sender, resolve)) resolve('refused');
  });

describe('router', () => {
  it('lets the setting’s page report and the popup ask', async () => {
    const { calls, onMessage } = aRouter();
    assert.deepEqual(await answerOf(onMessage, { type: 'reading' }, page), { ok: true });
    assert.deepEqual(await answerOf(onMessage, { type: 'reading' }, { ...page, url: `${SETTING}?trk=x#y` }), {
      ok: true,
    });
    assert.deepEqual(await answerOf(onMessage, { type: 'unlock' }, popup), { ok: true });
    assert.deepEqual(await answerOf(onMessage, { type: 'unlock' }, { ...popup, tab: { id: 2 }, frameId: 0 }), {
      ok: true,
    });
    assert.equal(calls.length, 4);
  });

  it('a page that came there by pushState, whose sender has the address of before', async () => {
    const { onMessage } = aRouter();
    const from = (url, now) => answerOf(onMessage, { type: 'reading' }, { ...page, url, tab: { id: 1, url: now } });
    const feed = 'https://www.linkedin.com/feed/';
    assert.deepEqual(await from(feed, SETTING), { ok: true });
    assert.equal(await from(feed, feed), 'refused');
    assert.equal(await from('https://evil.example/', SETTING), 'refused', 'another document than the tab shows');
    assert.equal(await from('about:blank', SETTING), 'refused');
  });

  for (const [name, message, sender] of [
    ['an unknown type', { type: 'export' }, popup],
    ['a name of Object.prototype', { type: 'constructor' }, popup],
    ['no type', {}, popup],
    ['no message', null, popup],
    ['a type that is no string', { type: ['unlock'] }, popup],
    ['the page asking what only the popup may', { type: 'unlock' }, page],
    ['the popup playing the page', { type: 'reading' }, popup],
    ['another extension', { type: 'unlock' }, { ...popup, id: 'b'.repeat(32) }],
    ['a reading from a frame', { type: 'reading' }, { ...page, frameId: 3 }],
    ['a reading without a tab', { type: 'reading' }, { ...page, tab: undefined }],
    [
      'a reading from another page of LinkedIn',
      { type: 'reading' },
      { ...page, url: 'https://www.linkedin.com/feed/' },
    ],
    [
      'a reading from a site that looks like it',
      { type: 'reading' },
      { ...page, url: SETTING.replace('.com', '.com.example') },
    ],
    ['a reading over http', { type: 'reading' }, { ...page, url: SETTING.replace('https', 'http') }],
    ['a reading from nowhere', { type: 'reading' }, { ...page, url: undefined }],
    ['a page of ours that is not the popup', { type: 'unlock' }, { ...popup, url: POPUP.replace('popup', 'other') }],
    [
      'a page that carries the popup’s address',
      { type: 'unlock' },
      { ...popup, url: `https://evil.example/?${POPUP}` },
    ],
  ]) {
    it(`refuses ${name}`, async () => {
      const { calls, onMessage } = aRouter();
      assert.equal(await answerOf(onMessage, message, sender), 'refused');
      assert.deepEqual(calls, []);
    });
  }

  it('lets every page of ours ask what is for all of them, and nobody else', async () => {
    const pagesUrl = POPUP.replace('popup.html', '');
    const routes = new Map([['refresh', { from: 'ours', handle: () => {} }]]);
    const parts = { routes, extensionId: EXTENSION_ID, popupUrl: POPUP, isSettingAddress };
    const onMessage = createRouter({ ...parts, pagesUrl });
    for (const name of ['popup.html', 'history.html?from=3#x']) {
      assert.deepEqual(await answerOf(onMessage, { type: 'refresh' }, { ...popup, url: pagesUrl + name }), {
        ok: true,
      });
    }
    for (const url of [SETTING, undefined, `https://evil.example/?${pagesUrl}`, pagesUrl.replace('/ui/', '/u/')]) {
      assert.equal(await answerOf(onMessage, { type: 'refresh' }, { ...popup, url }), 'refused');
    }
    assert.equal(
      await answerOf(createRouter(parts), { type: 'refresh' }, popup),
      'refused',
      'no pages named: none allowed',
    );
  });

  it('answers a failure by its code', async () => {
    const coded = aRouter(() => {
      throw new CodedError('unlock-dismissed');
    });
    assert.deepEqual(await answerOf(coded.onMessage, { type: 'unlock' }, popup), {
      ok: false,
      code: 'unlock-dismissed',
    });
    const other = aRouter(async () => {
      throw Object.assign(new Error('full'), { code: 22 });
    });
    assert.deepEqual(await answerOf(other.onMessage, { type: 'unlock' }, popup), {
      ok: false,
      code: 'browser-storage',
    });
  });

  it('passes on what the handler returns', async () => {
    const { onMessage } = aRouter(async () => ({ enough: true }));
    assert.deepEqual(await answerOf(onMessage, { type: 'reading' }, page), { ok: true, enough: true });
  });
});
