// One package's verdict: a sentence first, then what it means and does not, then what the entries say. All of it from what the checks gave.

import { element } from '../shared/dom.js';
import { language, plural, t } from '../shared/i18n.js';
import { checkName } from './check-names.js';
import { enclosedOf } from './verify-enclosed.js';
import { documentsOf, picturesOf } from './verify-kept.js';
import { timelineOf } from './verify-timeline.js';
import { bracketWords, eventWords, plain, saying, utcUp, when } from './verify-words.js';

/** @typedef {import('../verifier/session.js').Told} Told @typedef {import('../verifier/report-model.js').Event} Event */
/** @typedef {import('./verify-kept.js').Read} Read */
/** @typedef {'same' | 'other' | 'none'} Match */

const MARKS = Object.freeze({ good: '✓', remark: '!', failed: '✗', skipped: '–' });

const number = (/** @type {number} */ value) => new Intl.NumberFormat(language()).format(value);

/** Is it this computer’s doing, not the package’s? @param {import('../verifier/fault.js').Finding} [failed] */
const isUnread = (failed) => failed?.say === 'unreadable';

/** The first that is the package’s, or else the first. @param {Told} verdict */
function failure({ checks }) {
  const failed = checks.filter(({ result }) => result === 'failed');
  return failed.find((one) => !isUnread(one)) ?? failed[0];
}

/** @param {Told} verdict @param {string} given */
function toneOf(verdict, given) {
  if (isUnread(failure(verdict))) return 'unread';
  return verdict.good && matchOf(given, verdict.key) !== 'other' ? 'good' : 'bad';
}

/** What somebody was told against what the package has. @param {string} given @param {string | null} key @returns {Match} */
export function matchOf(given, key) {
  const wanted = given
    .replace(/\s+/g, '')
    .replace(/^SHA256:/i, '')
    .replace(/=+$/, '');
  if (!wanted) return 'none';
  return key !== null && key === `SHA256:${wanted}` ? 'same' : 'other';
}

/** @param {Told} verdict @param {string} given */
export function headlineOf(verdict, given) {
  const failed = failure(verdict);
  if (isUnread(failed)) return t('verifyUnread');
  if (failed) return t('verifyBad', saying(failed));
  if (matchOf(given, verdict.key) === 'other') return t('verifyBad', t('verifyKeyOther'));
  const key = verdict.key ?? '';
  const { stamped_time: time, stamped_size: size, entries } = verdict;
  if (!time) return t('verifyGood', key);
  return size < entries
    ? t('verifyGoodPart', utcUp(time), key, number(size), number(entries))
    : t('verifyGoodStamped', utcUp(time), key);
}

/** @param {Told} verdict @param {string} given */
function matchLine({ key }, given) {
  const match = matchOf(given, key);
  const words = { same: t('verifyKeySame'), other: t('verifyKeyOther'), none: t('verifyKeyNone') }[match];
  return element('p', { class: 'match', 'data-match': match }, words);
}

/** @param {Told} verdict */
function coverage({ timestamps, stamped_size: size, entries }) {
  if (size === 0) return null;
  const names = [...new Set(timestamps.map(({ authority }) => plain(authority)))].join('; ');
  return element('p', {}, t('verifyCovered', number(size), number(entries), names));
}

/** @param {Told} verdict */
function meaning(verdict) {
  const files = verdict.derived.join(', ');
  const lines = [
    t('verifyMeansSigned'),
    t('verifyMeansWord'),
    t('verifyMeansNot'),
    ...(files ? [t('verifyMeansFiles', files)] : []),
    t('verifyMeansPage'),
  ];
  return element(
    'section',
    {},
    element('h3', {}, t('verifyMeans')),
    element('ul', { class: 'means' }, ...lines.map((line) => element('li', {}, line))),
  );
}

