// Small random changes to a page, repeatable by their seed, and what is true of the page after them.

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

const WRAPS = ['div', 'span', 'section', 'article', 'p', 'form', 'fieldset', 'label', 'aside', 'li', 'x-row', 'button'];
const RENAMES = ['div', 'span', 'section', 'button', 'label', 'p', 'h2', 'x-part', 'input', 'b'];
const ATTRIBUTES = ['data-x', 'name', 'title', 'id', 'aria-label', 'role', 'type', 'class', 'data-key'];
const VALUES = ['switch', 'checkbox', 'button', 'radio', 'text', 'x', '', 'presentation', 'group'];

const attributesOf = (element) => [...element.attributes].map(({ name }) => name);

/** Copies stand for their originals: `kin` knows all that descend from the control of the page as it was. */
function replaceTag(element, tag, kin) {
  const other = element.ownerDocument.createElement(tag);
  for (const name of attributesOf(element)) other.setAttribute(name, element.getAttribute(name));
  other.append(...element.childNodes);
  element.replaceWith(other);
  if (kin.delete(element)) kin.add(other);
}

function duplicate(element, kin) {
  const copy = element.cloneNode(true);
  const before = [element, ...element.querySelectorAll('*')];
  const after = [copy, ...copy.querySelectorAll('*')];
  before.forEach((one, index) => { if (kin.has(one)) kin.add(after[index]); });
  element.after(copy);
}

function move(element, target) {
  if (!element.contains(target)) target.before(element);
}

function wrap(element, tag) {
  const around = element.ownerDocument.createElement(tag);
  element.replaceWith(around);
  around.append(element);
}

function renameAttribute(element, name, to) {
  element.setAttribute(to, element.getAttribute(name));
  element.removeAttribute(name);
}

/** Name, whether it is about an attribute, and the change. */
const CHANGES = [
  ['remove an attribute', (e, { pick }) => { const name = pick(attributesOf(e)); if (name) e.removeAttribute(name); }],
  ['rename an attribute', (e, { pick }) => { const name = pick(attributesOf(e)); if (name) renameAttribute(e, name, pick(ATTRIBUTES)); }],
  ['another value', (e, { pick }) => {
    const name = pick(attributesOf(e).filter((n) => !/checked|pressed/.test(n)));
    if (name) e.setAttribute(name, pick(VALUES));
  }],
  ['wrap', (e, { pick }) => wrap(e, pick(WRAPS))],
  ['rename', (e, { pick }, kin) => replaceTag(e, pick(RENAMES), kin)],
  ['duplicate', (e, _chance, kin) => duplicate(e, kin)],
  ['move', (e, { pick }) => move(e, pick([...e.ownerDocument.querySelectorAll('body *')]))],
  ['remove', (e) => e.remove()],
  ['unwrap', (e) => { if (e.localName !== 'main') e.replaceWith(...e.childNodes); }],
  ['empty of text', (e) => { for (const node of [...e.childNodes]) if (node.nodeType === 3) node.remove(); }],
];

/**
 * @param {any} document
 * @param {Set<any>} kin the control's elements
 * @param {ReturnType<typeof chance>} random
 * @returns {string} what was done, for whoever reads a failure
 */
export function mutate(document, kin, random) {
  const [name, change] = random.pick(CHANGES);
  const nearby = [...document.querySelectorAll('main, main *')];
  const own = [...kin].filter((e) => e.isConnected);
  const element = random.next() < 0.5 && own.length > 0 ? random.pick(own) : random.pick(nearby);
  if (!element) return 'nothing left';
  const what = element.outerHTML.slice(0, 90).replace(/\s+/g, ' ');
  change(element, random, kin);
  return `${name}: ${what}`;
}

/** What one element says as a switch, by HTML and ARIA alone: none, one or both of "true" and "false". */
function saidBy(element) {
  const voices = ['aria-checked', 'aria-pressed'].map((n) => element.getAttribute(n)).filter((v) => v !== null);
  if (element.localName === 'input' && element.type === 'checkbox') voices.push(String(element.checked));
  return voices;
}

/**
 * The states that may be said of the page now, besides `unknown`. A control of two parts has one that may fall silent.
 * @param {Set<any>} kin
 */
export function truths(kin) {
  const present = [...kin].filter((e) => e.isConnected);
  if (present.length === 0) return new Set(['not-offered']);
  const said = [...new Set(present.flatMap(saidBy))];
  if (said.length !== 1) return new Set();
  return new Set(said[0] === 'true' ? ['on'] : said[0] === 'false' ? ['off'] : []);
}
