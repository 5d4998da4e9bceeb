// One entry in full: what was seen, by which clocks, the picture if there is one, and its place in the log.

import { CodedError } from '../shared/errors.js';
import { element } from '../shared/dom.js';
import { errorSentence, language, sizeWords, t } from '../shared/i18n.js';
import { readParts } from '../shared/parts.js';
import { exactTime } from '../shared/times.js';
import { summaryOf } from '../shared/timeline.js';
import { copyButton } from './copy.js';
import { mailRows } from './mail-rows.js';
import { whatOf } from './entry-words.js';

const TIMEOUT_MS = 30_000;
const PICTURE_MAX = 4 * 1024 * 1024;

/** @param {string | null | undefined} iso */
const time = (iso) =>
  typeof iso === 'string' && Number.isFinite(Date.parse(iso))
    ? new Intl.DateTimeFormat(language(), { dateStyle: 'medium', timeStyle: 'long' }).format(new Date(iso))
    : null;

/** A version that is not told (shared/client.js) is no word for a member. @param {{browser: string, version: string}} client */
const browserOf = ({ browser, version }) => (/^\d/.test(version) ? `${browser} ${version}` : browser);

/** @param {[string, string | number | null | undefined, boolean?][]} list what is null is left out @param {string} [title] */
function facts(list, title) {
  const rows = list.flatMap(([term, value, mono]) =>
    value === null || value === undefined || value === ''
      ? []
      : [element('dt', {}, term), element('dd', mono ? { class: 'mono' } : {}, String(value))],
  );
  return rows.length > 0
    ? [...(title ? [element('h3', {}, title)] : []), element('dl', { class: 'detail-facts' }, ...rows)]
    : [];
}

/** @param {boolean | null | undefined} value */
const yesNo = (value) => (value === true ? t('yes') : value === false ? t('no') : null);

/** What a property or attribute of the switch says, in words. @param {boolean | 'true' | 'false' | 'mixed' | null | undefined} value */
function position(value) {
  if (value === null || value === undefined) return null;
  if (value === 'mixed') return t('saidMixed');
  return value === true || value === 'true' ? t('saidOn') : t('saidOff');
}

/** @param {any} control */
function saidOf({ checked, aria_checked: ariaChecked, aria_pressed: ariaPressed }) {
  const said = Object.entries({ checked, 'aria-checked': ariaChecked, 'aria-pressed': ariaPressed });
  return said
    .flatMap(([name, value]) => (position(value) === null ? [] : [t('remindNamed', name, position(value) ?? '')]))
    .join(' · ');
}

/** @param {any} account of an observation @param {Record<string, string>} names */
function accountWords(account, names) {
  if (!account?.pseudonym) return null;
  const name = names[account.pseudonym] ?? account.pseudonym;
  return account.said ? `${name} · ${t('noteSaid')}` : name;
}

/** @param {any} entry @param {Record<string, string>} names */
function seenFacts({ page, control, account, candidates }, names) {
  return facts(
    [
      [t('factAccount'), accountWords(account, names)],
      [t('premium'), yesNo(account?.premium)],
      [t('factLabel'), control?.label],
      [t('factPage'), page?.title],
      [t('factAddress'), page?.url],
      [t('factLanguage'), page?.language],
      [t('factControl'), control ? t(`control_${control.kind}`) : null],
      [t('factSaid'), control ? saidOf(control) : null],
      [t('factSwitches'), candidates],
    ],
    t('detailSeen'),
  );
}

/** @param {any} entry */
const documentFacts = (entry) =>
  facts(
    [
      [t('factPage'), entry.title],
      [t('factAddress'), entry.url],
      [t('factLanguage'), entry.language],
      [t('factEffective'), entry.effective_text ?? entry.effective],
    ],
    t('detailSeen'),
  );

/** @param {any} entry */
const stampFacts = (entry) =>
  facts(
    [
      [t('factAuthority'), entry.tsa],
      [t('factAddress'), entry.authority],
      [t('factSize'), entry.size],
      [t('factStamped'), time(entry.gen_time)],
    ],
    t('detailSeen'),
  );

/** The member's word, and what a mail says of itself. @param {any} entry */
const exhibitFacts = ({ file, note, mail, attachments }) => [
  ...facts(
    [
      [t('encloseFile'), file],
      [t('verifyFileType'), attachments?.[0]?.media_type],
      [t('verifyFileSize'), sizeWords(attachments?.[0]?.size ?? 0)],
      [t('verifyFileNote'), note],
    ],
    t('verifyExhibits'),
  ),
  ...(mail ? facts(mailRows(mail), t('verifyStated')) : []),
];

