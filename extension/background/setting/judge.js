/**
 * The one judge: from a reading of the page to an observation for the log. Pure. A reading is described by
 * content/read-setting.js but may have been shaped by the page, so nothing in it is believed without a look at its type.
 *
 * The order of its care: a wrong state is worst, and a wrong `off` worst of all; then silence; then `unknown` with a
 * reason. The address is necessary and never enough; words find the control and never say its state.
 */

import {
  CANDIDATES_MAX,
  contradiction,
  fit,
  NAVIGATIONS,
  PLACES,
  SETTING_ORIGIN,
  SETTING_PATH,
  SIZES,
} from './observation.js';
import { blindObservation } from './redirect.js';
import {
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
import { affirms } from './affirming.js';
import { wordsOf } from './naming.js';
import { turns } from './turning.js';

export { CONTRADICTIONS, contradiction } from './observation.js';

export const SETTING_URL = `${SETTING_ORIGIN}/mypreferences/d/settings/data-for-ai-improvement`;

/** How long the page must have stood still. An unset switch is also what an unfinished page shows. */
const QUIET_MS = Object.freeze({ flipped: 600, on: 2_000, off: 4_000, signs: 4_000 });
const CONTROLS_MAX = 50;
const TIME_MAX = Date.UTC(2200, 0, 1);

/**
 * @typedef {import('../../shared/protocol.js').Observation} Observation
 * @typedef {import('../../shared/protocol.js').State} State
 * @typedef {import('../../shared/protocol.js').Reason} Reason
 * @typedef {{state: State, reason: Reason | null, control?: any, late?: boolean}} Verdict
 *   late: sure only when the page has had all its time
 */

/** @param {string} url a tab's; query and fragment do not matter @returns {boolean} */
export function isSettingAddress(url) {
  try {
    const { origin, pathname } = new URL(url);
    return origin === SETTING_ORIGIN && SETTING_PATH.test(pathname);
  } catch {
    return false;
  }
}

/* ---- what a reading may be ---- */

const isObject = (/** @type {any} */ v) => typeof v === 'object' && v !== null && !Array.isArray(v);
const isTime = (/** @type {any} */ v) => Number.isInteger(v) && v > 0 && v < TIME_MAX;
const list = (/** @type {any} */ v) => (Array.isArray(v) ? v : []);
const text = (/** @type {any} */ v) => (typeof v === 'string' ? v : null);
const tri = (/** @type {any} */ v) => (typeof v === 'boolean' ? v : null);

/** @param {any} r @returns {boolean} */
function isReading(r) {
  return (
    isObject(r) &&
    r.v === 1 &&
    typeof r.id === 'string' &&
    /^[0-9a-f]{32}$/.test(r.id) &&
    isTime(r.observedAt) &&
    Number.isFinite(r.quiet) &&
    typeof r.final === 'boolean' &&
    isObject(r.page) &&
    isObject(r.account) &&
    isTime(r.page.loadedAt) &&
    NAVIGATIONS.includes(r.page.navigation) &&
    isSettingAddress(r.page.url) &&
    Array.isArray(r.controls) &&
    r.controls.length <= CONTROLS_MAX * 3 &&
    r.controls.every(isObject)
  );
}

/**
 * The reader could not read the page: that is known, and nothing else.
 * @param {any} r
 * @returns {boolean}
 */
function isFailure(r) {
  return (
    isObject(r) &&
    r.v === 1 &&
    typeof r.failed === 'string' &&
    typeof r.id === 'string' &&
    /^[0-9a-f]{32}$/.test(r.id) &&
    isTime(r.observedAt) &&
    isObject(r.page) &&
    isSettingAddress(r.page.url)
  );
}

/** @param {any} r @returns {Observation} */
function failureOf(r) {
  const at = /** @type {string} */ (iso(r.observedAt));
  return blindObservation(r.page.url, 'reader-failed', { reading: r.id, at });
}

/* ---- keys ---- */

/** The words of a camelCase, kebab-case or snake_case name. @param {string} name */
const wordsIn = (name) =>
  name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter(Boolean);

const AI = new Set(['ai', 'genai', 'gai', 'generative', 'llm']);
const USE = new Set(['train', 'training', 'improve', 'improvement', 'model', 'models']);
/** Words of other settings' keys: such a switch is never taken for this one, however alone it stands. */
const OTHER = new Set([
  'ad',
  'ads',
  'advertising',
  'research',
  'email',
  'emails',
  'phone',
  'profile',
  'photo',
  'invitation',
  'invitations',
  'message',
  'messages',
  'messaging',
  'notification',
  'notifications',
  'location',
  'contacts',
  'calendar',
  'salary',
  'job',
  'jobs',
  'visibility',
  'active',
  'autoplay',
  'sound',
  'dark',
  'cookies',
  'consent',
  'newsletter',
]);

/** Words that settings' keys are made of: such a key tells nothing about a member. */
export const KEY_WORDS = Object.freeze([
  ...AI,
  ...USE,
  ...OTHER,
  'allow',
  'anonymized',
  'content',
  'creation',
  'data',
  'enable',
  'for',
  'gen',
  'linked',
  'in',
  'member',
  'my',
  'personal',
  'share',
  'sharing',
  'setting',
  'settings',
  'switch',
  'third',
  'party',
  'to',
  'toggle',
  'use',
  'user',
  'with',
  'by',
  'age',
  'on',
  'off',
  'a',
  'label',
  'title',
  'name',
]);

/** What a key of this setting may be made of. With any other word in it, it may be a key that says the opposite, or another purpose's. */
const OURS = new Set([
  ...AI,
  ...USE,
  'allow',
  'enable',
  'use',
  'data',
  'for',
  'gen',
  'content',
  'creation',
  'my',
  'member',
  'user',
  'to',
  'in',
  'linked',
  'setting',
  'settings',
  'toggle',
  'switch',
  'label',
  'title',
  'name',
  'personal',
  'the',
  'of',
  'is',
  'allowed',
  'enabled',
]);

/** A settings key is a phrase, not an id made by a framework for this one page view. @param {unknown} value */
function isKey(value) {
  return (
    typeof value === 'string' &&
    value.length <= SIZES.key &&
    (/^[a-z]{2,}(?:[A-Z][a-z]+|[A-Z]{2,4}(?![a-z]))+$/.test(value) || /^[a-z]{2,}(?:[-_][a-z]+)+$/i.test(value))
  );
}

/** @param {any} control @returns {string | null} */
const keyOf = (control) => list(control.keys).slice(0, 3).find(isKey) ?? null;

/** @param {string | null} key */
function keyKind(key) {
  const words = key === null ? [] : wordsIn(key);
  if (words.some((w) => OTHER.has(w))) return 'other';
  const ours = words.some((w) => AI.has(w)) && words.some((w) => USE.has(w)) && words.every((w) => OURS.has(w));
  return ours ? 'ours' : 'any';
}

/* ---- one control ---- */

/** @param {any} c @returns {string | null} null: no kind of switch that is known here */
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

/** @param {any} c what was seen of one control @param {string | null} language of the page */
function candidateOf(c, language) {
  const key = keyOf(c);
  const words = wordsOf(c, language);
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
    reworded: words.reworded,
    turned: words.turned,
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
function stateOf(candidate) {
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
  if (c.disabled === true) return unknown('disabled', candidate);
  if (c.busy === true) return unknown('timed-out', candidate);
  return { state: voice === 'true' ? 'on' : 'off', reason: null, control: candidate };
}

/** @param {Reason} reason @param {Candidate} [control] @returns {Verdict} */
const unknown = (reason, control) => ({ state: 'unknown', reason, control });

/* ---- which control ---- */

/** Copies for another screen size are hidden; what the member does not see is not what the page says. @param {Candidate[]} all */
const seenOnes = (all) => all.filter((c) => c.shown && c.kind !== null && c.place !== null);

/** @param {Candidate} c */
const isNamed = (c) => (c.keyKind === 'ours' && !c.turned) || (c.labelKnown && c.keyKind !== 'other');

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
 * it is another one, or this one with new words, and those may turn it round. In any other its words must speak of data and
 * must not turn; and the page has had all its time, for the setting's own switch may come late.
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
  return { ...stateOf(only), late: true };
}

/** Is one an element made from the other: has it the same id, or the same reference? @param {Candidate} a @param {Candidate} b */
function sharesId(a, b) {
  const ids = (/** @type {Candidate} */ { raw }) => [list(raw.keys)[0], list(raw.keys)[2]].filter((id) => text(id));
  return ids(a).some((id) => ids(b).includes(id));
}

/** "On", as a button may say, is no name; nor is what has no letter in it, or what ARIA hides. @param {Candidate} c */
const isNameless = ({ label, key, beside, raw }) =>
  key === null && (label === null || beside || raw.unheard === true || !/\p{L}/u.test(label) || isStateWord(label));

/** The same words, or one cut short. @param {Candidate} one @param {Candidate} other */
function sharesWords(one, other) {
  const [a, b] = [plain(one.label), plain(other.label)];
  return one.label === other.label || (a !== '' && b !== '' && (a.startsWith(b) || b.startsWith(a)));
}

/**
 * May one be a copy of the other? A page may have forgotten to name it, or the one that was chosen. The same words may stand in an
 * advertisement; where the other was not chosen by its words, they count there too.
 * @param {Candidate} copy
 * @param {Candidate} chosen
 */
function mayBeCopy(copy, chosen) {
  if (isNameless(copy) || sharesId(copy, chosen) || (isNamed(copy) && isNameless(chosen))) return true;
  return sharesWords(copy, chosen) && (!copy.aside || !isNamed(chosen));
}

/** Of no known kind it cannot be chosen, but it may say something. @param {Candidate} c */
const speaks = ({ shown, kind, raw }) =>
  shown && (kind !== null || [tri(raw.checked), text(raw.ariaChecked), text(raw.ariaPressed)].some((v) => v !== null));

/** Copies must say the same, wherever in the page they were put, or nothing is known. @param {Candidate} chosen @param {Candidate[]} all */
const isDisputed = (chosen, all) =>
  all.some((c) => c !== chosen && speaks(c) && mayBeCopy(c, chosen) && stateOf(c).state !== stateOf(chosen).state);

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
 * wording, and count only if they say straight out that the data are used; in any other nothing beside one without a name may turn it.
 * @param {Candidate} one
 * @param {any} page
 */
function isUnsaid(one, page) {
  const language = text(page.language);
  const says = (/** @type {string | null} */ said) => affirms(plain(said), language);
  if (one.reworded) return isLabelled(one, page) && !says(one.label);
  const beside = besideOf(one);
  if (beside.some((said) => turns(plain(said), language))) return true;
  return one.label === null && isLabelled(one, page) && !beside.some(says);
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
  if (rival || isDisputed(one, all)) return unknown('ambiguous');
  return one.labelKnown ? stateOf(one) : chooseByKey(one, seen, page);
}

/**
 * Does it read like an explanation: sentences, all of them seen, and neither the switch's label nor a word for its state?
 * @param {any} page
 */
function explains(page) {
  const lines = list(page.lines);
  return (
    page.prose === true &&
    page.cut === false &&
    !mentionsLabel(lines) &&
    !lines.some(isStateWord) &&
    !list(page.told).some(saysUnfinished)
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
function verdictOf(reading, all) {
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

/* ---- when ---- */

/**
 * Does the server's data, fresh with this load, say the opposite? It goes stale and never decides; but a page that was sent
 * as text may show an unset switch until its program has started, and that is worth a wait.
 * @param {Verdict} verdict
 * @param {any} reading
 */
function isDoubted({ state, control }, reading) {
  const said = corroborationOf(reading, control);
  return reading.page.navigation === 'load' && !isObject(control.raw.flip) && said !== null && said !== state;
}

/** Has the page had the time that this verdict needs? @param {Verdict} verdict @param {any} reading */
function isRipe(verdict, reading) {
  const { quiet, final } = reading;
  if (verdict.state === 'on' || verdict.state === 'off') {
    const flipped = verdict.control.raw.flip?.trusted === true;
    /* A page that says it is busy may be about to draw another; one that stays busy for all its time is not. */
    const late = verdict.late || isDoubted(verdict, reading) || reading.page.busy === true;
    return quiet >= (flipped ? QUIET_MS.flipped : QUIET_MS[verdict.state]) && (final || !late);
  }
  /* The member may be asked what it means: then it has to be what is there. */
  if (verdict.state === 'not-offered' || verdict.reason === 'reworded') return final && quiet >= QUIET_MS.signs;
  const sign = ['signed-out', 'challenge', 'error-page'].includes(verdict.reason ?? '');
  return final || (sign && quiet >= QUIET_MS.signs);
}

/* ---- the observation ---- */

const iso = (/** @type {any} */ ms) => (isTime(ms) ? new Date(ms).toISOString() : null);

/** One member, or nobody known: two names on one page are nobody. @param {any} account */
function accountOf(account) {
  const ids = list(account.ids);
  const premium = list(account.premium);
  const id = ids.length === 1 && /^[\x21-\x7e]{1,64}$/.test(text(ids[0]) ?? '') ? ids[0] : null;
  return { id, premium: id !== null && premium.length === 1 ? tri(premium[0]) : null };
}

/** The server's own data for the same key, where it says one thing. @param {any} reading @param {Candidate | undefined} control */
function corroborationOf(reading, control) {
  if (!control?.key) return null;
  const own = list(reading.data).filter((d) => isObject(d) && d.key === control.key);
  const said = new Set(own.flatMap((d) => [d.value, d.selected]).filter((v) => typeof v === 'boolean'));
  if (said.size !== 1) return null;
  return said.has(true) ? 'on' : 'off';
}

/** @param {unknown} language as the page writes it, `en_US` too */
function languageOf(language) {
  const tag = (text(language) ?? '').trim().replaceAll('_', '-');
  return /^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*$/.test(tag) ? fit(tag, SIZES.language) : null;
}

/** @param {unknown} said */
const aria = (said) => {
  const value = (text(said) ?? '').trim().toLowerCase();
  return ['true', 'false', 'mixed'].includes(value) ? value : null;
};

/** @param {Candidate | undefined} candidate */
function controlOf(candidate) {
  if (!candidate) return null;
  const { raw } = candidate;
  return {
    kind: candidate.kind,
    key: fit(candidate.key, SIZES.key),
    label: fit(candidate.label, SIZES.label),
    checked: tri(raw.checked),
    aria_checked: aria(raw.ariaChecked ?? raw.innerAriaChecked),
    aria_pressed: aria(raw.ariaPressed),
    disabled: raw.disabled === true,
    busy: raw.busy === true,
    place: candidate.place,
  };
}

/** @param {any} page @param {Candidate | undefined} control */
function titleOf(page, control) {
  const known = list(page.headings).find(isKnownTitle);
  return fit(known ?? control?.heading ?? list(page.headings)[0], SIZES.title);
}

/** @param {any} reading @param {Candidate | undefined} control */
function pageOf(reading, control) {
  const { page } = reading;
  return {
    url: SETTING_ORIGIN + new URL(page.url).pathname,
    language: languageOf(page.language),
    title: titleOf(page, control),
    navigation: page.navigation,
    loaded_at: iso(page.loadedAt),
    server_date: iso(page.serverDate),
    corroboration: corroborationOf(reading, control),
  };
}

/** @param {Verdict} verdict */
function flipOf({ state, control }) {
  const flip = state === 'on' || state === 'off' ? control.raw.flip : null;
  return isObject(flip) ? { pending: true, trusted: flip.trusted === true } : { pending: false, trusted: null };
}

/** @param {any} reading @param {Candidate[]} all */
function candidatesOf(reading, all) {
  const uncounted = Number.isInteger(reading.uncounted) && reading.uncounted > 0 ? reading.uncounted : 0;
  return Math.min(CANDIDATES_MAX, all.filter((c) => !c.aside).length + uncounted);
}

/**
 * What this reading says, in the form `record` takes but for `client`, whose words the caller adds.
 * @param {any} reading from content/read-setting.js
 * @returns {Observation | null} null: it says nothing (yet); an unfinished page is looked at again
 */
export function judge(reading) {
  if (isFailure(reading)) return failureOf(reading);
  if (!isReading(reading)) return null;
  const all = reading.controls.map((/** @type {any} */ c) => candidateOf(c, text(reading.page.language)));
  let verdict = verdictOf(reading, all);
  if (!isRipe(verdict, reading)) {
    if (!reading.final) return null;
    verdict = unknown('timed-out', verdict.control);
  }
  const { state, reason, control } = verdict;
  const observation = /** @type {Observation} */ ({
    reading: reading.id,
    state,
    reason,
    observed_at: iso(reading.observedAt),
    ...flipOf(verdict),
    asked: false,
    account: accountOf(reading.account),
    page: pageOf(reading, control),
    control: controlOf(control),
    candidates: candidatesOf(reading, all),
  });
  return contradiction(observation) === null ? observation : null;
}
