/**
 * From what was seen of one control's words to the ones that count: a name that it was given, or, where that is none or only says
 * its state, the known words right beside it. Pure.
 */

import {
  answersOtherwise,
  endsUse,
  hasLabel,
  hasWording,
  isAffirming,
  isBeginning,
  isKnownTitle,
  isKnownWording,
  isRefusal,
  languageOfLabel,
  mentionsLabel,
  plain,
  pointsOn,
  refuses,
  restOf,
  saysNothing,
  saysOnlyState,
  saysOtherState,
  saysTheOpposite,
  speaksOfAi,
  speaksOfAnother,
  speaksOfData,
  speaksOfOff,
  tellsOtherState,
} from './wording.js';
import { hasOddSign, isNeutral } from './neutral.js';
import { tellsOtherwise } from './telling.js';
import { turns } from './turning.js';

const LISTS_MAX = 12;
const FEW = 4;

const text = (/** @type {any} */ v) => (typeof v === 'string' ? v : null);
const list = (/** @type {any} */ v) => (Array.isArray(v) ? v.slice(0, LISTS_MAX) : []);
const textsIn = (/** @type {any} */ v) => list(v).filter((one) => typeof one === 'string');
const isPieces = (/** @type {any} */ v) =>
  Array.isArray(v) && v.length > 0 && v.every((piece) => typeof piece === 'string');

/** A reading made before names came in pieces has only the label. @param {any} c @returns {string[][]} */
const namesOf = (c) => (Array.isArray(c.names) ? list(c.names).filter(isPieces) : text(c.label) ? [[c.label]] : []);

/**
 * A link in the label leads to more about it, and adds nothing to it; unless it stands first, or turns.
 * @param {string[]} pieces
 * @param {string[]} links
 * @param {string | null} language
 */
function withoutLinks(pieces, links, language) {
  const kept = pieces.filter((piece, index) => index === 0 || !links.includes(piece) || turns(plain(piece), language));
  return kept.length > 0 ? kept : pieces;
}

/**
 * What opens more about it, a button in the label or a link behind words that name nothing, stands in their element and is no part of what they say.
 * @param {string[]} pieces
 * @param {string[]} more
 * @param {string | null} language
 */
function withoutMore(pieces, more, language) {
  const kept = pieces.filter((piece) => !more.includes(piece) || !isNeutral(plain(piece), language));
  return kept.length > 0 ? kept : pieces;
}

/** @typedef {{pieces: string[], level: number, heading: boolean, apart: boolean, links: string[]}} Block */

/** @param {any} blocks @returns {Block[]} */
const blocksOf = (blocks) =>
  list(blocks)
    .filter((b) => isPieces(b?.pieces))
    .map((b) => ({
      pieces: b.pieces,
      level: Number(b.level),
      heading: b.heading === true,
      apart: b.apart === true,
      links: textsIn(b.links),
    }));

const joined = (/** @type {string[]} */ pieces) => pieces.join(' ');
const saysState = (/** @type {string[]} */ pieces) => pieces.every(saysOnlyState);
const isEmpty = (/** @type {string[]} */ pieces) => saysState(pieces) || saysNothing(joined(pieces));

const SENTENCE = /^\P{Ll}.{19,}[.!?。！？।؟…]$/su;

/** What switching it off does: as LinkedIn explains it. */
const TELLS_OF_OFF = new RegExp(
  [
    "^(?:opting out means|if you (?:opt out|turn (?:this|it) off|switch (?:this|it) off)|when (?:this is|it is|it's) off)",
    '^wenn (?:sie|du) (?:dies|das|diese einstellung|die einstellung) (?:deaktivier(?:en|st)|ausschalte(?:n|st))',
    '^si vous (?:désactivez (?:ceci|cela|ce réglage|ce paramètre)|le désactivez)',
    '^si (?:lo desactivas?|desactivas? (?:esto|esta opción|este ajuste|esta configuración))',
    '^als (?:u|je) (?:dit|deze instelling) uit(?:schakelt|zet)',
    '^se você (?:desativar|desativá-la)',
    '^jeśli (?:to )?wyłączysz(?: to ustawienie)?',
    '^pokud (?:to|toto nastavení) vypnete',
  ].join('|'),
  'u',
);

