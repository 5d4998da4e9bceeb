/**
 * Words under which a settings key may decide although they are not the published ones: that LinkedIn may use what is the member's, said
 * straight out, as LinkedIn's own labels are. Whatever else stands there is silence, for it may say the opposite in a way that
 * nobody thought of. By the languages whose label is known, first subtag.
 */

import { turns } from './turning.js';

/** @type {Readonly<Record<string, RegExp>>} */
const FORMS = Object.freeze({
  en: /^(?:(?:use|share|include|contribute) (?:my|your) (?:personal |public |linkedin )?(?:data|posts?|content|information|activity|profile)|(?:allow|let|permit) (?:linkedin|ai|us|my (?:data|content|posts?)|the use of my)|train ai (?:models? )?(?:on|with|using) my) /u,
  de: /^(?:ihre|meine|deine|die) (?:daten|inhalte|beiträge|informationen|nutzung|verwendung) .*(?:verwenden|nutzen|teilen|einbeziehen|freigeben|zulassen|erlauben|gestatten)(?:$|,)/u,
  fr: /^(?:utiliser|partager|inclure) (?:mes|vos) (?:données|contenus|publications|informations|posts) |^(?:autoriser|permettre) (?:à )?(?:linkedin|l'utilisation de (?:mes|vos)) /u,
  nl: /^(?:mijn|uw|je) (?:gegevens|content|berichten|bijdragen) .*(?:gebruiken|delen)|^(?:mijn|uw|je) (?:gegevens|content|berichten) (?:gebruiken|delen) /u,
  pl: /^(?:użyj|używaj|wykorzystaj|wykorzystuj|udostępnij|udostępniaj) (?:moich|moje|twoich|twoje) (?:danych|dane|treści) /u,
  pt: /^(?:usar|utilizar|compartilhar|partilhar|incluir) (?:os )?(?:meus|seus) (?:dados|conteúdos|posts) |^permitir (?:que o linkedin|o uso d) ?/u,
  cs: /^(?:použít|používat|využít|využívat|sdílet) (?:moje|má|vaše) (?:data|údaje|obsah|příspěvky) /u,
  es: /^(?:usar|utilizar|compartir|incluir) (?:mis|tus|sus) (?:datos|contenidos?|publicaciones) |^permitir (?:que linkedin|el uso de) /u,
});

/** "Only for me", "less": of a use that is narrowed nobody can say what "on" means. */
const NARROWED =
  /(?:^|\P{L})(?:only|less|fewer|private|privately|privacy|rights?|nur|weniger|privat|rechte?|seulement|uniquement|moins|privé|alleen|minder|tylko|mniej|apenas|somente|menos|pouze|jen|méně|sólo|solo|solamente)(?:$|\P{L})/u;

/** One short word ("This") says nothing of the kind, and so nothing against it. */
const POINTING = /^\p{L}{1,6}$/u;

/**
 * @param {string} said as `plain` gives it
 * @param {string | null} language of the page, BCP 47
 * @returns {boolean}
 */
export function affirms(said, language) {
  const first = (language ?? '').split(/[-_]/)[0].toLowerCase();
  if (!Object.hasOwn(FORMS, first)) return false;
  return (POINTING.test(said) || FORMS[first].test(`${said} `)) && !NARROWED.test(said) && !turns(said, language);
}
