// A file of the member's own: chosen, handed to the host in parts, and listed once it is kept. What it is the host says; nothing of it is drawn.

import { clientInfo } from '../shared/client.js';
import { announce, byId, element, visible } from '../shared/dom.js';
import { toBase64 } from '../shared/encoding.js';
import { CodedError } from '../shared/errors.js';
import { openConversation } from '../shared/host.js';
import { errorSentence, language, sizeWords, t } from '../shared/i18n.js';
import { exactTime } from '../shared/times.js';
import { control, tell } from './frame.js';
import { mailRows } from './mail-rows.js';

/** @typedef {import('../shared/types.js').Enclosed} Enclosed */

const MOST = 26_214_400;
const PART = 1 << 20;
const [NAME, NOTE] = [255, 1000]; // bytes
const TIMEOUT_MS = 60_000;

/** While it runs: closing the conversation makes the host forget what it has. @type {import('../shared/host.js').Conversation | null} */
let running = null;

/** @param {string} words */
function wrong(words) {
  byId('enclose-wrong').textContent = words;
}

/** @param {string} text @param {number} most */
const fits = (text, most) => visible(text) === text && new TextEncoder().encode(text).length <= most;

/** @param {File | undefined} file @param {string} note @returns {string} '' when nothing is wrong */
function faultOf(file, note) {
  if (!file) return t('encloseNone');
  if (file.size === 0) return t('encloseEmpty');
  if (file.size > MOST) return t('encloseLarge', sizeWords(file.size));
  if (!fits(file.name, NAME) || /[/\\]/.test(file.name)) return t('encloseName');
  return fits(note, NOTE) ? '' : t('encloseNoteWrong');
}

/** @param {File} file @param {number} offset */
async function partOf(file, offset) {
  const bytes = await file
    .slice(offset, offset + PART)
    .arrayBuffer()
    .catch(() => null);
  if (!bytes || bytes.byteLength === 0) throw new CodedError('file-unread');
  return new Uint8Array(bytes);
}

/** @param {string} words */
function busy(words) {
  byId('enclose-progress').hidden = words === '';
  byId('enclose-progress').textContent = words;
  byId('enclose-stop').hidden = words === '';
  if (words) byId('enclose-go').setAttribute('aria-disabled', 'true');
  else byId('enclose-go').removeAttribute('aria-disabled');
}

/** @param {import('../shared/host.js').Conversation} host @param {File} file @param {string | null} note */
async function send(host, file, note) {
  const about = { file: file.name, note, size: file.size, client: await clientInfo() };
  for (let offset = 0; ;) {
    if (running !== host) throw new CodedError('host-crashed'); // it was stopped
    busy(t('encloseProgress', sizeWords(offset), sizeWords(file.size)));
    const bytes = await partOf(file, offset);
    const answer = await host.ask('keep', { ...about, offset, base64: toBase64(bytes) }, TIMEOUT_MS);
    offset += bytes.length;
    if (answer?.written === true && offset === file.size) return answer;
    if (answer?.written !== false || answer.received !== offset || offset >= file.size)
      throw new CodedError('host-answer');
  }
}

/** What was wrong with the file and not with the log. */
const OWN = Object.freeze(
  /** @type {Record<string, () => string>} */ ({
    'file-unread': () => t('encloseUnread'),
    'bad-value': () => t('encloseRefused'),
    'too-long': () => t('encloseRefused'),
    contradiction: () => t('encloseRefused'),
    'unknown-op': () => t('encloseOld'),
  }),
);

/** @param {unknown} error */
function sentenceOf(error) {
  const code = error instanceof CodedError ? error.code : 'host-answer';
  return OWN[code]?.() ?? errorSentence(code);
}

/** @param {File} file @param {number} seq */
function done(file, seq) {
  const words = t('encloseDone', file.name, seq);
  /** @type {HTMLFormElement} */ (byId('enclose')).reset();
  byId('enclose-outcome').textContent = words;
  announce(words);
  byId('enclose-file').focus();
}

/** @param {() => Promise<void>} kept */
async function keep(kept) {
  if (running) return;
  const file = /** @type {File | undefined} */ (control('enclose-file').files[0]);
  const note = control('enclose-note').value.trim();
  const fault = faultOf(file, note);
  wrong(fault);
  byId('enclose-outcome').textContent = '';
  if (fault || !file) return;
  const host = openConversation();
  running = host;
  try {
    const { seq } = await send(host, file, note || null);
    done(file, seq);
  } catch (error) {
    if (running === host) wrong(sentenceOf(error));
  } finally {
    host.close();
    if (running === host) rest();
  }
  await tell('refresh');
  await kept();
}

/** Nothing runs any more; the button that stops it is gone. */
function rest() {
  running = null;
  if (document.activeElement === byId('enclose-stop')) byId('enclose-file').focus();
  busy('');
}

/** A part that is still being read is not waited for: what is sent next is another. */
function stop() {
  if (!running) return; // it was done in this very moment
  running.close();
  rest();
  wrong(t('encloseStopped'));
}

/** @param {string} term @param {string | null} value */
const fact = (term, value) => (value === null ? [] : [element('dt', {}, term), element('dd', {}, value)]);

/** @param {NonNullable<Enclosed['mail']>} mail */
const mailFacts = (mail) => [
  element('p', { class: 'hint' }, t('verifyStated')),
  element('dl', {}, ...mailRows(mail).flatMap(([term, value]) => fact(term, value))),
];

/** @param {Enclosed} one */
function item({ seq, at, file, note, mail, type, size }) {
  return element(
    'li',
    { 'data-seq': String(seq) },
    element('h3', {}, file),
    element(
      'dl',
      {},
      ...fact(t('verifyFileKept'), exactTime(at, language(), 'medium')),
      ...fact(t('verifyFileType'), type),
      ...fact(t('verifyFileSize'), sizeWords(size)),
      ...fact(t('verifyFileNote'), note),
    ),
    ...(mail ? mailFacts(mail) : []),
  );
}

/** The newest first. @param {Enclosed[]} files */
export function showEnclosed(files) {
  byId('enclosed-title').hidden = files.length === 0;
  byId('enclosed').replaceChildren(...[...files].reverse().map(item));
}

/** @param {() => Promise<void>} kept something is in the log that was not */
export function openEnclose(kept) {
  byId('enclose').addEventListener('submit', (event) => {
    event.preventDefault();
    void keep(kept);
  });
  byId('enclose-stop').addEventListener('click', stop);
  byId('enclose-file').addEventListener('change', () => wrong(''));
}