/** @param {import('../verifier/fault.js').Finding} finding */
function findingItem(finding) {
  const about = finding.say === 'skipped' ? checkName(finding.check) : ''; // or all of those would read alike
  const file = finding.file ? element('code', { dir: 'ltr' }, plain(finding.file)) : null;
  return element(
    'li',
    { 'data-result': finding.result, 'data-check': finding.check, 'data-say': finding.say },
    element('span', { class: 'mark', 'aria-hidden': 'true' }, MARKS[finding.result]),
    element('span', {}, ...(about ? [element('b', {}, about), ' · '] : []), saying(finding), file ? ' ' : null, file),
  );
}

/** @param {Told} verdict */
function findings({ checks }) {
  const attention = checks.filter(({ result }) => result === 'failed' || result === 'remark');
  const rest = checks.filter(({ result }) => result === 'good' || result === 'skipped');
  return element(
    'section',
    {},
    element('h3', {}, t('verifyFindings')),
    element('ul', { class: 'findings' }, ...[...attention, ...rest].map(findingItem)),
  );
}

/** @param {Event} event @param {Told} verdict @param {number} accounts */
function row(event, verdict, accounts) {
  const seq = event.last > event.seq ? `${event.seq}–${event.last}` : String(event.seq);
  const written = event.written ? element('span', { class: 'small' }, t('verifyWritten', when(event.written))) : null;
  const doubted = event.doubted ? element('strong', {}, ` · ${t('verifyDoubted')}`) : null;
  return element(
    'tr',
    { 'data-kind': event.kind },
    element('td', {}, event.at ? when(event.at) : '–', written),
    element(
      'td',
      {},
      eventWords(event, accounts),
      event.text && event.kind === 'observation' ? element('span', { class: 'small' }, plain(event.text)) : null,
      doubted,
    ),
    element('td', { 'data-head': t('verifyBracket') }, bracketWords(event.seq, verdict.brackets)),
    element('td', { 'data-head': t('verifyEntry') }, seq),
  );
}

/** @param {Told} verdict */
function entriesSection(verdict) {
  const told = verdict.model;
  if (!told) return null;
  const heads = [t('verifyTime'), t('verifyWhat'), t('verifyBracket'), t('verifyEntry')].map((name) =>
    element('th', { scope: 'col' }, name),
  );
  const rows = told.events.map((event) => row(event, verdict, told.accounts));
  return element(
    'section',
    {},
    element('h3', {}, t('verifyEntries')),
    element('p', {}, t('verifyEntriesCounts', told.observations, told.documents, told.accounts)),
    timelineOf(told.runs),
    element(
      'div',
      { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': t('verifyEntries') },
      element(
        'table',
        { class: 'events' },
        element('thead', {}, element('tr', {}, ...heads)),
        element('tbody', {}, ...rows),
      ),
    ),
    told.more ? element('p', {}, plural('verifyMore', told.more)) : null,
  );
}

/** @param {Told} verdict */
function remarks({ good, remarks: count }) {
  if (!good) return null;
  return element(
    'p',
    { class: 'remarks', 'data-count': String(count) },
    count ? plural('verifyRemarks', count) : t('verifyNoRemarks'),
  );
}

/**
 * @param {string} name of the file or folder
 * @param {Told} verdict
 * @param {string} given the fingerprint that the owner told
 * @param {Read} read
 */
export function verdictElement(name, verdict, given, read) {
  const counts = verdict.good
    ? element('p', {}, t('verifyCounts', verdict.entries, verdict.withheld, verdict.unread))
    : null;
  const tone = toneOf(verdict, given);
  return element(
    'article',
    { class: 'card verdict', 'data-tone': tone, tabindex: '-1' },
    element('p', { class: 'small name' }, plain(name), verdict.log ? ` · ${verdict.log}` : null),
    element('h2', {}, headlineOf(verdict, given)),
    tone === 'unread' ? element('p', {}, t('verifyUnreadNext')) : null,
    verdict.key ? matchLine(verdict, given) : null,
    remarks(verdict),
    coverage(verdict),
    counts,
    verdict.good ? meaning(verdict) : null,
    findings(verdict),
    entriesSection(verdict),
    verdict.good ? picturesOf(verdict, read) : null,
    verdict.good ? documentsOf(verdict, read) : null,
    verdict.good ? enclosedOf(verdict) : null,
  );
}
