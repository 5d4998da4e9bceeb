// Documents: what is kept of LinkedIn's terms, and what has changed in them.

import { announce, byId, element } from '../shared/dom.js';
import { DOCUMENT_ORIGINS, DOCUMENTS, documentUrl } from '../shared/documents.js';
import { errorSentence, language, t } from '../shared/i18n.js';
import { createGathered } from '../shared/serial.js';
import { NO_DOCUMENTS, readStored } from '../shared/stored.js';
import { exactTime } from '../shared/times.js';
import { showComparison } from './comparison.js';
import { openEnclose, showEnclosed } from './enclose.js';
import { control, openPage, tell, tellAloud, whenStored } from './frame.js';
import { whatHelps } from './what-helps.js';

/**
 * @typedef {import('../shared/types.js').Version} Version
 * @typedef {import('../shared/documents.js').DocumentKind} DocumentKind
 */

/** Every kept version, oldest first; asked for once and when something was written. Null: the log could not be read yet. @type {Version[] | null} */
let versions = null;

/** @param {string} id @returns {Version[]} its different texts, each as it was first seen */
const textsOf = (id) =>
  (versions ?? []).filter(
    ({ document: kept, sha256 }, at, all) =>
      kept === id && all.findIndex((one) => one.document === id && one.sha256 === sha256) === at,
  );

/** @param {string} term @param {string} value */
const fact = (term, value) => [element('dt', {}, term), element('dd', {}, value)];

/** @param {string} iso */
const when = (iso) => exactTime(iso, language(), 'medium');

/**
 * What is known of it: a list of terms, or that there is nothing yet, which is no term; of a log that was not read, nothing.
 * @param {DocumentKind} kind
 */
function factsOf({ id }) {
  if (!versions) return null;
  const kept = versions.filter((version) => version.document === id);
  const last = kept.at(-1);
  if (!last) return element('p', { class: 'hint' }, t('docNever'));
  return element(
    'dl',
    {},
    ...fact(t('docEffective'), last.effective_text ?? t('docNoDate')),
    ...fact(t('lastSeen'), when(last.observed_at)),
    ...fact(t('docTexts'), String(textsOf(id).length)),
  );
}

/** @param {DocumentKind} kind @param {import('../shared/types.js').Documents} documents */
function card(kind, { refused, changes }) {
  const { id } = kind;
  const outcome = refused[id];
  const changed = changes[id]?.seen === false;
  /** Nine buttons of one name are heard with what they are about. @param {string} label */
  const about = (label) => ({ 'aria-label': t('remindNamed', t(`document_${id}`), label) });
  const compare = element(
    'button',
    { class: 'button', type: 'button', id: `compare ${id}`, ...about(t('compare')) },
    t('compare'),
  );
  compare.addEventListener('click', () => void openComparison(id));
  return element(
    'li',
    { 'data-changed': String(changed) },
    element('h3', {}, t(`document_${id}`)),
    element(
      'div',
      {},
      changed ? element('p', {}, element('span', { class: 'pill', 'data-tone': 'bad' }, t('noteChanged'))) : null,
      factsOf(kind),
      outcome
        ? element('p', { class: 'refused' }, t('remindNamed', when(outcome.at), t(`refused_${outcome.reason}`)))
        : null,
    ),
    element(
      'div',
      { class: 'row' },
      textsOf(id).length > 1 ? compare : null,
      element(
        'a',
        { href: documentUrl(kind), target: '_blank', rel: 'noreferrer', ...about(`${t('docOpen')} ${t('newTab')}`) },
        t('docOpen'),
      ),
    ),
  );
}

/** @param {string} id */
async function openComparison(id) {
  const isShown = await showComparison(t(`document_${id}`), textsOf(id), (sha256) =>
    tellAloud(byId('outcome'), 'documents-text', { sha256 }),
  );
  if (!isShown) return; // why is said, or another was asked for
  byId('compare').hidden = false;
  byId('compare').focus();
  byId('compare').scrollIntoView({ block: 'start' });
  void tell('documents-seen', { document: id });
}

let shown = '';

async function show() {
  const { documents = NO_DOCUMENTS } = await readStored();
  control('keep').checked = documents.on;
  const { progress } = documents;
  const at = document.activeElement;
  byId('keep-all').hidden = progress !== null || !documents.on;
  byId('keep-stop').hidden = progress === null;
  if (at?.id === 'keep-all' && progress !== null) byId('keep-stop').focus();
  if (at?.id === 'keep-stop' && progress === null) byId('keep-all').focus();
  byId('progress').textContent = progress
    ? t('keepProgress', progress.done + 1, progress.total, t(`document_${progress.current}`))
    : '';
  const next = JSON.stringify([documents.refused, documents.changes, versions]);
  if (next === shown) return;
  shown = next;
  const focused = document.activeElement?.id;
  byId('documents').replaceChildren(...DOCUMENTS.map((kind) => card(kind, documents)));
  if (focused) document.getElementById(focused)?.focus();
}

/** The newest answer last. */
const load = createGathered(async () => {
  const answer = await tell('documents-versions');
  byId('nothing').hidden = answer.ok || answer.code === 'log-absent';
  if (!byId('nothing').hidden)
    byId('nothing').replaceChildren(...whatHelps(errorSentence(answer.code), answer.code, load));
  if (answer.code === 'log-absent') versions = [];
  if (answer.ok) versions = answer.versions;
  if (answer.ok) showEnclosed(answer.files);
  await show();
});

/** The permission has to be asked for in the very click. */
async function turn() {
  const on = control('keep').checked;
  const granted = !on || (await chrome.permissions.request({ origins: [...DOCUMENT_ORIGINS] }).catch(() => false));
  const answer = await tellAloud(byId('outcome'), 'documents-turn', { on: on && granted });
  control('keep').checked = answer.ok ? answer.on === true : (await readStored()).documents?.on === true;
  if (answer.ok && on && !answer.on) byId('outcome').textContent = t('keepRefused');
}

await openPage('documents.html', 'documentsTitle');
openEnclose(load);
control('keep').addEventListener('change', () => void turn());
byId('keep-all').addEventListener('click', async () => {
  const { ok, started } = await tellAloud(byId('outcome'), 'documents-collect');
  if (ok && !started) byId('outcome').textContent = t('checkBusy');
  if (ok && started) announce(t('keepAll'));
});
byId('keep-stop').addEventListener('click', () => void tell('documents-stop'));
whenStored(['documents'], () => void show());
whenStored(['log'], () => void load());
await show();
await load();
