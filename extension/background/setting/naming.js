/**
 * From what was seen of one control's words to the ones that count: a name that it was given, or, where that is none or only says
 * its state, the known words right beside it. Pure.
 */

import {
  endsUse,
  hasLabel,
  isAffirming,
  isBeginning,
  isKnownTitle,
  isKnownWording,
  mentionsLabel,
  plain,
  saysNothing,
  saysOnlyState,
  saysTheOpposite,
  speaksOfAi,
  speaksOfAnother,
  speaksOfData,
} from './wording.js';
import { turns } from './turning.js';

const LISTS_MAX = 12;
const FEW = 4;

const text = (/** @type {any} */ v) => (typeof v === 'string' ? v : null);
const list = (/** @type {any} */ v) => (Array.isArray(v) ? v.slice(0, LISTS_MAX) : []);
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

/** @typedef {{pieces: string[], level: number, heading: boolean}} Block */

/** @param {any} blocks @returns {Block[]} */
const blocksOf = (blocks) =>
  list(blocks)
    .filter((b) => isPieces(b?.pieces))
    .map((b) => ({ pieces: b.pieces, level: Number(b.level), heading: b.heading === true }));

const joined = (/** @type {string[]} */ pieces) => pieces.join(' ');
const saysState = (/** @type {string[]} */ pieces) => pieces.every(saysOnlyState);
const isEmpty = (/** @type {string[]} */ pieces) => saysState(pieces) || saysNothing(joined(pieces));

const SENTENCE = /^\P{Ll}.{19,}[.!?。！？।؟…]$/su;

/**
 * An explanation that stands between the words and the switch, and does not say that there is none.
 * @param {Block} block
 * @param {string | null} language
 */
const explains = ({ pieces, heading }, language) =>
  !heading && SENTENCE.test(joined(pieces).trim()) && !turns(plain(joined(pieces)), language);

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
  const before = blocksOf(beside?.before).filter(({ pieces }) => !saysState(pieces));
  const after = blocksOf(beside?.after).filter(({ pieces }) => !saysState(pieces));
  const known = (/** @type {Block | undefined} */ block) =>
    block !== undefined && isKnownWording(block.pieces, language);
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
    ({ pieces }) =>
      mentionsLabel(pieces) &&
      !isKnownWording(pieces, language) &&
      (turns(plain(joined(pieces)), language) || endsUse(joined(pieces))),
  );

/**
 * A heading, a legend or the beginning of a sentence over the known words: "Opt out of:", "For advertisers:". What ends as a sentence does is
 * told apart, unless it is a heading.
 * @param {any} c
 * @param {string | null} language
 */
function isTurnedAbove(c, language) {
  const before = blocksOf(c.beside?.before).filter(({ pieces }) => !saysState(pieces));
  const above = before.filter(({ pieces }) => !isKnownWording(pieces, language))[0];
  const turned = (/** @type {string} */ words) =>
    turns(plain(words), language) || speaksOfAnother(words) || endsUse(words) || GOES_ON.test(words);
  const heading = text(c.heading) ?? '';
  const said = above ? joined(above.pieces) : '';
  const own = above?.heading || !SENTENCE.test(said) || GOES_ON.test(said) ? said : '';
  return [heading, own].some((words) => words && !isKnownTitle(words) && turned(words));
}

/** A sentence that the known words end: whatever it says, they say it no more by themselves. */
const GOES_ON = /(?:[:：…]|\.{3})\s*$/u;

/** As on a button. @param {string} said */
const isFewWords = (said) => said.split(' ').length <= FEW;

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
  const [behind] = after.filter(({ pieces }) => !isKnownWording(pieces, language));
  const next = behind && !saysState(behind.pieces) ? joined(behind.pieces) : '';
  const seen = [before[0], after[0]].map((block) => (block && !saysState(block.pieces) ? joined(block.pieces) : ''));
  const turned = (/** @type {string} */ said) => turns(plain(said), language);
  return (
    [...around, ...groups, ...list(c.described).map((said) => text(said) ?? '')].some((said) =>
      saysTheOpposite(said, language),
    ) ||
    groups.some((name) => !isKnownTitle(name) && (turned(name) || speaksOfAnother(name) || endsUse(name))) ||
    list(c.described).some((said) => isFewWords(text(said) ?? '') && turned(text(said) ?? '')) ||
    (hasLabel(language) && isFewWords(next) && !SENTENCE.test(next.trim()) && (turned(next) || endsUse(next))) ||
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
 * @param {any} c what was seen of one control
 * @param {string | null} language of the page
 * @returns {{label: string | null, known: boolean, beside: boolean, read: boolean, heading: boolean, reworded: boolean, turned: boolean,
 *   affirmed: boolean, used: boolean, under: boolean}} `known`: the label of the setting; `beside`: by its place; `under`: they stand there, but
 *   it has another name that nobody sees; `read`: the words can be seen, and are not only in an attribute; `heading`: they are a heading;
 *   `reworded`: it has words, and they are others; `turned`: they may turn it round; `affirmed`: they say straight out that the data are used,
 *   and what for; `used`: or do not say what for
 */
export function wordsOf(c, language) {
  const links = list(c.links).filter((link) => typeof link === 'string');
  const names = namesOf(c).map((pieces) => withoutLinks(pieces, links, language));
  /* What ARIA hides is there for a form, or drawn over by another. */
  const near = c.unheard === true ? null : knownBeside(c.beside, language);
  /* The setting's title is the name of the whole, and says no more than its state does: what counts are the words beside it. */
  const own = names.filter((pieces) => !isEmpty(pieces) && !(near && isKnownTitle(joined(pieces))));
  return own.length === 0 ? wordsOfNameless(c, near, language) : wordsOfNamed(c, own, near, language);
}

/** A picture beside it that is said to show the opposite, or a label of nothing that says it. @param {any} c @param {string | null} language */
const isTurnedLoosely = (c, language) => list(c.beside?.loose).some((said) => turns(plain(text(said) ?? ''), language));

/** @param {any} c @param {string | null} language */
const isTurnedAround = (c, language) =>
  isTurnedBeside(c.beside, language) || isTurnedAbove(c, language) || isTurnedLoosely(c, language);

/** @param {any} c @param {Block | null} near @param {string | null} language */
function wordsOfNameless(c, near, language) {
  const turned = isTurnedAround(c, language) || (near !== null && isContradictedAround(c, language));
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
