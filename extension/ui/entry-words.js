// An entry in words, for list, picture and detail.

import { visible } from '../shared/dom.js';
import { language, t } from '../shared/i18n.js';
import { exactTime } from '../shared/times.js';
import { markOf } from '../shared/timeline.js';

/** @typedef {import('../shared/timeline.js').Summary} Summary */

/** LinkedIn's documents have names in _locales; a later version may keep others. @param {string | null} subject */
const documentName = (subject) => t(`document_${subject ?? ''}`).replace(/^document_/, '');

/** The common name in a certificate's subject, or all of it. @param {string} subject */
const signerName = (subject) => /(?:^|,)\s*CN=([^,]+)/.exec(subject)?.[1] ?? subject;

/** @param {Summary} point @returns {string} */
function stateWords({ state, reason, change, cause, phase }) {
  const said =
    state === 'unknown' && reason
      ? t('remindNamed', t('headline_unknown'), t(`why_${reason}`))
      : t(`headline_${state}`);
  if (phase === 'pending') return `${said} · ${t('notePending')}`;
  if (change === 'reworded') return `${said} · ${t('noteReworded')}`;
  if (change === 'stale') return `${said} · ${t('verifyStale')}`;
  if (change !== 'changed' || !cause) return said;
  return `${said} · ${cause === 'user' ? t('noteUser') : t('noteUnexplained')}`;
}

/** @param {Summary} point @returns {string} */
const observationWords = (point) =>
  [
    stateWords(point),
    ...(point.said ? [t('noteAccountSaid')] : []),
    ...(point.pictured ? [t('notePicture')] : []),
  ].join(' · ');

/** @param {Summary} point @returns {string} */
export function whatOf(point) {
  if (point.kind === 'observation') return observationWords(point);
  if (point.kind === 'document')
    return `${documentName(point.subject)} · ${point.change === 'unchanged' ? t('noteSame') : point.change === 'changed' ? t('noteChanged') : t('noteFirst')}`;
  if (point.kind === 'timestamp') return `${t('kind_timestamp')} · ${signerName(point.subject ?? '')}`;
  if (point.kind === 'exhibit') return `${t('kind_exhibit')} · ${visible(point.subject ?? '')}`;
  return ['genesis', 'discontinuity', 'lost'].includes(point.kind) ? t(`kind_${point.kind}`) : point.kind;
}

/** @param {Summary} point */
export const whenOf = ({ at }) =>
  Number.isFinite(at) ? exactTime(new Date(at).toISOString(), language(), 'medium') : '?';

/** @param {Summary} point @param {Record<string, string>} names by pseudonym */
export function describe(point, names) {
  const name = names[point.account];
  return [whenOf(point), ...(name ? [name] : []), whatOf(point)].join(' · ');
}

/** The same as a sentence, for those who hear. @param {Summary} point @param {Record<string, string>} names by pseudonym */
export function sentenceOf(point, names) {
  const when = [whenOf(point), names[point.account]].filter(Boolean).join(', ');
  return t('pointSaid', when, whatOf(point).replaceAll(' · ', ', '));
}

/** What of it is drawn beside its words. @param {Summary} point */
export const signOf = (point) => markOf(point) ?? (point.kind === 'observation' ? `state-${point.state}` : point.kind);
