import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { JSDOM } from 'jsdom';
import { emptyQueue } from '../../extension/background/host/queue.js';
import { anObservation, installFakeBrowser } from './fake-browser.mjs';

const html = readFileSync(new URL('../../extension/ui/popup.html', import.meta.url), 'utf8').replace(
  /<script.*<\/script>/,
  '',
);
const at = (minutesAgo) => new Date(Date.now() - minutesAgo * 60_000).toISOString();
const account = (more) => ({
  pseudonym: 'a',
  premium: null,
  state: 'off',
  since: at(3000),
  last_seen: at(5),
  last_state: 'off',
  last_reason: null,
  last_seq: 5,
  pending: null,
  ...more,
});
const log = (accounts, more) => ({
  status: { keyring: 'ok', log: 'ok', accounts },
  error: null,
  covers: null,
  ...more,
});
let run = 0;

/** The popup as it opens on what is stored. */
async function openPopup(stored, { locale = 'en', answer = { ok: true } } = {}) {
  const { window } = new JSDOM(html, { url: 'https://popup.example/', pretendToBeVisual: true });
  const browser = installFakeBrowser({ locale });
  await browser.storage.local.set(stored);
  const asked = [];
  browser.runtime.sendMessage = async ({ type }) => (
    asked.push(type),
    typeof answer === 'function' ? answer(type) : answer
  );
  window.close = () => asked.push('close');
  const { document } = window;
  Object.assign(globalThis, { window, document });
  const copied = [];
  Object.defineProperty(globalThis, 'navigator', {
    configurable: true,
    value: { clipboard: { writeText: async (text) => void copied.push(text) } },
  });
  await import(`../../extension/ui/popup.js?run=${(run += 1)}`);
  const text = (id) => document.getElementById(id).textContent;
  const titles = () => [...document.querySelectorAll('.notice:not([hidden]) h2')].map((heading) => heading.textContent);
  const click = async (id) => {
    document.getElementById(id).click();
    await new Promise((resolve) => setTimeout(resolve, 5));
  };
  return { browser, document, asked, copied, text, titles, click };
}

