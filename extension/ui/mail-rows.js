// What a mail says of itself, in words. Whoever shows it says that it is stated in the file and verified by nobody.

import { t } from '../shared/i18n.js';
import { showEncodedWords } from '../verifier/encoded-words.js';

/** @typedef {import('../verifier/mail.js').Mail} Mail */

/** @param {string | null} value */
const shown = (value) => value && showEncodedWords(value);

/** Terms and values; null: it says none. @param {Mail} mail @returns {[string, string | null][]} */
export const mailRows = ({ from, date, subject, linkedin_signature: signed }) => [
  [t('verifyMailFrom'), shown(from)],
  [t('verifyMailDate'), date],
  [t('verifyMailSubject'), shown(subject)],
  [t('verifyMailSignature'), t(signed ? 'verifyMailSigned' : 'verifyMailUnsigned')],
];
