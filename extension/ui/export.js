// Export: what goes into the package and what does not, then the host's own check of the file that it wrote.

import { openConversation } from '../shared/host.js';
import { announce, byId, element } from '../shared/dom.js';
import { CodedError } from '../shared/errors.js';
import { errorSentence, language, plural, sizeWords, t } from '../shared/i18n.js';
import { namesOf } from '../shared/names.js';
import { readParts } from '../shared/parts.js';
import { readStored } from '../shared/stored.js';
import { exactTime } from '../shared/times.js';
import { checkName } from './check-names.js';
import { commandRow, copyButton } from './copy.js';
import { control, openPage, tell } from './frame.js';
import { whatHelps } from './what-helps.js';

/** A long log is hashed, packed and read again. */
const TIMEOUT_MS = 600_000;
/** A part of a report, or the desktop's program. */
const PART_MS = 30_000;
const REPORT_LANGUAGES = Object.freeze({ en: 'English', de: 'Deutsch', fr: 'Français' });

/** After it has run: what was exported can still be shown over it. @type {import('../shared/host.js').Conversation | null} */
let done = null;

/** While it runs: closing the conversation makes the host give up. @type {import('../shared/host.js').Conversation | null} */
let running = null;

/** How many entries the host has to read: how long that takes it does not say. */
let inLog = 0;

const prefs = await openPage('export.html', 'exportTitle');

/** @param {string} words */
function wrong(words) {
  byId('wrong').textContent = words;
}

/** What is asked of the host. */
function wanted() {
  const accounts = [...document.querySelectorAll('#withhold-accounts input')].filter(
    (box) => /** @type {any} */ (box).checked,
  );
  const text = (/** @type {string} */ id) => control(id).value.trim() || null;
  return {
    since: text('since'),
    until: text('until'),
    withhold: {
      accounts: accounts.map((box) => /** @type {any} */ (box).value),
      pictures: control('withhold-pictures').checked,
      documents: control('withhold-documents').checked,
      ...(control('withhold-exhibits').checked ? { exhibits: true } : {}), // which a host of before does not know
      entries: [],
    },
    language: control('report-language').value,
    owner: text('owner'),
    folder: text('folder'),
  };
}

/** @param {ReturnType<typeof wanted>} params @returns {string} '' when nothing is wrong */
function faultOf({ since, until, folder }) {
  if (since && until && since > until) return t('exportRangeWrong');
  return folder && !folder.startsWith('/') ? t('exportFolderWrong') : '';
}

/** @param {boolean} on */
function busy(on) {
  byId('progress').hidden = !on;
  byId('stop').hidden = !on;
  byId('progress').textContent = on ? plural('exportBusy', inLog) : '';
  if (on) byId('go').setAttribute('aria-disabled', 'true');
  else byId('go').removeAttribute('aria-disabled');
}

/** A remark is something to know, and no praise. */
const MARKS = Object.freeze({ good: '✓', remark: '·', failed: '✗', skipped: '✗' });

/** @param {string} name of a check @returns {(Node | string)[]} in the language of the page, whatever the report's is */
const partOf = (name) => (checkName(name) ? [element('b', { lang: language() }, checkName(name)), ' · '] : []);

/**
 * What was found, in the host's own words. A host of before did not tell a remark apart.
 * @param {{name: string, ok: boolean, result?: keyof typeof MARKS, what: string}} check
 */
function checkRow({ name, ok, result = ok ? 'remark' : 'failed', what }) {
  const said = ok ? (result === 'remark' ? t('checkRemark') : '') : t('checkBad');
  return element(
    'li',
    { 'data-ok': String(ok), 'data-result': result },
    element('span', { class: 'check-mark', 'aria-hidden': 'true' }, MARKS[result]),
    element(
      'span',
      {},
      said ? element('span', { class: 'visually-hidden' }, `${said} `) : null,
      ...partOf(name),
      what || name,
    ),
  );
}

/** By what a receiver can tell whose package it is, once the member has told them. @param {{name: string, what: string}[]} checks */
function showKey(checks) {
  const [key] = checks.find(({ name }) => name === 'key')?.what.match(/SHA256:[A-Za-z0-9+/]{43}/) ?? [];
  byId('key').hidden = !key;
  if (key) byId('key-fingerprint').replaceChildren(element('code', {}, key), copyButton(key, t('copyKey')));
}

/** @param {any} done as docs/protocol.md has it */
function showResult({ path, bytes, entries, disclosed, withheld, verified, checks }) {
  const title = verified ? t('exportVerified') : t('exportNotVerified');
  byId('result').dataset.tone = verified ? 'good' : 'bad';
  byId('result-title').textContent = title;
  const parts = [
    plural('exportEntries', entries),
    plural('exportDisclosed', disclosed),
    plural('exportWithheld', withheld),
    sizeWords(bytes),
  ];
  byId('result-text').textContent = parts.join(' · ');
  byId('result-path').replaceChildren(element('code', {}, path), copyButton(path, t('copyPath')));
  showKey(checks);
  byId('result-checks').lang = control('report-language').value; // they are said in the report's
  byId('result-checks').replaceChildren(.../** @type {any[]} */ (checks).map(checkRow));
  byId('how-command').replaceChildren(commandRow(`consentlog verify ${nameOf(path)}`));
  /** @type {any} */ (byId('result-details')).open = !verified;
  byId('go').classList.remove('button--primary'); // the report is next
  byId('result').hidden = false;
  byId('result').focus();
  announce(title);
}

