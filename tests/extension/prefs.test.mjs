import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { changePrefs } from '../../extension/background/prefs.js';
import { DEFAULTS, isAuthority, prefsFrom, readPrefs } from '../../extension/shared/prefs.js';
import { installFakeBrowser } from './fake-browser.mjs';

const PSEUDONYM = 'a'.repeat(32);

describe('preferences', () => {
  let browser;
  beforeEach(() => (browser = installFakeBrowser()));

  it('are the defaults before anything is chosen, and the defaults cost no privacy', async () => {
    assert.deepEqual(await readPrefs(), { ...DEFAULTS });
    const { notify, schedule, timestamps, names } = DEFAULTS;
    assert.deepEqual([notify, schedule, timestamps.on, names], [false, 'off', false, {}]);
  });

  it('keep what was chosen and leave the rest', async () => {
    await changePrefs({ remindEvery: 7 });
    await changePrefs({ names: { [PSEUDONYM]: 'Work' }, quiet: { on: true, from: '23:30', to: '06:00' } });
    assert.deepEqual(await readPrefs(), {
      ...DEFAULTS,
      remindEvery: 7,
      names: { [PSEUDONYM]: 'Work' },
      quiet: { on: true, from: '23:30', to: '06:00' },
    });
  });

  it('do not lose one of two changes made at once', async () => {
    await Promise.all([changePrefs({ remindEvery: 3 }), changePrefs({ schedule: 'daily' })]);
    const { remindEvery, schedule } = await readPrefs();
    assert.deepEqual([remindEvery, schedule], [3, 'daily']);
  });

  for (const [name, value] of [
    ['remindEvery', 2],
    ['remindEvery', '1'],
    ['notify', 1],
    ['quiet', null],
    ['quiet', { on: true, from: '24:00', to: '06:00' }],
    ['quiet', { on: true, from: '06:00', to: '06:00' }],
    ['quiet', []],
    ['schedule', 'hourly'],
    ['pictures', 'yes'],
    ['timestamps', { on: true, authority: 'ftp://x.example/' }],
    ['timestamps', { on: 1, authority: 'https://x.example/' }],
    ['timestamps', { on: true, authority: 'https://x.example/', second: 'https://x.example/' }],
    ['timestamps', { on: true, authority: 'https://x.example/', second: 'x' }],
    ['language', 'it'],
    ['names', { short: 'x' }],
    ['names', { [PSEUDONYM]: '' }],
    ['names', { [PSEUDONYM]: 'x'.repeat(61) }],
    ['names', [PSEUDONYM]],
    ['constructor', {}],
    ['unheard-of', true],
  ]) {
    it(`refuse ${name} = ${JSON.stringify(value).slice(0, 60)}`, async () => {
      assert.deepEqual(await changePrefs({ [name]: value }), { ...DEFAULTS });
    });
  }

  it('are whole again when storage holds nonsense', async () => {
    for (const prefs of [null, 'x', [], 7, { remindEvery: {}, quiet: 'late' }]) {
      await browser.storage.local.set({ prefs });
      assert.deepEqual(await readPrefs(), { ...DEFAULTS });
    }
    assert.deepEqual(prefsFrom({ remindEvery: 30, notify: 'no' }), { ...DEFAULTS, remindEvery: 30 });
  });

  it('know an authority from other addresses', () => {
    for (const good of ['https://freetsa.org/tsr', 'http://timestamp.example/x?y'])
      assert.equal(isAuthority(good), true, good);
    for (const bad of [
      '',
      'freetsa.org',
      'ftp://a.example/',
      'https://u:p@a.example/',
      'https://a.example/#x',
      7,
      null,
      `https://a.example/${'x'.repeat(256)}`,
    ]) {
      assert.equal(isAuthority(bad), false, String(bad));
    }
  });
});
