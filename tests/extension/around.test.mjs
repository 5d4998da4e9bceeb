// What stands around a switch that has the published words, or right beside one that has none: a row, a table, a group, an explanation, a
// picture, a slot. It may turn the words round, narrow them, or be what the switch is really called; then no state is said.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WORDING } from '../../extension/background/setting/wording.js';
import { readStill } from './page-window.mjs';

const { en, de, fr, nl, pl, pt, cs, es } = WORDING;
const L = en.label;
const bare = '<input type="checkbox" role="switch" checked>';
const named = '<input type="checkbox" role="switch" aria-labelledby="l" checked>';
const row = (/** @type {string} */ label) => `<div><span id="l">${label}</span>${named}</div>`;
const attribute = `<input type="checkbox" role="switch" aria-label="${L}" checked>`;
const labelled = `<label for="s">${L}</label>`;
const forIt = '<input id="s" type="checkbox" role="switch" checked>';
const table = (/** @type {string} */ over) =>
  `<table><thead><tr><th>Purpose</th><th>${over}</th></tr></thead><tbody><tr><th id="l">${L}</th><td>${named}</td></tr></tbody></table>`;
/** An element of the site's own making: what is in it, and its shadow tree. */
const host = (/** @type {string} */ light, /** @type {string} */ shadow) =>
  `<x-row><template shadowrootmode="open">${shadow}</template>${light}</x-row>`;

const off = (/** @type {string} */ more) => `<input type="checkbox" role="switch" ${more}>`;
/** A switch of the published words, and another in its line that says the opposite. */
const besideIt = (/** @type {string} */ other) => `<div><span id="l">${L}</span>${named}${other}</div>`;

