/**
 * The one judge: from a reading of the page to an observation for the log. Pure. The address is necessary and never enough.
 */

import { candidateOf, unknown } from './candidate.js';
import { verdictOf } from './choose.js';
import { CANDIDATES_MAX, contradiction, fit, SETTING_ORIGIN, SIZES } from './observation.js';
import { isFailure, isObject, isReading, isTime, list, text, tri } from './reading.js';
import { blindObservation } from './redirect.js';
import { isKnownTitle } from './wording.js';

/** How long the page must have stood still. An unset switch is also what an unfinished page shows. */
const QUIET_MS = Object.freeze({ flipped: 600, on: 2_000, off: 4_000, signs: 4_000 });

/**
 * @typedef {import('../../shared/protocol.js').Observation} Observation
 * @typedef {import('./candidate.js').Candidate} Candidate
 * @typedef {import('./candidate.js').Verdict} Verdict
 */

/** @param {any} r @returns {Observation} */
function failureOf(r) {
  const at = /** @type {string} */ (iso(r.observedAt));
  return blindObservation(r.page.url, 'reader-failed', { reading: r.id, at });
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
    /* "Could not save": the switch shows what may not be kept, for as long as the page says so. */
    if (reading.page.unsaved === true) return false;
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
  const title = text(list(reading.page.headings)[0]);
  const all = reading.controls.map((/** @type {any} */ c) => candidateOf(c, text(reading.page.language), title));
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
