// The popup in 360 × 600 pixels, which is all that a browser gives it: in every state, alone and together, in each language, in both
// themes, it is seen whole without scrolling, and one button at most is filled. A real browser lays out the real page; what it asks
// its browser for is played here, so that every state can be had.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { BROWSER_ERROR_CODES, ERROR_CODES } from '../../extension/shared/errors.js';
import { DOCUMENTS } from '../../extension/shared/documents.js';
import { noticesOf } from '../../extension/shared/notices.js';
import { REASONS } from '../../extension/shared/protocol.js';
import { storedFrom } from '../../extension/shared/stored.js';
import { viewOf } from '../../extension/shared/view.js';
import { anObservation } from '../extension/fake-browser.mjs';
import { startPlayed } from './played.mjs';
import { picture } from './support.mjs';

const HEIGHT = 600;
const WIDTH = 360;
/** A command of so many characters is in one line: broken in two it reads as two. */
const COMMAND = 25;
const at = (minutesAgo) => new Date(Date.now() - minutesAgo * 60_000).toISOString();

/* ---- every state ---- */

const account = (more = {}) => ({
  pseudonym: 'a'.repeat(32),
  premium: null,
  state: 'off',
  since: at(30_000),
  last_seen: at(5),
  last_state: 'off',
  last_reason: null,
  last_seq: 5,
  pending: null,
  ...more,
});
const on = account({ state: 'on', last_state: 'on' });
const log = (accounts, error = null) => ({ status: { keyring: 'ok', log: 'ok', accounts }, error, covers: null });
const unknown = (reason) => account({ last_state: 'unknown', last_reason: reason });
const problems = [{ observation: anObservation(2), code: 'contradiction', field: '', at: at(1) }];
const other = account({ pseudonym: 'b'.repeat(32), last_seq: 1, premium: true });
const warned = (state, undone) => ({
  warnings: { ['a'.repeat(32)]: { seq: 5, state, undone, at: at(2), seen: false } },
});
const standing = (...causes) => ({
  reminders: { standing: causes.map((cause) => ({ key: `${cause}:x`, cause, account: 'a'.repeat(32) })), answered: [] },
});
const changed = (...ids) => ({
  documents: { on: true, changes: Object.fromEntries(ids.map((id) => [id, { seen: false, at: at(9) }])) },
});

/** What may stand alone. @type {Record<string, object>} */
const ALONE = {
  empty: {},
  on: { log: log([on]) },
  off: { log: log([account()]) },
  'not-offered': { log: log([account({ state: 'not-offered', last_state: 'not-offered' })]) },
  'two accounts': { log: log([on, other]) },
  ...Object.fromEntries(REASONS.map((reason) => [`unknown: ${reason}`, { log: log([unknown(reason)]) }])),
  'switched off, not confirmed': { log: log([{ ...on, pending: { state: 'off' } }]) },
  'switched on, not confirmed': { log: log([account({ pending: { state: 'on' } })]) },
  undone: { log: log([on]), ...warned('on', true) },
  'undone, switched off again': { log: log([{ ...on, pending: { state: 'off' } }]), ...warned('on', true) },
  'on elsewhere': { log: log([on]), ...warned('on', false) },
  'off elsewhere': { log: log([account()]), ...warned('off', false) },
  'no longer offered': { log: log([account()]), ...warned('not-offered', false) },
  'not allowed': { access: { allowed: false } },
  'terms changed': { log: log([account()]), ...changed(...DOCUMENTS.map(({ id }) => id)) },
  'check failed': { log: log([account()]), check: { running: false, outcome: 'failed', reason: 'not-loaded' } },
  'schedule waits': { log: log([account()]), plan: { plan: { failures: 3, why: 'timed-out', at: Date.now() + 1e7 } } },
  stale: { log: log([account()]), ...standing('stale') },
  reworded: { log: log([account()]), ...standing('reworded') },
  refused: { log: log([account()]), outbox: { problems } },
  'new words, asked': {
    log: { ...log([unknown('reworded')]), covers: 'r' },
    last: {
      state: 'unknown',
      reason: 'reworded',
      reading: 'r',
      words: 'Words that are new. '.repeat(30),
      observedAt: at(3),
    },
  },
  full: { log: log([account()]), outbox: { thinned: 12, lost: 1 } },
  waiting: { log: log([account()]), outbox: { waiting: [anObservation(1)] } },
  ...Object.fromEntries(
    [...ERROR_CODES, ...BROWSER_ERROR_CODES]
      .filter((code) => code !== 'ok' && code !== 'log-absent')
      .map((code) => [`trouble: ${code}`, { log: log([account()], code) }]),
  ),
};

