// Two versions of one document side by side.

import { byId, element } from '../shared/dom.js';
import { compareTexts, fold } from '../shared/compare.js';
import { language, plural, t } from '../shared/i18n.js';
import { exactTime } from '../shared/times.js';
import { control } from './frame.js';

/**
 * @typedef {import('../shared/types.js').Version} Version
 * @typedef {import('../shared/compare.js').Part} Part
 * @typedef {import('../shared/compare.js').Row} Row
 * @typedef {(sha256: string) => Promise<{ok: boolean, code: string} & Record<string, any>>} AskText
 */

/** @param {Part[] | null} parts @param {'del' | 'ins'} mark */
function cell(parts, mark) {
  if (parts === null) return element('td', {});
  const all = parts.length === 1 && parts[0].marked;
  const pieces = parts
    .filter(({ text }) => text !== '')
    .map(({ text, marked }) => (marked ? element(mark, {}, text) : document.createTextNode(text)));
  return element('td', all ? { class: mark === 'del' ? 'gone' : 'new' } : {}, ...pieces);
}

/** @param {Row} row */
const rowElement = ({ before, after }) => element('tr', {}, cell(before, 'del'), cell(after, 'ins'));

/** @param {Row[]} rows */
function foldedRow(rows) {
  const button = element('button', { class: 'fold', type: 'button' }, plural('unchanged', rows.length));
  const row = element('tr', { class: 'folded' }, element('td', { colspan: '2' }, button));
  button.addEventListener('click', () => row.replaceWith(...rows.map(rowElement)));
  return row;
}

/** @param {string} title @param {Version} version */
function column(title, { effective_text: effective, observed_at: at }) {
  return element(
    'th',
    { scope: 'col' },
    t('remindNamed', title, effective ?? t('docNoDate')),
    element('span', { class: 'small' }, t('docSeenOn', exactTime(at, language(), 'medium'))),
  );
}

/** @param {Version} from @param {Version} to @param {Row[]} rows */
function table(from, to, rows) {
  const runs = fold(rows).flatMap(({ rows: run, folded }) =>
    folded && run.length > 1 ? [foldedRow(run)] : run.map(rowElement),
  );
  return element(
    'table',
    {},
    element('thead', {}, element('tr', {}, column(t('compareFrom'), from), column(t('compareTo'), to))),
    element('tbody', {}, ...runs),
  );
}

/** @param {Version} from @param {Version} to @param {Row[]} rows */
function noteOf(from, to, rows) {
  if (from.language !== to.language) return t('compareLanguages');
  const changed = rows.filter(({ kind }) => kind === 'changed').length;
  return changed === 0 ? t('compareSame') : plural('changedParagraphs', changed);
}

/** Which one was asked for last: texts come when they come, and an earlier one must not stand under its words. */
let asked = 0;

/** What stood there is of two others. */
function clear() {
  byId('compare-note').textContent = '';
  byId('comparison').replaceChildren();
}

/** @param {Version} from @param {Version} to @param {AskText} askText @returns {Promise<boolean>} is it shown? */
async function draw(from, to, askText) {
  const mine = (asked += 1);
  const [old, young] = [await askText(from.sha256), await askText(to.sha256)];
  if (mine !== asked) return false;
  clear();
  if (!old.ok || !young.ok) return false;
  const rows = compareTexts(old.text, young.text);
  byId('compare-note').textContent = noteOf(from, to, rows);
  byId('comparison').replaceChildren(table(from, to, rows));
  return true;
}

/** @param {Version[]} versions @param {HTMLElement} select @param {number} chosen */
function fill(versions, select, chosen) {
  const options = versions.map(({ observed_at: at, effective_text: effective, seq }, index) => {
    // What tells them apart is first: a narrow list ends in dots.
    const words = [exactTime(at, language(), 'medium'), t('entry', seq), effective].filter(Boolean).join(' · ');
    const option = element('option', { value: String(index) }, words);
    if (index === chosen) option.setAttribute('selected', '');
    return option;
  });
  select.replaceChildren(...options);
}

/**
 * @param {string} title
 * @param {Version[]} versions at least two, oldest first
 * @param {AskText} askText
 * @returns {Promise<boolean>} is it shown?
 */
export function showComparison(title, versions, askText) {
  clear();
  byId('compare-title').textContent = t('compareTitle', title);
  const [from, to] = [control('from'), control('to')];
  fill(versions, from, versions.length - 2);
  fill(versions, to, versions.length - 1);
  const again = () => draw(versions[Number(from.value)], versions[Number(to.value)], askText);
  from.onchange = again;
  to.onchange = again;
  return again();
}
