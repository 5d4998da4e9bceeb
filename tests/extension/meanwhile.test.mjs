// What a page shows when something else happens while it waits: answers that come late, out of order, or not at all.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { JSDOM } from 'jsdom';
import { installFakeBrowser } from './fake-browser.mjs';

const at = (minute) => new Date(Date.UTC(2026, 10, 21, 12, minute)).toISOString();
const soon = (ms = 20) => new Promise((resolve) => setTimeout(resolve, ms));
const { setInterval: realInterval } = globalThis;
let run = 0;

/**
 * A page of ours, as it opens on what is stored.
 * @param {string} name @param {{stored?: object, answer?: (message: any) => any, before?: (browser: any) => void}} [given]
 */
async function open(name, { stored = {}, answer = () => ({ ok: true }), before = () => {} } = {}) {
  const html = readFileSync(new URL(`../../extension/ui/${name}.html`, import.meta.url), 'utf8');
  const { window } = new JSDOM(html.replace(/<script.*<\/script>/, ''), {
    url: `https://${name}.example/`,
    pretendToBeVisual: true,
  });
  const browser = installFakeBrowser();
  await browser.storage.local.set(stored);
  const asked = [];
  browser.runtime.sendMessage = async (message) => (asked.push(message), answer(message));
  browser.permissions.request = async () => true;
  browser.permissions.remove = async () => true;
  const { document, location } = window;
  window.Element.prototype.scrollIntoView = () => {};
  Object.assign(globalThis, { window, document, location });
  globalThis.setInterval = /** @type {any} */ ((...all) => realInterval(.../** @type {[any]} */ (all)).unref());
  globalThis.getComputedStyle = window.getComputedStyle;
  globalThis.ResizeObserver = class {
    observe() {}
  };
  globalThis.requestIdleCallback = (done) => setTimeout(done, 0);
  before(browser);
  await import(`../../extension/ui/${name}.js?meanwhile=${(run += 1)}`);
  const $ = (/** @type {string} */ id) => document.getElementById(id);
  const click = (/** @type {string} */ id) => $(id).click();
  return { browser, document, window, asked, $, click };
}

/** Answers that wait until they are told to come. */
function held() {
  /** @type {Map<string, (answer: any) => void>} */
  const waiting = new Map();
  return {
    wait: (/** @type {string} */ name) => new Promise((resolve) => waiting.set(name, resolve)),
    give: (/** @type {string} */ name, /** @type {any} */ answer) => (waiting.get(name)?.(answer), soon()),
  };
}

const version = (document, seq) => ({
  seq,
  document,
  observed_at: at(seq),
  title: 'T',
  language: 'en',
  effective: null,
  effective_text: null,
  change: 'changed',
  sha256: `${document} ${seq}`,
  size: 10,
});
const VERSIONS = ['privacy-policy', 'ai-faq'].flatMap((id) => [version(id, 1), version(id, 2)]);

describe('a comparison', () => {
  const opened = (text) =>
    open('documents', {
      answer: ({ type, sha256 }) => {
        if (type === 'documents-versions') return { ok: true, versions: VERSIONS, files: [] };
        return type === 'documents-text' ? text(sha256) : { ok: true };
      },
    });

  it('whose texts come late does not stand under the words of another', async () => {
    const { wait, give } = held();
    const { $, click } = await opened((sha256) =>
      sha256.startsWith('privacy') ? wait(sha256) : { ok: true, text: sha256 },
    );
    click('compare privacy-policy');
    click('compare ai-faq');
    await soon();
    const title = $('compare-title').textContent;
    assert.match($('comparison').textContent, /ai-faq 2/);
    await give('privacy-policy 1', { ok: true, text: 'privacy-policy 1' });
    await give('privacy-policy 2', { ok: true, text: 'privacy-policy 2' });
    assert.equal($('compare-title').textContent, title);
    assert.doesNotMatch($('comparison').textContent, /privacy-policy/);
  });

  it('that cannot be shown leaves none standing under its title, and was not seen', async () => {
    const { asked, $, click } = await opened((sha256) =>
      sha256.startsWith('privacy') ? { ok: false, code: 'keyring-locked' } : { ok: true, text: sha256 },
    );
    const seen = () => asked.filter(({ type }) => type === 'documents-seen').map(({ document: which }) => which);
    click('compare ai-faq');
    await soon();
    assert.deepEqual(seen(), ['ai-faq']);
    click('compare privacy-policy');
    await soon();
    assert.equal($('comparison').textContent, '');
    assert.match($('outcome').textContent, /locked/);
    assert.deepEqual(seen(), ['ai-faq']);
  });
});

