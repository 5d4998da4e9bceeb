// Every sentence a person sees comes from _locales through here. Never markup, always text.

import { exactTime } from './times.js';

/** The name of a message may not hold a hyphen. @param {string} code */
const messageName = (code) => code.replaceAll('-', '_');

/** The sentences of a language that the member has chosen instead of the browser's. @type {Record<string, {message: string}> | null} */
let chosen = null;

/**
 * Speak this language from now on. Without a word of it, the browser's.
 * @param {string} choice 'auto' or the name of a folder in _locales
 */
export async function useLanguage(choice) {
  if (choice === 'auto' || choice === chrome.i18n.getMessage('language')) {
    chosen = null;
  } else if (chosen?.language.message !== choice) {
    const file = await fetch(chrome.runtime.getURL(`_locales/${choice}/messages.json`));
    chosen = await file.json();
  }
}

/** @param {string} name @param {string[]} values @returns {string} empty when there is none */
function message(name, values) {
  if (!chosen) return chrome.i18n.getMessage(name, values);
  return (chosen[name]?.message ?? '').replace(/\$(\d)/g, (_, number) => values[number - 1] ?? '');
}

/**
 * @param {string} key
 * @param {...(string | number)} values
 * @returns {string}
 */
export function t(key, ...values) {
  const name = messageName(key);
  return message(name, values.map(String)) || name;
}

/** The language of the sentences, with the member's region when it is the same language. */
export function language() {
  const ours = t('language');
  const theirs = chrome.i18n.getUILanguage();
  return theirs.split(/[-_]/)[0] === ours ? theirs.replaceAll('_', '-') : ours;
}

/**
 * `key` + One or Other, as the language counts.
 * @param {string} key
 * @param {number} count
 * @param {...(string | number)} others that the sentence does not bend to
 */
export function plural(key, count, ...others) {
  const one = new Intl.PluralRules(language()).select(count) === 'one';
  return t(`${key}${one ? 'One' : 'Other'}`, new Intl.NumberFormat(language()).format(count), ...others);
}

/** @type {readonly [number, string][]} */
const UNITS = Object.freeze([
  [1_000, 'byte'],
  [1_000_000, 'kilobyte'],
  [Infinity, 'megabyte'],
]);

/** @param {number} bytes */
export function sizeWords(bytes) {
  const i = UNITS.findIndex(([below]) => bytes < below);
  /** @type {Intl.NumberFormatOptions} */
  const format = { style: 'unit', unit: UNITS[i][1], unitDisplay: i ? 'short' : 'long', maximumFractionDigits: 1 };
  return new Intl.NumberFormat(language(), format).format(bytes / (i ? UNITS[i - 1][0] : 1));
}

/**
 * As the sentences run, which need not be as the browser's own do: whose language we have no sentences in reads English.
 * @returns {'ltr' | 'rtl'}
 */
function direction() {
  const theirs = chrome.i18n.getUILanguage().split(/[-_]/)[0];
  return theirs === t('language') && t('@@bidi_dir') === 'rtl' ? 'rtl' : 'ltr';
}

/** Fill `data-i18n` (text) and `data-i18n-label` (aria-label). @param {Document} doc */
export function localise(doc) {
  doc.documentElement.lang = language();
  doc.documentElement.dir = direction();
  for (const element of doc.querySelectorAll('[data-i18n]')) {
    element.textContent = t(element.getAttribute('data-i18n') ?? '');
  }
  for (const element of doc.querySelectorAll('[data-i18n-label]')) {
    element.setAttribute('aria-label', t(element.getAttribute('data-i18n-label') ?? ''));
  }
}

/**
 * A sentence as data: a key (with a time or with words of the page as $1), a counted one, or that of an error code.
 * @typedef {{key: string, time?: string, words?: string} | {plural: string, count: number} | {error: string}} Sentence
 */

/** @param {string} code of shared/errors.js, or one that this version does not know */
export function errorSentence(code) {
  return message(messageName(`error_${code}`), []) || t('error_other', code);
}

/** @typedef {{ok?: boolean, code?: string} & Record<string, any>} Answer of the background */

/**
 * Says in a page's one line of outcomes what came of what the member asked for: why it was refused; else what stood there when they
 * asked goes. Answers come in any order: what another has said meanwhile stays to be read.
 * @template {Answer | null} T
 * @param {HTMLElement} line
 * @param {Promise<T>} answering
 */
export async function sayOutcome(line, answering) {
  const stood = line.textContent;
  const answer = await answering;
  if (answer?.ok === false) line.textContent = errorSentence(answer.code ?? '');
  else if (line.textContent === stood) line.textContent = '';
  return answer;
}

/**
 * The same of what nobody asked for: only a refusal is said, and only where nothing else is to be read.
 * @template {Answer | null} T
 * @param {HTMLElement} line
 * @param {Promise<T>} answering
 */
export async function sayRefusal(line, answering) {
  const answer = await answering;
  if (answer?.ok === false && !line.textContent) line.textContent = errorSentence(answer.code ?? '');
  return answer;
}

/** @param {Sentence} sentence @returns {string} */
export function say(sentence) {
  if ('error' in sentence) return errorSentence(sentence.error);
  if ('plural' in sentence) return plural(sentence.plural, sentence.count);
  if (sentence.words !== undefined) return t(sentence.key, sentence.words);
  return sentence.time ? t(sentence.key, exactTime(sentence.time, language())) : t(sentence.key);
}
