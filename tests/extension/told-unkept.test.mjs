// A document for which there is no place in the browser is not told as kept: the background as a whole.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TEXTS_MAX } from '../../extension/background/host/queue.js';
import { EXTENSION_ID, installFakeBrowser, refused } from './fake-browser.mjs';

const URL = 'https://www.linkedin.com/help/linkedin/answer/a5538339';
const turns = async () => {
  for (let turn = 0; turn < 200; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

test('too much text waits: not-kept, and one that finds a place later is kept', async () => {
  const browser = installFakeBrowser({ host: (message) => refused(message, 'keyring-locked') });
  const event = () => ({ addListener() {} });
  Object.assign(browser.runtime, { onInstalled: event(), onStartup: event() });
  Object.assign(browser.tabs, { onRemoved: event() });
  Object.assign(browser.permissions, { onRemoved: event(), contains: async () => true });
  Object.assign(browser, { webRequest: { onResponseStarted: event() } });
  const waiting = [{ op: 'document', reading: 'before', value: {}, body: 'text', size: TEXTS_MAX }];
  await browser.storage.local.set({ outbox: { waiting }, documents: { on: true } });
  await import('../../extension/background/main.js');
  await turns();

  /** @param {number} n */
  async function tell(n) {
    const text = `Is my data used for AI? ${'Yes, and this is how you turn it off. '.repeat(20)}`;
    const id = String(n).repeat(32);
    const seen = { v: 1, id, url: URL, text, title: 'AI', heading: 'AI', language: 'en', observedAt: Date.now() };
    const sender = { id: EXTENSION_ID, url: URL, frameId: 0, tab: { id: 7, url: URL } };
    const answers = [];
    browser.runtime.onMessage.emit({ type: 'document', seen }, sender, (answer) => answers.push(answer));
    for (let round = 0; answers.length === 0 && round < 20; round += 1) await turns();
    const stored = await browser.storage.local.get(null);
    return [answers, stored.documents.refused['ai-faq']?.reason, stored.outbox.lost, stored.outbox.waiting.length];
  }

  assert.deepEqual(await tell(1), [[{ ok: true, kept: false }], 'not-kept', 1, 1]);
  waiting.length = 0;
  await browser.storage.local.set({ outbox: { waiting } });
  assert.deepEqual(await tell(2), [[{ ok: true, kept: true }], undefined, 0, 1]);
});
