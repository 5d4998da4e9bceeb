// Small random changes to a page, repeatable by their seed, and what is true of the page after them. It imports nothing: a browser
// is given it as a script of the page.

/** mulberry32: small, good enough to choose with, and the same everywhere. @param {number} seed */
export function chance(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return { next, pick: (list) => list[Math.floor(next() * list.length)] };
}

const WRAPS = [
  'div',
  'span',
  'section',
  'article',
  'p',
  'form',
  'fieldset',
  'label',
  'aside',
  'li',
  'x-row',
  'button',
  'details',
  'header',
  'footer',
  'nav',
  'dialog',
  'template',
  'main',
];
const RENAMES = ['div', 'span', 'section', 'button', 'label', 'p', 'h2', 'x-part', 'input', 'b', 'a', 'option'];
const ATTRIBUTES = [
  'data-x',
  'name',
  'title',
  'id',
  'aria-label',
  'role',
  'type',
  'class',
  'data-key',
  'for',
  'aria-describedby',
];
const VALUES = [
  'switch',
  'checkbox',
  'button',
  'radio',
  'text',
  'x',
  '',
  'presentation',
  'group',
  'none',
  'menuitemcheckbox',
];
const PLACES = [
  'header',
  'nav',
  'footer',
  'aside',
  'div[role=dialog]',
  'dialog[open]',
  'div[aria-modal=true]',
  'section',
  'form',
];
const SENTENCES = [
  'This is about how LinkedIn works with the content you create.',
  'Manage',
  'On',
  'Off',
  'Learn more',
  '',
];
const SAYINGS = [
  ['hidden', ''],
  ['style', 'display:none'],
  ['disabled', ''],
  ['inert', ''],
  ['aria-busy', 'true'],
  ['aria-disabled', 'true'],
  ['aria-hidden', 'true'],
  ['tabindex', '-1'],
  ['lang', 'ja'],
  ['role', 'switch'],
  ['aria-checked', 'true'],
  ['aria-checked', 'mixed'],
];

const attributesOf = (element) => [...element.attributes].map(({ name }) => name);

/** Copies stand for their originals: `kin` knows all that descend from the control of the page as it was. */
function replaceTag(element, tag, kin) {
  const other = element.ownerDocument.createElement(tag);
  for (const name of attributesOf(element)) other.setAttribute(name, element.getAttribute(name));
  other.append(...element.childNodes);
  element.replaceWith(other);
  if (kin.delete(element)) kin.add(other);
}

function copyOf(element, kin) {
  const copy = element.cloneNode(true);
  const before = [element, ...element.querySelectorAll('*')];
  const after = [copy, ...copy.querySelectorAll('*')];
  before.forEach((one, index) => {
    if (kin.has(one)) kin.add(after[index]);
  });
  return copy;
}

function move(element, target) {
  if (!element.contains(target)) target.before(element);
}

function wrap(element, tag) {
  const around = element.ownerDocument.createElement(tag);
  element.replaceWith(around);
  (around.content ?? around).append(element);
}

function renameAttribute(element, name, to) {
  element.setAttribute(to, element.getAttribute(name));
  element.removeAttribute(name);
}

/** A region beside the page's main part, or in it. */
function regionFor(document, { pick }) {
  const [, tag, name, value = ''] = /^(\w+)(?:\[([\w-]+)(?:=(\w+))?\])?$/.exec(pick(PLACES));
  const region = document.createElement(tag);
  if (name) region.setAttribute(name, value);
  const main = document.querySelector('main') ?? document.body;
  pick([document.body, main]).append(region);
  return region;
}

function intoShadow(element, mode) {
  const host = element.ownerDocument.createElement('div');
  element.replaceWith(host);
  host.attachShadow({ mode }).append(element);
}

/** Into a frame that a script wrote. */
function intoFrame(element) {
  const frame = element.ownerDocument.createElement('iframe');
  element.replaceWith(frame);
  frame.contentDocument?.body?.append(element);
}