describe('the documents', () => {
  it('are shown as the log has them last, whichever answer comes last', async () => {
    const { wait, give } = held();
    let count = 0;
    const { browser, $ } = await open('documents', {
      answer: ({ type }) => {
        if (type !== 'documents-versions') return { ok: true };
        count += 1;
        return count === 1 ? { ok: true, versions: [], files: [] } : wait(`answer ${count}`);
      },
    });
    await browser.storage.local.set({ log: { status: { keyring: 'ok', size: 2 } } });
    await browser.storage.local.set({ log: { status: { keyring: 'ok', size: 3 } } });
    await soon();
    await give('answer 3', { ok: true, versions: VERSIONS, files: [] });
    await give('answer 2', { ok: true, versions: [], files: [] });
    await give('answer 3', { ok: true, versions: VERSIONS, files: [] });
    assert.ok($('compare ai-faq'));
  });

  it('the box says what is so where it could not be changed', async () => {
    const { window, $ } = await open('documents', {
      stored: { documents: { on: true } },
      answer: ({ type }) =>
        type === 'documents-turn' ? { ok: false, code: 'browser-storage' } : { ok: true, versions: [], files: [] },
    });
    Object.assign($('keep'), { checked: false });
    $('keep').dispatchEvent(new window.Event('change'));
    await soon();
    assert.equal(/** @type {any} */ ($('keep')).checked, true);
  });
});

/** A program that answers over ports, as long as it lives. @param {(message: any, port: number) => any} answerOf undefined: it does not */
function program(answerOf) {
  const ports = [];
  const connectNative = () => {
    const [heard, ended] = [[], []];
    const number = ports.length;
    ports.push({ die: () => ended.forEach((tell) => tell({ error: { message: 'The native host has exited' } })) });
    return {
      onMessage: { addListener: (listener) => heard.push(listener) },
      onDisconnect: { addListener: (listener) => ended.push(listener) },
      disconnect() {},
      async postMessage(message) {
        const result = await answerOf(message, number);
        if (result !== undefined) heard.forEach((tell) => tell({ id: message.id, ok: true, result }));
      },
    };
  };
  return { ports, connectNative };
}

const entry = (seq, state) => ({
  v: 1,
  seq,
  kind: 'observation',
  time: at(seq),
  clock: { synchronized: true },
  salt: '',
  state,
  reason: null,
  observed_at: at(seq),
  change: 'changed',
  cause: 'unexplained',
  phase: 'seen',
  account: { pseudonym: 'a', premium: null },
  page: { title: `page ${seq}` },
  control: null,
  attachments: [],
});
const LOG = [{ v: 1, seq: 0, kind: 'genesis', time: at(0) }, entry(1, 'on'), entry(2, 'off')];