/** @type {[string, string, string][]} what, language, the page's main part */
const SILENT = [
  ['beside it one that is named by an id', 'en', besideIt(off('aria-label="ember41"'))],
  ['so, before it', 'en', `<div>${off('aria-label="ember41"')}${labelled}${forIt}</div>`],
  ['so, in another part of the page', 'en', `${row(L)}<section>${off('aria-label="toggle-7"')}</section>`],
  ['beside it one that is named by what it is', 'en', besideIt(off('aria-label="Toggle switch"'))],
  ['so, in German', 'de', `${row(de.label)}<section>${off('aria-label="Schalter"')}</section>`],
  [
    'under the words one more, whose name nobody sees',
    'en',
    `<div><p>${L}</p>${off('aria-label="Posts"')}</div><div>${row(L)}</div>`,
  ],
  ['so, as a hint', 'en', `<div><p>${L}</p>${off('title="Posts"')}</div><div>${row(L)}</div>`],
  ['so, by what is not shown', 'en', `<i id="h" hidden>Posts</i><p>${L}</p>${off('aria-labelledby="h"')}${row(L)}`],
  ...[
    `Do not ${labelled}${forIt}`,
    `<span>Do not</span> ${labelled}${forIt}`,
    `<p>Do not ${labelled}</p>${forIt}`,
    `<p>Do not</p><div>${labelled}${forIt}</div>`,
    `<label>Do not</label>${labelled}${forIt}`,
    `<b>Opt out:</b> ${labelled}${forIt}`,
    `${forIt}${labelled} – opted out`,
    `<img alt="Do not" src="data:,">${labelled}${forIt}`,
    `<label for="gone">Do not</label>${labelled}${forIt}`,
    `${forIt}${labelled}<label for="gone">Opt out</label>`,
    `<table><tr><td>Do not</td><td>${labelled}</td><td>${forIt}</td></tr></table>`,
    `<dl><dt>Do not</dt><dd>${labelled}${forIt}</dd></dl>`,
  ].map(
    (main, index) =>
      /** @type {[string, string, string]} */ ([`beside its own label, ${index + 1}`, 'en', `<div>${main}</div>`]),
  ),
  [
    'a row without a name, its words behind it',
    'en',
    `<ul><li><a href="/x">${L}</a></li><li>${bare}<span>Show ads made by AI</span></li></ul>`,
  ],
  ['the words are the row before', 'en', `<div><p>${L}</p></div><div>${bare}<span>Show me AI ideas</span></div>`],
  [
    'so, with a word for its state',
    'en',
    `<div><p>${L}</p><span>Off</span></div><div>${bare}<span>Messages from recruiters</span></div>`,
  ],
  [
    'so, with an explanation between',
    'en',
    `<section><h2>${L}</h2><p>Change this in the app.</p></section><section>${bare}<span>Weekly digest</span></section>`,
  ],
  [
    'the row before in a table',
    'en',
    `<table><tr><td>${L}</td><td>On</td></tr><tr><td>${bare}</td><td>Dark mode</td></tr></table>`,
  ],
  ['a column of exemptions', 'en', table('Exempt me')],
  ['a column of objections', 'en', table('Opt out')],
  [
    'a column of objections, by reference',
    'en',
    `<table><tr><th>Purpose</th><th id="h">I object</th><th>More</th></tr><tr><th id="l">${L}</th><td headers="h">${named}</td><td>text</td></tr></table>`,
  ],
  [
    'a tab of another purpose',
    'en',
    `<div role="tablist"><button role="tab" id="t">Sharing with Microsoft</button></div><div role="tabpanel" aria-labelledby="t">${row(L)}</div>`,
  ],
  [
    'a region of another purpose',
    'en',
    `<button aria-expanded="true" id="b">Training by Microsoft</button><div role="region" aria-labelledby="b">${row(L)}</div>`,
  ],
  ['a group of another purpose', 'en', `<div role="group" aria-label="For advertisers">${row(L)}</div>`],
  ['so, in German', 'de', `<div role="group" aria-label="Für Werbekunden">${row(de.label)}</div>`],
  ['so, in French', 'fr', `<div role="group" aria-label="Pour des tiers">${row(fr.label)}</div>`],
  ['a legend of exemptions', 'en', `<fieldset><legend>Exemptions</legend>${row(L)}</fieldset>`],
  ['a title around it', 'en', `<div title="Opt out">${row(L)}</div>`],
  ['the words in an attribute, others seen', 'en', `<div>${attribute}<span>Keep what I write out of AI.</span></div>`],
  [
    'the words hidden, others seen',
    'en',
    `<span id="l" hidden>${L}</span><p>Do not train AI with my posts.</p>${named}`,
  ],
  ['a picture before the words', 'en', `<div><img alt="Forbidden" src="x"><span id="l">${L}</span>${named}</div>`],
  ['words that are struck out', 'en', `<div><s id="l">${L}</s>${named}</div>`],
  [
    'a role with a name of its own',
    'en',
    `<span id="l">${L}</span><input type="checkbox" role="switch" aria-roledescription="opt-out switch" aria-labelledby="l" checked>`,
  ],
  [
    'a state with words of its own',
    'en',
    `<span id="l">${L}</span><div role="switch" tabindex="0" aria-checked="true" aria-valuetext="Opted out" aria-labelledby="l"></div>`,
  ],
  ['no, thanks', 'de', `<div><p id="l">${de.label}</p>${named}<p>– nein danke</p></div>`],
  [
    'a copy over the page that says something else',
    'en',
    `${row(L)}<div role="dialog"><span id="d">${L}</span><input type="checkbox" role="switch" aria-labelledby="d"></div>`,
  ],
  [
    'a word put before the label',
    'en',
    host('Do not', `<label for="i"><slot></slot> ${L}</label><input id="i" type="checkbox" role="switch" checked>`),
  ],
  [
    'the label is what a slot would have had',
    'en',
    host(
      'Refuse AI training',
      `<label for="i"><slot>${L}</slot></label><input id="i" type="checkbox" role="switch" checked>`,
    ),
  ],
  ['words in the tree around the slot', 'en', host(row(L), '<p>I refuse:</p><slot></slot>')],
  ['other words before the slot', 'en', `<p>${L}</p>${host(bare, '<p>Dark mode</p><slot></slot>')}`],
  ['words behind the host', 'en', `<p>${L}</p><div>${host('', bare)}<span>Show ads</span></div>`],
  ['content that is not drawn', 'en', host(`<p>${L}</p>`, `<span>Dark mode</span>${bare}`)],
  ...['Pause:', 'Ask before you:', 'Under protest …', 'What I gave up…'].flatMap((words) => [
    /** @type {[string, string, string]} */ ([`above it: ${words}`, 'en', `<p>${words}</p>${row(L)}`]),
    /** @type {[string, string, string]} */ ([`over it: ${words}`, 'en', `<h2>${words}</h2>${row(L)}`]),
  ]),
  ...Object.entries({
    en: [L, 'Slide right to refuse.', 'Tick this box and we will not train on your data.'],
    de: [
      de.label,
      'Einschalten, um zu widersprechen.',
      'Ist das Kästchen markiert, nutzen wir Ihre Daten nicht.',
      'Nach rechts schieben, um abzulehnen.',
      'Mit Haken: keine Nutzung.',
    ],
    fr: [fr.label, 'Si la case est cochée, vos données ne servent pas.', 'Activez pour vous opposer.'],
    nl: [nl.label, 'Aangevinkt: wij gebruiken uw gegevens niet.'],
    pl: [pl.label, 'Zaznaczone: nie używamy Twoich danych.'],
    pt: [pt.label, 'Marcado: não usamos seus dados.'],
    cs: [cs.label, 'Zaškrtnuto: vaše data nepoužíváme.'],
    es: [es.label, 'Actívalo para rechazar.', 'Marcado: no usamos tus datos.'],
  }).flatMap(([language, [label, ...all]]) =>
    all.map(
      (said) =>
        /** @type {[string, string, string]} */ ([`explained: ${said}`, language, `${row(label)}<p>${said}</p>`]),
    ),
  ),
];

