/**
 * Words under which a settings key may decide although they are not the published ones: that LinkedIn may use what is the member's, said
 * straight out, as LinkedIn's own labels are. Whatever else stands there is silence, for it may say the opposite in a way that
 * nobody thought of. By the languages whose label is known, first subtag.
 */

import { turns } from './turning.js';

/** @type {Readonly<Record<string, RegExp>>} */
const FORMS = Object.freeze({
  en: /^(?:use|share|include|contribute) (?:my|your) (?:personal |public |linkedin )?(?:data|posts?|content|information|activity|profile)(?: |$)/u,
  de: /^(?:ihre|meine|deine|die) (?:daten|inhalte|beiträge|informationen) .*(?:verwenden|nutzen|teilen|einbeziehen|freigeben)(?:$|,)/u,
  fr: /^(?:utiliser|partager|inclure) (?:mes|vos) (?:données|contenus|publications|informations|posts)(?: |$)/u,
  nl: /^(?:mijn|uw|je) (?:gegevens|content|berichten|bijdragen) .*(?:gebruiken|delen)(?: |$)/u,
  pl: /^(?:użyj|używaj|wykorzystaj|wykorzystuj|udostępnij|udostępniaj) (?:moich|moje|twoich|twoje) (?:danych|dane|treści)(?: |$)/u,
  pt: /^(?:usar|utilizar|compartilhar|partilhar|incluir) (?:os )?(?:meus|seus) (?:dados|conteúdos|posts)(?: |$)/u,
  cs: /^(?:použít|používat|využít|využívat|sdílet) (?:moje|má|vaše) (?:data|údaje|obsah|příspěvky)(?: |$)/u,
  es: /^(?:usar|utilizar|compartir|incluir) (?:mis|tus|sus) (?:datos|contenidos?|publicaciones)(?: |$)/u,
});

/** "Only for me", "less", "instead": of a use that is narrowed, ended or undone nobody can say what "on" means. */
const NARROWED =
  /(?:^|\P{L})(?:only|less|fewer|private|privately|privacy|rights?|instead|rather|nothing|nobody|nowhere|past|nur|weniger|privat|rechte?|statt|anstatt|sonst|lieber|niemand\p{L}*|nichts|seulement|uniquement|moins|privée?s?|plutôt|rien|personne|alleen|minder|niets|niemand|tylko|mniej|nic|nikt|nikomu|apenas|somente|menos|nada|ninguém|pouze|jen|méně|nikdo|sólo|solo|solamente|nadie|(?:delet|remov|eras|forg[eo]t|purg|destroy|lösch|entfern|vergess|tilg|supprim|effac|oubli|verwijder|wis|vergeet|usu[nń]|skasu|apag|remov|exclu|elimin|smaz|odstra|borr)\p{L}*)(?:$|\P{L})/u;

/** What for: a use of which nothing is said may be any. */
const PURPOSE =
  /(?:^|\P{L})(?:ai|ki|ia|si|uměl\p{L}*|sztuczn\p{L}*|model\p{L}*|modèle\p{L}*|train\p{L}*|entraîn\p{L}*|entren\p{L}*|trein\p{L}*|szkol\p{L}*|trénov\p{L}*)(?:$|\P{L})/u;

/** One word that points says nothing of the kind, and so nothing against it. */
const POINTING = new Set(
  'this that it dies diese dieses das ceci cela dit deze este esta esto isto to toto'.split(' '),
);

/**
 * @param {string} said as `plain` gives it
 * @param {string | null} language of the page, BCP 47
 * @returns {boolean}
 */
export function affirms(said, language) {
  const first = (language ?? '').split(/[-_]/)[0].toLowerCase();
  if (!Object.hasOwn(FORMS, first)) return false;
  return (
    (POINTING.has(said) || (FORMS[first].test(said) && PURPOSE.test(said))) &&
    !NARROWED.test(said) &&
    !turns(said, language)
  );
}