/** @param {string} words */
const tellResult = (words) => void (byId('result-outcome').textContent = words);

/** @returns {Promise<string>} report.html out of the package that was just written, as it stands there */
async function readReport() {
  const host = done;
  if (!host) throw new CodedError('package-gone');
  const { bytes } = await readParts((offset) => host.ask('open', { what: 'report', offset }, PART_MS));
  return bytes.text();
}

/** @param {() => Promise<unknown>} act */
const tried = (act) => async () => {
  tellResult('');
  await act().catch((error) => tellResult(errorSentence(error instanceof CodedError ? error.code : 'host-answer')));
};

/** @param {Window} page of ours: it says when it listens @returns {Promise<unknown>} */
const listening = (page) =>
  new Promise((resolve) => {
    addEventListener('message', function heard({ source, origin }) {
      if (source !== page || origin !== location.origin) return;
      removeEventListener('message', heard);
      resolve(null);
    });
  });

/** In a tab of its own, which has to be opened at once: later the browser would not let us. @param {boolean} print */
const openReport = (print) =>
  tried(async () => {
    const page = window.open('report.html');
    if (!page) throw new CodedError('tab-refused');
    const [html] = await Promise.all([readReport(), listening(page)]).catch((error) => {
      page.close();
      throw error;
    });
    page.postMessage({ html, print }, location.origin);
  });

const showFolder = tried(async () => {
  const { shown } = done ? await done.ask('open', { what: 'folder', offset: 0 }, PART_MS) : { shown: false };
  tellResult(t(shown ? 'folderShown' : 'folderNotShown'));
});

/** Whoever gets the file keeps it elsewhere: only its name, of letters and digits, goes along. @param {string} path */
const nameOf = (path) => path.slice(path.lastIndexOf('/') + 1);

/** @param {Event} event */
async function start(event) {
  event.preventDefault();
  if (running) return;
  const params = wanted();
  const fault = faultOf(params);
  wrong(fault);
  if (fault) return;
  busy(true);
  byId('result').hidden = true;
  done?.close();
  done = null;
  try {
    running = openConversation();
    showResult(await running.ask('export', params, TIMEOUT_MS));
    [done, running] = [running, null];
  } catch (error) {
    wrong(running ? errorSentence(error instanceof CodedError ? error.code : 'host-answer') : t('exportStopped'));
  } finally {
    running?.close();
    running = null;
    busy(false);
  }
}

/** The member gives up; the host leaves no half a file. */
function stop() {
  if (!running) return; // it was done in this very moment
  const conversation = running;
  running = null;
  conversation.close();
  wrong(t('exportStopped'));
  busy(false);
  byId('go').focus(); // the button that was pressed is gone
}

/** @param {import('../shared/protocol.js').Account[]} accounts */
function showAccounts(accounts) {
  const names = namesOf(accounts, prefs.names);
  const rows = accounts.flatMap(({ pseudonym, last_seen: seen }, index) => {
    if (pseudonym === null) return [];
    const id = `withhold-${index}`;
    const name = t('accountSeen', names[pseudonym], exactTime(seen, language(), 'medium'));
    return [
      element(
        'div',
        { class: 'check' },
        element('input', { type: 'checkbox', id, value: pseudonym }),
        element('label', { for: id }, t('withholdAccount', name)),
      ),
    ];
  });
  byId('withhold-accounts').replaceChildren(...(rows.length > 1 ? rows : []));
}

/** Nothing to export: no log, or it cannot be read now. @param {import('../shared/types.js').Stored} stored */
function showNothing({ log }) {
  const code = log.error ?? [log.status?.keyring, log.status?.log].find((one) => one && one !== 'ok') ?? null;
  const absent = !code && (log.status?.size ?? 0) === 0;
  byId('nothing').hidden = !code && !absent;
  byId('form').hidden = code !== null || absent;
  const words = code && code !== 'log-absent' ? errorSentence(code) : t('exportNothing');
  byId('nothing').replaceChildren(...whatHelps(words, code ?? '', () => location.reload()));
}

/** Where it goes if nothing is typed. A host of before does not tell. */
async function tellFolder() {
  const host = openConversation();
  const told = await host.ask('open', { what: 'downloads', offset: 0 }, PART_MS).catch(() => null);
  host.close();
  if (told?.path) byId('folder-hint').textContent = t('exportFolderIs', told.path);
}

const select = control('report-language');
select.replaceChildren(...Object.entries(REPORT_LANGUAGES).map(([value, name]) => element('option', { value }, name)));
select.value = t('language');
// Without a file, this would check the log of whoever runs it.
byId('how-command').replaceChildren(commandRow('consentlog verify linkedin-consent-*.zip'));
byId('form').addEventListener('submit', (event) => void start(event));
byId('stop').addEventListener('click', stop);
byId('report-open').addEventListener('click', openReport(false));
byId('report-print').addEventListener('click', openReport(true));
byId('folder-show').addEventListener('click', showFolder);
// Nobody exports before they have seen whom they may leave out.
byId('nothing').replaceChildren(element('p', { class: 'busy' }, t('loading')));
byId('nothing').hidden = false;
await tell('refresh');
const stored = await readStored();
inLog = stored.log.status?.size ?? 0;
const status = /** @type {any} */ (stored.log.status);
const stamped = (status?.timestamps?.count ?? 0) > 0;
byId('limits').textContent = t(stamped ? 'howLimits' : 'howLimitsUnstamped');
showAccounts(stored.log.status?.accounts ?? []);
showNothing(stored);
if (!byId('form').hidden) void tellFolder();
