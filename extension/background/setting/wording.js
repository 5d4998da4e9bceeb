/**
 * What LinkedIn calls the setting, by language: the page's title and the switch's label, as published. Words help to find
 * the control among others; they never decide its state. A language missing here works all the same.
 * Languages by their first subtag; LinkedIn still writes iw, no and tl for he, nb and fil.
 */

import { affirms } from './affirming.js';
import { hasOddSign } from './neutral.js';
import { turns } from './turning.js';

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

/** As `plain`, in the case that it has. @param {unknown} text @returns {string} */
function spelled(text) {
  if (typeof text !== 'string') return '';
  return text
    .replace(/[ⓘℹ]/gu, ' ') // it opens an explanation
    .normalize('NFKC')
    .replace(/[’‘ʼ`´]/gu, "'")
    .replace(/\u2010/gu, '-') // of the hyphen at which no line is broken too (NFKC)
    .replace(/[\u00ad\u2060]/gu, '') // where a word may be broken, or may not
    .replace(/[\s\u200b-\u200f]+/gu, ' ')
    .trim();
}

/**
 * One spelling of what a person reads as the same words.
 * @param {unknown} text
 * @returns {string}
 */
export const plain = (text) => spelled(text).toLowerCase();

const titles = new Set(Object.values(WORDING).map((w) => plain(w.title)));
const labels = Object.values(WORDING).flatMap((w) => (w.label ? [plain(w.label)] : []));

/** @param {unknown} text @returns {boolean} the setting's title in any known language */
export const isKnownTitle = (text) => titles.has(plain(text));

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

/** The word for data in each language that LinkedIn has, by its stem. */
const DATA =
  /data|(?:^|\P{L})dat(?:[eio]|ele|elor)(?:$|\P{L})|daten|données|gegevens|dados|datos|danych|dane(?:$|\P{L})|tieto|tiedo|adat|(?:^|\P{L})veri|dữ liệu|дан[иіны]|δεδομέν|بيانات|داده|נתוני|डेटा|ডেটা|ਡਾਟਾ|ਡੇਟਾ|డేటా|ข้อมูล|データ|데이터|数据|數據|資料|资料/u;

/** @param {unknown} text @returns {boolean} do these words speak of data, in any language? */
export const speaksOfData = (text) => DATA.test(plain(text));

/** @param {unknown} text @returns {boolean} could these words be the label, changed? */
export const speaksOfAi = (text) => AI.test(plain(text));

/** Purposes that other settings have: the parent company's, advertisements, research. By the stems of their words. */
const OTHER_PURPOSE = new RegExp(
  'microsoft|parent company|third part|muttergesellschaft|mutterkonzern|dritten?(?:$|\\P{L})|maison mère|société mère|' +
    'des tiers|moederbedrijf|derden|mateřsk|třetí|controladora|terceiros|terceros|matriz|' +
    '(?:^|\\P{L})ads?(?:$|\\P{L})|advert|annunc|pubblicit|mainon|mainos|werbung|' +
    'werbe|publicit|publicid|reclame|advertent|reklam|anúncio|anuncio|annons|annonc|реклам|広告|광고|广告|廣告|hirdet|διαφημ|quảng cáo|iklan|' +
    'โฆษณา|विज्ञापन|বিজ্ঞাপন|إعلان|تبلیغ|פרסו|מודעות|research|ricerca|tutkimu|forschung|recherche|onderzoek|badań|badani|výzkum|pesquisa|' +
    'investigaci|forskning|исследован|дослідж|研究|연구|araştırma|cercetare|kutatás|έρευν|nghiên cứu|penelitian|วิจัย',
  'u',
);

/** @param {unknown} text @returns {boolean} do these words speak of another purpose? */
export const speaksOfAnother = (text) => OTHER_PURPOSE.test(plain(text));

/** @param {unknown} text @returns {boolean} do these words speak of others that are given the data? */
export const speaksOfSharing = (text) =>
  /partner|parten|affiliat|kumppan|партн|パートナー|파트너|合作伙伴/u.test(plain(text));

/** A page that failed, or is not there yet, or tells of a switch, does not say that there is none. */
const UNFINISHED = new RegExp(
  'went wrong|try again|could(?: not|n.t) (?:be )?load|can(?:not|.t) load|unable to load|(?:^|\\P{L})loading|' +
    'please wait|(?:^|\\P{L})errors?(?:$|\\P{L})|toggle|switch|turn (?:this|it) o|schiefgelaufen|erneut|' +
    '(?:^|\\P{L})(?:ge)?laden(?:$|\\P{L})|fehler|bitte warten|schalter|une erreur|réessay|chargement|' +
    '(?:en|se|être) charg|patient(?:er|ez)|interrupteur|misgegaan|opnieuw|schakelaar|fout opgetreden|błąd|' +
    'ponownie|ładowan|przełącznik|algo deu errado|tente novamente|carreg|erro(?:$|\\P{L})|chyba|znovu|načít|' +
    'přepínač|salió mal|inténtalo|intente|cargando|cargar|interruptor|se ha producido',
  'u',
);

/** @param {unknown} text @returns {boolean} */
export const saysUnfinished = (text) => UNFINISHED.test(plain(text));

/** @param {unknown} text @returns {boolean} does it have a word for the side that is off? */
export const speaksOfOff = (text) => lettersOf(text).some((word) => OFF_WORDS.has(word));

/** It points to what comes after it. */
const POINTS_ON =
  /following|follows|below|written here|folgende|unten|nachstehend|(?:^|\P{L})suit(?:$|\P{L})|suivant|ci-dessous|siguiente|abajo|volgende|hieronder|poniż|następując|seguinte|abaixo|následujíc|níže|seguente/u;

/** @param {unknown} text @returns {boolean} */
export const pointsOn = (text) => POINTS_ON.test(plain(text));

/**
 * In which language is the known label among these texts written? A page may say that it is in another.
 * @param {string[]} texts
 * @returns {string | null}
 */
export function languageOfLabel(texts) {
  const all = solid(texts.join(''));
  const found = Object.entries(WORDING).find(([, { label }]) => label !== null && all.includes(solid(label)));
  return found ? found[0] : null;
}

const OFF_STATES = new Set(
  'off aus uit désactivé desativada desativado desactivado desactivada wyłączone wyłączono wył vypnuto'.split(' '),
);

const ON_STATES = new Set(
  'on ein an activé aan ativada ativado activado activada włączone włączono wł zapnuto'.split(' '),
);

/** "On / Off" names both sides, and tells of neither. @param {string[]} words */
const namesBoth = (words) => words.some((word) => ON_STATES.has(word)) && words.some((word) => OFF_STATES.has(word));

/**
 * A name that is a word for a state: "No" may be what a box is for; and what is on is not called "Off", if that is its state.
 * @param {string} said
 * @param {boolean} on
 */
export function refuses(said, on) {
  const words = lettersOf(said);
  return words.some((word) => TURNING_STATES.has(word) || (on && OFF_STATES.has(word) && !namesBoth(words)));
}

/** No more than a word for the state that it does not have. @param {string} said @param {boolean} on */
export function saysOtherState(said, on) {
  const words = lettersOf(said);
  return saysOnlyState(said) && !namesBoth(words) && words.some((word) => (on ? OFF_STATES : ON_STATES).has(word));
}

/**
 * "Currently off" at one that is on: a page that tells so much means it. A bare "Off" may be what stands at one end of the switch.
 * @param {string} said
 * @param {boolean} on
 */
export const tellsOtherState = (said, on) =>
  saysOtherState(said, on) && lettersOf(said).some((word) => TELLING.has(word));

/** A word for a state that is "No", and so may turn what it stands at. @param {string} said */
export const isRefusal = (said) => saysOnlyState(said) && lettersOf(said).some((word) => TURNING_STATES.has(word));

/**
 * "…? No." behind the words at a box that is checked, "…? Yes." at one that is not: asked and answered, and not as the box says.
 * @param {string} said
 * @param {boolean} on
 */
export const answersOtherwise = (said, on) =>
  /^\P{L}*[?？؟]/u.test(said) &&
  saysOnlyState(said) &&
  lettersOf(said).some((word) => (TURNING_STATES.has(word) || OFF_STATES.has(word)) === on);

/** What follows the known label in these words. @param {string} said */
export function restOf(said) {
  const words = plain(said);
  const label = labels.find((one) => words.includes(one));
  return label === undefined ? '' : words.slice(words.indexOf(label) + label.length);
}

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
export const STATE_WORDS = new Set(
  (
    'on off ein aus an activé désactivé aan uit sì no ativada desativada ativado desativado activado desactivado activada desactivada ' +
    'włączone wyłączone włączono wyłączono wł wył zapnuto vypnuto oui non ja nein nee tak nie sim não ano ne sí yes'
  ).split(' '),
);

/** "Status: On" has a few words at most; a sentence may end in one by chance. */
const STATUS_WORDS_MAX = 6;

const lettersOf = (/** @type {unknown} */ text) =>
  plain(text)
    .split(/[^\p{L}\p{M}]+/u)
    .filter(Boolean);

/**
 * A word for a state, alone or at the end of a few.
 * @param {unknown} text
 * @returns {boolean}
 */
export function isStateWord(text) {
  const words = lettersOf(text);
  return words.length <= STATUS_WORDS_MAX && STATE_WORDS.has(words[words.length - 1] ?? '');
}

/** What may stand before a word for a state, and says no more than that it is one: "Status: On", "Currently off", "is on". */
const TELLING = new Set(
  (
    'status state currently is derzeit aktuell ist zustand statut état actuellement est estado actualmente está momenteel staat stan obecnie jest ' +
    'atualmente stav aktuálně je'
  ).split(' '),
);

/** Nothing but words for a state, what tells of one, and signs between them. @param {unknown} text */
export function saysOnlyState(text) {
  const words = lettersOf(text);
  const last = words[words.length - 1];
  return (
    words.every((word) => STATE_WORDS.has(word) || TELLING.has(word)) && (last === undefined || STATE_WORDS.has(last))
  );
}

/** Does a sentence end in what tells of a state? @param {unknown} text @returns {boolean} */
export const endsInState = (text) =>
  (typeof text === 'string' ? text.split(/[.!?。]/u) : []).some((sentence) => {
    const [before, last] = lettersOf(sentence).slice(-2);
    return TELLING.has(before) && STATE_WORDS.has(last);
  });

/** What a switch is, in place of what it is for; and a name that a program made up, such as an id. */
const KINDS_OF_SWITCH = new Set(
  (
    'toggle switch button checkbox check box slider control schalter umschalter kippschalter kontrollkästchen interrupteur bouton bascule ' +
    'schakelaar aanvinkvak przełącznik suwak interruptor alternar botão přepínač conmutador interruttore kytkin'
  ).split(' '),
);
const MADE_UP = /^[\w.:-]*\d[\w.:-]*$/;

/** Does it say nothing of what the switch is for? @param {unknown} text @returns {boolean} */
export function saysNothing(text) {
  const words = lettersOf(text);
  return words.every((word) => KINDS_OF_SWITCH.has(word)) || saysKindAndState(words) || MADE_UP.test(plain(text));
}

/** "Toggle, on", "On/off switch"; but an "Off switch" is for switching off. @param {string[]} words */
function saysKindAndState(words) {
  const first = words.findIndex((word) => !KINDS_OF_SWITCH.has(word));
  const bare = words.filter((word) => !KINDS_OF_SWITCH.has(word));
  return (
    bare.every((word) => ON_STATES.has(word) || OFF_STATES.has(word)) &&
    (namesBoth(bare) || bare.length === words.length - first)
  );
}

/* ---- the label, and what may be added to it ---- */

/** Characters of a sentence that explains; less is a word on a button, or a part of the label. */
const SENTENCE = 20;
const ENDED = /[.!?。！？।؟…]["'”’»)]*$/u;

/**
 * What may stand before the label: a word for the state, the setting's title, or a sentence of its own.
 * @param {string} said
 * @param {string | null} language
 */
const mayPrecede = (said, language) =>
  (saysOnlyState(said) && !hasOddSign(said) && !lettersOf(said).some((word) => TURNING_STATES.has(word))) ||
  isKnownTitle(said) ||
  (said.length >= SENTENCE && ENDED.test(said) && !turns(plain(said), language));

/**
 * What may stand behind it: words for the state, and an explanation in sentences of its own, which begin and end as sentences do. Whatever
 * else it is may be the label's own sentence going on.
 * @param {string} said
 * @param {string | null} language
 */
function mayFollow(said, language) {
  const rest = said.replace(/^[\s\p{P}\p{S}]+/u, '');
  if (hasOddSign(said)) return false;
  if (saysOnlyState(rest)) return true;
  return rest.length >= SENTENCE && !/^\p{Ll}/u.test(rest) && ENDED.test(rest) && !saysTheOpposite(rest, language);
}

/** Words that end a use without turning a sentence. */
const ENDS = /(?:^|\P{L})(?:exempt\p{L}*|private|spared|opted|opting|opts)(?:$|\P{L})/u;

/** @param {unknown} text @returns {boolean} */
export const endsUse = (text) => ENDS.test(plain(text));

/** "Enabling this turns off AI training"; in German a switch that is "an". */
const TURNS_OFF =
  /(?:enabling|activating|(?:turning|switching) (?:this|it) on)[^.!?]*(?:(?:turn|switch)(?:s|es)? off|disabl|stops?(?:$|\P{L}))/u;
const ON_IN_GERMAN = /(?:schalter|einstellung|option|dies|er|sie) an\s*(?:[,.:]|ist|steht|$)/u;

/** "The reverse of this is what happens": whatever it is said of, nobody would say it of a switch that means what it says. */
const REVERSES =
  /(?:^|\P{L})(?:reverse[ds]?|opposite|invert\p{L}*|inverse(?:ly)?|backwards?|upside down|(?:the )?(?:other|wrong) way (?:a)?round|vice versa|contrary (?:to|of)|the contrary|not what it says|umgekehrt\p{L}*|umgedreht\p{L}*|andersherum|andersrum|verkehrt herum|(?:das|im) gegenteil|entgegengesetzt\p{L}*|invertiert|l'inverse|inversée?s?|à l'envers|le contraire|l'opposé|lo contrario|al revés|invertid[oa]s?|inversa|lo opuesto|omgekeerd\p{L}*|andersom|tegendeel|tegenovergestelde|na odwrót|odwrotn\p{L}*|odwróc\p{L}*|przeciwni\p{L}*|o contrário|ao contrário|o inverso|o oposto|naopak|opačn\p{L}*|obrácen\p{L}*|il contrario|al contrario|all'inverso|l'opposto|päinvasto\p{L}*|tvärtom|omvendt|逆|相反|반대)(?:$|\P{L})/u;

/** "Untick the box to let us": taken off is what is needed to allow it. */
const TO_LET =
  /(?:untick|uncheck|deselect|haken entfernen|décoch|odznacz|desmar|odškrtn|uitvink|vinkje weg)[^.!?]*(?:(?:^|\P{L})(?:let|allow|permit|agree)|erlaub|zuzulassen|zustimm|permett|autoris|toestaan|zezwol|permitir|povol)/u;

/** "Turn this off to let us": nothing that is refused stands between. */
const OFF_TO_LET = new RegExp(
  [
    '(?:turn|switch|leave|keep|toggle)\\P{L}+(?:(?:this|it|the)\\P{L}+(?:setting |switch |toggle )?)?off to (?:let|allow|permit|opt in|agree|consent)',
    '(?:turning|switching) (?:this|it) off (?:lets|allows|permits|means that (?:we|linkedin) (?:may|can))',
    '(?:(?:^|\\P{L})aus|deaktivier\\p{L}*)(?:$|\\P{L})(?:(?!nicht|kein)[^.!?]){0,80}um (?:(?!nicht|kein)[^.!?]){0,80}(?:zu erlauben|zu gestatten|zuzulassen|zuzustimmen)',
    'désactiv(?:ez|er|e)(?:$|\\P{L})[^.!?]*pour (?:autoriser|permettre|accepter)|desactiv\\p{L}+ [^.!?]*para (?:permitir|autorizar|aceptar)|desativ\\p{L}+ [^.!?]*para (?:permitir|autorizar|aceitar)',
    '(?:uit|uitschakelen)(?:$|\\P{L})[^.!?]{0,80}om (?:(?!niet|geen)[^.!?]){0,80}toe ?te ?staan|wyłącz\\p{L}*[^.!?]* aby (?:zezwolić|pozwolić|umożliwić)|vypn\\p{L}+[^.!?]*(?:chcete-li|abyste) povolil?i?t?(?:$|\\P{L})',
    "(?:^off|(?:when|while|if)(?: (?:this|it|the (?:setting|switch))(?: is)?| this (?:setting|switch) is)?(?: turned| switched)? off)(?:,| means that| means) (?:(?:linkedin|we)(?: and its affiliates)? (?:may |can |will )?uses? your data|your data (?:is|are|may be|will be) used)(?![^.!?]*(?:other|still|only|n't|not))",
    '(?:(?:ist|sind) (?:der schalter|die einstellung|diese einstellung)|wenn (?:diese einstellung|der schalter)) (?:aus|deaktiviert|ausgeschaltet)(?: ist)?, (?:darf|kann|verwendet|nutzt) linkedin ihre daten(?![^.!?]*(?:ander|weiterhin|nur|nicht))',
  ].join('|'),
  'u',
);

/**
 * "Switch this on to opt out": it has a word for the one side, none for the other, and turns. Of texts in their own elements around a switch, too.
 * @param {string} said
 * @param {string | null} language
 */
export function saysTheOpposite(said, language) {
  return said.split(/(?<=[.!?。])\s*/u).some((sentence) => {
    const words = new Set(lettersOf(sentence));
    const on = [...words].some((word) => ON_WORDS.has(word)) || ON_IN_GERMAN.test(plain(sentence));
    const told = on || (OF_THE_SWITCH.test(plain(sentence)) && !/affect|retroact/u.test(plain(sentence)));
    return (
      REVERSES.test(plain(sentence)) ||
      TO_LET.test(plain(sentence)) ||
      OFF_TO_LET.test(plain(sentence)) ||
      TURNS_OFF.test(plain(sentence)) ||
      (told &&
        ![...words].some((word) => OFF_WORDS.has(word)) &&
        (turns(plain(sentence), language) || ENDS.test(plain(sentence))) &&
        !/\bon linkedin\b/iu.test(sentence))
    );
  });
}

/** It tells of the switch itself, or of what one does to it: "this box is an objection", "moving it right withdraws". */
const OF_THE_SWITCH =
  /(?:this|the|a|blue|filled) (?:switch|toggle|box|checkbox|slider|circle)(?:$|\P{L})|(?:ticking|checking|moving|sliding|pressing) (?:it|this|here)|diese[rs]? (?:schalter|kästchen|haken)|ce(?:t)? (?:interrupteur|bouton)|cette case|este interruptor|esta casilla|deze schakelaar|dit vakje|ten przełącznik|to pole|esta caixa|tento přepínač/u;

const ON_WORDS = new Set(
  (
    'on checked check ticked tick select selected enable enabled enabling activating activated activate green yes slide swipe ' +
    'häkchen haken ankreuzen angekreuzt markiert markieren angehakt anhaken ein eingeschaltet einschalten einschaltet aktiviert aktivieren ' +
    'angeschaltet anschalten rechts grün cochez cocher coche coché cochée activé activée activer activez active activant activation ' +
    'sélectionnez sélectionné sélectionnée droite vert zaznacz zaznaczone zaznaczono zaznaczenie zaznaczyć włączone włącz włączyć włączenie ' +
    'marque marca marcar marcado marcada ative ativar ativada ativado ativando direita selecione selecionado zaškrtněte zaškrtnuto ' +
    'zaškrtnout zaškrtnutím zapnuto zapněte zapnout zapnutím vink aangevinkt aanvinken vinken aan inschakelen ingeschakeld activado activada ' +
    'activar actívalo actívelo actívala activarlo activando derecha seleccione selecciona seleccionado attiva attivare attivato attivata ' +
    'attivando attivalo spunta spuntare spuntato spuntata seleziona selezionare selezionato selezionata päällä käyttöön valitse valittuna ' +
    'aktivera aktiverad aktiverat aktivér aktiveret markera markerad markerat kryssa tændt slået påslått включите включить включено включён ' +
    'отметьте увімкніть увімкнено увімкнути açık açın açıldığında işaretleyin aktifleştir activați activat bifați bekapcsolva bekapcsolás ' +
    'aktifkan centang bật'
  ).split(' '),
);
const OFF_WORDS = new Set(
  (
    'off unchecked disabled aus ausgeschaltet ausschalten deaktiviert deaktivieren désactivé désactiver désactivez désactivée uit ' +
    'uitschakelen uitgeschakeld wyłączone wyłącz wyłączyć desativada desativado desativar desactivado desactivar desactivada vypnuto vypnout ' +
    'disattiva disattivare disattivato disattivata disattivi pois inaktivera avslått slukket выключите выключить выключено отключить отключите ' +
    'вимкніть вимкнено kapalı kapatın dezactivați dezactivat kikapcsolva nonaktifkan tắt'
  ).split(' '),
);

/** Without spaces, in the case it has: the words as they are, and whether they begin as a sentence does. @param {string} text */
const begun = (text) => !/^\p{Ll}/u.test(text.trim());

/**
 * Is it the label, with no more than signs and words for the state in the same element? Before it a sign has to part them: "No usar mis datos
 * …" begins with a word for a state.
 * @param {string} text
 */
function isLabelItself(text) {
  const written = spelled(text);
  const said = written.toLowerCase();
  return labels.some((label) => {
    const at = said.indexOf(label);
    if (at < 0) return false;
    const [before, after] = [said.slice(0, at), said.slice(at + label.length)];
    return (
      !hasOddSign(before + after) &&
      !/[\p{N}~=]/u.test(before + after) &&
      (saysStateBefore(before) || saysKind(before)) &&
      lettersOf(after).every((word) => STATE_WORDS.has(word) || KINDS_OF_SWITCH.has(word)) &&
      !/^[\p{L}\p{M}\p{N}]/u.test(after) &&
      begun(written.slice(written.length - after.length - label.length))
    );
  });
}

/** Words that say a state and also turn what follows. */
const TURNING_STATES = new Set(['no', 'non', 'nein', 'nee', 'nie', 'não', 'ne']);

/** @param {string} said */
const saysStateBefore = (said) =>
  !/\p{L}/u.test(said) ||
  (lettersOf(said).every((word) => STATE_WORDS.has(word)) &&
    /[\p{P}\p{S}]\s*$/u.test(said) &&
    !lettersOf(said).some((word) => TURNING_STATES.has(word)));

/** What it is, before what it is for: "Toggle Use my data …". @param {string} said */
const saysKind = (said) => lettersOf(said).every((word) => KINDS_OF_SWITCH.has(word));

/** Is the label cut into several pieces, all of them together? @param {string[]} pieces */
const isLabelInPieces = (pieces) =>
  begun(pieces[0]) && solidLabels.includes(solid(pieces.join('')).replace(/[\p{P}\p{S}]+$/u, ''));

const PIECES_AT_ONCE = 12;

/** A badge beside the label, in an element of its own. */
const BADGES = new Set(
  'new neu nouveau nieuw nowe nowość novo nové novinka nuevo beta updated recommended aktualisiert empfohlen'.split(
    ' ',
  ),
);
const isBadge = (/** @type {string} */ piece) => BADGES.has(plain(piece).replace(/^\P{L}+|\P{L}+$/gu, ''));

/**
 * A name in pieces, one for each element that its text stands in: is it the label in any known language, with no more than what may be
 * added? Nothing that is added may stand in the label's own sentence ("Do not use my data …" is another label).
 * @param {unknown} pieces
 * @param {string | null} language
 * @returns {boolean}
 */
export function isKnownWording(pieces, language) {
  if (!Array.isArray(pieces) || !pieces.every((piece) => typeof piece === 'string')) return false;
  return isLabelAmong(pieces, language) || isLabelAmong(withoutBadges(pieces), language);
}

/** But for one at either end, where it belongs to no sentence. @param {string[]} pieces */
function withoutBadges(pieces) {
  const [from, to] = [isBadge(pieces[0] ?? '') ? 1 : 0, isBadge(pieces[pieces.length - 1] ?? '') ? -1 : undefined];
  return pieces.slice(from, to);
}

/** @param {string[]} pieces @param {string | null} language */
const isLabelAmong = (pieces, language) =>
  isAmong(pieces, language, (run) => (run.length === 1 ? isLabelItself(run[0]) : isLabelInPieces(run)));

/**
 * Are there pieces, one after another, that fit, with no more around them than what may be added to a label?
 * @param {string[]} pieces
 * @param {string | null} language
 * @param {(run: string[]) => boolean} fits
 */
function isAmong(pieces, language, fits) {
  for (let from = 0; from < pieces.length; from += 1) {
    for (let to = from + 1; to <= Math.min(pieces.length, from + PIECES_AT_ONCE); to += 1) {
      if (!fits(pieces.slice(from, to))) continue;
      const [before, after] = [pieces.slice(0, from), pieces.slice(to).join(' ')];
      if (before.every((piece) => mayPrecede(piece, language)) && mayFollow(after, language)) return true;
    }
  }
  return false;
}

/**
 * A name in pieces: does it say that the data are used, with no more than what may be added to a label?
 * @param {string[]} pieces
 * @param {string | null} language
 * @param {boolean} [whole] false: it need not say what for
 * @returns {boolean}
 */
export function isAffirming(pieces, language, whole = true) {
  const fits = (/** @type {string[]} */ run) => affirms(plain(run.join(' ')), language, whole);
  return isAmong(pieces, language, fits) || isAmong(withoutBadges(pieces), language, fits);
}

/** The beginning of a label, as a button may show of the name that it has. @param {unknown} text @returns {boolean} */
export function isBeginning(text) {
  const said = plain(text);
  return said.length > 2 && labels.some((label) => label.startsWith(said));
}
