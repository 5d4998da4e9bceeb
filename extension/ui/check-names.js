// What each check of a package is about, in the language of the page.

import { t } from '../shared/i18n.js';

const NAMES = new Set([
  ...['container', 'layout', 'bag', 'key', 'signature', 'checkpoint', 'entries', 'extends'],
  ...['attachments', 'proofs', 'timestamps', 'contents', 'derived'],
]);

/** @param {string} check @returns {string} '' of one that has no name here */
export const checkName = (check) => (NAMES.has(check) ? t(`part_${check}`) : '');
