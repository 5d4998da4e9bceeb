// Installed means installed: greeted once, and told when the permission for LinkedIn's settings is missing.
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { createAccess } from '../../extension/background/access.js';
import { greet } from '../../extension/background/greet.js';
import { paintBadge } from '../../extension/background/reminders/badge.js';
import { LOOKED_AT } from '../../extension/shared/access.js';
import { stepsOf } from '../../extension/shared/health.js';
import { noticesOf } from '../../extension/shared/notices.js';
import { prefsFrom } from '../../extension/shared/prefs.js';
import { storedFrom } from '../../extension/shared/stored.js';
import { hasNotices, viewOf } from '../../extension/shared/view.js';
import { readFileSync } from 'node:fs';
import { installFakeBrowser } from './fake-browser.mjs';

const manifest = JSON.parse(readFileSync(new URL('../../extension/manifest.json', import.meta.url), 'utf8'));
let browser;
beforeEach(() => (browser = installFakeBrowser()));

it('whether we may look is what was asked last, whichever answer comes last', async () => {
  const waiting = [];
  browser.permissions.contains = () => new Promise((answer) => waiting.push(answer));
  const { look } = createAccess({ onAllowed: async () => {} });
  const rest = () => new Promise((resolve) => setTimeout(resolve, 5));
  const both = [look()];
  await rest();
  both.push(look());
  await rest();
  waiting[1]?.(true);
  await rest();
  waiting[0](false);
  await rest();
  waiting[1](true);
  await Promise.all(both);
  assert.notEqual((await browser.storage.local.get('access')).access?.allowed, false);
});

describe('the welcome page', () => {
  const opened = () => browser.tabs.did.filter(([what]) => what === 'create').length;

  it('comes once, however often a browser says "install"', async () => {
    for (let start = 0; start < 3; start += 1) await greet('install');
    assert.equal(opened(), 1);
    assert.match(browser.tabs.did[0][1].url, /\/ui\/welcome\.html$/);
  });

  it('does not come after an update, then or at a later start', async () => {
    await greet('update');
    await greet('install');
    assert.equal(opened(), 0);
  });

  it('does not come to who has seen the setting with a version that did not remember', async () => {
    await browser.storage.local.set({ last: { reading: 'a', state: 'off' } });
    await greet('install');
    assert.equal(opened(), 0);
  });

  it('comes all the same when the setting was open already and is read first', async () => {
    await browser.storage.local.set({ last: { reading: 'a', state: 'off', observedAt: new Date().toISOString() } });
    await greet('install');
    assert.equal(opened(), 1);
  });

  it('does not come for a reading of before this start', async () => {
    await browser.storage.local.set({ last: { reading: 'a', state: 'off', observedAt: '2026-01-01T00:00:00.000Z' } });
    await greet('install');
    assert.equal(opened(), 0);
  });
});

describe('the permission for the settings pages', () => {
  const allowed = async () => (await browser.storage.local.get('access')).access?.allowed;
  const known = () => ({
    hello: null,
    stored: storedFrom({}),
    prefs: prefsFrom({}),
    mayNotify: false,
    stampError: null,
  });

  it('is asked for by the words of the manifest', () => assert.deepEqual(LOOKED_AT, manifest.host_permissions));

  it('is remembered when it is missing, and open tabs are read when it comes', async () => {
    let read = 0;
    const access = createAccess({ onAllowed: async () => void (read += 1) });
    await access.look();
    assert.deepEqual([await allowed(), read], [false, 0]);
    for (const origin of LOOKED_AT) browser.permissions.granted.add(origin);
    await access.look();
    await access.look();
    assert.deepEqual([await allowed(), read], [true, 1]);
  });

  it('is nothing to write about where it was given from the start', async () => {
    for (const origin of LOOKED_AT) browser.permissions.granted.add(origin);
    await createAccess({ onAllowed: () => assert.fail('no news') }).look();
    assert.equal(await allowed(), undefined);
  });

  it('missing, it is the first step, and no step where it is there', () => {
    assert.deepEqual(
      { ...stepsOf({ ...known(), mayLook: false })[0] },
      { id: 'access', state: 'todo', optional: false, onward: false, code: null, detail: '' },
    );
    assert.equal(stepsOf({ ...known(), mayLook: true })[0].id, 'host');
  });

  it('missing, the popup and the toolbar say so', async () => {
    const view = viewOf(storedFrom({ access: { allowed: false } }));
    assert.equal(hasNotices(view), true);
    const [notice] = noticesOf(view);
    assert.deepEqual(
      [notice.id, notice.tone, notice.actions[0].page],
      ['access', 'attention', 'welcome.html#step-access'],
    );
    await browser.storage.local.set({ access: { allowed: false } });
    await paintBadge();
    assert.equal(browser.action.shown.text, '!');
    assert.match(browser.action.shown.title, /Allow consentlog on linkedin\.com/);
    assert.equal(hasNotices(viewOf(storedFrom({}))), false);
  });
});
