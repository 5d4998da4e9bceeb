/**
 * What LinkedIn calls the setting, by language: the page's title and the switch's label, as published. Words help to find
 * the control among others; they never decide its state. A language missing here works all the same.
 * Languages by their first subtag; LinkedIn still writes iw, no and tl for he, nb and fil.
 */

/** @type {Readonly<Record<string, {title: string, label: string | null}>>} */
export const WORDING = Object.freeze({
  en: { title: 'Data for Generative AI Improvement', label: 'Use my data for training content creation AI models' },
  de: {
    title: 'Daten zur Verbesserung generativer KI',
    label: 'Ihre Daten zum Schulen von KI-Modellen verwenden, um Inhalte zu erstellen',
  },
  fr: {
    title: 'Données pour l’amélioration de l’IA générative',
    label: 'Utiliser mes données pour entraîner des modèles d’IA de création de contenu',
  },
  nl: {
    title: 'Gegevens voor verbetering van generatieve AI',
    label: 'Mijn gegevens gebruiken voor training van AI-modellen waarmee content wordt gemaakt',
  },
  pl: {
    title: 'Dane na potrzeby ulepszania generatywnej sztucznej inteligencji',
    label: 'Użyj moich danych do trenowania modeli AI służących do tworzenia treści',
  },
  pt: {
    title: 'Dados para aprimoramento da IA generativa',
    label: 'Usar meus dados para treinar modelos de IA para criar conteúdos',
  },
  cs: {
    title: 'Data pro zdokonalování generativní umělé inteligence',
    label: 'Použít moje data pro trénování modelů umělé inteligence k tvorbě obsahu',
  },
  it: { title: 'Dati per migliorare l’IA generativa', label: null },
  es: {
    title: 'Datos para mejorar la IA generativa',
    label: 'Usar mis datos para entrenar modelos de IA que crean contenido',
  },
  fi: { title: 'Tiedot generatiivisen tekoälyn parantamiseen', label: null },
});

/**
 * One spelling of what a person reads as the same words.
 * @param {unknown} text
 * @returns {string}
 */
export function plain(text) {
  if (typeof text !== 'string') return '';
  return text
    .normalize('NFKC')
    .replace(/[’‘ʼ`´]/gu, "'")
    .replace(/[\s\u00ad\u200b-\u200f\u2060]+/gu, ' ')
    .trim()
    .toLowerCase();
}

const titles = new Set(Object.values(WORDING).map((w) => plain(w.title)));
const labels = Object.values(WORDING).flatMap((w) => (w.label ? [plain(w.label)] : []));

/** @param {unknown} text @returns {boolean} the setting's title in any known language */
export const isKnownTitle = (text) => titles.has(plain(text));

/**
 * The switch's label in any known language; a page may append the state or an explanation, but nothing may precede it
 * ("Do not use my data …" is another label).
 * @param {unknown} text
 * @returns {boolean}
 */
export function isKnownLabel(text) {
  const said = plain(text);
  return labels.some((label) => said === label || said.startsWith(`${label} `) || said.startsWith(`${label}.`));
}

const labelled = new Set(Object.values(WORDING).flatMap((w) => (w.label ? [plain(w.title)] : [])));

/** @param {unknown} text @returns {boolean} a known title in a language whose label is known too, so that its absence means something */
export const isLabelledTitle = (text) => labelled.has(plain(text));

const wordingOf = (/** @type {string | null} */ language) => {
  const first = (language ?? '').split(/[-_]/)[0].toLowerCase();
  return Object.hasOwn(WORDING, first) ? WORDING[first] : null;
};

/** @param {string | null} language BCP 47 @returns {boolean} is the label in it known? */
export const hasLabel = (language) => typeof wordingOf(language)?.label === 'string';

/** @param {string | null} language BCP 47 @returns {boolean} is there wording for it to compare with? */
export const hasWording = (language) => wordingOf(language) !== null;

/** Without the spaces, which elements in the middle of a sentence may add or lose. @param {unknown} text */
const solid = (text) => plain(text).replaceAll(' ', '');
const solidLabels = labels.map(solid);

/** What every known label speaks of, in its own letters. */
const AI = /(?:^|[^\p{L}])(?:gen)?(?:ai|ki|ia)(?:$|[^\p{L}])|intelligen[czt]|inteligen[czct]|tekoäly/u;

/** @param {unknown} text @returns {boolean} could these words be the label, changed? */
export const speaksOfAi = (text) => AI.test(plain(text));

/**
 * Texts of a page, in order: does a known label stand among them, wherever it begins and however it is cut up?
 * @param {unknown[]} texts
 * @returns {boolean}
 */
export function mentionsLabel(texts) {
  const all = solid(texts.map((text) => (typeof text === 'string' ? text : '')).join(''));
  return solidLabels.some((label) => all.includes(label));
}

/** Words that LinkedIn puts beside a switch. They decide nothing, but where one stands there is a switch. */
export const STATE_WORDS = new Set([
  'on',
  'off',
  'ein',
  'aus',
  'an',
  'activé',
  'désactivé',
  'aan',
  'uit',
  'sì',
  'no',
  'ativada',
  'desativada',
  'activado',
  'desactivado',
  'włączone',
  'wyłączone',
  'zapnuto',
  'vypnuto',
]);

/** "Status: On" has a few words at most; a sentence may end in one by chance. */
const STATUS_WORDS_MAX = 6;

/**
 * A word for a state, alone or at the end of a few.
 * @param {unknown} text
 * @returns {boolean}
 */
export function isStateWord(text) {
  const words = plain(text)
    .split(/[^\p{L}\p{M}]+/u)
    .filter(Boolean);
  return words.length <= STATUS_WORDS_MAX && STATE_WORDS.has(words[words.length - 1] ?? '');
}
