/**
 * LinkedIn's documents that bear on the setting, under the ids of docs/protocol.md. `mains` says where the text stands, best
 * first; `least` is the length below which no true copy of it is known to fall, so that a shell, a wall or an error page
 * in its place is told apart; `words` must stand in title or heading, by language: in a language that is not listed, or for
 * a document whose wording is not known, only the other checks hold.
 *
 * @typedef {object} DocumentKind
 * @property {string} id
 * @property {string} path
 * @property {readonly string[]} mains selectors
 * @property {number} least characters
 * @property {Readonly<Record<string, RegExp>>} words
 */

const LEGAL = Object.freeze(['#component-container', 'main', '[role="main"]']);
const HELP = Object.freeze(['.article-details-page', 'main', '[role="main"]']);
const AI = Object.freeze({
  en: /\bAI\b|artificial intelligence/i,
  de: /\bKI\b|Künstliche Intelligenz/i,
  fr: /\bIA\b|intelligence artificielle/i,
});

/** @type {DocumentKind[]} */
const kinds = [
  {
    id: 'privacy-policy',
    path: '/legal/privacy-policy',
    mains: LEGAL,
    least: 5_000,
    words: { en: /privacy policy/i, de: /datenschutz/i, fr: /confidentialité/i },
  },
  {
    id: 'user-agreement',
    path: '/legal/user-agreement',
    mains: LEGAL,
    least: 5_000,
    words: { en: /user agreement/i, de: /nutzervereinbarung/i, fr: /conditions (générales )?d.utilisation/i },
  },
  {
    id: 'subscription-agreement',
    path: '/legal/l/lsa',
    mains: LEGAL,
    least: 2_000,
    words: { en: /subscription|services agreement/i },
  },
  { id: 'ai-faq', path: '/help/linkedin/answer/a5538339', mains: HELP, least: 400, words: AI },
  { id: 'ai-setting-help', path: '/help/linkedin/answer/a6278444', mains: HELP, least: 400, words: AI },
  {
    id: 'notice-eu',
    path: '/legal/privacy/eu',
    mains: LEGAL,
    least: 1_000,
    words: { en: /europe/i, de: /europ/i, fr: /europ/i },
  },
  {
    id: 'notice-us',
    path: '/legal/privacy/usa',
    mains: LEGAL,
    least: 1_000,
    words: { en: /\bU\.?S\.?\b|united states|states? privacy/i },
  },
  { id: 'terms-update', path: '/help/linkedin/answer/a8059228', mains: HELP, least: 400, words: {} },
  { id: 'objection-form', path: '/help/linkedin/ask/TS-DPRO', mains: HELP, least: 200, words: {} },
];

/** @type {readonly Readonly<DocumentKind>[]} */
export const DOCUMENTS = Object.freeze(kinds.map((kind) => Object.freeze(kind)));

export const DOCUMENT_ORIGIN = 'https://www.linkedin.com';
/** What the member is asked to allow before any of these pages is read. */
export const DOCUMENT_ORIGINS = Object.freeze([`${DOCUMENT_ORIGIN}/legal/*`, `${DOCUMENT_ORIGIN}/help/linkedin/*`]);

/** @param {unknown} url a tab's; query and fragment do not matter @returns {DocumentKind | null} */
export function documentAt(url) {
  if (typeof url !== 'string' || !URL.canParse(url)) return null;
  const { origin, pathname } = new URL(url);
  if (origin !== DOCUMENT_ORIGIN) return null;
  return DOCUMENTS.find(({ path }) => pathname === path || pathname === `${path}/`) ?? null;
}

/** @param {string} id */
export const documentById = (id) => DOCUMENTS.find((kind) => kind.id === id) ?? null;

/** @param {DocumentKind} kind */
export const documentUrl = ({ path }) => DOCUMENT_ORIGIN + path;