/** @param {any} entry */
function clockFacts({ observed_at: observed, time: written, clock, page, client }) {
  return facts(
    [
      [t('factObserved'), time(observed)],
      [t('factWritten'), time(written)],
      [t('factSynchronised'), clock?.synchronized === null ? t('notKnown') : yesNo(clock?.synchronized)],
      [t('factServer'), time(page?.server_date)],
      [t('factBrowser'), client ? `${browserOf(client)} · consentlog ${client.extension}` : null],
    ],
    t('detailClocks'),
  );
}

/** @param {any} entry @param {import('./log-proof.js').Proof | null} proof */
function proofFacts({ seq, attachments }, proof) {
  const kept = (attachments ?? []).map((/** @type {any} */ one) => [t('factAttachment', one.name), one.sha256, true]);
  return facts([[t('factNumber'), seq], [t('factLeaf'), proof?.leaves[seq] ?? null, true], ...kept], t('detailProof'));
}

/**
 * The entry as it is, for whoever wants to see or hash it. Without the sum over the log nothing says that the browser has not read it otherwise.
 * @param {any} entry @param {import('./log-proof.js').Proof | null} proof
 */
function bytesPart(entry, proof) {
  const text = JSON.stringify(entry);
  return element(
    'details',
    { class: 'bytes' },
    element('summary', {}, t('detailBytes')),
    ...(proof ? [] : [element('p', { class: 'hint' }, t('detailBytesUnproved'))]),
    element('pre', { dir: 'ltr', lang: 'en' }, text),
    copyButton(text, t('copyEntry')),
  );
}

/** @param {import('../shared/host.js').Conversation} host @param {string} sha256 @returns {Promise<Blob>} */
async function loadAttachment(host, sha256) {
  const { bytes, last } = await readParts(
    (offset) => host.ask('attachment', { sha256, offset }, TIMEOUT_MS),
    PICTURE_MAX,
  );
  return bytes.slice(0, bytes.size, last.media_type);
}

/**
 * Drawn, not linked: the page's policy allows no image from anywhere.
 * @param {import('../shared/host.js').Conversation} host @param {string} sha256
 */
async function picture(host, sha256) {
  const image = await createImageBitmap(await loadAttachment(host, sha256));
  const canvas = /** @type {HTMLCanvasElement} */ (
    element('canvas', { role: 'img', 'aria-label': t('pictureOfSetting') })
  );
  canvas.width = image.width;
  canvas.height = image.height;
  canvas.getContext('2d')?.drawImage(image, 0, 0);
  return canvas;
}

/** @param {HTMLElement} place @param {import('../shared/host.js').Conversation} host @param {any} entry */
async function showPicture(place, host, entry) {
  if (entry.kind === 'exhibit') return; // what the member enclosed is never drawn
  const found = (entry.attachments ?? []).find((/** @type {any} */ { media_type: type }) => type === 'image/png');
  if (!found) return;
  place.replaceChildren(element('p', { class: 'busy' }, t('loading')));
  try {
    place.replaceChildren(await picture(host, found.sha256));
  } catch (error) {
    place.replaceChildren(element('p', {}, errorSentence(error instanceof CodedError ? error.code : 'host-answer')));
  }
}

/**
 * @param {HTMLElement} panel
 * @param {any} entry
 * @param {object} more
 * @param {import('../shared/host.js').Conversation} more.host
 * @param {Record<string, string>} more.names
 * @param {import('./log-proof.js').Proof | null} more.proof
 */
export async function showDetail(panel, entry, { host, names, proof }) {
  const place = element('div', { class: 'detail-picture' });
  const point = summaryOf(entry);
  const seen = { document: documentFacts, timestamp: stampFacts, exhibit: exhibitFacts }[
    /** @type {string} */ (entry.kind)
  ];
  panel.replaceChildren(
    element('h2', { id: 'detail-title' }, whatOf(point)),
    element('p', { class: 'hint' }, exactTime(new Date(point.at).toISOString(), language())),
    place,
    ...(seen ? seen(entry) : seenFacts(entry, names)),
    ...(entry.kind === 'document'
      ? [element('p', {}, element('a', { href: 'documents.html' }, t('detailCompare')))]
      : []),
    ...clockFacts(entry),
    ...proofFacts(entry, proof),
    bytesPart(entry, proof),
  );
  await showPicture(place, host, entry);
}
