// Times as a person reads them. `now` is given, so that tests need no clock.

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * Day and time in full, for what must be exact: "21 November 2026 at 18:04".
 * @param {string} iso
 * @param {string} language
 */
export function exactTime(iso, language) {
  return new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'short' }).format(new Date(iso));
}

/**
 * The distance in words: "2 hours ago", "yesterday". Empty when the clock went backwards.
 * @param {string} iso
 * @param {string} language
 * @param {number} now milliseconds
 */
export function relativeTime(iso, language, now) {
  const past = now - Date.parse(iso);
  if (past < -MINUTE) return '';
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  if (past < MINUTE) return format.format(0, 'second');
  if (past < HOUR) return format.format(-Math.floor(past / MINUTE), 'minute');
  if (past < DAY) return format.format(-Math.floor(past / HOUR), 'hour');
  return format.format(-Math.floor(past / DAY), 'day');
}
