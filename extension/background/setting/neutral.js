/**
 * Short words around a switch that leave its own words as they are: what a page calls its parts, and what it offers besides. Whoever meets
 * others there, over the label or in its row, cannot know that they do not turn it round ("Paused uses", "– vetoed") or hand it to another
 * ("GitHub"): no list of such words is ever complete, so this is a list of those that do nothing.
 */

import { wordsKnown } from './affirming.js';
import { firstOf, turns } from './turning.js';

/** @type {Readonly<Record<string, string>>} */
const WORDS = Object.freeze({
  en:
    'setting settings option options control controls preference preferences privacy account choose choice choices manage managing ' +
    'about how what when we linkedin generative artificial intelligence uses active enabled consent feature features permission permissions purpose purposes state status ' +
    'text tell people person general overview details more learn find read this it is are you can may us on at here help info information new saved ' +
    'recommended updated update loading policy terms see also user agreement language region icon image picture photo illustration logo sparkle ' +
    'sparkles external link opens arrow chevron question',
  de:
    'einstellung einstellungen option optionen kontrolle präferenzen datenschutz konto auswahl auswählen verwalten über wie was wann wir ' +
    'linkedin künstliche künstlicher intelligenz funktion funktionen berechtigung berechtigungen zweck zwecke status zustand allgemein ' +
    'übersicht details mehr erfahren weitere hier hilfe neu gespeichert empfohlen aktualisiert lädt sie können ihr ihren',
  fr:
    'réglage réglages paramètre paramètres option options contrôle préférence préférences confidentialité compte choix choisir gérer à propos ' +
    'comment que nous linkedin intelligence artificielle fonctionnalité autorisations finalité finalités état statut général aperçu détails ' +
    'en ici aide nouveau enregistré recommandé chargement votre vos vous l',
  nl:
    'instelling instellingen optie opties voorkeuren privacy account keuze kiezen beheren over hoe wat wij linkedin kunstmatige intelligentie ' +
    'functie functies doel doeleinden status algemeen overzicht details meer informatie lees hier hulp nieuw opgeslagen aanbevolen laden uw je u',
  pl:
    'ustawienie ustawienia opcja opcje preferencje prywatność konto wybór zarządzaj o jak co my linkedin sztuczna inteligencja funkcja ' +
    'funkcje cel cele stan status ogólne przegląd szczegóły więcej dowiedz się informacji tutaj pomoc nowość zapisano ładowanie twoje twoich',
  pt:
    'configuração configurações opção opções preferências privacidade conta escolha escolher gerenciar sobre como o que linkedin inteligência ' +
    'artificial recurso recursos finalidade finalidades estado status geral detalhes saiba mais aqui ajuda novo salvo carregando seus suas você',
  cs:
    'nastavení možnost možnosti předvolby soukromí účet volba volby spravovat o jak co linkedin umělá inteligence funkce účel účely stav ' +
    'obecné přehled podrobnosti více další informace informací zde nápověda nové uloženo načítání vaše',
  es:
    'ajuste ajustes configuración opción opciones preferencias privacidad cuenta elegir elección gestionar sobre cómo qué linkedin ' +
    'inteligencia artificial función funciones finalidad finalidades estado general detalles más información aquí ayuda nuevo guardado cargando tus su',
  it:
    'impostazione impostazioni opzione opzioni preferenze privacy account scelta scelte gestisci su come che linkedin intelligenza ' +
    'artificiale funzione funzioni finalità stato generale dettagli ulteriori informazioni scopri di più qui aiuto nuovo salvato caricamento tuoi',
  fi: 'asetus asetukset vaihtoehdot tietosuoja tili hallitse linkedin tila yleistä lisätietoja ohje uusi tallennettu ladataan tekoäly',
});

/** Words for a state do nothing either, but those which also say no. */
const STATES = new Set(
  (
    'on off ein aus activé désactivé aan uit sì ativada desativada ativado desativado activado desactivado activada desactivada ' +
    'włączone wyłączone włączono wyłączono wł wył zapnuto vypnuto'
  ).split(' '),
);

const tables = new Map(Object.entries(WORDS).map(([language, line]) => [language, new Set(line.split(' '))]));
const NONE = new Set();

/** Of words that would turn by themselves: "Plus de". */
const PHRASES = /en savoir plus|plus d'(?:informations|options|infos)/gu;

/** Signs of writing, of a state, of a list or of a path. Any other may cross the words out. */
const HARMLESS = /[\p{Co}\p{L}\p{M}\p{N}\p{P}\p{Z}\p{Cf}\s✓✔☑✅●○◉◯▪▸▾▼▲›»→←↗★☆✨🤖🧠🔒🔓🛈ℹⓘ©®™+|<>~^`´¨=]/gu;

/** Signs that cross out or refuse. */
const CROSSING = /[🚫⛔❌❎✖✗✘✕×☒🛑🙅👎🔕⊘⊗∅¬≠]/u;

/** @param {unknown} said @returns {boolean} */
export const hasOddSign = (said) => typeof said === 'string' && CROSSING.test(said);

/**
 * @param {string} said as `plain` gives it
 * @param {string | null} language of the words
 * @returns {boolean}
 */
export function isNeutral(said, language) {
  if (said.replace(HARMLESS, '') !== '' || turns(said, language)) return false;
  const own = tables.get(firstOf(language)) ?? NONE;
  const english = /** @type {Set<string>} */ (tables.get('en'));
  return wordsKnown(
    said.replace(PHRASES, ' '),
    language,
    (word) => own.has(word) || english.has(word) || STATES.has(word) || /^\p{N}+$/u.test(word),
  );
}
