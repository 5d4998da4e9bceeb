// Words and signs around a switch that has the published ones, which may turn them, end the use or hand it to another: most of them in no
// list. And those that a page has there anyway, under which the state is still said.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isNeutral } from '../../extension/background/setting/neutral.js';
import { plain, WORDING } from '../../extension/background/setting/wording.js';
import { readStill } from './page-window.mjs';

const labelOf = (/** @type {string} */ language) => String(WORDING[language].label);
const L = labelOf('en');
const named = (/** @type {string} */ more = '') =>
  `<input type="checkbox" role="switch" aria-labelledby="l" checked ${more}>`;
const row = (/** @type {string} */ label) => `<div><span id="l">${label}</span>${named()}</div>`;

/* Where they stand over the words or in their row, none of these can be known to do nothing. */
const NOT_NEUTRAL = {
  en: [
    'Denials',
    'My vetoes',
    'Paused uses',
    'Uses I cancelled',
    'Muted',
    'Unwanted uses',
    'Ended',
    'GitHub Copilot',
    'For your company page',
    'Rescinded',
    'Forgo',
    '🚫',
    'Denied',
    'Suspended',
    'Dark mode',
  ],
  de: [
    'Pausiert',
    'Ausgesetzte Nutzungen',
    'Dagegen',
    'Das Gegenteil von',
    'Gestrichen',
    'Unerwünscht',
    'Verzicht',
    'Abwahl',
    'Einspruch',
    'Aufgehoben',
  ],
  fr: [
    'Suspendus',
    'Contre',
    'Le contraire de',
    'Retraits',
    'Annulés',
    'Renoncer',
    'Désaccord',
    'Dérogations',
    'Révoqués',
  ],
  es: ['En contra', 'Suspendidos', 'En pausa', 'Anulados', 'Renunciar', 'Vetos'],
  nl: ['Tegen', 'Gepauzeerd', 'Opgeschort', 'Bezwaren', 'Afzien van', 'Geweigerd'],
  pt: ['Contra', 'Suspensos', 'Pausados', 'Anulados', 'Removidos', 'Vetos'],
  pl: ['Przeciw', 'Odwrotnie', 'Zawieszone', 'Usunięte', 'Wyjątki', 'Odmowa'],
  cs: ['Proti', 'Opak', 'Pozastaveno', 'Zrušeno', 'Výjimky', 'Odvoláno'],
  it: ['Esenzioni', 'Contro', 'Sospesi', 'Annullati', 'Rinunce'],
  fi: ['Kiellot', 'Vastaan', 'Poikkeukset', 'Evätty'],
};
const NEUTRAL = {
  en: [
    'How LinkedIn uses your data',
    'AI settings',
    'Your data',
    'Setting',
    'Learn more',
    'State',
    'Purpose',
    'Manage your data',
    '✨ AI',
  ],
  de: ['Einstellung', 'Ihre Daten und KI', 'Mehr erfahren', 'Datenschutz', 'Zweck'],
  fr: ['Vos données et l’IA', 'En savoir plus', 'Confidentialité', 'Réglages'],
  es: ['Tus datos y la IA', 'Más información', 'Configuración'],
  nl: ['Instellingen', 'Meer informatie'],
  pt: ['Seus dados', 'Saiba mais'],
  pl: ['Ustawienia', 'Dowiedz się więcej'],
  cs: ['Nastavení', 'Více informací'],
};

test('few words that do nothing are known; no others are taken for such', () => {
  const taken = (/** @type {Record<string, string[]>} */ lists, /** @type {boolean} */ neutral) =>
    Object.entries(lists).flatMap(([language, all]) =>
      all.filter((said) => isNeutral(plain(said), language) === neutral).map((said) => `${language}: ${said}`),
    );
  assert.deepEqual(taken(NOT_NEUTRAL, true), []);
  assert.deepEqual(taken(NEUTRAL, false), []);
});

