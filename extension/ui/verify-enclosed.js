// Files of the owner's own, told as what they are: an enclosure, which consentlog has not seen come from anywhere. None is opened or drawn.

import { element } from '../shared/dom.js';
import { plural, sizeWords, t } from '../shared/i18n.js';
import { mailRows } from './mail-rows.js';
import { plain, when } from './verify-words.js';

/** @typedef {import('../verifier/report-model.js').Exhibit} Exhibit @typedef {import('../verifier/session.js').Told} Told */

/** @param {string} term @param {string | null} value @param {object} [look] */
const fact = (term, value, look = {}) =>
  value === null ? [] : [element('dt', {}, term), element('dd', { ...look }, plain(value))];

/** @param {NonNullable<Exhibit['mail']>} mail */
const mailFacts = (mail) => [
  element('p', { class: 'small stated' }, t('verifyStated')),
  element('dl', {}, ...mailRows(mail).flatMap(([term, value]) => fact(term, value))),
];

/** @param {Exhibit} exhibit */
function item({ seq, at, file, note, mail, type, size, sha256, place, doubted }) {
  const code = { class: 'mono', dir: 'ltr' };
  return element(
    'li',
    { 'data-seq': String(seq), 'data-place': String(place !== null) },
    element('p', { class: 'name' }, plain(file), doubted ? element('strong', {}, ` · ${t('verifyDoubted')}`) : null),
    element(
      'dl',
      {},
      ...fact(t('verifyFileKept'), when(at)),
      ...fact(t('verifyEntry'), String(seq)),
      ...fact(t('verifyFileType'), type),
      ...fact(t('verifyFileSize'), sizeWords(size)),
      ...fact(t('verifyFileNote'), note),
      ...fact('SHA-256', sha256, code),
      ...fact(t('verifyFilePlace'), place ?? t('verifyFileWithheld'), place ? code : {}),
    ),
    ...(mail ? mailFacts(mail) : []),
  );
}

/** @param {Told} verdict @returns {HTMLElement | null} */
export function enclosedOf({ model }) {
  if (!model || model.exhibits.length === 0) return null;
  const more = model.enclosed - model.exhibits.length;
  return element(
    'section',
    { class: 'kept' },
    element('h3', {}, t('verifyExhibits')),
    element('p', { class: 'hint' }, t('verifyExhibitsHint')),
    element('ul', { class: 'documents enclosed' }, ...model.exhibits.map(item)),
    more > 0 ? element('p', {}, plural('verifyExhibitsMore', more)) : null,
  );
}
