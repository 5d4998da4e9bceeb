/**
 * That the setting is not there for this member, in the languages whose label is known. The published sentence is not known; so it is one
 * that is built of these words and no others: "not available on this device", "until you confirm your address" say something else.
 */

import { turns } from './turning.js';
import { plain, WORDING } from './wording.js';

const NOT_OFFERED = new RegExp(
  "(?:not|isn't|never)(?: (?:yet|currently))? (?:available|offered)|(?:don't|do not) (?:currently )?offer(?= )|unavailable|" +
    "nicht (?:verfügbar|angeboten|zur verfügung)|n'est pas(?: encore)? (?:disponible|proposé)|indisponible|" +
    'no está disponible|no disponible|no se ofrece|niet (?:beschikbaar|aangeboden)|nie jest (?:dostępn|oferowan)|niedostępn|' +
    'não está disponível|indisponível|não é oferecid|není(?: \\P{P}{1,40})? (?:dostupn|k dispozici|nabízen)|nedostupn',
  'u',
);

/** For a time, or until something is done: nothing is known of whether there is a switch. */
const PASSING = new RegExp(
  'temporar|moment|may be|might|while|updat|maintenance|wartung|onderhoud|konserwac|manutenção|mantenimiento|údržb|mise à jour|later|again|soon|offline|session|expire|(?:^|\\P{L})app(?:$|\\P{L})|applicat|sign(?:ed)? in|log(?:ged)? in|browser|' +
    'request|verify|javascript|refresh|right now|vorübergehend|zurzeit|derzeit|momentan|später|wieder|bald|sitzung|anmeld|temporairement|actuellement|' +
    'plus tard|bientôt|connect|reload|neu laden|recharg|actualis|vernieuw|odśwież|recarreg|obnovte|momentáneamente|actualmente|más tarde|vuelva|pronto|sesión|tijdelijk|momenteel|binnenkort|inlog|' +
    'tymczasow|obecnie|później|wkrótce|zaloguj|sesja|atualmente|no momento|mais tarde|em breve|sessão|dočasn|momentáln|později|brzy|přihla',
  'u',
);

/** What is not there, where, and for whom. By language: the words for the setting, then the others. */
const WORDS = Object.freeze({
  en: [
    'setting option feature control',
    "this the is isn't not never we do don't offer currently available unavailable offered in to for on linkedin your you country region location area yet account members member who are of based located where live we european union eu eea uk united kingdom switzerland canada china hong kong or",
  ],
  de: [
    'einstellung option funktion',
    'diese dieses die das ist sind wird steht nicht zur verfügung verfügbar angeboten in ihrer ihrem deiner deinem ihr ihre dein für der den dem region land standort gebiet konto mitglieder mit der europäischen union eu ewr schweiz noch bei linkedin oder',
  ],
  fr: [
    'réglage paramètre option fonctionnalité préférence',
    "ce cet cette n'est pas disponible proposé proposée indisponible est dans en pour votre ton pays région zone compte le la les l'union européenne encore sur linkedin au membres ou",
  ],
  es: [
    'ajuste opción función configuración',
    'este esta no está disponible se ofrece en tu su país región ubicación zona cuenta para la los miembros de unión europea aún todavía o',
  ],
  nl: [
    'instelling optie functie',
    'deze dit is wordt niet beschikbaar aangeboden in uw je jouw land regio gebied locatie voor account leden de het europese unie nog op linkedin of',
  ],
  pl: [
    'ustawienie opcja funkcja',
    'to ta nie jest dostępne dostępna oferowane oferowana niedostępne niedostępna w twoim twojej regionie kraju lokalizacji dla twojego konta na obszarze unii europejskiej ue jeszcze lub',
  ],
  pt: [
    'configuração opção recurso função',
    'esta este não está disponível é oferecida oferecido indisponível em na no sua seu região país localização para conta da união europeia ue ainda ou',
  ],
  cs: [
    'nastavení možnost funkce',
    'toto tato není dostupné dostupná k dispozici nabízeno nabízena nabízené nedostupné nedostupná ve v vaší vašem oblasti zemi regionu pro váš účet evropské unii eu zatím nebo',
  ],
});

/** Its end, where no sign ends it. */
const PLACES = new Set(
  'region country location area account union eu uk land gebiet konto pays région zone compte país región ubicación zona cuenta regio regionie kraju região regionu oblasti zemi'.split(
    ' ',
  ),
);

const tables = Object.entries(WORDS).map(([language, [what, others]]) => {
  const settings = new Set(what.split(' '));
  return { language, settings, known: new Set([...settings, ...others.split(' ')]) };
});

const titles = Object.values(WORDING).map(({ title }) => plain(title));

/** It is not there, said once, and of the setting, by a word for one or by its title. @param {string} said one sentence, as `plain` gives it */
function saysOf(said) {
  const title = titles.find((one) => said.startsWith(one)) ?? '';
  const words = said
    .slice(title.length)
    .split(/[^\p{L}\p{M}']+/u)
    .filter(Boolean);
  const ended = /[.!]$/u.test(said) || PLACES.has(words[words.length - 1] ?? '');
  if (!ended || /[?:;]/u.test(said)) return false;
  return tables.some(
    ({ language, settings, known }) =>
      (title !== '' || words.some((word) => settings.has(word))) &&
      words.every((word) => known.has(word)) &&
      NOT_OFFERED.test(said) &&
      !turns(said.replace(NOT_OFFERED, ''), language),
  );
}

/**
 * Does one of a page's texts say that the setting is not offered, and none that this may pass?
 * @param {unknown[]} texts
 * @returns {boolean}
 */
export const saysNotOffered = (texts) =>
  texts.some((text) =>
    plain(text)
      .split(/(?<=[.!?])\s+/u)
      .some(saysOf),
  ) && !texts.some((text) => PASSING.test(plain(text)));
