/**
 * Sentences around a switch that tell how it stands: what the member has done, or what is done with the data. They never say its state; but
 * where they tell of the other one, what it shows is not to be relied on.
 */

import { plain, speaksOfAnother } from './wording.js';

/** "If you have opted out", "turning this off means that you have": it tells of no state what stands behind one of these in a sentence. */
const BEFORE =
  'if|when|while|once|unless|until|before|after|where|whether|means|falls|wenn|sobald|ob|bedeutet|si|quand|lorsque?|dès|fois|où|signifie|cuando|als|wanneer|wie|se|quando|jeśli|gdy|pokud|když';

/** "… if you turn this off": nor what has one of these behind it. */
const CONDITION =
  /(?:^|\P{L})(?:if|when|once|unless|until|where|while|without|wenn|falls|sobald|solange|sofern|ohne|si|quand|lorsque?|sans|cuando|mientras|als|wanneer|zolang|tenzij|zonder|se (?:esta|este|você)|quando|enquanto|sem|jeśli|gdy|bez|pokud|když|dokud)(?:$|\P{L})/u;

/** @param {string[]} said */
const told = (...said) =>
  new RegExp(`(?=${said.join('|')})(?<!\\p{L})(?<!(?:^|\\P{L})(?:${BEFORE})[, ](?:[^.!?;]* )?)`, 'u');

/** What the member has done, as a page tells it where the switch is off. */
const HAS_REFUSED = told(
  "you(?:'ve| have)(?: already)? (?:opted out|objected|declined|refused|withdrawn)|you(?:'re| are)?(?: already| currently| previously)? opted out",
  '(?:sie haben|du hast) (?:bereits )?(?:(?:(?!nicht|kein)[^.!?,]){0,60} )?(?:widersprochen|abgelehnt|widerrufen)',
  'vous avez (?:déjà )?(?:refusé|retiré)|vous vous êtes (?:déjà )?oppos',
  '(?:has|ha) (?:ya )?rechazado|(?:te has|se ha) opuesto',
  '(?:je|u) (?:hebt|heeft) (?:al )?(?:bezwaar gemaakt|geweigerd)',
  'você (?:já )?(?:recusou|se opôs)',
  'vznesli jste námitku',
);

/** What is off or on, and for whom: in English, German and French. */
const [IT, FOR_WHOM] = [
  '(?:(?:this|the) setting|(?:generative )?ai training|data for generative ai improvement|this) is (?:currently |now )?(?:turned |switched )?',
  '(?: for (?:you|your (?:account|data)|this account))?\\P{L}*$',
];
const ES =
  '(?:diese einstellung|(?:das )?ki-training) ist (?:derzeit )?(?:für (?:sie|dich|(?:ihr|dein|dieses) konto) )?';
const [CELA, POUR] = [
  "(?:ce (?:paramètre|réglage)|l'entraînement(?: de l'ia)?) est (?:actuellement )?",
  '(?: pour (?:vous|(?:votre|ce) compte))?\\P{L}*$',
];

/** And what is done with the data then: not with some of them, and for this. */
const ARE_NOT_USED = new RegExp(
  [
    "^your data (?:is|are)(?:n't| not| currently not| no longer)(?: currently| being)? used(?!,? (?:from|in|of|that|by))",
    "^(?:we|linkedin) (?:do|does|is|are)(?:n't| not) (?:currently )?us(?:e|ing) your data(?! (?:from|in|of|that))",
    '^(?:ihre|deine) daten werden (?:derzeit |zurzeit |aktuell )?nicht (?:[^.!?,]{0,60} )?(?:verwendet|genutzt)',
    '^linkedin verwendet (?:ihre|deine) daten (?:derzeit |zurzeit |aktuell )?nicht',
    "^vos données ne sont (?:actuellement )?pas utilisées|^linkedin n'utilise pas vos données(?! d(?:e|u|es)(?:$|\\P{L}))",
    '^(?:tus|sus) datos no se (?:usan|utilizan)|^(?:je|uw) gegevens worden niet gebruikt|^(?:os )?seus dados não são (?:usados|utilizados)',
    '^your (?:objection|opt-out) (?:has been|was|is) (?:recorded|saved|received)|^ihr widerspruch (?:wurde|ist)|^votre opposition a été',
    '^twoje dane nie są (?:używane|wykorzystywane)|^vaše (?:data|údaje) se nepoužívají',
    `^${IT}off${FOR_WHOM}|^${ES}(?:deaktiviert|ausgeschaltet|aus)\\P{L}*$|^${CELA}désactivé${POUR}`,
    '^esta (?:opción|configuración) está desactivada\\P{L}*$|^deze instelling staat uit\\P{L}*$|^esta configuração está desativada\\P{L}*$',
    '^to ustawienie jest wyłączone\\P{L}*$|^toto nastavení je vypnuto\\P{L}*$',
  ].join('|'),
  'u',
);

const HAS_ALLOWED = told(
  "you(?:'ve| have|'re| are)(?: already| currently)? opted in|you(?:'ve| have)(?: already)? (?:allowed|let) (?:linkedin|us)",
);

const ARE_USED = new RegExp(
  [
    '^your data (?:is|are) (?:currently|now|being) (?:being )?used|^(?:we|linkedin) (?:is|are) (?:currently |now )?using your data',
    `^${IT}on${FOR_WHOM}|^${ES}(?:aktiviert|eingeschaltet|an)\\P{L}*$|^${CELA}activé${POUR}`,
    '^esta (?:opción|configuración) está activada\\P{L}*$|^deze instelling staat aan\\P{L}*$|^esta configuração está ativada\\P{L}*$',
    '^to ustawienie jest włączone\\P{L}*$|^toto nastavení je zapnuto\\P{L}*$',
  ].join('|'),
  'u',
);

/**
 * "You have opted out", "your data are not used" where it is on; "you have opted in", "this setting is on" where it is off: in any of its
 * sentences that asks nothing, sets no condition and is of no other purpose.
 * @param {string} said
 * @param {boolean} on
 */
export const tellsOtherwise = (said, on) =>
  said.split(/(?<=[.!?])\s+/u).some((one) => {
    const words = plain(one);
    const [has, are] = on ? [HAS_REFUSED, ARE_NOT_USED] : [HAS_ALLOWED, ARE_USED];
    if (words.endsWith('?') || speaksOfAnother(words)) return false;
    return has.test(words) || (are.test(words) && !CONDITION.test(words));
  });
