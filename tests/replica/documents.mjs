// LinkedIn's documents as the replica serves them. KNOWN: addresses, `#component-container` and `.article-details-page`,
// "Effective on …". GUESSED: every sentence; the true texts are LinkedIn's and are not copied here.
//
// documents/ holds one file a variant of a page: `<variant>.html`, with {{title}}, {{language}}, {{effective}} and
// {{paragraphs}} in it. A test chooses a variant by replica.documents.set(path, {variant, …}).
import { readFileSync } from 'node:fs';

const FOLDER = new URL('documents/', import.meta.url);

/** Path → what is on it by itself. @type {Record<string, {title: string, help?: boolean, paragraphs: number}>} */
export const DOCUMENT_PAGES = {
  '/legal/privacy-policy': { title: 'Privacy Policy', paragraphs: 60 },
  '/legal/user-agreement': { title: 'User Agreement', paragraphs: 60 },
  '/legal/l/lsa': { title: 'LinkedIn Subscription Agreement', paragraphs: 30 },
  '/legal/privacy/eu': { title: 'European Regional Privacy Notice', paragraphs: 20 },
  '/legal/privacy/usa': { title: 'U.S. State Privacy Laws', paragraphs: 20 },
  '/help/linkedin/answer/a5538339': { title: 'Generative AI at LinkedIn', help: true, paragraphs: 8 },
  '/help/linkedin/answer/a6278444': { title: 'Data for AI improvement', help: true, paragraphs: 8 },
  '/help/linkedin/answer/a8059228': { title: 'Updates to our terms', help: true, paragraphs: 8 },
  '/help/linkedin/ask/TS-DPRO': { title: 'Data Processing Objection', help: true, paragraphs: 4 },
};

const SUBJECTS = [
  'Your account',
  'The data that you give us',
  'A message',
  'Each setting',
  'The training of models',
  'A visitor',
];
/** What a clause says. @param {number} n from 0 */
export const sentence = (n) =>
  `${SUBJECTS[n % SUBJECTS.length]} is described in clause ${n + 1}, which this page gives for testing and for nothing else.`;

/** @param {number} count @param {Record<number, string>} changes by number of the paragraph */
function paragraphs(count, changes) {
  return Array.from({ length: count }, (_, n) => `<h2>${n + 1}. Clause</h2>\n<p>${changes[n] ?? sentence(n)}</p>`).join(
    '\n',
  );
}

/**
 * @typedef {object} Choice
 * @property {string} [variant] file in documents/: legal, help, sign-in, consent-wall, empty-shell, error, other-page
 * @property {number} [status]
 * @property {string} [language]
 * @property {string} [effective] '' for none
 * @property {string} [title]
 * @property {Record<number, string>} [changes]
 */

/** @param {string} path @param {Choice} [choice] @returns {{status: number, html: string} | null} */
export function documentPage(path, choice = {}) {
  const page = DOCUMENT_PAGES[path];
  if (!page) return null;
  const {
    variant = page.help ? 'help' : 'legal',
    status = 200,
    language = 'en',
    title = page.title,
    changes = {},
  } = choice;
  const { effective = page.help ? '' : 'Effective on November 3, 2025' } = choice;
  const values = { title, language, effective, paragraphs: paragraphs(page.paragraphs, changes) };
  const html = readFileSync(new URL(`${variant}.html`, FOLDER), 'utf8').replace(
    /\{\{(\w+)\}\}/g,
    (_, name) => values[name],
  );
  return { status, html };
}
