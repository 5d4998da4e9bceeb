// Times as a person reads them. `now` is given, so that tests need no clock.

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * Day and time: long for sentences, "21 November 2026 at 18:04", medium for tables, "21 Nov 2026, 18:04".
 * @param {string} iso
 * @param {string} language
 * @param {'long' | 'medium'} [dateStyle]
 */
export function exactTime(iso, language, dateStyle = 'long') {
  return new Intl.DateTimeFormat(language, { dateStyle, timeStyle: 'short' }).format(new Date(iso));
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