/** And it is not used then: off is off. @param {string} sentence as `plain` gives it @param {string | null} language */
const tellsOfOff = (sentence, language) => {
  const [begun] = TELLS_OF_OFF.exec(sentence) ?? [''];
  return begun !== '' && turns(sentence.slice(begun.length), language);
};

/**
 * An explanation that stands between the words and the switch, and does not say that there is none.
 * @param {Block} block
 * @param {string | null} language
 */
const explains = ({ pieces, heading }, language) =>
  !heading &&
  SENTENCE.test(joined(pieces).trim()) &&
  plain(joined(pieces))
    .split(/(?<=[.!?。])\s*/u)
    .every((sentence) => !turns(sentence, language) || tellsOfOff(sentence, language));

/** "Learn more", in a line of its own. @param {Block} block @param {string | null} language */
const leadsToMore = ({ pieces, links }, language) =>
  pieces.every((piece) => links.includes(piece)) && isNeutral(plain(joined(pieces)), language);

/** @param {Block} block @param {string | null} language */
const isKnownBlock = ({ pieces, links }, language) =>
  isKnownWording(pieces, language) || isKnownWording(withoutMore(pieces, links, language), language);

/** May it stand before the known words without belonging to their sentence? @param {Block | undefined} block */
const isApart = (block) =>
  block === undefined ||
  block.heading ||
  saysState(block.pieces) ||
  isKnownTitle(joined(block.pieces)) ||
  SENTENCE.test(joined(block.pieces).trim());

/** An explanation above the row in which the words stand. @param {Block} block @param {Block | undefined} words @param {string | null} language */
const isAbove = (block, words, language) =>
  words !== undefined && block.level > words.level && explains(block, language);

/**
 * The known words, in the block of text that is next to it: above or before it, with no more between than words for its state and, in
 * the same part of the page, an explanation; or behind it, where nothing is before it but headings, its state or an explanation
 * further away.
 * @param {any} beside
 * @param {string | null} language
 * @returns {Block | null}
 */
function knownBeside(beside, language) {
  const before = blocksOf(beside?.before).filter((block) => !saysState(block.pieces) && !leadsToMore(block, language));
  const after = blocksOf(beside?.after).filter(({ pieces }) => !saysState(pieces));
  const known = (/** @type {Block | undefined} */ block) => block !== undefined && isKnownBlock(block, language);
  const [next] = after;
  /* What stands nearer than the words, in its own line, is what it is called. */
  const hasOwn = (/** @type {Block} */ words) =>
    next !== undefined && next.level < words.level && !explains(next, language) && !known(next);
  if (known(before[0]) && isApart(before[1])) return hasOwn(before[0]) ? null : before[0];
  const [explanation, words] = before;
  if (
    words &&
    explains(explanation, language) &&
    explanation.level === words.level &&
    known(words) &&
    isApart(before[2])
  )
    return hasOwn(words) ? null : words;
  const apart = before[0] === undefined || before[0].heading || isAbove(before[0], next, language);
  return known(next) && apart ? next : null;
}

/**
 * Words in the line of the control that have the known ones in a sentence of their own: "Do not use my data …".
 * @param {any} beside
 * @param {string | null} language
 */
const isTurnedBeside = (beside, language) =>
  [...blocksOf(beside?.before).slice(0, 2), ...blocksOf(beside?.after).slice(0, 1)].some(
    (block) =>
      mentionsLabel(block.pieces) &&
      !isKnownBlock(block, language) &&
      (turns(plain(joined(block.pieces)), language) ||
        hasOddSign(joined(block.pieces)) ||
        endsUse(joined(block.pieces))),
  );

/** Signs that cross it out, in a line of their own. @param {any} beside */
const isCrossedOut = (beside) =>
  [...blocksOf(beside?.before).slice(0, 2), ...blocksOf(beside?.after).slice(0, 2)].some(
    ({ pieces }) => saysState(pieces) && hasOddSign(joined(pieces)),
  );

/**
 * Few words at the switch's own words that are not known to do nothing to them. Where it has none, or no word of the setting's is known in the
 * language, those that are known to turn; so for the page's own title, which may be a new one.
 * @param {any} c
 * @param {string} said
 * @param {string | null} language
 */