/** @type {[string, string, string][]} language of the page, of its title, and its main part */
const SILENT = [
  ['en', 'en', `<h2>Paused uses</h2>${row(L)}`],
  ['en', 'en', `<p>Turned down by me</p><ul><li>${row(L)}</li></ul>`],
  ['en', 'en', `<div role="group" aria-label="For your company page">${row(L)}</div>`],
  ['en', 'en', row(`🚫${L}`)],
  ['en', 'en', row(`${L} ❌`)],
  ['en', 'en', `<div><span>⛔</span><span id="l">${L}</span>${named()}</div>`],
  ['en', 'en', `<div><p>👎</p><p id="l">${L}</p>${named()}</div>`],
  ['en', 'en', `<div><img alt="🚫" src="x"><span id="l">${L}</span>${named()}</div>`],
  ['en', 'en', `<div><span id="l">${L}</span>${named()}<span>Vetoed</span></div>`],
  ['de', 'de', `<div><span id="l">${labelOf('de')}</span>${named()}<span>aufgehoben</span></div>`],
  ['fr', 'fr', `<div><span id="l">${labelOf('fr')}</span>${named()}<span>contre mon gré</span></div>`],
  ['en', 'en', `<p>I am against the following.</p>${row(L)}`],
  ['de', 'de', `<p>Folgendes lehne ich ab.</p>${row(labelOf('de'))}`],
  ['fr', 'fr', `<p>Je suis contre ce qui suit.</p>${row(labelOf('fr'))}`],
  [
    'en',
    'en',
    `<span id="l">${L}</span>${named('aria-describedby="d"')}<p id="d" hidden>This box is an objection.</p>`,
  ],
  ['en', 'en', `<span id="l">${L}</span>${named('aria-describedby="d"')}<p id="d">Ticking it is a refusal.</p>`],
  ['en', 'de', `<h2>Ablehnen</h2>${row(labelOf('de'))}`],
  ['en', 'nl', `<div><span id="l">${labelOf('nl')}</span>${named()}<span>Geweigerd</span></div>`],
  ['en', 'fr', `<span id="l">${labelOf('fr')}</span>${named()}<p>Cochez pour vous opposer.</p>`],
  ['en', 'en', `<div><span>Dark mode</span><input type="checkbox" role="switch" aria-label="${L}" checked></div>`],
  ['en', 'en', `<div><span id="l" hidden>${L}</span><span>Emails about jobs</span>${named()}</div>`],
  ['en', 'en', `<p>${L}</p><label><input type="checkbox" checked>No</label>`],
  ['de', 'de', `<p>${labelOf('de')}</p><label><input type="checkbox" checked>Aus</label>`],
  ['en', 'en', `<span id="l">${L}</span><span id="m">No</span><input type="checkbox" aria-labelledby="l m" checked>`],
  [
    'en',
    'en',
    `<div role="table"><div role="row"><div>Purpose</div><div>Refuse</div></div><div role="row"><div>Ads</div><div><input type="checkbox" aria-label="Ads"></div></div><div role="row"><div id="l">${L}</div><div>${named()}</div></div></div>`,
  ],
];

/** @type {[string, string, string][]} and here it is on */
const SAID = [
  ['en', 'en', `<h2>How LinkedIn uses your data</h2>${row(L)}`],
  ['en', 'en', `<h2>AI</h2><input type="checkbox" role="switch" aria-label="${L}" checked>`],
  ['en', 'en', `<input type="checkbox" role="switch" aria-label="Toggle ${L}" checked>`],
  ['en', 'en', `<input type="checkbox" role="switch" aria-label="${L}, switch, on" checked>`],
  ['en', 'en', row(`${L} <span>Updated</span>`)],
  ['en', 'de', row(labelOf('de'))],
  ['en', 'en', `<p>You can turn the following setting off at any time.</p>${row(L)}`],
  ['en', 'en', `<div><span id="l">${L}</span>${named()}<a href="/help/linkedin/answer/a6278444">Learn more</a></div>`],
  [
    'en',
    'en',
    `<div><p>${L}</p><p>Opting out means that LinkedIn won’t use your data going forward.</p><input type="checkbox" role="switch" checked></div>`,
  ],
];

/** @param {[string, string, string]} page */
async function stateOf([language, title, main]) {
  const html = `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><title>x</title></head><body><main><h1>${WORDING[title].title}</h1>${main}</main></body></html>`;
  const page = { html, address: '/mypreferences/d/settings/data-for-ai-improvement', status: 200 };
  return (await readStill(page))?.state ?? 'unknown';
}

for (const page of SILENT)
  test(`no state: ${page[2].slice(0, 90)}`, async () => assert.equal(await stateOf(page), 'unknown'));
for (const page of SAID) test(`said: ${page[2].slice(0, 90)}`, async () => assert.equal(await stateOf(page), 'on'));
