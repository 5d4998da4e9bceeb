// Pages made up of a layout, a language and words: the likely layouts of docs, and what may be written at the switch. Each says which
// state is true; of words that turn, or that are another purpose's, no state is.
import { WORDING } from '../../extension/background/setting/wording.js';

const esc = (text) => text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;');
const checked = (on) => (on ? ' checked' : '');
const KEY = 'allowGenAiTraining';

/** The switch in the ways that sibling pages have it. `key`: does its reference name the setting? */
export const LAYOUTS = {
  'role-switch by key': (label, on) =>
    `<div class="_row_1x9"><span id="${KEY}">${esc(label)}</span><input type="checkbox" role="switch" aria-labelledby="${KEY}"${checked(on)}></div>`,
  'role-switch by id': (label, on) =>
    `<div class="_row_1x9"><span id="_r_5_">${esc(label)}</span><input type="checkbox" role="switch" aria-labelledby="_r_5_"${checked(on)}></div>`,
  classic: (label, on) =>
    `<div class="artdeco-toggle"><input id="t1" type="checkbox" class="artdeco-toggle__button" data-artdeco-toggle-button="true"${checked(on)}><label for="t1" class="artdeco-toggle__label">${esc(label)}</label></div>`,
  'classic with state': (label, on) =>
    `<div class="artdeco-toggle" data-control-name="toggle_button"><input id="t1" type="checkbox" class="artdeco-toggle__button" data-artdeco-toggle-button="true" role="switch" aria-checked="${on}"${checked(on)}><label for="t1" class="artdeco-toggle__label">${esc(label)}</label><span class="artdeco-toggle__text">${on ? 'On' : 'Off'}</span></div>`,
  hashed: (label, on) =>
    `<label for="s-1">${esc(label)}</label><div class="_switch_1x9hz"><input id="s-1" type="checkbox"${checked(on)}></div>`,
  'drawn switch': (label, on) =>
    `<div class="_row_1x9"><p id="_r_9_">${esc(label)}</p><div role="switch" tabindex="0" aria-checked="${on}" aria-labelledby="_r_9_"></div></div>`,
  'drawn box': (label, on) =>
    `<div class="_row_1x9"><label id="_r_9_">${esc(label)}</label><div role="checkbox" tabindex="0" aria-checked="${on}" aria-labelledby="_r_9_"></div></div>`,
  'with a badge': (label, on) =>
    `<div><label for="s-1"><span>${esc(label)}</span><span class="_badge">New</span></label><input id="s-1" type="checkbox" role="switch"${checked(on)}></div>`,
  'with an explanation': (label, on) =>
    `<label for="s-1"><p>${esc(label)}</p><p>LinkedIn 2026: A. B. C. This sentence tells more about it.</p></label><input id="s-1" type="checkbox" role="switch"${checked(on)}>`,
  'nameless beside its words': (label, on) =>
    `<div class="_row_1x9"><p>${esc(label)}</p><div class="_switch"><input type="checkbox" role="switch"${checked(on)}></div></div>`,
  'button that is pressed': (label, on) =>
    `<div class="_row_1x9"><span id="_r_9_">${esc(label)}</span><button type="button" aria-pressed="${on}" aria-labelledby="_r_9_"></button></div>`,
  'copy for a small screen': (label, on) =>
    `<div hidden><label for="s-0">${esc(label)}</label><input id="s-0" type="checkbox" role="switch"></div><div><label for="s-1">${esc(label)}</label><input id="s-1" type="checkbox" role="switch"${checked(on)}></div>`,
  'named by attribute': (label, on) => `<input type="checkbox" role="switch" aria-label="${esc(label)}"${checked(on)}>`,
};

/** What stands around the main part. `head` and `foot` of the page; `main` of what is in it. */
export const SURROUNDINGS = {
  plain: (title, control) => `<main><h1>${title}</h1>${control}</main>`,
  'with a question': (title, control) =>
    `<main><h1>${title}</h1><p>Can LinkedIn and its affiliates use your personal data and content you create on LinkedIn to train generative AI models that create content?</p>${control}</main>`,
  'server-driven': (title, control) =>
    `<div role="main"><main id="workspace"><h1>${title}</h1>${control}</main></div><aside inert><button type="button">Messaging</button></aside><dialog></dialog>`,
  'with a menu and a chat': (title, control) =>
    `<header><nav><button type="button" aria-expanded="false">Me</button><input role="combobox" aria-label="Search" aria-expanded="false"></nav></header>` +
    `<main><button type="button" aria-label="Back"><svg></svg></button><h1>${title}</h1>${control}</main><aside><button type="button">Messaging</button></aside>`,
  'with a spinner that stays': (title, control) =>
    `<main><h1>${title}</h1>${control}<svg role="progressbar"></svg></main>`,
  'with a cookie banner': (title, control) =>
    `<main><h1>${title}</h1>${control}</main><div role="dialog" aria-label="Cookies"><p>We use cookies.</p><button type="button">Accept</button></div>`,
};