describe('the history', () => {
  const opened = async (late = async () => {}) => {
    const host = program(async ({ op, params }) => {
      if (op === 'status') return { size: LOG.length, root: '' };
      const entries = LOG.slice(params.from, params.from + params.count);
      if (params.count === 1) await late(params.from);
      return { entries: structuredClone(entries), size: LOG.length, next: null };
    });
    const page = await open('history', { before: (browser) => (browser.runtime.connectNative = host.connectNative) });
    const choose = (/** @type {number} */ seq) =>
      [...page.document.querySelectorAll('.entry')]
        .find((row) => row.querySelector('.number').textContent === String(seq))
        .dispatchEvent(new page.window.MouseEvent('click', { bubbles: true }));
    return { ...page, host, choose };
  };

  it('shows the entry that was chosen last, whichever comes last', async () => {
    const { wait, give } = held();
    const { $, choose } = await opened(async (seq) => {
      if (seq === 1) await wait('1');
    });
    choose(1);
    choose(2);
    await soon();
    assert.match($('detail').textContent, /page 2/);
    await give('1', null);
    assert.match($('detail').textContent, /page 2/);
  });

  it('goes on with another program when the one that it read by has ended since', async () => {
    const { $, choose, host } = await opened();
    assert.equal(host.ports.length, 1);
    host.ports[0].die();
    choose(1);
    await soon();
    assert.match($('detail').textContent, /page 1/);
    assert.equal(host.ports.length, 2);
    choose(2);
    await soon();
    assert.match($('detail').textContent, /page 2/);
    assert.equal(host.ports.length, 2);
  });
});

