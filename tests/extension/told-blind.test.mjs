// What is told of a tab without a page having been read has no date of the server's, though its document had one: the background as a whole.
import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { isSettingAddress } from '../../extension/background/setting/address.js';
import { createServerDate } from '../../extension/background/setting/server-date.js';
import { HEARD_BY_MS, UNHEARD_ALARM } from '../../extension/background/setting/unheard.js';
import { accepted, installFakeBrowser, SETTING } from './fake-browser.mjs';

const TAB = 7;
const AT = Date.UTC(2026, 10, 28, 12);
const SAID = 'Sat, 28 Nov 2026 12:00:01 GMT';
const turns = async () => {
  for (let turn = 0; turn < 200; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

test('timed-out gets no server_date', async () => {
  mock.timers.enable({ apis: ['setTimeout', 'Date'], now: AT });
  const recorded = [];
  const host = (message) => {
    if (message.op !== 'record') return { id: message.id, ok: false, error: { code: 'io', message: 'io', field: '' } };
    recorded.push(...message.params.observations);
    return accepted(message);
  };
  const browser = installFakeBrowser({ host });
  const event = () => ({ addListener() {} });
  const answers = [];
  Object.assign(browser.runtime, { onInstalled: event(), onStartup: event() });
  Object.assign(browser.tabs, { onRemoved: event() });
  Object.assign(browser.permissions, { onRemoved: event() });
  Object.assign(browser, { webRequest: { onResponseStarted: { addListener: (f) => answers.push(f) } } });
  await import('../../extension/background/main.js');
  await turns();

  const tab = { id: TAB, url: SETTING, status: 'loading' };
  browser.tabs.open.push(tab);
  browser.tabs.onUpdated.emit(TAB, { status: 'loading', url: SETTING }, tab);
  const responseHeaders = [{ name: 'date', value: SAID }];
  answers[0]({ tabId: TAB, url: SETTING, statusCode: 200, timeStamp: AT + 900, responseHeaders });
  await turns();
  for (let times = 0; times < 2; times += 1) {
    mock.timers.setTime(Date.now() + HEARD_BY_MS + 1);
    browser.alarms.onAlarm.emit({ name: UNHEARD_ALARM });
    await turns();
  }

  assert.deepEqual(
    recorded.map(({ reason, page }) => [reason, page.server_date]),
    [['timed-out', null]],
  );
  const { page } = await createServerDate({ isSettingAddress }).apply(recorded[0], TAB);
  assert.equal(page.server_date, '2026-11-28T12:00:01.000Z', 'there was one to give, or this shows nothing');
});