describe('popup', () => {
  it('to confirm a flip it loads the page anew past the cache, for Firefox puts back what stood there at any other reload', async () => {
    const pending = { state: 'off', since: at(1) };
    const { browser, document, asked } = await openPopup({ log: log([account({ state: 'on', pending })]) });
    browser.tabs.open.push({
      id: 7,
      active: true,
      url: 'https://www.linkedin.com/mypreferences/d/settings/data-for-ai-improvement',
    });
    document.querySelector('[id$=" confirm"]').click();
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual(browser.tabs.did, [['reload', 7, { bypassCache: true }]]);
    assert.ok(asked.includes('open-setting'));
  });

  it('opens it anew where the tab with the setting was closed in this moment', async () => {
    const pending = { state: 'off', since: at(1) };
    const { browser, document, asked } = await openPopup({ log: log([account({ state: 'on', pending })]) });
    browser.tabs.open.push({
      id: 7,
      active: true,
      url: 'https://www.linkedin.com/mypreferences/d/settings/data-for-ai-improvement',
    });
    browser.tabs.reload = async () => Promise.reject(new Error('No tab with id: 7.'));
    document.querySelector('[id$=" confirm"]').click();
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.ok(asked.includes('open-setting'));
  });

  it('what is said of a prompt is not left to be heard when the prompt is gone', async () => {
    let refuse;
    const prompt = new Promise((resolve) => (refuse = () => resolve({ ok: false, code: 'keyring-dismissed' })));
    const answer = (type) => (type === 'unlock' ? prompt : { ok: true });
    const { document, text, click } = await openPopup({ log: log([], { error: 'keyring-locked' }) }, { answer });
    await click('trouble unlock');
    assert.notEqual(text('live'), '');
    refuse();
    await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(text('live'), '');
    assert.notEqual(document.getElementById('outcome').textContent, '');
  });

  it('does not say that a state was seen which a flip has just left', async () => {
    for (const [state, gist] of [
      ['on', /^Last confirmed · in the log$/],
      [null, /^Seen /],
    ]) {
      const pending = { state: 'off', since: at(1) };
      const { document, text } = await openPopup({ log: log([account({ state, pending })]) });
      assert.match(text('facts-gist'), gist);
      const terms = [...document.querySelectorAll('dt')].map((term) => term.textContent);
      assert.ok(terms.includes('Last look') && !terms.includes('Last seen'), terms.join());
    }
  });

  it('nor of another account', async () => {
    const other = (more) => account({ pseudonym: 'b', last_seq: 1, state: 'on', ...more });
    const timesOf = async (more) => {
      const { document } = await openPopup({ log: log([account(), other(more)]) });
      return document.querySelectorAll('#others-list time').length;
    };
    assert.equal(await timesOf({}), 1);
    assert.equal(await timesOf({ pending: { state: 'off', since: at(1) } }), 0);
  });

  it('what a press was refused with is still to be read when the answer to another question comes', async () => {
    let answerRefresh;
    const refreshed = new Promise((resolve) => (answerRefresh = () => resolve({ ok: true })));
    const asking = new Promise((resolve) => {
      const answer = (type) =>
        type === 'refresh' ? (resolve(null), refreshed) : { ok: false, code: 'keyring-locked' };
      void openPopup({ log: log([account()]) }, { answer });
    });
    await asking;
    document.getElementById('check-now').click();
    await new Promise((resolve) => setTimeout(resolve, 5));
    const said = document.getElementById('outcome').textContent;
    assert.match(said, /locked/);
    answerRefresh();
    await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(document.getElementById('outcome').textContent, said);
  });

  it('shows what is stored, then asks for news', async () => {
    const { asked, document, text, titles } = await openPopup({ log: log([account()]) });
    assert.equal(document.body.hidden, false);
    assert.equal(text('headline'), 'Switched off');
    assert.deepEqual(
      [...document.querySelectorAll('dt')].map((term) => term.textContent),
      ['Since', 'Last seen', 'In the log'],
    );
    assert.equal(document.querySelectorAll('time[datetime]').length, 2);
    assert.deepEqual(titles(), []);
    assert.deepEqual(asked, ['refresh']);
    assert.equal(text('live'), '');
  });

  it('after a look that came to a sign-in page shows the account as it was known, and when that look was', async () => {
    const signedOut = account({
      pseudonym: null,
      state: null,
      since: null,
      last_seen: at(1),
      last_state: 'unknown',
      last_reason: 'signed-out',
      last_seq: 9,
    });
    const { document, text } = await openPopup({ log: log([account(), signedOut]) });
    assert.equal(text('settled'), 'Last known: switched off');
    assert.match(text('meaning'), /not signed in/);
    assert.deepEqual(
      [...document.querySelectorAll('dt')].map((term) => term.textContent),
      ['Since', 'Last seen', 'Last look', 'In the log'],
    );
    assert.equal(document.getElementById('others').hidden, true);
  });

  it('tells accounts apart: by the member’s name, else by a number that stays', async () => {
    const stored = {
      log: log([
        account({ pseudonym: 'a'.repeat(32), last_seq: 3 }),
        account({ pseudonym: 'b'.repeat(32), state: 'on', last_state: 'on', last_seq: 7 }),
      ]),
      warnings: { ['b'.repeat(32)]: { seq: 7, state: 'on', undone: true, at: at(2), seen: false } },
      reminders: { standing: [{ key: 'stale:x', cause: 'stale', account: 'a'.repeat(32) }], answered: [] },
    };
    const unnamed = await openPopup(stored);
    assert.match(unnamed.text('facts'), /^AccountAccount 2/);
    assert.match(unnamed.text('others-list'), /^Account 1 · Switched off/);
    assert.deepEqual(unnamed.titles(), [
      'Account 2: Switched on again, not in this browser',
      'Account 1: Time to look again',
    ]);
    const named = await openPopup({ ...stored, prefs: { names: { ['b'.repeat(32)]: 'Work' } } });
    assert.match(named.text('facts'), /^AccountWork/);
    assert.deepEqual(named.titles(), ['Work: Switched on again, not in this browser', 'Account 1: Time to look again']);
  });

  it('has a first page without facts', async () => {
    const { document, text } = await openPopup({});
    assert.equal(text('headline'), 'Not checked yet');
    assert.equal(document.getElementById('facts').hidden, true);
    assert.equal(document.getElementById('others').hidden, true);
  });

  it('tells that the browser had no room for what was seen', async () => {
    const seen = { reading: '1', state: 'on', reason: null, observedAt: at(1), pending: false, settled: 'on' };
    const { document, text, titles } = await openPopup({
      log: log([account()]),
      outbox: { ...emptyQueue(), lost: 1 },
      last: { ...seen, settledSince: at(1), unkept: true },
    });
    assert.equal(text('headline'), 'Switched on');
    const facts = [...document.querySelectorAll('dt')].map((dt) => [dt.textContent, dt.nextSibling.textContent]);
    assert.equal(Object.fromEntries(facts)['In the log'], 'No: it could not be kept');
    assert.deepEqual(titles(), ['Too much was waiting']);
    assert.match(document.body.textContent, /1 check could not be kept\./);
  });

  it('says in plain words why the state is not known, and what was', async () => {
    const { text } = await openPopup({ log: log([account({ last_state: 'unknown', last_reason: 'signed-out' })]) });
    assert.match(text('meaning'), /not signed in/);
    assert.equal(text('settled'), 'Last known: switched off');
  });

  it('gives the commands when the host is missing, to copy', async () => {
    const { click, copied, document, text, titles } = await openPopup({
      log: log([account()], { error: 'host-missing' }),
    });
    assert.deepEqual(titles(), ['One more step: install the consentlog program']);
    await click('copy consentlog register');
    assert.deepEqual(copied, ['consentlog register']);
    assert.equal(text('live'), 'Copied');
    assert.match(document.getElementById('copy consentlog register').getAttribute('aria-label'), /consentlog register/);
  });

  it('unlocks on a click and says why when it stays locked', async () => {
    const { asked, click, text } = await openPopup(
      { log: log([account()], { error: 'keyring-locked' }) },
      { answer: { ok: false, code: 'unlock-dismissed' } },
    );
    await click('trouble unlock');
    assert.deepEqual(asked, ['refresh', 'unlock']);
    assert.match(text('outcome'), /window was closed/);
  });

  it('puts what is urgent above the state', async () => {
    const { document } = await openPopup({
      log: log([account()], { error: 'log-changed' }),
      warnings: { a: { seq: 5, state: 'on', undone: true, at: at(2), seen: false } },
    });
    const [urgent] = document.querySelector('main').children;
    assert.equal(urgent.querySelectorAll('.notice').length, 2);
    assert.match(urgent.textContent, /You had opted out/);
    assert.match(urgent.textContent, /consentlog verify/);
  });

  it('does not say what is in a log that was changed', async () => {
    const whole = await openPopup({ log: log([account()]) });
    assert.match(whole.document.getElementById('state').textContent, /In the log/);
    const changed = await openPopup({ log: log([account()], { error: 'log-changed' }) });
    assert.doesNotMatch(changed.document.getElementById('state').textContent, /In the log/);
  });

  it('counts what waits, what was refused and what was left out', async () => {
    const problems = [{ observation: anObservation(2), code: 'contradiction', field: '', at: at(1) }];
    const { asked, click, document, titles } = await openPopup({
      log: log([account()]),
      outbox: { ...emptyQueue(), waiting: [anObservation(1), anObservation(3)], problems, thinned: 12, lost: 1 },
    });
    assert.deepEqual(titles(), ['Not taken by the log', 'Too much was waiting', 'Not yet in the log']);
    assert.match(document.getElementById('notices').textContent, /2 checks are kept.*/);
    await click('problems problems-discard');
    await click('full counts-seen');
    assert.deepEqual(asked.slice(1), ['problems-discard', 'counts-seen']);
  });

  it('opens the setting and goes', async () => {
    const { asked, click } = await openPopup({});
    await click('open-setting');
    assert.deepEqual(asked, ['refresh', 'open-setting', 'close']);
  });

  it('goes to the state when what had the focus is gone', async () => {
    const warning = { seq: 5, state: 'on', undone: true, at: at(2), seen: false };
    const { browser, document } = await openPopup({ log: log([account()]), warnings: { a: warning } });
    document.getElementById('warning warning-seen').focus();
    await browser.storage.local.set({ warnings: { a: { ...warning, seen: true } } });
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(document.activeElement.id, 'state');
  });

  it('a message that is no more when what draws it has come is not drawn', async () => {
    const { browser, document, titles } = await openPopup({ log: log([account()]) });
    const warning = { seq: 5, state: 'on', undone: true, at: at(2), seen: false };
    void browser.storage.local.set({ warnings: { a: warning } });
    void browser.storage.local.set({ warnings: { a: { ...warning, seen: true } } });
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual(titles(), []);
    assert.equal(document.getElementById('state').dataset.state, 'off');
  });

  it('follows what the background writes, tells it, and keeps the focus', async () => {
    const { browser, document, text } = await openPopup({ log: log([account()], { error: 'host-missing' }) });
    document.getElementById('trouble refresh').focus();
    await browser.storage.local.set({
      log: log([account({ state: 'on', last_state: 'on' })], { error: 'host-crashed' }),
    });
    await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(text('headline'), 'Switched on');
    assert.equal(text('live'), 'Switched on. The log cannot be written');
    assert.equal(document.activeElement.id, 'trouble refresh');
  });

  it('shows a page’s text as text', async () => {
    const markup = '<img src=x onerror=alert(1)>';
    const { document } = await openPopup({ log: log([account()], { error: markup }) });
    assert.equal(document.querySelector('.notice img'), null);
    assert.ok(document.getElementById('notices').textContent.includes(markup));
  });

  for (const [locale, headline] of [
    ['de', 'Ausgeschaltet'],
    ['fr', 'Désactivé'],
  ]) {
    it(`speaks ${locale}`, async () => {
      const { document, text } = await openPopup({ log: log([account()]) }, { locale });
      assert.equal(text('headline'), headline);
      assert.equal(document.documentElement.lang, locale);
    });
  }

  it('names every control, and its headings go down one level at a time', async () => {
    const { document } = await openPopup({
      log: log([account(), account({ pseudonym: 'b', last_seq: 1, premium: true })], { error: 'log-changed' }),
    });
    for (const control of document.querySelectorAll('button, a, summary')) {
      assert.ok((control.getAttribute('aria-label') ?? control.textContent).trim(), control.outerHTML);
    }
    const levels = [...document.querySelectorAll('h1, h2, h3, h4')].map(({ tagName }) => Number(tagName[1]));
    levels.forEach((level, index) => assert.ok(index === 0 || level <= levels[index - 1] + 1, levels.join()));
  });

  it('a picture that could not be kept is still there to be kept, and is asked for once however often it is pressed', async () => {
    const { browser, document, click } = await openPopup({ log: log([account()]) });
    const url = 'https://www.linkedin.com/mypreferences/d/settings/data-for-ai-improvement';
    browser.tabs.query = async () => [{ id: 7, url }];
    globalThis.createImageBitmap = async () => ({ width: 1000, height: 700 });
    Object.assign(document.getElementById('picture-canvas'), {
      getContext: () => null,
      toDataURL: () => 'data:image/png;base64,iVBORw0KGgoA',
    });
    const box = { x: 100, y: 50, width: 300, height: 80, innerWidth: 1000, innerHeight: 700, whole: true };
    const asked = [];
    const answers = [{ image: 'data:image/png;base64,AAAA', box, state: 'on', reading: 'r' }, null, { ok: true }];
    const ask = async (...question) => (asked.push(question), answers.shift());
    const { offerPicture } = await import('../../extension/ui/picture.js');
    const said = [];
    await offerPicture({ ask, say: (key) => said.push(key), offered: true });
    await click('picture-start');
    document.getElementById('picture-keep').click();
    await click('picture-keep');
    assert.equal(document.getElementById('picture').hidden, false);
    await click('picture-keep');
    assert.equal(document.getElementById('picture').hidden, true);
    const keep = ['picture-keep', { base64: 'iVBORw0KGgoA', reading: 'r' }];
    assert.deepEqual(asked, [['picture-take', { tabId: 7 }], keep, keep]);
    assert.equal(said.at(-1), 'pictureKept');
  });
});
