// The history: a picture of it, the list beneath, and any entry in full.

import { announce, byId, element } from '../shared/dom.js';
import { ALARM_ERRORS, CodedError } from '../shared/errors.js';
import { errorSentence, plural, t } from '../shared/i18n.js';
import { namesOf } from '../shared/names.js';
import { readStored } from '../shared/stored.js';
import { markOf } from '../shared/timeline.js';
import { describe, sentenceOf, signOf, whatOf, whenOf } from './entry-words.js';
import { showDetail } from './entry-detail.js';
import { control, openPage } from './frame.js';
import { loadAll, loadEntry, readDamaged } from './history-load.js';
import { prove } from './log-proof.js';
import { openReading } from './reading-host.js';
import { Rows } from './rows.js';
import { markShape, svg, Timeline } from './timeline.js';
import { whatHelps } from './what-helps.js';

/** @typedef {import('../shared/timeline.js').Summary} Summary */

/** @type {[string, () => string, (point: Summary) => boolean][]} */
const FILTERS = [
  ['all', () => t('filter_all'), () => true],
  [
    'changes',
    () => t('filter_changes'),
    (point) => point.change === 'changed' || point.change === 'reworded' || markOf(point) === 'break',
  ],
  ['unknown', () => t('filter_unknown'), ({ state }) => state === 'unknown'],
  ['documents', () => t('filter_documents'), ({ kind }) => kind === 'document'],
  ['exhibits', () => t('filter_exhibits'), ({ kind }) => kind === 'exhibit'],
  ['timestamps', () => t('filter_timestamps'), ({ kind }) => kind === 'timestamp'],
];
const LEGEND = Object.freeze(['on', 'off', 'not-offered', 'unknown', 'gap']);
const MARKS = Object.freeze(['user', 'unexplained', 'document', 'timestamp', 'break']);

const { names: given } = await openPage('history.html', 'historyTitle');
const known = (await readStored()).log.status?.accounts ?? [];
/** Accounts as they are called everywhere, by pseudonym. */
const names = namesOf(known, given);
/** @type {Summary[]} */
let all = [];
/** @type {import('../shared/host.js').Conversation} */
let host;
/** @type {import('./log-proof.js').Proof | null} */
let proof = null;
/** Are there several accounts, so that each entry has to say whose it is? */
let several = false;

/** @param {Summary} point @returns {string} */
const whose = ({ kind, account }) => (kind === 'observation' ? (names[account] ?? t('accountUnknown')) : '–');

const rows = new Rows({
  table: byId('table'),
  scroller: byId('rows'),
  idOf: (/** @type {Summary} */ { seq }) => seq,
  chosen: (point) => void showEntry(point),
  cells: (point) => [
    element('span', { role: 'gridcell', class: 'number' }, String(point.seq)),
    element('span', { role: 'gridcell', class: 'when' }, whenOf(point)),
    element('span', { role: 'gridcell', class: 'what', 'data-sign': signOf(point) }, whatOf(point)),
    ...(several ? [element('span', { role: 'gridcell', class: 'whose' }, whose(point))] : []),
  ],
});
const timeline = new Timeline(byId('timeline'), {
  describe: (point) => sentenceOf(point, names),
  reached: (point) => void (byId('timeline-said').textContent = describe(point, names)),
  chosen: (point) => {
    if (!rows.reveal(({ seq }) => seq === point.seq)) showAllAnd(point);
  },
  nameOf: (account) => names[account] ?? t('accountUnknown'),
});

/** The point is hidden by a filter: show everything. @param {Summary} point */
function showAllAnd(point) {
  control('filter-kind').value = 'all';
  control('filter-account').value = 'all';
  filter();
  rows.reveal(({ seq }) => seq === point.seq);
}

/** The entry that was chosen last: another's may come later. */
let wanted = /** @type {Summary | null} */ (null);

/** @param {Summary} point */
async function showEntry(point) {
  wanted = point;
  if (point.kind === 'lost')
    return void byId('detail').replaceChildren(element('h2', { id: 'detail-title' }, whatOf(point)));
  try {
    const entry = await loadEntry(host, point.seq);
    if (wanted !== point) return;
    await showDetail(byId('detail'), entry, { host, names, proof });
    if (wanted === point) announce(sentenceOf(point, names));
  } catch (error) {
    if (wanted !== point) return;
    byId('detail').replaceChildren(
      element('p', {}, errorSentence(error instanceof CodedError ? error.code : 'host-answer')),
    );
  }
}

