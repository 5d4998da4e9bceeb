// Times as a person reads them. `now` is given, so that tests need no clock.

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

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
  if (past < -MINUTE_MS) return '';
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  if (past < MINUTE_MS) return format.format(0, 'second');
  if (past < HOUR_MS) return format.format(-Math.floor(past / MINUTE_MS), 'minute');
  if (past < DAY_MS) return format.format(-Math.floor(past / HOUR_MS), 'hour');
  return format.format(-Math.floor(past / DAY_MS), 'day');
}