const textsIn = (document) =>
  [...document.querySelectorAll('main *')]
    .flatMap((e) => [...e.childNodes])
    .filter((n) => n.nodeType === 3 && n.data.trim());

function swapTexts(document, { pick }) {
  const [a, b] = [pick(textsIn(document)), pick(textsIn(document))];
  if (a && b) [a.data, b.data] = [b.data, a.data];
}

function swapPlaces(document, { pick }) {
  const a = pick([...document.querySelectorAll('body *')]);
  const b = pick([...a.parentNode.children]);
  if (a !== b) a.before(b);
}

/** Name and change. Those named "text" move names about, which only a page with one switch can bear. */
const CHANGES = [
  [
    'remove an attribute',
    (e, { pick }) => {
      const name = pick(attributesOf(e));
      if (name) e.removeAttribute(name);
    },
  ],
  [
    'remove another attribute',
    (e, { pick }) => {
      const name = pick(attributesOf(e));
      if (name) e.removeAttribute(name);
    },
  ],
  [
    'rename an attribute',
    (e, { pick }) => {
      const name = pick(attributesOf(e));
      if (name) renameAttribute(e, name, pick(ATTRIBUTES));
    },
  ],
  [
    'another value',
    (e, { pick }) => {
      const name = pick(attributesOf(e).filter((n) => !/checked|pressed/.test(n)));
      if (name) e.setAttribute(name, pick(VALUES));
    },
  ],
  ['add an attribute', (e, { pick }) => e.setAttribute(...pick(SAYINGS))],
  ['wrap', (e, { pick }) => wrap(e, pick(WRAPS))],
  ['rename', (e, { pick }, kin) => replaceTag(e, pick(RENAMES), kin)],
  ['duplicate', (e, _random, kin) => e.after(copyOf(e, kin))],
  [
    'duplicate elsewhere',
    (e, { pick }, kin) => pick([...e.ownerDocument.querySelectorAll('body *')]).before(copyOf(e, kin)),
  ],
  ['move', (e, { pick }) => move(e, pick([...e.ownerDocument.querySelectorAll('body *')]))],
  [
    'move into a region',
    (e, random) => {
      if (e.localName !== 'main') regionFor(e.ownerDocument, random).append(e);
    },
  ],
  ['reorder', (e, random) => swapPlaces(e.ownerDocument, random)],
  ['remove', (e) => e.remove()],
  [
    'unwrap',
    (e) => {
      if (e.localName !== 'main') e.replaceWith(...e.childNodes);
    },
  ],
  [
    'empty of text',
    (e) => {
      for (const node of [...e.childNodes]) if (node.nodeType === 3) node.remove();
    },
  ],
  ['into an open shadow root', (e) => intoShadow(e, 'open')],
  ['into a closed shadow root', (e) => intoShadow(e, 'closed')],
  ['into a frame', intoFrame],
  ['text: swap two', (e, random) => swapTexts(e.ownerDocument, random)],
  [
    'text: another',
    (e, { pick }) => {
      const text = pick(textsIn(e.ownerDocument));
      if (text) text.data = pick(SENTENCES);
    },
  ],
];

function make(document, tag, attributes, ...content) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...content);
  return element;
}

/** Somewhere in the main part. */
const put = (document, { pick }, ...elements) => pick([...document.querySelectorAll('main *')]).after(...elements);

function otherSetting(document, random) {
  const label = make(document, 'span', { id: 'other-label' }, 'Let LinkedIn personalise my feed with AI');
  const input = make(document, 'input', { type: 'checkbox', role: 'switch', 'aria-labelledby': 'other-label' });
  input.checked = random.next() < 0.5;
  document
    .querySelector('main')
    .append(make(document, 'h2', {}, 'Personalisation'), make(document, 'div', {}, label, input));
}

