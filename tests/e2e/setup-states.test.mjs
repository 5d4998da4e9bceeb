// The setup page in every trouble: what happened is said in the step that it concerns, that step alone has the filled button, what it
// copies or does is what helps, axe finds nothing, and nothing is cut at 320 pixels; in each language, and in both themes.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, it } from 'node:test';
import {
  ALARM_ERRORS,
  BROWSER_ERROR_CODES,
  ERROR_CODES,
  HOST_ERRORS,
  UNLOCKABLE_ERRORS,
} from '../../extension/shared/errors.js';
import { LOOKED_AT } from '../../extension/shared/access.js';
import { messagesOf } from '../extension/fake-browser.mjs';
import { cutOff } from './cut.mjs';
import { startPlayed } from './played.mjs';
import { picture } from './support.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const NARROW = { width: 320, height: 700 };
/** Photographed, to be looked at; the first three by axe as well, in both themes: in the program’s step, the log’s and the setting’s. */
const LOOKED = [
  'host-missing',
  'log-changed',
  'on',
  'flipped',
  'host-forbidden',
  'keyring-locked',
  'disk-read-only',
  'access',
  'timestamps',
];
const BY_AXE = 3;

/** What the browser says of the program. @type {Record<string, string>} */
const SAID = {
  'host-missing': 'Specified native messaging host not found.',
  'host-forbidden': 'Access to the specified native messaging host is forbidden.',
  'host-not-started': 'Failed to start native messaging host.',
  'host-crashed': 'Native host has exited.',
  'host-answer': 'Error when communicating with the native messaging host.',
};

const status = {
  keyring: 'ok',
  log: 'ok',
  size: 3,
  accounts: [{ pseudonym: 'a'.repeat(32), premium: null, state: 'off' }],
};
const good = { log: { status, error: null, covers: null }, prefs: { recoveryNoted: true } };

/** @typedef {{step: string, says: string, filled: string, put: object, error?: string, denied?: readonly string[]}} Trouble */

/** @returns {Record<string, Trouble>} */
function troubles() {
  const all = {};
  for (const [code, error] of Object.entries(SAID)) {
    const command =
      code === 'host-missing'
        ? 'bash manifests/install.sh'
        : code === 'host-forbidden'
          ? 'consentlog register'
          : 'consentlog doctor';
    all[code] = { step: 'host', says: `error_${code}`, filled: `copy ${command}`, put: {}, error };
  }
  const ofLog = [...ERROR_CODES, ...BROWSER_ERROR_CODES].filter(
    (code) => !HOST_ERRORS.has(code) && !['ok', 'log-absent'].includes(code),
  );
  for (const code of ofLog) {
    const filled = UNLOCKABLE_ERRORS.has(code)
      ? 'unlock'
      : ALARM_ERRORS.has(code)
        ? 'copy consentlog verify'
        : 'copy consentlog doctor';
    all[code] = {
      step: 'keyring',
      says: `error_${code}`,
      filled,
      put: { ...good, log: { status, error: code, covers: null } },
    };
  }
  all.access = { step: 'access', says: 'accessWhy', filled: 'access-allow', put: good, denied: LOOKED_AT };
  const on = { ...good.log.status.accounts[0], state: 'on', last_state: 'on', last_reason: null, last_seq: 2 };
  const seen = (account) => ({ log: { status: { ...status, accounts: [account] }, error: null, covers: null } });
  all.on = { step: 'check', says: 'next_on', filled: 'open-setting', put: seen(on) };
  const flipped = { ...on, pending: { state: 'off' } };
  all.flipped = { step: 'check', says: 'pendingTitle_off', filled: 'check-now', put: seen(flipped) };
  all.timestamps = {
    step: 'timestamps',
    says: 'error_tsa-unreachable',
    filled: 'timestamp-now',
    put: {
      ...good,
      prefs: { recoveryNoted: true, timestamps: { on: true, authority: 'https://freetsa.org/tsr', second: null } },
      timestamps: { wanted: true, failures: 2, retryAt: Date.now() + 1e7, error: 'tsa-unreachable' },
    },
  };
  return all;
}

let pages;
before(async () => {
  pages = await startPlayed();
});
after(() => pages?.stop());

/** What the page shows, once the step is in trouble and says so. @param {any} page @param {Trouble} trouble @param {string} words */
async function shown(page, { step, put, error, denied }, words) {
  await page.evaluate(
    ([next, said, not]) => {
      globalThis.put(next);
      globalThis.program(said, not);
    },
    [put, error ?? null, denied ?? []],
  );
  await page.waitForFunction(
    ([id, sentence]) => document.getElementById(id)?.textContent.includes(sentence),
    [`step-${step}`, words],
  );
  return page.evaluate(() =>
    [...document.querySelectorAll('.button--primary')].filter((one) => one.checkVisibility()).map(({ id }) => id),
  );
}

/** @param {any} page @returns {Promise<string[]>} what axe finds, in light and in dark */
async function unclean(page) {
  const told = [];
  await page.evaluate(AXE);
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await page.evaluate(() => globalThis.axe.run(document));
    told.push(...violations.map(({ id, nodes }) => `${colorScheme} ${id}: ${nodes[0].html.slice(0, 120)}`));
  }
  return told;
}

for (const language of ['en', 'de', 'fr'])
  it(`${language}: each trouble is said where it is, with what helps as the one filled button`, async () => {
    const messages = messagesOf(language);
    const page = await pages.open('welcome', language, NARROW);
    const wrong = [];
    for (const [name, trouble] of Object.entries(troubles())) {
      const filled = await shown(page, trouble, messages[trouble.says.replaceAll('-', '_')].message);
      if (filled.length !== 1 || !filled[0].startsWith(trouble.filled)) wrong.push(`${name}: filled is ${filled}`);
      wrong.push(...(await page.evaluate(cutOff)).map((cut) => `${name}: ${cut}`));
      if (!LOOKED.includes(name)) continue;
      if (language === 'en' && LOOKED.indexOf(name) < BY_AXE)
        wrong.push(...(await unclean(page)).map((found) => `${name}: ${found}`));
      await picture(page, `setup-${name}-${language}`);
      await page.emulateMedia({ colorScheme: 'light' });
    }
    await page.close();
    assert.deepEqual(wrong, []);
  });

it('a filled button that is at work can be read, in both themes', async () => {
  const page = await pages.open('welcome', 'en', NARROW);
  await shown(page, troubles().on, messagesOf('en').next_on.message);
  const contrasts = [];
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    contrasts.push(
      await page.evaluate(() => {
        const one = document.querySelector('.button--primary');
        one.style.transition = 'none';
        one.setAttribute('aria-disabled', 'true');
        const { color, backgroundColor } = getComputedStyle(one);
        const [words, ground] = [color, backgroundColor].map((said) => {
          const [r, g, b] = said.match(/\d+/g).map((part) => {
            const c = Number(part) / 255;
            return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
          });
          return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
        });
        return Math.max(words, ground) / Math.min(words, ground);
      }),
    );
  }
  await page.close();
  assert.ok(Math.min(...contrasts) >= 4.5, contrasts.join(', '));
});