const mayTurn = (c, said, language) =>
  hasWording(language) && said !== c.titleOfPage && !c.unnamed
    ? !isNeutral(plain(said), language)
    : turns(plain(said), language);

/**
 * A heading, a legend or the beginning of a sentence over the known words: "Opt out of:", "For advertisers:". What ends as a sentence does is
 * told apart, unless it is a heading.
 * @param {any} c
 * @param {string | null} language
 */
function isTurnedAbove(c, language) {
  const before = blocksOf(c.beside?.before).filter(({ pieces }) => !saysState(pieces));
  const named = namesOf(c).map(joined);
  const above = before.find((block) => !isKnownBlock(block, language) && !named.includes(joined(block.pieces)));
  const turned = (/** @type {string} */ words) =>
    turns(plain(words), language) || speaksOfAnother(words) || endsUse(words) || GOES_ON.test(words);
  const heading = text(c.heading) ?? '';
  const said = above ? joined(above.pieces) : '';
  const own = above?.heading || !SENTENCE.test(said.trim()) || GOES_ON.test(said) ? said : '';
  if (own === '' && pointsOn(said) && turns(plain(said), language) && !speaksOfOff(said)) return true;
  /* What stands right above it belongs to it; a heading further up may be another's. */
  return [heading, own].some(
    (words) =>
      words &&
      !isKnownTitle(words) &&
      !isKnownWording([words], language) &&
      (turned(words) || (words === own && mayTurn(c, own, language))),
  );
}

/** A sentence that the known words end: whatever it says, they say it no more by themselves. */
const GOES_ON = /(?:[:：…]|\.{3})\s*$/u;

/** So far up stands what is in one row with the switch, where its words do not tell. */
const ROW = 2;

/** Of other things, or of what is refused. @param {any} c @param {string} name @param {string | null} language */
const isGroupOfOther = (c, name, language) =>
  !isKnownTitle(name) &&
  !isKnownWording([name], language) &&
  !saysState([name]) &&
  ((SENTENCE.test(name.trim())
    ? turns(plain(name), language) && !TELLS_OF_OFF.test(plain(name))
    : mayTurn(c, name, language)) ||
    speaksOfAnother(name) ||
    endsUse(name));

/** As on a button. @param {string} said */
const isFewWords = (said) => said.split(' ').length <= FEW;

/**
 * A hint of few words says what it is, or is made of known words; one of more that is no sentence does not turn.
 * @param {any} c
 * @param {string} said
 * @param {string | null} language
 */
const isOddHint = (c, said, language) =>
  !SENTENCE.test(said.trim()) &&
  !saysState([said]) &&
  !saysNothing(said) &&
  (isFewWords(said) ? mayTurn(c, said, language) : turns(plain(said), language));

/**
 * Few words right behind it or right below its row, or more that are no sentence but stand in its row.
 * @param {any} c
 * @param {Block[]} before
 * @param {Block[]} after
 * @param {string | null} language
 */
function isTurnedBehind(c, before, after, language) {
  const known = (/** @type {Block} */ block) => isKnownBlock(block, language);
  const [behind] = after.filter((block) => !known(block));
  if (!hasLabel(language) || !behind || saysState(behind.pieces)) return false;
  const said = joined(behind.pieces);
  const row = [...before, ...after].find(known)?.level ?? ROW;
  const inRow = !behind.heading && behind.level <= row;
  const below = !behind.heading && !behind.apart && behind.level <= row + 1;
  if (SENTENCE.test(said.trim()) || !(isFewWords(said) || inRow)) return false;
  return (
    turns(plain(said), language) ||
    endsUse(said) ||
    ((inRow || below) && isFewWords(said) && mayTurn(c, said, language))
  );
}

/**
 * Texts of their own around a switch that has the known words: an explanation, a description or the name of its group which says that they mean
 * the opposite; a few words right behind it that turn ("Opt out"); or, where the known words are in an attribute only, what is drawn in
 * their place.
 * @param {any} c
 * @param {string | null} language
 */