/** As browsers that translate do it: each text in two elements. */
function translate(document, language) {
  document.documentElement.lang = language;
  const texts = [...document.querySelectorAll('body, body *')]
    .flatMap((e) => [...e.childNodes])
    .filter((n) => n.nodeType === 3 && n.data.trim());
  for (const text of texts) {
    const inner = make(document, 'font', {});
    text.replaceWith(make(document, 'font', {}, inner));
    inner.append(text);
  }
}

function sayOpposite(element) {
  for (const name of ['aria-checked', 'aria-pressed']) {
    if (element.hasAttribute(name)) element.setAttribute(name, String(element.getAttribute(name) !== 'true'));
  }
  if (element.localName === 'input') element.checked = !element.checked;
}

/** What may come to stand near the control, or in it, when a page is built otherwise. */
const NEIGHBOURS = [
  ['another setting about AI', (e, random) => otherSetting(e.ownerDocument, random)],
  [
    'radio buttons',
    ({ ownerDocument: d }, random) =>
      put(
        d,
        random,
        ...['Yes', 'No'].map((text) => make(d, 'label', {}, make(d, 'input', { type: 'radio', name: 'near' }), text)),
      ),
  ],
  [
    'a list to choose from',
    ({ ownerDocument: d }, random) => put(d, random, make(d, 'select', {}, make(d, 'option', {}, 'x'))),
  ],
  [
    'an input for forms beside it',
    (e, random, kin) => {
      const input = make(e.ownerDocument, 'input', { type: 'checkbox', 'aria-hidden': 'true', tabindex: '-1' });
      input.checked = random.next() < 0.5;
      e.after(input);
      kin.add(input);
    },
  ],
  [
    'a box around it that has a state',
    (e, { pick }, kin) => {
      const box = make(e.ownerDocument, 'div', { 'aria-checked': pick(['true', 'false']) });
      e.replaceWith(box);
      box.append(e);
      kin.add(box);
    },
  ],
  ['translated', (e, { pick }) => translate(e.ownerDocument, pick(['en', 'de', 'ja', 'x-translated']))],
  [
    'a copy that is out of use',
    (e, _random, kin) => {
      const copy = copyOf(e, kin);
      copy.setAttribute('inert', '');
      e.after(copy);
    },
  ],
  [
    'a copy that says the opposite',
    (e, _random, kin) => {
      const copy = copyOf(e, kin);
      e.after(copy);
      sayOpposite(copy);
    },
  ],
  [
    'a hidden copy that says the opposite',
    (e, _random, kin) => {
      const copy = copyOf(e, kin);
      copy.hidden = true;
      e.before(copy);
      sayOpposite(copy);
    },
  ],
  [
    'labels of something else',
    ({ ownerDocument: d }) => {
      for (const label of d.querySelectorAll('main label')) label.htmlFor = 'nowhere';
    },
  ],
];

/**
 * @param {Set<any>} kin the control's elements
 * @param {ReturnType<typeof chance>} random
 * @returns {string} what was done, for whoever reads a failure
 */
function addNeighbour(kin, random) {
  const [name, change] = random.pick(NEIGHBOURS);
  change(random.pick([...kin]), random, kin);
  return name;
}

/**
 * @param {any} document
 * @param {Set<any>} kin the control's elements
 * @param {ReturnType<typeof chance>} random
 * @param {{texts: boolean, frames?: boolean}} may frames: what a script wrote into a frame may be anybody's, a copy too
 * @returns {string} what was done, for whoever reads a failure
 */
function mutate(document, kin, random, { texts, frames = true }) {
  const may = (/** @type {string} */ name) =>
    (texts || !name.startsWith('text')) && (frames || name !== 'into a frame');
  const [name, change] = random.pick(CHANGES.filter(([n]) => may(n)));
  const nearby = [...document.querySelectorAll('main, main *')];
  const own = [...kin].filter((e) => e.isConnected && e.ownerDocument === document);
  const element = random.next() < 0.5 && own.length > 0 ? random.pick(own) : random.pick(nearby);
  if (!element) return 'nothing left';
  const what = element.outerHTML.slice(0, 120).replace(/\s+/g, ' ');
  change(element, random, kin);
  return `${name}: ${what}`;
}

