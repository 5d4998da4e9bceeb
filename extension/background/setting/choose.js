/**
 * Which control of a page is the setting's, and so what the page says. The order of its care: a wrong state is worst, and a wrong
 * `off` worst of all; then silence; then `unknown` with a reason. Words find the control and never say its state.
 */

import { affirms, points } from './affirming.js';
import { isDisputed, isNamed, mayBeCopy, seenOnes, stateOf, unknown } from './candidate.js';
import { isNeutral } from './neutral.js';
import { saysNotOffered } from './not-offered.js';
import { list, text } from './reading.js';
import { turns } from './turning.js';
import {
  endsInState,
  hasLabel,
  hasWording,
  isKnownTitle,
  isLabelledTitle,
  isStateWord,
  mentionsLabel,
  plain,
  saysUnfinished,
  speaksOfAi,
  speaksOfAnother,
  speaksOfData,
  speaksOfSharing,
} from './wording.js';

/**
 * @typedef {import('./candidate.js').Candidate} Candidate
 * @typedef {import('./candidate.js').Verdict} Verdict
 */

/** Is the label known in the page's language, so that another one means something? @param {Candidate} only @param {any} page */
const isLabelled = (only, page) =>
  hasLabel(text(page.language)) || [only.heading, ...list(page.headings)].some(isLabelledTitle);

/**
 * Words that are not the known ones, in a language whose label is known: they may be the label, changed, and may turn the switch round.
 * Where the label is not known, words that may turn it round. Else it is the other switch of a page whose first one is out of sight.
 * @param {Candidate} only
 */
const mayBeReworded = (only) =>
  only.keyKind === 'ours' || only.turned || speaksOfAi(only.label) || speaksOfData(only.label);

/**
 * Does it stand under a heading of its own, on a page that has the setting's title too? Then it is another setting's.
 * @param {Candidate} c
 * @param {any} page
 */
const isOfAnother = (c, page) => c.heading !== null && !c.titleKnown && list(page.headings).some(isKnownTitle);

/** Radio buttons, lists to choose from: the setting may have become one of these. @param {any} page */
const hasChoices = (page) => page.choices === true;

/** A page's list of languages. */
const OF_LANGUAGE =
  /^(?:(?:select |choose )?(?:your )?language|sprache(?: auswählen)?|langue|idioma|taal|język|jazyk|lingua|kieli)$/u;

/**
 * Another way to answer the same: a choice beside the switch that has no question of its own, or one that may be the setting's. Which of the
 * two counts is not known.
 * @param {Candidate} one
 * @param {any} page
 */
function isAskedAgain(one, page) {
  const language = text(page.language);
  return list(page.questions).some((said) => {
    const words = plain(said);
    return (
      words === '' ||
      said === one.heading ||
      speaksOfData(said) ||
      speaksOfAi(said) ||
      isKnownTitle(said) ||
      mentionsLabel([said]) ||
      (isNeutral(words, language) && !OF_LANGUAGE.test(words)) ||
      turns(words, language)
    );
  });
}

/**
 * A plain check box with other words than the known ones, and a button to press after it: a form that asks for something, as in
 * "I understand that …".
 * @param {Candidate} only
 * @param {any} page
 */
const isOfForm = (only, page) =>
  only.kind === 'checkbox' && only.keyKind !== 'ours' && hasLabel(text(page.language)) && page.buttons === true;

/** Is it under the setting's title, or under a page's first one? @param {Candidate} only @param {any} page */
function isUnderTitle(only, page) {
  const titled = only.titleKnown || list(page.headings).some(isKnownTitle);
  if (titled) return only.main || only.titleKnown || only.place !== 'document';
  const [first] = list(page.headings);
  return (
    !hasWording(text(page.language)) &&
    only.main &&
    page.mains === 1 &&
    first !== undefined &&
    (only.heading === null || only.heading === first) &&
    page.closedFrames === 0
  );
}

/**
 * The only switch of a page that is all about one switch, and none of its words is a known label. In a language whose label is known
 * it is another one, or this one with new words, and those may turn it round. In any other its words must say straight out that the
 * data are used, or the member is asked; and the page has had all its time, for the setting's own switch may come late.
 * @param {Candidate} only
 * @param {any} page
 * @returns {Verdict}
 */
function judgeAlone(only, page) {
  if (only.keyKind === 'other' || isOfAnother(only, page) || isOfForm(only, page) || !isUnderTitle(only, page))
    return unknown('unrecognised-layout');
  const drawn = only.kind === 'aria-button' || only.kind === 'aria-checkbox';
  if (isLabelled(only, page) || only.turned)
    return only.reworded && mayBeReworded(only) ? rewordedOf(only) : unknown('unrecognised-layout', only);
  if (drawn || !speaksOfData(only.label) || speaksOfAnother(only.label) || speaksOfSharing(only.label))
    return unknown('unrecognised-layout');
  if (!only.used) return only.reworded ? rewordedOf(only) : unknown('unrecognised-layout');
  return { ...stateOf(only), late: true };
}

