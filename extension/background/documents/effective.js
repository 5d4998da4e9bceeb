// The date from which a document says that it holds. Pure. Words as stated are kept always; a date in figures is given only
// when there is one statement, in a language whose months are listed here, and its day exists.

import { visible } from '../../shared/dom.js';

const MONTHS = Object.freeze({
  en: [
    'january',
    'february',
    'march',
    'april',
    'may',
    'june',
    'july',
    'august',
    'september',
    'october',
    'november',
    'december',
  ],
  de: [
    'januar',
    'februar',
    'märz',
    'april',
    'mai',
    'juni',
    'juli',
    'august',
    'september',
    'oktober',
    'november',
    'dezember',
  ],
  fr: [
    'janvier',
    'février',
    'mars',
    'avril',
    'mai',
    'juin',
    'juillet',
    'août',
    'septembre',
    'octobre',
    'novembre',
    'décembre',
  ],
});
const month = (/** @type {'en' | 'de' | 'fr'} */ language) => MONTHS[language].join('|');

/** Each begins at a word and ends with its date; the order of day, month and year is that of the groups' names. */
const STATEMENTS = Object.freeze([
  {
    language: /** @type {const} */ ('en'),
    said: new RegExp(
      `\\beffective(?: date)?(?: (?:on|as of|from))?:? (?<month>${month('en')}) (?<day>\\d{1,2})(?:st|nd|rd|th)?, (?<year>\\d{4})\\b`,
      'giu',
    ),
  },
  {
    language: /** @type {const} */ ('en'),
    said: new RegExp(
      `\\beffective(?: date)?(?: (?:on|as of|from))?:? (?<day>\\d{1,2})(?:st|nd|rd|th)? (?<month>${month('en')}),? (?<year>\\d{4})\\b`,
      'giu',
    ),
  },
  {
    language: /** @type {const} */ ('de'),
    said: new RegExp(
      `\\b(?:gültig|wirksam|gilt|in kraft|datum des inkrafttretens)(?: (?:ab|seit|am|vom))?(?: dem)?:? (?<day>\\d{1,2})\\. (?<month>${month('de')}) (?<year>\\d{4})\\b`,
      'giu',
    ),
  },
  {
    language: /** @type {const} */ ('fr'),
    said: new RegExp(
      `(?:en vigueur|applicable|date d.entrée en vigueur)(?: (?:à compter|à partir|depuis))?(?: (?:du|le|au))? ?:? (?<day>\\d{1,2})(?:er)? (?<month>${month('fr')}) (?<year>\\d{4})(?!\\d)`,
      'giu',
    ),
  },
]);
const STATED_MAX = 256;

/** @param {string} year @param {number} monthIndex @param {string} day @returns {string | null} */
function isoOf(year, monthIndex, day) {
  const date = new Date(Date.UTC(Number(year), monthIndex, Number(day)));
  const real = date.getUTCMonth() === monthIndex && date.getUTCDate() === Number(day);
  return real && Number(year) >= 2003 && Number(year) < 2100 ? date.toISOString().slice(0, 10) : null;
}

/** @param {string} text normalised @returns {{at: number, stated: string, date: string | null}[]} in the order of the text */
function statementsIn(text) {
  return STATEMENTS.flatMap(({ language, said }) =>
    [...text.matchAll(said)].map((found) => {
      const { year, month: name, day } = /** @type {Record<string, string>} */ (found.groups);
      const index = MONTHS[language].indexOf(name.toLowerCase());
      return { at: found.index, stated: found[0], date: isoOf(year, index, day) };
    }),
  ).sort((a, b) => a.at - b.at);
}

/**
 * @param {string} text normalised
 * @returns {{effective: string | null, effective_text: string | null}}
 */
export function effectiveOf(text) {
  const all = statementsIn(text);
  if (all.length === 0) return { effective: null, effective_text: null };
  const dates = new Set(all.map(({ date }) => date));
  const [date] = dates;
  return { effective: dates.size === 1 ? date : null, effective_text: visible(all[0].stated).slice(0, STATED_MAX) };
}