/** What one element says as a switch, by HTML and ARIA alone: none, one or both of "true" and "false". */
function saidBy(element) {
  const voices = ['aria-checked', 'aria-pressed'].map((n) => element.getAttribute(n)).filter((v) => v !== null);
  if (element.localName === 'input' && element.type === 'checkbox') voices.push(String(element.checked));
  return voices;
}

const UNSEEN = '[hidden],[style*="display:none"],dialog:not([open]),details:not([open])';

/** By HTML alone, through shadow roots and frames. */
function isDrawn(element) {
  for (let at = element; at; at = at.parentElement ?? at.getRootNode().host ?? null)
    if (at.matches(UNSEEN)) return false;
  return true;
}

/** In a frame that a script wrote, and that stands beside the page's main part, it is anybody's, as an advertisement is. */
function isAnybodys(element) {
  const frame = element.ownerDocument.defaultView?.frameElement;
  return Boolean(frame) && !frame.closest('main,[role="main"]');
}

/**
 * The states that may be said of the page now, besides `unknown`. What is hidden does not speak while something drawn does.
 * A control of two parts has one that may fall silent.
 * @param {Set<any>} kin
 */
function truths(kin) {
  const connected = [...kin].filter((e) => e.isConnected);
  if (connected.length === 0) return new Set(['not-offered']);
  const present = connected.filter((e) => !isAnybodys(e));
  const drawn = present.filter(isDrawn).flatMap(saidBy);
  const said = [...new Set(drawn.length > 0 ? drawn : present.flatMap(saidBy))];
  if (said.length !== 1) return new Set();
  return new Set(said[0] === 'true' ? ['on'] : said[0] === 'false' ? ['off'] : []);
}

/* ---- pages, changed ---- */

const AT_ONCE_MAX = 3;
const ANY = 'main input[type="checkbox"], main [role="switch"], main [aria-pressed]';
const OURS = '#sw, [aria-labelledby="allowGenAiTraining"], [id="_r_7_"]';

/** Pages of the replica with one switch, and pages where another stands near. */
export const ALONE = [
  'classic-on',
  'classic-off',
  'classic-aria-on',
  'classic-aria-off',
  'role-switch-on',
  'role-switch-off',
  'hashed-fr-on',
  'hashed-fr-off',
  'aria-switch-on',
  'aria-switch-off',
  'aria-button-on',
  'aria-button-off',
  'wrapped-label',
  'wrapped-native',
  'lang-de',
  'lang-ja',
  'lang-ar',
  'lang-ru',
  'lang-it',
  'explained-on',
  'explained-off',
  'explained-button',
];
export const BESIDE = ['two-switches-key', 'two-switches-label', 'cookie-banner', 'ad-look-alike', 'chat-overlay'];
/** In a language whose words are not known nothing tells this setting from another that took its place. */
export const UNKNOWN_WORDS = ['lang-ja', 'lang-ar', 'lang-ru', 'cookie-banner', 'chat-overlay', 'two-switches-key'];

function controlsOf(document, name) {
  const kin = new Set(document.querySelectorAll(ALONE.includes(name) ? ANY : OURS));
  if (kin.size === 0) throw new Error(`${name}: no switch to change`);
  return kin;
}

/**
 * Up to three small changes.
 * @param {any} document
 * @param {string} name of the page
 * @param {number} seed
 * @returns {{right: string[], done: string[]}} the states that may be said now, besides `unknown`; what was done
 */
export function once(document, name, seed) {
  const [kin, random] = [controlsOf(document, name), chance(seed)];
  const count = 1 + Math.floor(random.next() * AT_ONCE_MAX);
  const done = Array.from({ length: count }, () => mutate(document, kin, random, { texts: ALONE.includes(name) }));
  return { right: [...truths(kin)], done };
}