function isContradictedAround(c, language) {
  const [before, after] = [blocksOf(c.beside?.before).slice(0, 2), blocksOf(c.beside?.after).slice(0, 2)];
  const around = [...before, ...after].map(({ pieces }) => joined(pieces));
  const groups = list(c.groups).map((name) => text(name) ?? '');
  const seen = [before[0], after[0]].map((block) => (block && !saysState(block.pieces) ? joined(block.pieces) : ''));
  const turned = (/** @type {string} */ said) => turns(plain(said), language);
  return (
    [...around, ...groups, ...list(c.described).map((said) => text(said) ?? '')].some((said) =>
      saysTheOpposite(said, language),
    ) ||
    groups.some((name) => isGroupOfOther(c, name, language) || (saysState([name]) && refuses(name, isOn(c)))) ||
    list(c.described).some((said) => isOddHint(c, text(said) ?? '', language)) ||
    isTurnedBehind(c, before, after, language) ||
    (c.labelled === false && seen.some((said) => (speaksOfData(said) || speaksOfAi(said)) && turned(said)))
  );
}

/** Do other names that it has say something else than the known one? @param {string[][]} names @param {string | null} language */
const isContradicted = (names, language) =>
  names.some(
    (pieces) =>
      !isEmpty(pieces) &&
      !isKnownWording(pieces, language) &&
      !isBeginning(joined(pieces)) &&
      !isKnownTitle(joined(pieces)),
  );

/**
 * @param {any} c what was seen of one control; `titleOfPage`: the page's first heading
 * @param {string | null} language of the page
 * @returns {{label: string | null, known: boolean, beside: boolean, read: boolean, heading: boolean, reworded: boolean, turned: boolean,
 *   affirmed: boolean, used: boolean, under: boolean}} `known`: the label of the setting; `beside`: by its place; `under`: they stand there, but
 *   it has another name that nobody sees; `read`: the words can be seen, and are not only in an attribute; `heading`: they are a heading;
 *   `reworded`: it has words, and they are others; `turned`: they may turn it round; `affirmed`: they say straight out that the data are used,
 *   and what for; `used`: or do not say what for
 */
export function wordsOf(c, language) {
  return wordsIn(c, languageOfLabel(textsOf(c)) ?? language);
}

/** Its names, and what stands beside it. @param {any} c @returns {string[]} */
const textsOf = (c) =>
  [...blocksOf(c.beside?.before), ...blocksOf(c.beside?.after)]
    .map(({ pieces }) => pieces)
    .concat(namesOf(c))
    .flat();

/** @param {any} c @param {string | null} language in which its words are written */
function wordsIn(c, language) {
  const [links, buttons] = [textsIn(c.links), textsIn(c.buttons)];
  const names = namesOf(c)
    .map((pieces) => withoutLinks(pieces, links, language))
    .map((pieces) => withoutMore(pieces, buttons, language));
  /* What ARIA hides is there for a form, or drawn over by another. */
  const near = c.unheard === true ? null : knownBeside(c.beside, language);
  /* The setting's title is the name of the whole, and says no more than its state does: what counts are the words beside it. */
  const own = names.filter((pieces) => !isEmpty(pieces) && !(near && isKnownTitle(joined(pieces))));
  return own.length === 0 ? wordsOfNameless(c, near, language) : wordsOfNamed(c, own, near, language);
}

/** A picture beside it that is said to show the opposite, or a label of nothing that says it. @param {any} c @param {string | null} language */
const isTurnedLoosely = (c, language) =>
  list(c.beside?.loose).some((loose) => {
    const said = text(loose?.said) ?? '';
    const odd = turns(plain(said), language) || hasOddSign(said) || endsUse(said);
    return odd || (Number(loose?.level) <= ROW && isFewWords(said) && mayTurn(c, said, language));
  });

/** @param {any} c */
const isOn = (c) => [c.checked, c.ariaChecked, c.ariaPressed].some((voice) => voice === true || voice === 'true');

/**
 * "No:" before the words or in front of the switch; "No" right beside one that is on; "? No." behind the words.
 * @param {any} c
 * @param {string | null} language
 */