function filter() {
  const kind = control('filter-kind').value;
  const account = control('filter-account').value;
  const passes = FILTERS.find(([name]) => name === kind)?.[2] ?? (() => true);
  const shown = all.filter((point) => passes(point) && (account === 'all' || point.account === account)).reverse();
  rows.show(shown);
  byId('count').textContent = plural('entriesShown', shown.length);
}

/** @param {string} name @param {Node} sign */
const legendItem = (name, sign) =>
  element('li', {}, svg('svg', { width: 22, height: 16, viewBox: '0 0 22 16', 'aria-hidden': 'true' }, sign), name);

function showLegend() {
  const bands = LEGEND.map((state) => {
    const thin = state === 'gap';
    const band = svg('rect', {
      class: `band band--${state}`,
      x: 1,
      y: thin ? 7 : 2,
      width: 20,
      height: thin ? 2 : 12,
      rx: thin ? 0 : 3,
    });
    return legendItem(thin ? t('legendGap') : t(`headline_${state}`), band);
  });
  const marks = MARKS.map((mark) => legendItem(t(`legend_${mark}`), markShape(mark, 11, 8)));
  byId('legend').replaceChildren(...bands, ...marks);
}

function showAccounts() {
  const accounts = [...new Set(all.map(({ account }) => account).filter(Boolean))];
  // One that the host has not told of yet comes after those that it has.
  for (const account of accounts) names[account] ??= t('accountShort', Object.keys(names).length + 1);
  several = accounts.length > 1;
  byId('filter-account-field').hidden = !several;
  byId('column-account').hidden = !several;
  const chosen = control('filter-account').value || 'all';
  const options = accounts.map((account) => element('option', { value: account }, names[account]));
  control('filter-account').replaceChildren(element('option', { value: 'all' }, t('filterAccounts')), ...options);
  control('filter-account').value = chosen;
}

/** @param {Summary[]} summaries @param {number} size */
function show(summaries, size) {
  all = summaries;
  const loading = summaries.length < size;
  const empty = !summaries.some(({ kind }) => kind !== 'genesis');
  byId('status').textContent = loading ? t('historyLoading', summaries.length, size) : '';
  byId('picture').hidden = empty;
  byId('entries').hidden = empty;
  if (empty) return nothing(t('historyEmpty'));
  showAccounts();
  timeline.show(summaries.filter(({ at }) => Number.isFinite(at)));
  filter();
}

/** @param {string} words @param {string} [code] of what went wrong */
function nothing(words, code = '') {
  byId('nothing').hidden = false;
  byId('nothing').replaceChildren(...whatHelps(words, code, () => location.reload()));
  byId('status').textContent = '';
}

/** Say so only when the browser's own sum agrees with the host's, which it cannot where an entry is lost. @param {Uint8Array[]} leaves */
async function checkSum(leaves) {
  const lost = all.length - leaves.length;
  if (lost > 0) byId('status').textContent = plural('entriesLost', lost);
  const status = await host.ask('status', {}, 15_000).catch(() => null);
  proof = status?.size === leaves.length ? await prove(leaves, status.root) : null;
  if (proof) byId('status').textContent = plural('historyProved', leaves.length);
  byId('how-known').hidden = proof === null;
}

/** @param {unknown} error */
const codeOf = (error) => (error instanceof CodedError ? error.code : 'host-answer');

/** A log with a problem is shown as far as it can be read, below what is wrong and what helps. @param {string} code */
async function showDamaged(code) {
  nothing(errorSentence(code), code);
  readDamaged();
  const leaves = await loadAll(host, show);
  const lost = all.length - leaves.length;
  byId('nothing').hidden = false;
  byId('status').textContent = [t('historyDamaged'), lost > 0 ? plural('entriesLost', lost) : ''].join(' ').trim();
}

async function start() {
  byId('status').textContent = t('loading');
  try {
    host = openReading();
    const leaves = await loadAll(host, show);
    await checkSum(leaves);
  } catch (error) {
    const code = codeOf(error);
    if (ALARM_ERRORS.has(code)) return void (await showDamaged(code).catch(() => nothing(errorSentence(code), code)));
    nothing(code === 'log-absent' ? t('historyEmpty') : errorSentence(code), code);
  }
}

showLegend();
control('filter-kind').replaceChildren(...FILTERS.map(([value, name]) => element('option', { value }, name())));
for (const id of ['filter-kind', 'filter-account']) byId(id).addEventListener('change', filter);
byId('detail').replaceChildren(
  element('h2', { id: 'detail-title' }, t('detailTitle')),
  element('p', { class: 'hint' }, t('detailNone')),
);
await start();
