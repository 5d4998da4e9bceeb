// Elements from data, never from markup, and never with what a text of somebody else's hides in itself.

/* Text of others, without what nobody sees or what moves and hides the rest: controls, marks of direction, fillers, tags,
 * noncharacters. The same as host/base/unicode.c, which takes no such text for one line; a test holds the two together. */

/** First and last of each range. The joiners U+200C and U+200D are none: Persian, Hindi and emoji need them. */
export const HIDDEN = Object.freeze([
  [0x0000, 0x001f],
  [0x007f, 0x009f],
  [0x00ad, 0x00ad],
  [0x034f, 0x034f],
  [0x061c, 0x061c],
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180b, 0x180f],
  [0x200b, 0x200b],
  [0x200e, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  [0x2800, 0x2800],
  [0x3164, 0x3164],
  [0xfdd0, 0xfdef],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff0, 0xfffb],
  [0x1bca0, 0x1bca3],
  [0x1d173, 0x1d17a],
  [0xe0000, 0xe0fff],
  ...Array.from({ length: 17 }, (_, plane) => [plane * 0x10000 + 0xfffe, plane * 0x10000 + 0xffff]),
]);

const inside = HIDDEN.map(([first, last]) => `\\u{${first.toString(16)}}-\\u{${last.toString(16)}}`).join('');
const ANY = new RegExp(`[${inside}]`, 'gu');
const ONE = new RegExp(ANY.source, 'u');
/** Blanks of a line and its breaks part words: one blank does so too. */
const BLANKS = /[\t\n\v\f\r\u0085\u2028\u2029]+/gu;
const LINE_OF_MANY = /\r\n?|[\v\f\u0085\u2028\u2029]/gu;

/** As one line. @param {string} text */
export const visible = (text) => text.replace(BLANKS, ' ').replace(ANY, '');

/** Has it a character that nobody sees, or that moves and hides others? @param {string} text */
export const hides = (text) => ONE.test(text);

/** As the lines that it has. @param {string} text */
export const visibleLines = (text) =>
  text.replace(LINE_OF_MANY, '\n').replaceAll('\t', ' ').split('\n').map(visible).join('\n');

/**
 * @param {string} name
 * @param {Record<string, string>} [attributes]
 * @param {...(Node | string | null)} children null is left out
 * @returns {HTMLElement}
 */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, visible(String(value)));
  const shown = children.filter((child) => child !== null);
  made.append(...shown.map((child) => (typeof child === 'string' ? visibleLines(child) : child)));
  return made;
}

/**
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`no element #${id}`);
  return found;
}

/** Said to those who hear. @param {string} words */
export function announce(words) {
  byId('live').textContent = words;
}

/** It is over: who comes there later does not hear it as if it were so still. @param {string} words */
export function unsay(words) {
  if (byId('live').textContent === words) announce('');
}
