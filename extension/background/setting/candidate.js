/** One control of a reading: what kind it is, what names it, what it says itself, and whether another may be its copy. */

import { isKey, keyKind } from './key.js';
import { wordsOf } from './naming.js';
import { PLACES } from './observation.js';
import { list, text, tri } from './reading.js';
import { isKnownTitle, isStateWord, plain, saysNothing } from './wording.js';

/**
 * @typedef {import('../../shared/protocol.js').State} State
 * @typedef {import('../../shared/protocol.js').Reason} Reason
 * @typedef {{state: State, reason: Reason | null, control?: any, late?: boolean}} Verdict
 *   late: sure only when the page has had all its time
 */

/** @param {any} control @returns {string | null} */
const keyOf = (control) => list(control.keys).slice(0, 3).find(isKey) ?? null;

/** @param {any} c @returns {import('./observation.js').Kind | null} null: no kind of switch that is known here */
function kindOf(c) {
  const role = (text(c.role) ?? '').trim().toLowerCase();
  const input = c.tag === 'input';
  if (typeof c.checked === 'boolean' && (!role || role === 'switch' || role === 'checkbox' || !input)) {
    if (c.artdeco === true) return 'artdeco';
    if (role === 'switch') return input ? 'role-switch' : 'aria-switch';
    return input ? 'checkbox' : null;
  }
  if (input) return null;
  if (role === 'switch') return 'aria-switch';
  if (role === 'checkbox' && text(c.ariaChecked) !== null) return 'aria-checkbox';
  return text(c.ariaPressed) !== null && (c.tag === 'button' || role === 'button') ? 'aria-button' : null;
}

/**
 * An element that a script draws as a check box is no control of the browser's: it counts as one only under words that can be read, not
 * under a name that nobody sees.
 * @param {any} c
 * @param {{known: boolean, read: boolean}} words
 */
function kindUnder(c, words) {
  const kind = kindOf(c);
  return kind === 'aria-checkbox' && !(words.known && words.read) ? null : kind;
}

/**
 * @param {any} c what was seen of one control
 * @param {string | null} language of the page
 * @param {string | null} [titleOfPage] its first heading
 */
export function candidateOf(c, language, titleOfPage = null) {
  const key = keyOf(c);
  const words = wordsOf({ ...c, titleOfPage }, language);
  const kind = kindUnder(c, words);
  return {
    kind,
    key,
    keyKind: keyKind(key),
    label: words.label,
    heading: text(c.heading),
    raw: c,
    labelKnown: words.known && !(words.beside && kind === 'aria-button'),
    beside: words.beside,
    under: words.under,
    reworded: words.reworded,
    turned: words.turned,
    affirmed: words.affirmed,
    used: words.used,
    titleKnown: isKnownTitle(c.heading) || words.heading,
    aside: c.region !== 'main' && c.region !== 'other',
    main: c.region === 'main',
    shown: c.shown === true,
    place: PLACES.includes(c.place) ? c.place : null,
  };
}

/** @typedef {ReturnType<typeof candidateOf>} Candidate */

/**
 * What the control itself says. Every voice it has must say the same; one that says neither true nor false, or none at
 * all, is no answer.
 * @param {Candidate} candidate
 * @returns {Verdict}
 */
export function stateOf(candidate) {
  const c = candidate.raw;
  const pressable = candidate.kind === 'aria-button';
  const voices = [c.checked, c.ariaChecked, c.ariaPressed, c.innerAriaChecked, ...list(c.nearbyAria)].filter(
    (v) => v !== null && v !== undefined,
  );
  const said = new Set(
    voices.map((v) => (typeof v === 'boolean' ? String(v) : (text(v)?.trim().toLowerCase() ?? 'nonsense'))),
  );
  if (c.indeterminate === true || said.has('mixed')) return unknown('mixed', candidate);
  if (said.size > 1) return unknown('inconsistent', candidate);
  const [voice] = said;
  if (voice !== 'true' && voice !== 'false') return unknown('unrecognised-layout', candidate);
  if (pressable && text(c.ariaChecked) !== null) return unknown('inconsistent', candidate);
  /* A switch that does not say its own state is drawn by who knows what: an input in it that nobody sees may be left over. */
  if (candidate.kind === 'aria-switch' && text(c.ariaChecked) === null)
    return unknown('unrecognised-layout', candidate);
  if (c.disabled === true) return unknown('disabled', candidate);
  if (c.busy === true) return unknown('timed-out', candidate);
  return { state: voice === 'true' ? 'on' : 'off', reason: null, control: candidate };
}

/** @param {Reason} reason @param {Candidate} [control] @returns {Verdict} */
export const unknown = (reason, control) => ({ state: 'unknown', reason, control });

/** Copies for another screen size are hidden; what the member does not see is not what the page says. @param {Candidate[]} all */
export const seenOnes = (all) => all.filter((c) => c.shown && c.kind !== null && c.place !== null);

/** @param {Candidate} c */
export const isNamed = (c) => (c.keyKind === 'ours' && !c.turned) || (c.labelKnown && c.keyKind !== 'other');

/** Is one an element made from the other: has it the same id, or the same reference? @param {Candidate} a @param {Candidate} b */
function sharesId(a, b) {
  const ids = (/** @type {Candidate} */ { raw }) => [list(raw.keys)[0], list(raw.keys)[2]].filter((id) => text(id));
  return ids(a).some((id) => ids(b).includes(id));
}

/**
 * "On", as a button may say, is no name; nor is "Switch", an id, what has no letter in it, or what ARIA hides. And a name in an attribute
 * is none for who sees the setting's words there.
 * @param {Candidate} c
 */
const isNameless = ({ label, key, beside, under, raw }) =>
  under ||
  (key === null && (label === null || beside || raw.unheard === true || isStateWord(label) || saysNothing(label)));

/** The same words, or one cut short. @param {Candidate} one @param {Candidate} other */
function sharesWords(one, other) {
  const [a, b] = [plain(one.label), plain(other.label)];
  return one.label === other.label || (a !== '' && b !== '' && (a.startsWith(b) || b.startsWith(a)));
}

/**
 * May one be a copy of the other? A page may have forgotten to name it, or the one that was chosen. The same words may stand in an
 * advertisement at the page's edge, but not over the page; where the other was not chosen by its words, they count there too.
 * @param {Candidate} copy
 * @param {Candidate} chosen
 */
export function mayBeCopy(copy, chosen) {
  if (isNameless(copy) || sharesId(copy, chosen) || (isNamed(copy) && isNameless(chosen))) return true;
  return sharesWords(copy, chosen) && (copy.raw.region !== 'aside' || !isNamed(chosen));
}

/** Of no known kind it cannot be chosen, but it may say something. @param {Candidate} c */
const speaks = ({ shown, kind, raw }) =>
  shown && (kind !== null || [tri(raw.checked), text(raw.ariaChecked), text(raw.ariaPressed)].some((v) => v !== null));

/** Copies must say the same, wherever in the page they were put, or nothing is known. @param {Candidate} chosen @param {Candidate[]} all */
export const isDisputed = (chosen, all) =>
  all.some((c) => c !== chosen && speaks(c) && mayBeCopy(c, chosen) && stateOf(c).state !== stateOf(chosen).state);