const merged = (...parts) => parts.reduce((all, part) => ({ ...all, ...part }), {});

/** What comes together, up to all that can. */
const TOGETHER = Object.fromEntries(
  ['host-missing', 'host-forbidden', 'keyring-consent', 'log-changed', 'key-restored'].flatMap((code) => [
    [`empty and ${code}`, { log: log([], code) }],
    [`on and ${code}`, { log: log([on, other], code) }],
    ...['unrecognised-layout', 'reworded', 'signed-out'].map((reason) => [
      `unknown: ${reason} and ${code}`,
      { log: log([unknown(reason)], code) },
    ]),
    [`undone and ${code}`, merged({ log: log([on], code) }, warned('on', true))],
    [
      `all and ${code}`,
      merged(
        { log: log([{ ...unknown('reworded'), pending: { state: 'off' } }, other], code) },
        warned('on', true),
        standing('stale', 'reworded'),
        changed(...DOCUMENTS.map(({ id }) => id)),
        { access: { allowed: false }, check: { running: false, outcome: 'failed', reason: 'not-loaded' } },
        { plan: { plan: { failures: 3, why: 'timed-out', at: Date.now() + 1e7 } } },
        { outbox: { problems, thinned: 2, lost: 1 } },
      ),
    ],
  ]),
);

const STATES = { ...ALONE, ...TOGETHER };
/** Photographed, to be looked at. */
const PICTURED = new Set([
  'empty',
  'on',
  'off',
  'not-offered',
  'two accounts',
  'unknown: reworded',
  'new words, asked',
  'switched off, not confirmed',
  'undone',
  'undone, switched off again',
  'off elsewhere',
  'terms changed',
  'trouble: host-missing',
  'trouble: keyring-locked',
  'trouble: log-changed',
  'trouble: keyring-consent',
  'all and host-missing',
]);

/* ---- a real page in a browser that is played ---- */

let pages;
before(async () => {
  pages = await startPlayed();
});
after(() => pages?.stop());

async function openPopup(language, colorScheme) {
  return pages.open('popup', language, { width: WIDTH, height: HEIGHT }, colorScheme);
}

/** Put it there, wait until it is shown, and measure. */
async function measured(page, stored) {
  const view = viewOf(storedFrom(stored));
  await page.evaluate((next) => globalThis.put(next), stored);
  const wanted = { kind: view.kind, notices: noticesOf(view).map(({ id }) => `notice-${id}`) };
  await page.waitForFunction(({ kind, notices }) => {
    const here = [...document.querySelectorAll('#urgent h2, #notices h2')].map(({ id }) => id).sort();
    return document.querySelector('#state').dataset.state === kind && here.join() === notices.sort().join();
  }, wanted);
  return page.evaluate(
    (longest) => ({
      height: document.documentElement.scrollHeight,
      over: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      filled: [...document.querySelectorAll('.button--primary')].filter((one) => one.checkVisibility()).length,
      broken: [...document.querySelectorAll('.command code')].filter((one) => {
        const text = document.createRange();
        text.selectNodeContents(one);
        const lines = new Set([...text.getClientRects()].map(({ top }) => top));
        return one.textContent.length <= longest && lines.size > 1;
      }).length,
      cut: [...document.querySelectorAll('.notice summary')].filter((one) => one.scrollWidth > one.clientWidth + 1)
        .length,
    }),
    COMMAND,
  );
}

for (const language of ['en', 'de', 'fr']) {
  for (const theme of ['light', 'dark']) {
    describe(`popup: ${language}, ${theme}`, () => {
      // Colours take no room: in the dark those are looked at that are photographed.
      const states = Object.entries(STATES).filter(([name]) => theme === 'light' || PICTURED.has(name));
      it(`all ${states.length} states fit into ${WIDTH} × ${HEIGHT}, and what is to do has the one filled button`, async () => {
        const page = await openPopup(language, theme);
        const wrong = [];
        for (const [name, stored] of states) {
          const { height, over, filled, broken, cut } = await measured(page, stored);
          const { kind, trouble } = viewOf(storedFrom(stored));
          const asks = ['on', 'empty', 'unknown'].includes(kind) && !(trouble?.kind === 'host' && filled === 0);
          if (height > HEIGHT || over > 0 || filled > 1 || (asks && filled !== 1) || broken + cut > 0)
            wrong.push(
              `${name}: ${height} px high, ${over} too wide, ${filled} filled, ${broken} commands broken, ${cut} lines cut`,
            );
          if (PICTURED.has(name)) await picture(page, `fits-${name.replace(/\W+/g, '-')}-${language}-${theme}`);
        }
        await page.close();
        assert.deepEqual(wrong, []);
      });
    });
  }
}