/** @type {[string, string, string][]} and here it is on */
const SAID = [
  ['beside it one that is named by an id, and says the same', 'en', besideIt(off('aria-label="ember41" checked'))],
  ['another with words of its own', 'en', `${row(L)}<div>${off('id="d"')}<label for="d">Dark mode</label></div>`],
  ['so, its words before it', 'en', `${row(L)}<div><p>Dark mode</p>${off('aria-label="Dark mode"')}</div>`],
  ['named by what it is, under the words', 'en', `<div><p>${L}</p>${off('aria-label="Toggle" checked')}</div>`],
  ['named by an id, under the words', 'en', `<div><p>${L}</p>${off('aria-label="toggle-7" checked')}</div>`],
  ['so, in French', 'fr', `<div><p>${fr.label}</p>${off('aria-label="Interrupteur" checked')}</div>`],
  [
    'the label of another before its own',
    'en',
    `<label for="t">Do not show me adverts of</label><input id="t" type="text"><div>${labelled}${forIt}</div>`,
  ],
  ['its own label behind other words', 'en', `<p>Your data</p><div>${labelled}${forIt}</div>`],
  [
    'its own label behind it',
    'en',
    `<div>${forIt}${labelled}</div><p>While this is on, what you write here may be used.</p>`,
  ],
  ['a row without a name, in a table', 'en', `<table><tr><td>${L}</td><td>${bare}</td></tr></table>`],
  [
    'a row without a name, its words behind it',
    'en',
    `<div><p>Choose what we may do.</p></div><div>${bare}<span>${L}</span></div>`,
  ],
  ['a column of states', 'en', table('State')],
  [
    'a label in a slot',
    'en',
    host(`<span slot="label">${L}</span>`, `<label><slot name="label"></slot>${bare}</label>`),
  ],
  [
    'a label in the slot that has no name',
    'en',
    host(L, '<label for="i"><slot></slot></label><input id="i" type="checkbox" role="switch" checked>'),
  ],
  [
    'a slot that is referred to',
    'en',
    host(
      L,
      '<span id="t"><slot></slot></span><div role="switch" aria-checked="true" tabindex="0" aria-labelledby="t"></div>',
    ),
  ],
  [
    'a slot with nothing put into it',
    'en',
    host('', `<label for="i"><slot>${L}</slot></label><input id="i" type="checkbox" role="switch" checked>`),
  ],
  ['words in the tree around the slot', 'en', host(bare, `<p>${L}</p><slot></slot>`)],
  [
    'an element with no box of its own',
    'en',
    `<div style="display:contents"><span id="l" style="display:contents">${L}</span>${named}</div>`,
  ],
  [
    'an explanation that tells of both sides',
    'en',
    `<p>When this setting is on, LinkedIn may use your data. Opting out means that LinkedIn won’t use it going forward.</p>${row(L)}`,
  ],
];

/** @param {string} language @param {string} main */
const pageOf = (language, main) => ({
  html: `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><title>x</title></head><body><main><h1>${WORDING[language].title}</h1>${main}</main></body></html>`,
  address: '/mypreferences/d/settings/data-for-ai-improvement',
  status: 200,
});

/** jsdom takes no shadow tree from markup. @param {any} document */
function attach(document) {
  for (const template of document.querySelectorAll('template[shadowrootmode]')) {
    const root = template.parentNode.attachShadow({ mode: 'open' });
    template.remove();
    root.append(template.content);
  }
}

for (const [what, language, main] of SILENT)
  test(`no state: ${what}`, async () => {
    const { state } = (await readStill(pageOf(language, main), attach)) ?? { state: 'unknown' };
    assert.equal(state, 'unknown');
  });

for (const [what, language, main] of SAID)
  test(`said: ${what}`, async () => {
    const { state, reason } = (await readStill(pageOf(language, main), attach)) ?? { state: null, reason: null };
    assert.equal(state, 'on', String(reason));
  });