/** @param {Candidate[]} all @param {any} page @returns {Verdict} */
function chooseAlone(all, page) {
  const own = all.filter((c) => !c.aside);
  const seen = seenOnes(own);
  const inMain = seen.filter((c) => c.main);
  const field = inMain.length > 0 ? inMain : seen;
  if (field.length > 1) return unknown('ambiguous');
  const [only] = field;
  const verdict = only ? judgeAlone(only, page) : unknown('unrecognised-layout');
  if (!only || verdict.reason === 'unrecognised-layout') return verdict;
  /* Something else that looks like a switch, of a kind not known, stands beside it. */
  if (own.some((c) => c.shown && c.main && c !== only) || hasChoices(page) || isDisputed(only, all))
    return unknown('ambiguous');
  return verdict;
}

/** Of one that has no name: the words beside it, but for those of its state. @param {Candidate} one @returns {string[]} */
const besideOf = ({ raw }) =>
  [...list(raw.beside?.before), ...list(raw.beside?.after)]
    .map(({ pieces }) => list(pieces).join(' '))
    .filter((said) => !isStateWord(said));

/**
 * Do the words of one that is named by its key leave open what its "on" means? In a language whose label is known they are another
 * wording, and count only if they say straight out that the data are used; of one without a name what stands beside it must say
 * so, in whatever language.
 * @param {Candidate} one
 * @param {any} page
 */
function isUnsaid(one, page) {
  const language = text(page.language);
  const says = (/** @type {string} */ said) => affirms(plain(said), language) || points(plain(said), language);
  if (one.reworded) return !(isLabelled(one, page) ? one.affirmed : one.used) && !points(plain(one.label), language);
  const beside = besideOf(one);
  if (beside.some((said) => turns(plain(said), language))) return true;
  return one.label === null && !beside.some(says);
}

/**
 * Words that are not the published ones, at a switch that says one thing: of this the member can be asked. Not after a press on it in this very
 * page, which LinkedIn has not confirmed.
 * @param {Candidate} one @returns {Verdict}
 */
function rewordedOf(one) {
  const said = stateOf(one);
  if (said.state === 'unknown') return said;
  return one.raw.flip ? unknown('reworded') : unknown('reworded', one);
}

/**
 * Named by its key alone. What the setting's key is nobody has told: it decides between switches that have keys, not against one
 * that has none.
 * @param {Candidate} one
 * @param {Candidate[]} seen
 * @param {any} page
 * @returns {Verdict}
 */
function chooseByKey(one, seen, page) {
  if (isOfAnother(one, page) || speaksOfAnother(one.label ?? besideOf(one)[0] ?? null))
    return unknown('unrecognised-layout');
  if (hasChoices(page) || seen.some((c) => c.key === null && !mayBeCopy(c, one))) return unknown('ambiguous');
  if (isUnsaid(one, page)) return one.reworded ? rewordedOf(one) : unknown('unrecognised-layout');
  return stateOf(one);
}

/** @param {Candidate[]} all @param {any} page @returns {Verdict} */
function choose(all, page) {
  const seen = seenOnes(all.filter((c) => !c.aside));
  const named = seen.filter(isNamed);
  if (named.length > 1) return unknown('ambiguous');
  if (named.length === 0) return chooseAlone(all, page);
  const [one] = named;
  /* The words may stand in something shown over the page, and the page's own switch may have new ones. */
  const rival = !one.main && seen.some((c) => c.main && c.keyKind !== 'other');
  if (rival || isDisputed(one, all) || isAskedAgain(one, page)) return unknown('ambiguous');
  return one.labelKnown ? stateOf(one) : chooseByKey(one, seen, page);
}

/**
 * Does it explain why there is none: sentences, all of them seen, one of which says that the setting is not offered, and neither the
 * switch's label nor a word for its state?
 * @param {any} page
 */
function explains(page) {
  const lines = list(page.lines);
  return (
    page.prose === true &&
    page.cut === false &&
    !mentionsLabel(lines) &&
    !lines.some((line) => isStateWord(line) || endsInState(line)) &&
    !list(page.told).some(saysUnfinished) &&
    saysNotOffered(list(page.told))
  );
}

/**
 * No switch of the page's own: said only of a page that is known to be the setting's and explains itself, with nothing on
 * it that could be one. A cookie banner may have its own.
 * @param {any} page
 * @param {Candidate[]} all
 * @returns {Verdict}
 */
function withoutControl(page, all) {
  const rendered = list(page.headings).length > 0 || page.filled === true;
  if (page.busy === true || page.complete !== true || !rendered) return unknown('timed-out');
  const bare =
    page.plain === true &&
    page.closedFrames === 0 &&
    page.mains === 1 &&
    all.every((c) => c.raw.region === 'dialog' && !isNamed(c));
  const ours = list(page.headings).some(isLabelledTitle) && page.navigation === 'load';
  if (bare && ours && explains(page)) return { state: 'not-offered', reason: null };
  return unknown('unrecognised-layout');
}

/** @param {any} reading @param {Candidate[]} all @returns {Verdict} */
export function verdictOf(reading, all) {
  const { page } = reading;
  if (Number.isInteger(page.status) && page.status >= 400) return unknown('error-page');
  if (page.challenge === true) return unknown('challenge');
  if (
    page.signIn === true ||
    (page.door === true && !all.some((c) => c.labelKnown) && !list(page.headings).some(isKnownTitle))
  )
    return unknown('signed-out');
  const own = all.filter((c) => !c.aside);
  const more = Number.isInteger(reading.uncounted) && reading.uncounted > 0;
  if (own.length === 0) return more ? unknown('unrecognised-layout') : withoutControl(page, all);
  return more ? unknown('ambiguous') : choose(all, page);
}
