// Few words in every place around a switch that has the published ones: in its line, over it, under it, in its group, its hint, its table.
// None of these can be known to leave the published words as they are: they turn them, or hand the switch to another.
import { WORDING } from '../../extension/background/setting/wording.js';

const SWITCH = '<input type="checkbox" role="switch" aria-labelledby="l" checked>';
const switchWith = (more) => SWITCH.replace(' checked>', ` ${more} checked>`);
const BARE = '<input type="checkbox" role="switch" checked>';
const row = (label) => `<div><span id="l">${label}</span>${SWITCH}</div>`;

/** @type {Readonly<Record<string, (words: string, label: string) => string>>} */
const PLACES = Object.freeze({
  'in front, in its element': (w, l) => row(`${w} ${l}`),
  'in front, with a dash': (w, l) => row(`${w} – ${l}`),
  'in front, in an element': (w, l) => row(`<b>${w}</b> ${l}`),
  'behind, in brackets': (w, l) => row(`${l} (${w})`),
  'behind, with a dash': (w, l) => row(`${l} – ${w}`),
  'behind, in an element': (w, l) => row(`${l} <em>${w}</em>`),
  'before it': (w, l) => `<div><span>${w}</span><span id="l">${l}</span>${SWITCH}</div>`,
  above: (w, l) => `<p>${w}</p>${row(l)}`,
  heading: (w, l) => `<h2>${w}</h2>${row(l)}`,
  'small heading': (w, l) => `<h4>${w}</h4>${row(l)}`,
  legend: (w, l) => `<fieldset><legend>${w}</legend>${row(l)}</fieldset>`,
  term: (w, l) => `<dl><dt>${w}</dt><dd>${row(l)}</dd></dl>`,
  summary: (w, l) => `<details open><summary>${w}</summary>${row(l)}</details>`,
  group: (w, l) => `<div role="group" aria-label="${w}">${row(l)}</div>`,
  description: (w, l) => `<div><span id="l">${l}</span>${switchWith(`aria-description="${w}"`)}</div>`,
  'description by reference': (w, l) =>
    `<div><span id="l">${l}</span>${switchWith('aria-describedby="d"')}<i id="d">${w}</i></div>`,
  hint: (w, l) => `<div><span id="l">${l}</span>${switchWith(`title="${w}"`)}</div>`,
  caption: (w, l) => `<table><caption>${w}</caption><tr><td id="l">${l}</td><td>${SWITCH}</td></tr></table>`,
  column: (w, l) =>
    `<table><tr><th>Setting</th><th>${w}</th></tr><tr><td id="l">${l}</td><td>${SWITCH}</td></tr></table>`,
  'head of its row': (w, l) => `<table><tr><th>${w}</th><td id="l">${l}</td><td>${SWITCH}</td></tr></table>`,
  'behind it': (w, l) => `<div><span id="l">${l}</span>${SWITCH}<span>${w}</span></div>`,
  below: (w, l) => `${row(l)}<p>${w}</p>`,
  'caption below': (w, l) => `<figure>${row(l)}<figcaption>${w}</figcaption></figure>`,
  picture: (w, l) => `<div><img alt="${w}" src="data:,"><span id="l">${l}</span>${SWITCH}</div>`,
  'over a list': (w, l) => `<p>${w}</p><ul><li>${row(l)}</li></ul>`,
  tab: (w, l) =>
    `<div role="tablist"><button role="tab" id="t" aria-selected="true">${w}</button></div><div role="tabpanel" aria-labelledby="t">${row(l)}</div>`,
  region: (w, l) => `<section aria-labelledby="h"><h3 id="h">${w}</h3>${row(l)}</section>`,
  disclosure: (w, l) => `<button aria-expanded="true" aria-controls="p">${w}</button><div id="p">${row(l)}</div>`,
  accordion: (w, l) =>
    `<h3><button aria-expanded="true" aria-controls="p">${w}</button></h3><div id="p">${row(l)}</div>`,
  'behind one without a name': (w, l) => `<div><p>${l}</p>${BARE}<span>${w}</span></div>`,
  'over one without a name': (w, l) => `<p>${w}</p><div><p>${l}</p>${BARE}</div>`,
  tooltip: (w, l) => `<div><span id="l">${l}</span>${SWITCH}<span role="tooltip">${w}</span></div>`,
  badge: (w, l) =>
    `<label for="s"><span>${l}</span><span class="b">${w}</span></label><input id="s" type="checkbox" checked>`,
  'in the tree around a slot': (w, l) =>
    `<x-row><template shadowrootmode="open"><b>${w}</b><slot></slot></template>${row(l)}</x-row>`,
  'a name of two': (w, l) =>
    `<div><span id="k">${w}</span><p id="l">${l}</p>${BARE.replace(' checked>', ' aria-labelledby="k l" checked>')}</div>`,
});

const WORDS = {
  en:
    'Waive/Hands off/Null and void/Barred/Say goodbye to/Dismissed/I vetoed this/Things I will not allow/Unsubscribed/Quit/Halt/Under objection/Not any more/' +
    'Nope/End/Scrap/Cut off/Undo/For Microsoft/Recruiter accounts/Sales Navigator/Of deleted posts/Advertising/Partner companies/Test account/Demo/' +
    'Example/Previous setting/Suggested/Draft/Your colleague/Company page',
  de: 'Schluss mit/Nein zu/Ungültig/Widerrufen/Untersagt/Nichts davon/Lass das/Einspruch gegen/Finger weg/Aufhören/Für Microsoft/Werbung/Beispiel/Vorschau/Früher',
  fr: 'Interdit/Fini/Refusé/Stop à/J’annule/Je m’y oppose/Plus de/Exempté/Retrait/Halte à/Pour Microsoft/Publicité/Exemple/Ancien',
  es: 'Prohibido/Basta de/Rechazado/Anular/Me niego/Retirado/Nada de/Alto/Para Microsoft/Ejemplo/Anterior',
  pt: 'Proibido/Chega de/Recusado/Anular/Nada de/Vetado/Retirar/Exemplo/Anterior',
  nl: 'Verboden/Stop met/Nee tegen/Ingetrokken/Weg met/Opheffen/Voorbeeld/Vorige',
  pl: 'Zakazane/Koniec z/Odmówiono/Cofnięte/Dość/Anuluj/Przykład/Poprzednie',
  cs: 'Zakázáno/Dost/Odmítnuto/Námitka/Odvoláno/Zrušit/Konec/Příklad/Předchozí',
};

/** Each word in one place after another; the places in turn, so that each comes up in every language. */
export function* placed() {
  const places = Object.entries(PLACES);
  const words = Object.entries(WORDS).flatMap(([language, line]) => line.split('/').map((word) => [language, word]));
  for (const [index, [language, word]] of words.entries()) {
    const [place, make] = places[(11 * index) % places.length];
    yield { language, word, place, main: make(word, String(WORDING[language].label)) };
  }
}
