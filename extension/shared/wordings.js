// Words at the switch that are not the published ones: what the switch itself says, and which reasons tell how the member reads them.

/** The switch has words that nobody has published, whether the member has read them or not. */
const REWORDED = new Set(['reworded', 'member-on', 'member-off']);

/** @param {string | null} reason @returns {boolean} is it the member's own reading? */
export const isMembersReading = (reason) => reason === 'member-on' || reason === 'member-off';

/**
 * Every voice that it has says the same, or nothing is known.
 * @param {any} control as in an observation
 * @returns {boolean | null} is it switched on?
 */
export function switchSays({ checked, aria_checked: ariaChecked, aria_pressed: ariaPressed }) {
  const voices = [checked, ariaChecked, ariaPressed].filter((voice) => voice !== null).map(String);
  const [first] = voices;
  const one = voices.every((voice) => voice === first) && (first === 'true' || first === 'false');
  return one ? first === 'true' : null;
}

/**
 * Of which words the member can be asked what they mean.
 * @param {import('./protocol.js').Observation} observation
 * @returns {string | null} null: there is nothing to ask
 */
export function wordsToAsk({ reason, control }) {
  const { label = null, disabled, busy } = /** @type {any} */ (control ?? {});
  if (!REWORDED.has(reason ?? '') || label === null || disabled || busy) return null;
  return switchSays(/** @type {any} */ (control)) === null ? null : label;
}