/** @param {{language: string, title: string, body: string}} page as `openPage` and `readStill` take it */
const pageOf = ({ language, title, body }) => ({
  html: `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><title>${esc(title)} | LinkedIn</title></head><body>${body}</body></html>`,
  address: '/mypreferences/d/settings/data-for-ai-improvement',
  status: 200,
});

/** Languages: those with a known label, then some that have none. In those only the title stands for us. */
export const KNOWN = Object.entries(WORDING).filter(([, { label }]) => label !== null);
export const OTHERS = [
  ['it', WORDING.it.title, 'Usa i miei dati per addestrare modelli di IA'],
  ['fi', WORDING.fi.title, 'Käytä tietojani tekoälymallien kouluttamiseen'],
  ['ja', '生成AI改善のためのデータ', '自分のデータをAIモデルの学習に使用する'],
  ['tr', 'Üretken yapay zekâ için veriler', 'Verilerim yapay zekâ modellerini eğitmek için kullanılsın'],
];

/** @param {string} language @param {string} title @param {string} label @param {string} layout @param {string} around @param {boolean} on */
export const madeUp = (language, title, label, layout, around, on) =>
  pageOf({ language, title, body: SURROUNDINGS[around](esc(title), LAYOUTS[layout](label, on)) });

/** @param {string} language @param {string} title @param {string} sentence @param {string} around */
export const withoutSwitch = (language, title, sentence, around) =>
  pageOf({ language, title, body: SURROUNDINGS[around](esc(title), `<p>${esc(sentence)}</p>`) });

/** Under the setting's key, and yet not what the setting says: the opposite, less, or another purpose. */
export const NOT_OURS = {
  en: [
    'Do not use my data for training content creation AI models',
    'Opt out of training content creation AI models',
    'Keep my data private from AI models',
    'Exclude my posts from AI training',
    'Protect my content from generative AI',
    'Use my right to object to AI training',
    'Use my data only with my consent',
    'Stay out of generative AI improvement',
    'Object to AI training',
    'I refuse the use of my data for AI',
    'Private mode for AI',
    'Share my data with Microsoft for AI training',
    'Let our parent company train AI on my data',
    'Save my choice',
    'Use my data for personalised ads made by AI',
    'Honour my objection to model training',
    'AI training is off for my data',
    'Ask me before my data are used for AI',
  ],
  de: [
    'Meine Daten aus dem KI-Training heraushalten',
    'Ihre Daten nicht zum Schulen von KI-Modellen verwenden, um Inhalte zu erstellen',
    'Der Nutzung meiner Daten für KI widersprechen',
    'Meine Daten vor KI schützen',
    'Meine Daten nur für mich verwenden',
    'Ihre Daten mit Microsoft teilen',
    'KI-Training ablehnen',
    'Training mit meinen Daten unterlassen',
  ],
  fr: [
    'Refuser que mes données servent à l’IA',
    'Ne pas utiliser mes données pour entraîner des modèles d’IA',
    'Protéger mes données de l’IA',
    'S’opposer à l’entraînement des modèles d’IA',
    'Utiliser mes données uniquement avec mon accord',
    'Partager mes données avec Microsoft',
  ],
  nl: ['Mijn gegevens niet gebruiken voor AI', 'Bezwaar maken tegen AI-training', 'Mijn gegevens beschermen tegen AI'],
  pl: ['Nie używaj moich danych do trenowania modeli AI', 'Zgłoś sprzeciw wobec AI', 'Chroń moje dane przed AI'],
  pt: ['Não usar meus dados para treinar modelos de IA', 'Proteger meus dados da IA', 'Recusar o treinamento de IA'],
  cs: ['Nepoužívat moje data pro trénování modelů', 'Chránit moje data před AI', 'Odmítnout trénování AI'],
  es: [
    'No usar mis datos para entrenar modelos de IA',
    'Proteger mis datos de la IA',
    'Oponerme al entrenamiento de IA',
  ],
};