function isRefusedBeside(c, language) {
  const [before, after] = [blocksOf(c.beside?.before), blocksOf(c.beside?.after)];
  const on = isOn(c);
  const refused = (/** @type {Block | undefined} */ block) => block !== undefined && isRefusal(joined(block.pieces));
  const words = before.findIndex((block) => isKnownBlock(block, language));
  const over = before[words + 1];
  return (
    before.some((block) => refused(block) && GOES_ON.test(joined(block.pieces))) ||
    (words >= 0 && refused(over) && (over.heading || over.level <= before[words].level)) ||
    (on && (refused(before[0]) || refused(after[0]))) ||
    [...before, ...after].some(({ pieces }) => answersOtherwise(joined(pieces), on))
  );
}

/** A sentence around it tells of the state that it does not have. @param {any} c */
function isToldOtherwise(c) {
  const sides = [blocksOf(c.beside?.before), blocksOf(c.beside?.after)];
  const around = sides.flatMap((blocks) => blocks.slice(0, 2).map(({ pieces }) => joined(pieces)));
  const said = [...around, ...list(c.described).map((one) => text(one) ?? '')];
  return said.some((one) => tellsOtherwise(one, isOn(c)) || tellsOtherState(one, isOn(c)));
}

/** @param {string[]} pieces */
function statesAtEnd(pieces) {
  const last = pieces.findLastIndex((piece) => !saysState([piece]));
  return pieces.slice(last + 1);
}

/** Its name is, or ends in, a word for a state that it does not have, or "No". @param {any} c @param {string[][]} names */
function isRefusedByName(c, names) {
  const on = isOn(c);
  const behind = names.map((pieces) => restOf(joined(pieces)));
  if (behind.some((rest) => answersOtherwise(rest, on) || (on && isRefusal(rest)))) return true;
  const own = names.some((pieces) => isEmpty(pieces) && refuses(joined(pieces), on));
  const ended = names.some(
    (pieces) => pieces.length > 1 && on && !isEmpty(pieces) && refuses(joined(statesAtEnd(pieces)), on),
  );
  const otherwise = names.some((pieces) => pieces.some((piece) => tellsOtherState(piece, on)));
  /* A box of the browser's shows its state itself; what a script draws shows what it writes. */
  const drawn = typeof c.checked !== 'boolean' && names.some((pieces) => saysOtherState(joined(pieces), on));
  return own || ended || otherwise || drawn;
}

/** @param {any} c @param {string | null} language */
const isTurnedAround = (c, language) =>
  isTurnedBeside(c.beside, language) ||
  isCrossedOut(c.beside) ||
  isTurnedAbove(c, language) ||
  isTurnedLoosely(c, language) ||
  isRefusedBeside(c, language) ||
  isToldOtherwise(c) ||
  isRefusedByName(c, namesOf(c));

/** @param {any} c @param {Block | null} near @param {string | null} language */
function wordsOfNameless(c, near, language) {
  const turned =
    isTurnedAround({ ...c, unnamed: near === null }, language) || (near !== null && isContradictedAround(c, language));
  const known = near !== null && !turned;
  return {
    label: near ? joined(near.pieces) : text(c.label),
    known,
    beside: known,
    read: known,
    heading: near?.heading ?? false,
    reworded: turned,
    turned,
    affirmed: false,
    used: false,
    under: false,
  };
}

/** @param {any} c @param {string[][]} own @param {Block | null} near @param {string | null} language */
function wordsOfNamed(c, own, near, language) {
  const around = isTurnedAround(c, language) || isContradictedAround(c, language);
  const known = isKnownWording(own[0], language) && !isContradicted(own.slice(1), language) && !around;
  const turned = !known && (around || own.some((pieces) => turns(plain(joined(pieces)), language)));
  return {
    label: text(c.label),
    known,
    beside: false,
    read: near !== null || isReadable(c),
    heading: false,
    reworded: !known,
    turned,
    affirmed: !turned && own.every((pieces) => isAffirming(pieces, language)),
    used: !turned && own.every((pieces) => isAffirming(pieces, language, false)),
    under: near !== null && !known && !isReadable(c),
  };
}

/** Its name is text of the page, not an attribute. @param {any} c */
const isReadable = (c) => c.labelled === true;
