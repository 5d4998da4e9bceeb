import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { clientInfo, fromBrands, fromBrowserInfo } from '../../extension/shared/client.js';
import { ask, askPatiently, fromBrowserError, openAnswer, openConversation } from '../../extension/shared/host.js';
import {
  ALARM_ERRORS,
  BROWSER_ERROR_CODES,
  ERROR_CODES,
  OBSERVATION_ERRORS,
  UNLOCKABLE_ERRORS,
} from '../../extension/shared/errors.js';
import { BATCH_MAX, REASONS, STATES } from '../../extension/shared/protocol.js';
import { installFakeBrowser, refused } from './fake-browser.mjs';

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

describe('errors', () => {
  it('are those of host/base/err.h, in its order', () => {
    const codes = [...read('host/base/err.h').matchAll(/^\s*X\([A-Z_]+, "([a-z-]+)"/gm)].map(([, code]) => code);
    assert.ok(codes.length > 30);
    assert.deepEqual([...ERROR_CODES], codes);
  });

  it('of the browser are not the host’s', () => {
    assert.deepEqual(
      BROWSER_ERROR_CODES.filter((code) => ERROR_CODES.includes(code)),
      [],
    );
  });

  it('are grouped by codes that exist', () => {
    for (const code of [...OBSERVATION_ERRORS, ...ALARM_ERRORS, ...UNLOCKABLE_ERRORS])
      assert.ok(ERROR_CODES.includes(code), code);
  });
});

describe('protocol', () => {
  it('has the states and reasons of docs/protocol.md', () => {
    const text = read('docs/protocol.md');
    const line = (name) =>
      [
        ...text
          .split('\n')
          .find((l) => l.startsWith(` "${name}":`))
          .matchAll(/"([a-z-]+)"/g),
      ]
        .map(([, word]) => word)
        .slice(1);
    assert.deepEqual([...STATES], line('state'));
    assert.deepEqual([...REASONS], line('reason'));
    assert.match(text, new RegExp(`1 … ${BATCH_MAX}`));
  });
});

describe('the browser’s own sentences', () => {
  for (const [sentence, code] of [
    ['Specified native messaging host not found.', 'host-missing'],
    ['No such native application org.consentlog.host', 'host-missing'],
    ['Access to the specified native messaging host is forbidden.', 'host-forbidden'],
    ['Failed to start native messaging host.', 'host-not-started'],
    ['Native host has exited.', 'host-crashed'],
    ['An unexpected error occurred', 'host-crashed'],
    ['Error when communicating with the native messaging host.', 'host-answer'],
    ['Something new in the browser', 'host-crashed'],
    ['', 'host-crashed'],
  ]) {
    it(`"${sentence}" is ${code}`, () => assert.equal(fromBrowserError(new Error(sentence)).code, code));
  }
});

describe('an answer', () => {
  it('gives its result', () => assert.deepEqual(openAnswer({ id: 4, ok: true, result: { size: 1 } }, 4), { size: 1 }));

  it('gives its error, with the member at fault', () => {
    assert.throws(() => openAnswer(refused({ id: 4 }, 'too-long', 'observations[0].page.url'), 4), {
      code: 'too-long',
      field: 'observations[0].page.url',
    });
  });

  it('may have lost the id of a request that could not be read', () => {
    assert.throws(() => openAnswer(refused({ id: null }, 'bad-json'), 4), { code: 'bad-json' });
  });

  for (const [name, answer] of [
    ['nothing', undefined],
    ['a string', 'ok'],
    ['another request’s', { id: 5, ok: true, result: {} }],
    ['another request’s error', refused({ id: 5 }, 'io')],
    ['without a code', { id: 4, ok: false, error: {} }],
    ['neither good nor bad', { id: 4, ok: 1, result: {} }],
  ]) {
    it(`is no answer: ${name}`, () => assert.throws(() => openAnswer(answer, 4), { code: 'host-answer' }));
  }
});

describe('ask', () => {
  it('sends one frame of three members and another id each time', async () => {
    const browser = installFakeBrowser({ host: ({ id }) => ({ id, ok: true, result: {} }) });
    await ask('hello');
    await ask('status', {});
    assert.deepEqual(
      browser.sent.map((message) => Object.keys(message)),
      [
        ['id', 'op', 'params'],
        ['id', 'op', 'params'],
      ],
    );
    assert.notEqual(browser.sent[0].id, browser.sent[1].id);
  });

  it('gives up when nothing comes', async () => {
    installFakeBrowser({ host: () => new Promise(() => {}) });
    await assert.rejects(ask('status', {}, 10), { code: 'host-timeout' });
  });
});

describe('ask over a port', () => {
  function fakePort(behave) {
    const browser = installFakeBrowser();
    const port = { closed: 0, onMessage: {}, onDisconnect: {} };
    port.onMessage.addListener = (listener) => (port.say = listener);
    port.onDisconnect.addListener = (listener) => (port.drop = listener);
    port.postMessage = (message) => setTimeout(() => behave(port, message));
    port.disconnect = () => (port.closed += 1);
    browser.runtime.connectNative = () => port;
    return port;
  }

  it('gives the answer and closes the port', async () => {
    const port = fakePort((p, { id }) => p.say({ id, ok: true, result: { keyring: 'ok' } }));
    assert.deepEqual(await askPatiently('unlock', {}, 1000), { keyring: 'ok' });
    assert.equal(port.closed, 1);
  });

  it('tells a dismissed prompt', async () => {
    fakePort((p, message) => p.say(refused(message, 'unlock-dismissed')));
    await assert.rejects(askPatiently('unlock', {}, 1000), { code: 'unlock-dismissed' });
  });

  it('tells a host that is not there, as Chromium and as Firefox say it', async () => {
    fakePort((p) => p.drop({ error: new Error('No such native application org.consentlog.host') }));
    await assert.rejects(askPatiently('unlock', {}, 1000), { code: 'host-missing' });
    fakePort((p) => {
      globalThis.chrome.runtime.lastError = { message: 'Access to the specified native messaging host is forbidden.' };
      p.drop({});
    });
    await assert.rejects(askPatiently('unlock', {}, 1000), { code: 'host-forbidden' });
  });

  it('closes the port when nobody answers, so that the host goes too', async () => {
    const port = fakePort(() => {});
    await assert.rejects(askPatiently('unlock', {}, 10), { code: 'host-timeout' });
    assert.equal(port.closed, 1);
  });

  it('tells whoever waits that it was closed, which the browser tells the other side alone', async () => {
    const port = fakePort(() => {});
    const conversation = openConversation();
    const waiting = conversation.ask('export', {}, 500);
    conversation.close();
    await assert.rejects(waiting, { code: 'host-crashed' });
    await assert.rejects(conversation.ask('status', {}, 500), { code: 'host-crashed' });
    assert.equal(port.closed, 1);
  });
});

describe('client', () => {
  const grease = { brand: 'Not=A?Brand', version: '99.0' };
  for (const [brand, browser] of [
    ['Google Chrome', 'chrome'],
    ['Microsoft Edge', 'edge'],
    ['Brave', 'brave'],
    ['Vivaldi', 'vivaldi'],
    ['Opera', 'opera'],
  ]) {
    it(`is ${browser} although also Chromium`, () => {
      const brands = [grease, { brand: 'Chromium', version: '156.0' }, { brand, version: '155.1.2' }];
      assert.deepEqual(fromBrands(brands), { browser, version: '155.1.2' });
    });
  }

  it('says that the version is withheld where Firefox’s user has declined technical data', async () => {
    installFakeBrowser();
    for (const [allowed, version] of [
      [['technicalAndInteraction'], '153.0'],
      [[], 'withheld'],
      [undefined, '153.0'],
    ]) {
      globalThis.browser = {
        runtime: { getBrowserInfo: async () => ({ name: 'Firefox', version: '153.0' }) },
        permissions: { getAll: async () => ({ data_collection: allowed }) },
      };
      assert.deepEqual(await clientInfo(), { browser: 'firefox', version, extension: '0.1.0' });
    }
    delete globalThis.browser;
  });

  it('is chromium, firefox, or other', () => {
    assert.equal(fromBrands([grease, { brand: 'Chromium', version: '156.0' }]).browser, 'chromium');
    assert.deepEqual(fromBrands([grease]), { browser: 'other', version: 'unknown' });
    assert.deepEqual(fromBrowserInfo({ name: 'Firefox', version: '153.0' }), { browser: 'firefox', version: '153.0' });
    assert.equal(fromBrowserInfo({ name: 'Waterfox', version: '6' }).browser, 'other');
    assert.equal(fromBrands([{ brand: 'Chromium', version: '1'.repeat(99) }]).version.length, 32);
  });
});