/** Something more stands near; then up to two of the changes above, but for those that move words about or write a frame. As above. */
export function nearby(document, name, seed) {
  const [kin, random] = [controlsOf(document, name), chance(seed)];
  const neighbour = addNeighbour(kin, random);
  /* Another setting keeps the heading that tells it from this one: without, it is this one with new words. */
  const count = neighbour === 'another setting about AI' ? 1 : Math.floor(random.next() * AT_ONCE_MAX);
  const more = Array.from({ length: count }, () => mutate(document, kin, random, { texts: false, frames: false }));
  return { right: [...truths(kin)], done: [neighbour, ...more] };
}

/** Labels that say the opposite, and labels of another purpose, in each language of the pages; of the published wordings none is among them. */
const TURNED = {
  en: [
    'Do not use my data for training content creation AI models',
    'Opt out of the use of my data for training AI models',
  ],
  de: [
    'Ihre Daten nicht zum Schulen von KI-Modellen verwenden, um Inhalte zu erstellen',
    'Der Nutzung meiner Daten für KI widersprechen',
  ],
  fr: [
    'Ne pas utiliser mes données pour entraîner des modèles d’IA',
    'Refuser que mes données servent à entraîner des modèles d’IA',
  ],
  it: ['Non usare i miei dati per addestrare modelli di IA', 'Rifiuta l’uso dei miei dati per l’IA'],
  ja: ['コンテンツ作成AIモデルの学習に自分のデータを使用しない', '自分のデータの使用を拒否する'],
  ar: ['عدم استخدام بياناتي لتدريب النماذج', 'رفض استخدام بياناتي'],
  ru: ['Не использовать мои данные для обучения моделей', 'Запретить использование моих данных'],
};
const OTHER_PURPOSE = {
  en: [
    'Let our parent company train AI on my data',
    'Share my data with Microsoft for training content creation AI models',
  ],
  de: ['Ihre Daten mit Microsoft teilen, um KI-Modelle zu schulen'],
  fr: ['Partager mes données avec Microsoft pour entraîner des modèles d’IA'],
};

/** Every place that has the words of the control gets others; its settings key goes, or stays, for it may be shared. */
function relabel(document, words, keepsKey) {
  const named = [...document.querySelectorAll('main label, main label *, main [id]')].flatMap((e) => [...e.childNodes]);
  for (const text of named) if (text.nodeType === 3 && text.data.trim().length > 12) text.data = words;
  for (const e of document.querySelectorAll('main [aria-label]'))
    if (e.matches(ANY)) e.setAttribute('aria-label', words);
  for (const e of document.querySelectorAll('main [aria-pressed]')) if (e.textContent.trim()) e.textContent = words;
  if (keepsKey) return;
  for (const e of document.querySelectorAll('#allowGenAiTraining')) e.id = '_w_';
  for (const e of document.querySelectorAll('[aria-labelledby="allowGenAiTraining"]'))
    e.setAttribute('aria-labelledby', '_w_');
}

/** Words that turn the switch round, or another purpose's, and at most one small change more: nothing may be said. As above. */
export function reworded(document, name, seed) {
  const [kin, random] = [controlsOf(document, name), chance(seed)];
  const language = document.documentElement.lang.slice(0, 2);
  const words = random.pick([...(TURNED[language] ?? []), ...(OTHER_PURPOSE[language] ?? [])]);
  relabel(document, words, random.next() < 0.5);
  const more = random.next() < 0.5 ? [mutate(document, kin, random, { texts: false, frames: false })] : [];
  const gone = [...kin].every((e) => !e.isConnected);
  return { right: gone ? ['not-offered'] : [], done: [words, ...more] };
}

/** @param {string} name @param {number} seed @param {any} observation @param {{right: string[], done: string[]}} told */
export function verdict(name, seed, observation, { right, done }) {
  const state = observation?.state ?? 'unknown';
  const wrong = state !== 'unknown' && !right.includes(state);
  const trace = `${name}, seed ${seed}: said ${state}, true is ${right.join() || 'nothing'}\n  ${done.join('\n  ')}`;
  return { state, wrong, trace, changes: done.length };
}