describe('the settings', () => {
  const on = { prefs: { timestamps: { on: true, authority: 'https://freetsa.org/tsr' } } };

  it('ask for one timestamp, however often the button is pressed', async () => {
    const { wait, give } = held();
    const { asked, $, click } = await open('options', {
      stored: on,
      answer: ({ type }) => (type === 'timestamp-now' ? wait('timestamp') : { ok: true }),
    });
    const count = () => asked.filter(({ type }) => type === 'timestamp-now').length;
    click('timestamp-now');
    click('timestamp-now');
    await soon();
    assert.equal(count(), 1);
    await give('timestamp', { ok: false, code: 'tsa-unreachable' });
    assert.notEqual($('outcome').textContent, '');
    click('timestamp-now');
    assert.equal(count(), 2);
  });

  /** Changes a control as a member does. */
  const choose = (window, control, value) => {
    if (typeof value === 'boolean') control.checked = value;
    else control.value = value;
    control.dispatchEvent(new window.Event('change'));
  };

  it('do not take back a choice while an earlier one is being kept', async () => {
    const { wait, give } = held();
    const { browser, window, asked, $ } = await open('options', {
      stored: { prefs: { remindEvery: 1 } },
      answer: ({ type, change }) => (type === 'prefs' ? wait(Object.keys(change)[0]) : { ok: true }),
    });
    choose(window, $('remind-every'), '7');
    choose(window, $('quiet-on'), true);
    await browser.storage.local.set({ prefs: { remindEvery: 7 } }); // only now the first is stored
    await soon();
    assert.equal(/** @type {any} */ ($('quiet-on')).checked, true);
    await give('remindEvery', { ok: true });
    assert.equal(/** @type {any} */ ($('quiet-on')).checked, true);
    choose(window, $('quiet-from'), '23:15');
    assert.deepEqual(asked.at(-1).change.quiet.on, true);
    await browser.storage.local.set({ prefs: { remindEvery: 7, quiet: asked.at(-1).change.quiet } });
    await give('quiet', { ok: true });
    assert.deepEqual(
      ['remind-every', 'quiet-from'].map((id) => /** @type {any} */ ($(id)).value),
      ['7', '23:15'],
    );
  });

  it('that are read while one is chosen are not shown over it', async () => {
    const { wait, give } = held();
    const { browser, window, $ } = await open('options', {
      stored: { prefs: { remindEvery: 1 } },
      answer: ({ type }) => (type === 'prefs' ? wait('prefs') : { ok: true }),
    });
    const { get } = browser.storage.local;
    /** @type {(() => void)[]} */
    const reads = [];
    browser.storage.local.get = async (...keys) => {
      const stored = await get.apply(browser.storage.local, keys);
      await new Promise((done) => reads.push(() => done(null)));
      return stored;
    };
    await browser.storage.local.set({ prefs: { remindEvery: 30 } }); // in another window
    await soon();
    assert.equal(reads.length, 1, 'what is stored is being read');
    choose(window, $('pictures'), false);
    browser.storage.local.get = get;
    reads.forEach((read) => read());
    await soon();
    assert.equal(/** @type {any} */ ($('pictures')).checked, false);
    await browser.storage.local.set({ prefs: { remindEvery: 30, pictures: false } });
    await give('prefs', { ok: true });
    assert.deepEqual(
      [/** @type {any} */ ($('pictures')).checked, /** @type {any} */ ($('remind-every')).value],
      [false, '30'],
    );
  });

  it('lose no name when two are given quickly', async () => {
    const accounts = ['aa', 'bb'].map((pseudonym) => ({ pseudonym, last_seen: at(1), state: 'on' }));
    const { wait, give } = held();
    const { window, asked, $ } = await open('options', {
      stored: { log: { status: { accounts } } },
      answer: ({ type }) => (type === 'prefs' ? wait('prefs') : { ok: true }),
    });
    choose(window, $('account-0'), 'Work');
    choose(window, $('account-1'), 'Home');
    assert.deepEqual(asked.at(-1).change, { names: { aa: 'Work', bb: 'Home' } });
    await give('prefs', { ok: true });
  });

  it('show what is kept where what was chosen could not be', async () => {
    const { window, $ } = await open('options', {
      stored: { prefs: { remindEvery: 7 } },
      answer: ({ type }) => (type === 'prefs' ? { ok: false, code: 'browser-storage' } : { ok: true }),
    });
    const select = /** @type {any} */ ($('remind-every'));
    assert.equal(select.value, '7');
    select.value = '0';
    select.dispatchEvent(new window.Event('change'));
    await soon();
    assert.equal(select.value, '7');
    assert.notEqual($('outcome').textContent, '');
  });

  for (const [id, event] of [
    ['notify', 'change'],
    ['timestamps-turn', 'click'],
  ])
    it(`say it where a permission was given and the choice could not be kept: ${id}`, async () => {
      const { window, $ } = await open('options', {
        answer: ({ type }) => (type === 'prefs' ? { ok: false, code: 'browser-storage' } : { ok: true }),
      });
      const control = /** @type {any} */ ($(id));
      const before = control.textContent;
      control.checked = true;
      control.dispatchEvent(new window.Event(event));
      await soon();
      assert.notEqual($('outcome').textContent, '');
      assert.equal(control.checked && control.type === 'checkbox', false);
      assert.equal(control.textContent, before);
    });

  it('that come back with the page are those of now', async () => {
    const { browser, window, $ } = await open('options', { stored: { prefs: { remindEvery: 7 } } });
    browser.storage.onChanged.listeners.length = 0; // the page was put away
    await browser.storage.local.set({ prefs: { remindEvery: 30 } });
    window.dispatchEvent(new window.PageTransitionEvent('pageshow', { persisted: true }));
    await soon();
    assert.equal(/** @type {any} */ ($('remind-every')).value, '30');
  });
});

describe('the setup page', () => {
  it('says so when a check cannot begin because something else is looked at', async () => {
    const { $, click } = await open('welcome', {
      answer: ({ type }) => (type === 'check-now' ? { ok: true, started: false } : { ok: true }),
    });
    click('check-now');
    await soon();
    assert.match($('outcome').textContent, /busy/i);
  });

  it('does not go on saying that it was not allowed when it was', async () => {
    let allowed = false;
    const { $, click } = await open('welcome', {
      before: ({ permissions }) => {
        permissions.request = async () => allowed;
      },
    });
    click('access-allow');
    await soon();
    assert.notEqual($('outcome').textContent, '');
    allowed = true;
    click('access-allow');
    await soon();
    assert.equal($('outcome').textContent, '');
  });
});
