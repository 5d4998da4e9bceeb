// Structures around a switch that has the published words, in which stands what takes them back: a choice that says something else, a
// notice that nothing was kept, a head of a column, a heading further up, a field or a button in front of it, what a group is said to be,
// a drawing, a frame, a closed tree. Each in eight languages; and the same structures with nothing in them that matters.
import { WORDING } from '../../extension/background/setting/wording.js';

const esc = (text) => text.replace(/&/g, '&amp;').replace(/"/g, '&quot;');
const SWITCH = '<input type="checkbox" role="switch" aria-labelledby="l" checked>';
const switchWith = (more) => SWITCH.replace(' checked>', ` ${more} checked>`);
const BARE = '<input type="checkbox" role="switch" checked>';
const row = (label) => `<div><span id="l">${label}</span>${SWITCH}</div>`;
const other = (name) =>
  `<div><span id="o">${name}</span><input type="checkbox" role="switch" aria-labelledby="o"></div>`;

/**
 * @typedef {{refuse: string, yes: string, no: string, allow: string, unsaved: string[], plain: string, dark: string, label: string}} Words
 */

/** A structure and what is in it. `words`: of one language. @type {Readonly<Record<string, (words: Words) => string>>} */
export const CHOICES = Object.freeze({
  'radios behind it': ({ label, allow, refuse }) =>
    `<div><span id="l">${label}</span>${SWITCH}<label><input type="radio" name="r">${allow}</label><label><input type="radio" name="r" checked>${refuse}</label></div>`,
  'radios before it': ({ label, allow, refuse }) =>
    `<div><label><input type="radio" name="r">${allow}</label><label><input type="radio" name="r" checked>${refuse}</label>${row(label)}</div>`,
  'radios of a word for a state, below': ({ label, yes, no }) =>
    `${row(label)}<div><input type="radio" name="r" id="y"><label for="y">${yes}</label><input type="radio" name="r" id="n" checked><label for="n">${no}</label></div>`,
  'radios in a group without a name': ({ label, yes, no }) =>
    `${row(label)}<div role="radiogroup"><div role="radio" aria-checked="false" tabindex="0">${yes}</div><div role="radio" aria-checked="true" tabindex="0">${no}</div></div>`,
  'radios in a group that has the words': ({ label, yes, no }) =>
    `${row(label)}<fieldset><legend>${label}</legend><label><input type="radio" name="r">${yes}</label><label><input type="radio" name="r" checked>${no}</label></fieldset>`,
  'radios in a group of the same matter': ({ label, yes, no, plain }) =>
    `${row(label)}<section><fieldset><legend>${plain}</legend><label><input type="radio" name="r">${yes}</label><label><input type="radio" name="r" checked>${no}</label></fieldset></section>`,
  'radios under an explanation': ({ label, yes, no, plain }) =>
    `${row(label)}<p>${plain}</p><ul><li><label><input type="radio" name="r">${yes}</label></li><li><label><input type="radio" name="r" checked>${no}</label></li></ul>`,
  'radios around it': ({ label, refuse, allow }) =>
    `<label><input type="radio" name="r" checked>${refuse}</label><label><input type="radio" name="r">${allow}</label><div><p>${label}</p>${BARE}</div>`,
  'a list to choose from': ({ label, refuse, allow }) =>
    `<div><span id="l">${label}</span>${SWITCH}<select><option>${allow}</option><option selected>${refuse}</option></select></div>`,
  'a list to choose from, before it': ({ label, refuse, allow }) =>
    `<div><select><option>${allow}</option><option selected>${refuse}</option></select><span id="l">${label}</span>${SWITCH}</div>`,
  'a list that has the words': ({ label, yes, no }) =>
    `${row(label)}<p><label for="s">${label}</label><select id="s"><option>${yes}</option><option selected>${no}</option></select></p>`,
  'two buttons, one of them pressed': ({ label, allow, refuse }) =>
    `<div><span id="l">${label}</span>${SWITCH}<button aria-pressed="false">${allow}</button><button aria-pressed="true">${refuse}</button></div>`,
  'two buttons, before it': ({ label, allow, refuse }) =>
    `<div><button aria-pressed="false">${allow}</button><button aria-pressed="true">${refuse}</button></div>${row(label)}`,
  'tabs to choose from': ({ label, allow, refuse }) =>
    `<div role="tablist"><button role="tab" aria-selected="false">${allow}</button><button role="tab" aria-selected="true">${refuse}</button></div>${row(label)}`,
  'a list of options': ({ label, allow, refuse }) =>
    `${row(label)}<ul role="listbox"><li role="option" aria-selected="false">${allow}</li><li role="option" aria-selected="true">${refuse}</li></ul>`,
});

/** What a page says while nothing was kept, in any place of it. @type {Readonly<Record<string, (notice: string, label: string) => string>>} */
export const NOTICES = Object.freeze({
  'a paragraph below': (n, l) => `${row(l)}<p>${n}</p>`,
  'a paragraph above': (n, l) => `<p>${n}</p>${row(l)}`,
  'behind it': (n, l) => `<div><span id="l">${l}</span>${SWITCH}<span>${n}</span></div>`,
  'in pieces': (n, l) => `${row(l)}<p>${n.replace(/^(\S+)/u, '<b>$1</b>')}</p>`,
  'far below': (n, l) =>
    `${row(l)}<section><h2>LinkedIn</h2><p>A.</p><p>B.</p><p>C.</p><p>D.</p></section><footer><span>${n}</span></footer>`,
  'outside the main part': (n, l) => `${row(l)}</main><div class="toast"><p>${n}</p></div><main hidden>`,
  'in an open dialog': (n, l) => `${row(l)}<dialog open><p>${n}</p></dialog>`,
  'in a shadow tree': (n, l) => `${row(l)}<x-toast><template shadowrootmode="open"><p>${n}</p></template></x-toast>`,
  'as the name of a picture': (n, l) => `<div><img alt="${n}" src="data:,"><span id="l">${l}</span>${SWITCH}</div>`,
});

const tableOf = (head, body, foot = '') => `<table>${head}${body}${foot}</table>`;

/** A word over or under the column of the switch, or over its row. @type {Readonly<Record<string, (word: string, label: string) => string>>} */
export const TABLES = Object.freeze({
  'heads that are cells': (w, l) =>
    tableOf(`<tr><td>LinkedIn</td><td>${w}</td></tr>`, `<tr><td id="l">${l}</td><td>${SWITCH}</td></tr>`),
  'cells in a head': (w, l) =>
    tableOf(
      `<thead><tr><td>LinkedIn</td><td>${w}</td></tr></thead>`,
      `<tbody><tr><td id="l">${l}</td><td>${SWITCH}</td></tr></tbody>`,
    ),
  'heads over two columns': (w, l) =>
    tableOf(
      `<tr><th>LinkedIn</th><th colspan="2">${w}</th></tr>`,
      `<tr><td id="l">${l}</td><td></td><td>${SWITCH}</td></tr>`,
    ),
  'a head over the first two': (w, l) =>
    tableOf(
      `<tr><th colspan="2">LinkedIn</th><th>${w}</th></tr>`,
      `<tr><td id="l">${l}</td><td></td><td>${SWITCH}</td></tr>`,
    ),
  'cells over two columns': (w, l) =>
    tableOf(
      `<tr><th>LinkedIn</th><th></th><th>${w}</th></tr>`,
      `<tr><td id="l" colspan="2">${l}</td><td>${SWITCH}</td></tr>`,
    ),
  'heads of two rows': (w, l) =>
    tableOf(
      `<thead><tr><th>LinkedIn</th><th>${w}</th></tr><tr><th></th><th>LinkedIn</th></tr></thead>`,
      `<tbody><tr><td id="l">${l}</td><td>${SWITCH}</td></tr></tbody>`,
    ),
  'a second row of heads': (w, l) =>
    tableOf(
      `<thead><tr><th colspan="2">LinkedIn</th></tr><tr><th></th><th>${w}</th></tr></thead>`,
      `<tbody><tr><td id="l">${l}</td><td>${SWITCH}</td></tr></tbody>`,
    ),
  'a head over two rows': (w, l) =>
    tableOf(
      `<tr><th rowspan="2"></th><th>LinkedIn</th></tr><tr><th>${w}</th></tr>`,
      `<tr><td id="l">${l}</td><td>${SWITCH}</td></tr>`,
    ),
  'a foot': (w, l) =>
    tableOf(
      `<thead><tr><th></th><th></th></tr></thead>`,
      `<tbody><tr><td id="l">${l}</td><td>${SWITCH}</td></tr></tbody>`,
      `<tfoot><tr><td></td><td>${w}</td></tr></tfoot>`,
    ),
  'a foot of heads, another row before it': (w, l) =>
    tableOf(
      '',
      `<tbody><tr><td id="l">${l}</td><td>${SWITCH}</td></tr><tr><td>LinkedIn</td><td><input type="checkbox" aria-label="LinkedIn"></td></tr></tbody>`,
      `<tfoot><tr><th></th><th>${w}</th></tr></tfoot>`,
    ),
  'a group of rows': (w, l) =>
    tableOf(
      `<tr><th>LinkedIn</th><th></th></tr>`,
      `<tbody><tr><th colspan="2" scope="rowgroup">${w}</th></tr><tr><td>LinkedIn</td><td><input type="checkbox" aria-label="LinkedIn"></td></tr><tr><td id="l">${l}</td><td>${SWITCH}</td></tr></tbody>`,
    ),
  'a group of columns': (w, l) =>
    tableOf(
      `<colgroup><col><col title="${w}"></colgroup><tr><th>LinkedIn</th><th></th></tr>`,
      `<tr><td id="l">${l}</td><td>${SWITCH}</td></tr>`,
    ),
  'an abbreviated head': (w, l) =>
    tableOf(`<tr><th>LinkedIn</th><th abbr="${w}">AI</th></tr>`, `<tr><td id="l">${l}</td><td>${SWITCH}</td></tr>`),
  'a summary of the table': (w, l) =>
    `<table aria-description="${w}"><tr><td id="l">${l}</td><td>${SWITCH}</td></tr></table>`,
});

/** A heading further up, another control between. @type {Readonly<Record<string, (word: string, label: string, other: string) => string>>} */
export const HEADINGS = Object.freeze({
  'a heading, another switch between': (w, l, o) => `<h2>${w}</h2>${other(o)}${row(l)}`,
  'a small heading, another switch between': (w, l, o) => `<h4>${w}</h4>${other(o)}${row(l)}`,
  'a paragraph, another switch between': (w, l, o) => `<p>${w}</p>${other(o)}${row(l)}`,
  'a heading by its role, in a list': (w, l, o) =>
    `<div role="heading" aria-level="2">${w}</div><ul><li>${other(o)}</li><li>${row(l)}</li></ul>`,
  'a heading by its level, in a section': (w, l, o) =>
    `<section><h3>${w}</h3><div>${other(o)}</div><div>${row(l)}</div></section>`,
  'a legend, another switch between': (w, l, o) => `<fieldset><legend>${w}</legend>${other(o)}${row(l)}</fieldset>`,
  'a summary, another switch between': (w, l, o) =>
    `<details open><summary>${w}</summary>${other(o)}${row(l)}</details>`,
  'a term, another between': (w, l, o) => `<dl><dt>${w}</dt><dd>${other(o)}</dd><dd>${row(l)}</dd></dl>`,
  'a caption, another between': (w, l, o) => `<figure><figcaption>${w}</figcaption>${other(o)}${row(l)}</figure>`,
  'a line under the title': (w, l, o) => `<hgroup><h2>LinkedIn</h2><p>${w}</p></hgroup>${other(o)}${row(l)}`,
});

/** Words in what is worked with, or in what a browser draws by itself. @type {Readonly<Record<string, (word: string, label: string) => string>>} */
export const FIELDS = Object.freeze({
  'a field before it': (w, l) => `<div><input value="${w}" readonly><span id="l">${l}</span>${SWITCH}</div>`,
  'a field above it': (w, l) => `<p><input value="${w}" readonly></p>${row(l)}`,
  'a hint in a field': (w, l) => `<div><input placeholder="${w}"><span id="l">${l}</span>${SWITCH}</div>`,
  'a larger field': (w, l) => `<div><textarea readonly>${w}</textarea><span id="l">${l}</span>${SWITCH}</div>`,
  'a list of one': (w, l) => `<div><select><option>${w}</option></select><span id="l">${l}</span>${SWITCH}</div>`,
  'a list of one, above': (w, l) => `<p><select><option>${w}</option></select></p>${row(l)}`,
  'a list of groups': (w, l) =>
    `<div><select><optgroup label="${w}"><option>LinkedIn</option></optgroup></select><span id="l">${l}</span>${SWITCH}</div>`,
  'a button before it': (w, l) => `<div><button type="button">${w}</button><span id="l">${l}</span>${SWITCH}</div>`,
  'a button above it': (w, l) => `<p><button type="button">${w}</button></p>${row(l)}`,
  'a button named by an attribute': (w, l) =>
    `<div><button type="button" aria-label="${w}"><svg></svg></button><span id="l">${l}</span>${SWITCH}</div>`,
  'a button behind it': (w, l) => `<div><span id="l">${l}</span>${SWITCH}<button type="button">${w}</button></div>`,
  'a button between words and switch': (w, l) =>
    `<div><span id="l">${l}</span><button type="button">${w}</button>${SWITCH}</div>`,
  'a button around it': (w, l) => `<button type="button">${w} <span id="l">${l}</span>${SWITCH}</button>`,
  'a button of a form': (w, l) => `<div><input type="button" value="${w}"><span id="l">${l}</span>${SWITCH}</div>`,
  'a picture to press': (w, l) =>
    `<div><input type="image" alt="${w}" src="data:,"><span id="l">${l}</span>${SWITCH}</div>`,
  'a drawn button': (w, l) => `<div><div role="button" tabindex="0">${w}</div><span id="l">${l}</span>${SWITCH}</div>`,
  'a drawn field': (w, l) => `<div><div role="textbox">${w}</div><span id="l">${l}</span>${SWITCH}</div>`,
  'a drawn list': (w, l) => `<div><div role="combobox">${w}</div><span id="l">${l}</span>${SWITCH}</div>`,
  'a result': (w, l) => `<div><output>${w}</output><span id="l">${l}</span>${SWITCH}</div>`,
  'a measure': (w, l) => `<div><meter value="0" aria-label="${w}"></meter><span id="l">${l}</span>${SWITCH}</div>`,
  'a box of another, before it': (w, l) =>
    `<div><input type="checkbox" aria-label="${w}"><span id="l">${l}</span>${SWITCH}</div>`,
  'a label of a field': (w, l) =>
    `<div><label for="t">${w}</label><input id="t" type="hidden" value="1"><span id="l">${l}</span>${SWITCH}</div>`,
});

/** What something is said to be, or to be called. @type {Readonly<Record<string, (word: string, label: string) => string>>} */
export const NAMES = Object.freeze({
  'the kind of the switch': (w, l) => `<div><span id="l">${l}</span>${switchWith(`aria-roledescription="${w}"`)}</div>`,
  'the kind of what is around its box': (w, l) =>
    `<div><span id="l">${l}</span><div role="switch" tabindex="0" aria-checked="true" aria-labelledby="l" aria-roledescription="${w}"><input type="checkbox" checked></div></div>`,
  'the kind of its group': (w, l) => `<div role="group" aria-roledescription="${w}">${row(l)}</div>`,
  'the kind of its named group': (w, l) =>
    `<div role="group" aria-label="LinkedIn" aria-roledescription="${w}">${row(l)}</div>`,
  'the kind of a region': (w, l) =>
    `<section aria-label="LinkedIn" aria-roledescription="${w}"><ul><li>${row(l)}</li></ul></section>`,
  'a group that is described': (w, l) => `<div role="group" aria-description="${w}">${row(l)}</div>`,
  'a group that is described by reference': (w, l) =>
    `<div role="group" aria-label="LinkedIn" aria-describedby="d">${row(l)}</div><p hidden id="d">${w}</p>`,
  'details by reference': (w, l) =>
    `<div><span id="l">${l}</span>${switchWith('aria-details="d"')}</div><section></section><aside id="d">${w}</aside>`,
  'an error by reference': (w, l) =>
    `<div><span id="l">${l}</span>${switchWith('aria-invalid="true" aria-errormessage="d"')}</div><aside><p id="d">${w}</p></aside>`,
  'a name for braille': (w, l) => `<div><span id="l">${l}</span>${switchWith(`aria-braillelabel="${w}"`)}</div>`,
  'a kind for braille': (w, l) =>
    `<div><span id="l">${l}</span>${switchWith(`aria-brailleroledescription="${w}"`)}</div>`,
  'a hint on its words': (w, l) => `<div><span id="l" title="${w}">${l}</span>${SWITCH}</div>`,
  'a hint on its label': (w, l) => `<label title="${w}">${l} ${BARE}</label>`,
  'a list with a name': (w, l) => `<ul aria-label="${w}"><li>${row(l)}</li></ul>`,
  'a list item with a name': (w, l) => `<ul><li aria-label="${w}">${row(l)}</li></ul>`,
  'a row with a hint': (w, l) => `<table><tr title="${w}"><td id="l">${l}</td><td>${SWITCH}</td></tr></table>`,
  'words under a pointer': (w, l) => `<div data-tooltip="x" aria-label="${w}">${row(l)}</div>`,
  'a form with a name': (w, l) => `<form name="x" aria-label="${w}">${row(l)}</form>`,
  'a popover that describes': (w, l) =>
    `<div><span id="l">${l}</span>${switchWith('aria-describedby="p"')}<div id="p" popover role="tooltip">${w}</div></div>`,
  'a link in its words': (w, l) => `<div><span id="l">${l} <a href="/x">${w}</a></span>${SWITCH}</div>`,
  'a link in its label': (w, l) =>
    `<label for="s">${l} <a href="/x">${w}</a></label><input id="s" type="checkbox" checked>`,
  'a heading of the page': (w, l) => `</main><main><h1>${w}</h1>${row(l)}`,
});

/** What is drawn there, and is no text of the page's own tree. @type {Readonly<Record<string, (word: string, label: string) => string>>} */
export const DRAWINGS = Object.freeze({
  'a drawing with a page in it': (w, l) =>
    `<div><svg><foreignObject><p>${w}</p></foreignObject></svg><span id="l">${l}</span>${SWITCH}</div>`,
  'a drawing with a name of its own': (w, l) =>
    `<div><svg aria-label="LinkedIn"><text>${w}</text></svg><span id="l">${l}</span>${SWITCH}</div>`,
  'a drawing in the label': (w, l) =>
    `<label for="s"><svg aria-label="LinkedIn"><text>${w}</text></svg>${l}</label><input id="s" type="checkbox" checked>`,
  'a drawing with a page in it, in the label': (w, l) =>
    `<label for="s"><svg><foreignObject><p>${w}</p></foreignObject></svg>${l}</label><input id="s" type="checkbox" checked>`,
  'a picture that says both': (w, l) =>
    `<div><div role="img" aria-label="LinkedIn">${w}</div><span id="l">${l}</span>${SWITCH}</div>`,
  'a formula': (w, l) => `<div><math><mtext>${w}</mtext></math><span id="l">${l}</span>${SWITCH}</div>`,
  'small signs over the words': (w, l) => `<div><ruby id="l">${l}<rt>${w}</rt></ruby>${SWITCH}</div>`,
  'what is put in': (w, l) => `<div><ins>${w}</ins> <span id="l">${l}</span>${SWITCH}</div>`,
  'an object that was not loaded': (w, l) => `<div><object>${w}</object><span id="l">${l}</span>${SWITCH}</div>`,
  'a frame': (w, l) => `<div><iframe srcdoc="${esc(`<p>${w}</p>`)}"></iframe><span id="l">${l}</span>${SWITCH}</div>`,
  'a frame with a title': (w, l) => `<div><iframe title="${w}"></iframe><span id="l">${l}</span>${SWITCH}</div>`,
  'a shadow tree': (w, l) =>
    `<div><x-note><template shadowrootmode="open"><b>${w}</b></template></x-note><span id="l">${l}</span>${SWITCH}</div>`,
  'a closed tree': (w, l) =>
    `<div><x-note><template shadowrootmode="closed"><b>${w}</b></template></x-note><span id="l">${l}</span>${SWITCH}</div>`,
  'a closed tree in the label': (w, l) =>
    `<label for="s"><x-note><template shadowrootmode="closed"><b>${w}</b></template></x-note>${l}</label><input id="s" type="checkbox" checked>`,
  'a closed tree that is named': (w, l) =>
    `<div><span id="l"><x-note><template shadowrootmode="closed"><b>${w}</b></template></x-note>${l}</span>${SWITCH}</div>`,
  'a translated page': (w, l) =>
    `<div><font><font>${w}</font></font><span id="l"><font><font>${l}</font></font></span>${SWITCH}</div>`,
  'a quotation': (w, l) => `<p>${w}: <q id="l">${l}</q></p>${SWITCH}`,
  'a menu': (w, l) => `<menu><li>${w}</li><li>${row(l)}</li></menu>`,
  'a way here': (w, l) => `<nav><ol><li><a href="/x">${w}</a></li></ol></nav>${row(l)}`,
  'a mark of a finder': (w, l) => `<div><mark>${w}</mark> <span id="l">${l}</span>${SWITCH}</div>`,
  'a state of its own with words': (w, l) =>
    `<div><span id="l">${l}</span><div role="switch" tabindex="0" aria-checked="true" aria-labelledby="l">${w}</div></div>`,
  'words in the box': (w, l) =>
    `<div><span id="l">${l}</span><button role="switch" aria-checked="true" aria-labelledby="l">${w}</button></div>`,
});

/** @type {Readonly<Record<string, any>>} */
const raw = {
  en: {
    refusals: ['Refuse', 'Opt out', 'Waived', 'Off'],
    allow: 'Allow',
    yes: 'Yes',
    no: 'No',
    unsaved: [
      'Unsaved changes',
      'Your changes have not been saved.',
      'Changes not saved yet',
      'Saving…',
      'This change hasn’t been saved',
    ],
    plain: 'Your data and AI',
    dark: 'Dark mode',
  },
  de: {
    refusals: ['Ablehnen', 'Widerspruch', 'Untersagt', 'Aus'],
    allow: 'Erlauben',
    yes: 'Ja',
    no: 'Nein',
    unsaved: [
      'Nicht gespeicherte Änderungen',
      'Ihre Änderungen wurden nicht gespeichert.',
      'Änderungen noch nicht gespeichert',
      'Wird gespeichert …',
      'Ungespeicherte Änderungen',
    ],
    plain: 'Ihre Daten und KI',
    dark: 'Dunkler Modus',
  },
  fr: {
    refusals: ['Refuser', 'Je m’y oppose', 'Interdit', 'Désactivé'],
    allow: 'Autoriser',
    yes: 'Oui',
    no: 'Non',
    unsaved: [
      'Modifications non enregistrées',
      'Vos modifications n’ont pas été enregistrées.',
      'Pas encore enregistré',
      'Enregistrement en cours…',
    ],
    plain: 'Vos données et l’IA',
    dark: 'Mode sombre',
  },
  es: {
    refusals: ['Rechazar', 'Prohibido', 'Anulado', 'Desactivado'],
    allow: 'Permitir',
    yes: 'Sí',
    no: 'No',
    unsaved: [
      'Cambios sin guardar',
      'Tus cambios no se han guardado.',
      'Los cambios aún no se guardaron',
      'Guardando…',
    ],
    plain: 'Tus datos y la IA',
    dark: 'Modo oscuro',
  },
  nl: {
    refusals: ['Weigeren', 'Bezwaar', 'Verboden', 'Uit'],
    allow: 'Toestaan',
    yes: 'Ja',
    no: 'Nee',
    unsaved: [
      'Niet-opgeslagen wijzigingen',
      'Je wijzigingen zijn niet opgeslagen.',
      'Nog niet opgeslagen',
      'Wordt opgeslagen…',
    ],
    plain: 'Uw gegevens en AI',
    dark: 'Donkere modus',
  },
  pl: {
    refusals: ['Odmów', 'Sprzeciw', 'Zakazane', 'Wyłączone'],
    allow: 'Zezwól',
    yes: 'Tak',
    no: 'Nie',
    unsaved: ['Niezapisane zmiany', 'Zmiany nie zostały zapisane.', 'Nie udało się zapisać zmian.', 'Zapisywanie…'],
    plain: 'Twoje dane',
    dark: 'Tryb ciemny',
  },
  pt: {
    refusals: ['Recusar', 'Proibido', 'Vetado', 'Desativado'],
    allow: 'Permitir',
    yes: 'Sim',
    no: 'Não',
    unsaved: ['Alterações não salvas', 'Suas alterações não foram salvas.', 'Ainda não foi salvo', 'Salvando…'],
    plain: 'Seus dados',
    dark: 'Modo escuro',
  },
  cs: {
    refusals: ['Odmítnout', 'Námitka', 'Zakázáno', 'Vypnuto'],
    allow: 'Povolit',
    yes: 'Ano',
    no: 'Ne',
    unsaved: ['Neuložené změny', 'Změny nebyly uloženy.', 'Změny se nepodařilo uložit.', 'Ukládání…'],
    plain: 'Nastavení',
    dark: 'Tmavý režim',
  },
};

const LANGUAGES = Object.keys(raw);

/** What is in each of a list of structures, and what it is made with. @param {Words & {refusals: string[]}} words @param {number} turn */
const LISTS = [
  [CHOICES, (words) => [words]],
  [NOTICES, ({ unsaved, label }, turn) => [unsaved[turn % unsaved.length], label]],
  [TABLES, ({ refusals, label }, turn) => [refusals[turn % 4], label]],
  [HEADINGS, ({ refusals, label, dark }, turn) => [refusals[turn % 4], label, dark]],
  [FIELDS, ({ refusals, label }, turn) => [refusals[turn % 3], label]],
  [NAMES, ({ refusals, label }, turn) => [refusals[turn % 3], label]],
  [DRAWINGS, ({ refusals, label }, turn) => [refusals[turn % 3], label]],
];

/**
 * Each structure in so many languages; languages and words in turn, so that each comes up.
 * @param {number} each
 * @returns {Generator<{kind: string, language: string, main: string}>}
 */
export function* structures(each) {
  let turn = 0;
  for (const [list, given] of LISTS) {
    for (const [kind, make] of Object.entries(list)) {
      for (let i = 0; i < each; i += 1) {
        const language = LANGUAGES[(turn + 3 * i) % LANGUAGES.length];
        const { refusals } = raw[language];
        const words = { ...raw[language], refuse: refusals[(turn + i) % 3], label: String(WORDING[language].label) };
        yield { kind, language, main: make(...given(words, turn + i)) };
      }
      turn += 1;
    }
  }
}

const NOTHING = {
  en: ['Your data and AI', 'Learn more', 'AI settings', 'Privacy'],
  de: ['Ihre Daten und KI', 'Mehr erfahren', 'Einstellung', 'Datenschutz'],
  fr: ['Vos données et l’IA', 'En savoir plus', 'Réglages', 'Confidentialité'],
  es: ['Tus datos y la IA', 'Más información', 'Configuración'],
};
const SAVED = {
  en: 'Your changes have been saved.',
  de: 'Ihre Änderungen wurden gespeichert.',
  fr: 'Vos modifications ont été enregistrées.',
  es: 'Tus cambios se han guardado.',
};

/** Choices of another matter, and other controls that are no answer to it. @type {Readonly<Record<string, (words: Words) => string>>} */
const OTHERS = Object.freeze({
  'radios of another question': ({ label, dark }) =>
    `${row(label)}<fieldset><legend>${dark}</legend><label><input type="radio" name="r">Auto</label><label><input type="radio" name="r" checked>Off</label></fieldset>`,
  'radios under a heading of their own': ({ label, dark }) =>
    `${row(label)}<section><h3>${dark}</h3><label><input type="radio" name="r">Auto</label><label><input type="radio" name="r" checked>Off</label></section>`,
  'a list with a name of its own': ({ label }) =>
    `${row(label)}<p><label for="s">Language</label><select id="s"><option>Deutsch</option><option>English</option></select></p>`,
  'a search': ({ label }) =>
    `<form role="search"><input type="search" aria-label="Search" placeholder="Search"></form><section>${row(label)}</section>`,
  'another switch': ({ label, dark }) => `${row(label)}${other(dark)}`,
  'another switch before it': ({ label, dark }) => `${other(dark)}${row(label)}`,
  'another switch under a heading of its own': ({ label, dark, plain }) =>
    `<section><h2>${dark}</h2>${other(dark)}</section><section><h2>${plain}</h2>${row(label)}</section>`,
  'a table of several': ({ label, dark, plain }) =>
    `<table><thead><tr><th>${plain}</th><th>LinkedIn</th></tr></thead><tbody><tr><td id="o">${dark}</td><td><input type="checkbox" aria-labelledby="o"></td></tr><tr><td id="l">${label}</td><td>${SWITCH}</td></tr></tbody></table>`,
});

/** The same structures with nothing in them that matters: it is on. @returns {Generator<{kind: string, language: string, main: string}>} */
export function* harmless() {
  let turn = 0;
  const languages = Object.keys(NOTHING);
  const nextWords = () => {
    turn += 1;
    const language = languages[turn % languages.length];
    const said = NOTHING[language][(turn >> 2) % NOTHING[language].length];
    return { language, said, words: { ...raw[language], refuse: '', label: String(WORDING[language].label) } };
  };
  for (const list of [TABLES, HEADINGS, FIELDS, NAMES, DRAWINGS])
    for (const [kind, make] of Object.entries(list)) {
      const { language, said, words } = nextWords();
      yield { kind, language, main: make(said, words.label, words.dark) };
    }
  for (const [kind, make] of Object.entries(NOTICES)) {
    const { language, words } = nextWords();
    yield { kind, language, main: make(SAVED[language], words.label) };
  }
  for (const [kind, make] of Object.entries(OTHERS)) {
    const { language, words } = nextWords();
    yield { kind, language, main: make(words) };
  }
}
