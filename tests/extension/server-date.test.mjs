// The server's clock: from the answer that brought the very document, and from no other.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { beforeEach, test } from 'node:test';
import { isSettingAddress, SETTING_URL } from '../../extension/background/setting/address.js';
import { createServerDate, dateIn } from '../../extension/background/setting/server-date.js';

const AT = Date.UTC(2026, 10, 28, 12);
const SAID = 'Sat, 28 Nov 2026 12:00:03 GMT';
const headers = [{ name: 'Date', value: SAID }];
const answer = {
  tabId: 7,
  url: `${SETTING_URL}?x=1`,
  statusCode: 200,
  timeStamp: AT + 900.5,
  responseHeaders: headers,
};
const observation = {
  page: { url: SETTING_URL, navigation: 'load', loaded_at: new Date(AT).toISOString(), server_date: null },
};

beforeEach(() => {
  const kept = {};
  globalThis.chrome = {
    storage: {
      session: { get: async (key) => ({ [key]: kept[key] }), set: async (more) => void Object.assign(kept, more) },
    },
  };
});

async function dateOf(heard, { page = {}, tabId = 7 } = {}) {
  const serverDate = createServerDate({ isSettingAddress });
  await serverDate.onAnswer({ ...answer, ...heard });
  const { page: said } = await serverDate.apply({ ...observation, page: { ...observation.page, ...page } }, tabId);
  return said.server_date;
}

test('of this very load', async () => assert.equal(await dateOf({}), '2026-11-28T12:00:03.000Z'));

for (const [what, heard, more] of [
  ['out of the cache', { fromCache: true }],
  ['of an error', { statusCode: 500 }],
  ['of another page', { url: 'https://www.linkedin.com/mypreferences/d/categories/privacy' }],
  ['of another address of the setting', { url: 'https://www.linkedin.com/mypreferences/d/data-for-ai-improvement' }],
  ['without a tab', { tabId: -1 }],
  ['of another tab', {}, { tabId: 8 }],
  ['of no tab that is known', {}, { tabId: null }],
  ['reached by pushState', {}, { page: { navigation: 'in-page' } }],
  ['of a load before', { timeStamp: AT - 5_000 }],
  ['of a load much later', { timeStamp: AT + 600_000 }],
  ['that says none', { responseHeaders: [] }],
  ['that says two', { responseHeaders: [...headers, ...headers] }],
]) {
  test(`null: ${what}`, async () => assert.equal(await dateOf(heard, more), null));
}

test('one form, and no other', () => {
  const of = (value) => dateIn([{ name: 'date', value }]);
  assert.equal(of(SAID), Date.UTC(2026, 10, 28, 12, 0, 3));
  for (const value of [
    '',
    '2026-11-28T12:00:03Z',
    'Sat, 28 Nov 2026 12:00:03 +0100',
    'Sat, 28 Xyz 2026 12:00:03 GMT',
    'Sat, 31 Feb 2026 12:00:00 GMT',
    'Mon, 28 Nov 2026 12:00:03 GMT',
    'Sat, 28 Nov 2026 24:00:00 GMT',
    'Thu, 01 Jan 1970 00:00:00 GMT',
    undefined,
  ])
    assert.equal(of(value), null, String(value));
});

test('of the document that speaks, when the next one is on its way', async () => {
  const serverDate = createServerDate({ isSettingAddress });
  await serverDate.onAnswer(answer);
  const later = [{ name: 'Date', value: 'Sat, 28 Nov 2026 12:01:03 GMT' }];
  await serverDate.onAnswer({ ...answer, timeStamp: AT + 60_900, responseHeaders: later });
  const { page } = await serverDate.apply(observation, 7);
  assert.equal(page.server_date, '2026-11-28T12:00:03.000Z');
  const next = { page: { ...observation.page, loaded_at: new Date(AT + 60_000).toISOString() } };
  assert.equal((await serverDate.apply(next, 7)).page.server_date, '2026-11-28T12:01:03.000Z');
});

test('of the document, and not of the redirect that led to it', async () => {
  const serverDate = createServerDate({ isSettingAddress });
  const old = 'https://www.linkedin.com/mypreferences/d/data-for-ai-improvement';
  await serverDate.onAnswer({ ...answer, url: old, statusCode: 302, timeStamp: AT + 400 });
  await serverDate.onAnswer(answer);
  assert.equal((await serverDate.apply(observation, 7)).page.server_date, '2026-11-28T12:00:03.000Z');
});

test('of none, when the one that brought the document had none', async () => {
  const serverDate = createServerDate({ isSettingAddress });
  await serverDate.onAnswer({ ...answer, fromCache: true });
  await serverDate.onAnswer({ ...answer, timeStamp: AT + 60_900 });
  assert.equal((await serverDate.apply(observation, 7)).page.server_date, null);
});

test('of this load, and not of the one before it that was broken off at once', async () => {
  const serverDate = createServerDate({ isSettingAddress });
  const before = [{ name: 'Date', value: 'Sat, 28 Nov 2026 11:59:59 GMT' }];
  await serverDate.onAnswer({ ...answer, timeStamp: AT - 50, responseHeaders: before });
  await serverDate.onAnswer(answer);
  assert.equal((await serverDate.apply(observation, 7)).page.server_date, '2026-11-28T12:00:03.000Z');
});

test('of this load, though the worker has slept between the answer and the reading', async () => {
  await createServerDate({ isSettingAddress }).onAnswer(answer);
  const { page } = await createServerDate({ isSettingAddress }).apply(observation, 7);
  assert.equal(page.server_date, '2026-11-28T12:00:03.000Z');
});

test('of none, where only the load before it was answered', async () => {
  const serverDate = createServerDate({ isSettingAddress });
  await serverDate.onAnswer({ ...answer, timeStamp: AT - 500 });
  assert.equal((await serverDate.apply(observation, 7)).page.server_date, null);
});

/* Chromium's onHeadersReceived has no `fromCache` (its web_request.json); its onResponseStarted has. */
test('heard of at the event that tells in both browsers whether the answer came out of the cache', () => {
  const main = readFileSync(new URL('../../extension/background/main.js', import.meta.url), 'utf8');
  assert.match(main, /webRequest\.onResponseStarted\.addListener\(\s*\(details\) => void serverDate\.onAnswer/);
  assert.doesNotMatch(main, /onHeadersReceived/);
});
