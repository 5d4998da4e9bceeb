/** A settings key: what its words say of whose switch it is. */

import { SIZES } from './observation.js';

/** The words of a camelCase, kebab-case or snake_case name. @param {string} name */
const wordsIn = (name) =>
  name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter(Boolean);

const AI = new Set(['ai', 'genai', 'gai', 'generative', 'llm']);
const USE = new Set(['train', 'training', 'improve', 'improvement', 'model', 'models']);
/** Words of other settings' keys: such a switch is never taken for this one, however alone it stands. */
const OTHER = new Set([
  'ad',
  'ads',
  'advertising',
  'research',
  'email',
  'emails',
  'phone',
  'profile',
  'photo',
  'invitation',
  'invitations',
  'message',
  'messages',
  'messaging',
  'notification',
  'notifications',
  'location',
  'contacts',
  'calendar',
  'salary',
  'job',
  'jobs',
  'visibility',
  'active',
  'autoplay',
  'sound',
  'dark',
  'cookies',
  'consent',
  'newsletter',
]);

/** Words that settings' keys are made of: such a key tells nothing about a member. */
export const KEY_WORDS = Object.freeze([
  ...AI,
  ...USE,
  ...OTHER,
  'allow',
  'anonymized',
  'content',
  'creation',
  'data',
  'enable',
  'for',
  'gen',
  'linked',
  'in',
  'member',
  'my',
  'personal',
  'share',
  'sharing',
  'setting',
  'settings',
  'switch',
  'third',
  'party',
  'to',
  'toggle',
  'use',
  'user',
  'with',
  'by',
  'age',
  'on',
  'off',
  'a',
  'label',
  'title',
  'name',
]);

/** What a key of this setting may be made of. With any other word in it, it may be a key that says the opposite, or another purpose's. */
const OURS = new Set([
  ...AI,
  ...USE,
  'allow',
  'enable',
  'use',
  'data',
  'for',
  'gen',
  'content',
  'creation',
  'my',
  'member',
  'user',
  'to',
  'in',
  'linked',
  'setting',
  'settings',
  'toggle',
  'switch',
  'label',
  'title',
  'name',
  'personal',
  'the',
  'of',
  'is',
  'allowed',
  'enabled',
]);

/** A settings key is a phrase, not an id made by a framework for this one page view. @param {unknown} value */
export function isKey(value) {
  return (
    typeof value === 'string' &&
    value.length <= SIZES.key &&
    (/^[a-z]{2,}(?:[A-Z][a-z]+|[A-Z]{2,4}(?![a-z]))+$/.test(value) || /^[a-z]{2,}(?:[-_][a-z]+)+$/i.test(value))
  );
}

/** @param {string | null} key */
export function keyKind(key) {
  const words = key === null ? [] : wordsIn(key);
  if (words.some((w) => OTHER.has(w))) return 'other';
  const ours = words.some((w) => AI.has(w)) && words.some((w) => USE.has(w)) && words.every((w) => OURS.has(w));
  return ours ? 'ours' : 'any';
}
