// RFC 3339 in UTC with three decimals, and nothing else.

const TIME = /^(\d{4}-\d\d-\d\d)T([01]\d|2[0-3]):([0-5]\d):([0-5]\d)\.(\d{3})Z$/;
const [SECOND, MINUTE, HOUR] = [1000, 60000, 3600000];

/** Entries of a log are of few days. */
let lastDay = '';
let lastStart = 0;

/** @param {string} day @returns {number} NaN: there is no such day */
function startOf(day) {
  if (day === lastDay) return lastStart;
  const start = Date.parse(`${day}T00:00:00.000Z`);
  if (Number.isNaN(start) || !new Date(start).toISOString().startsWith(day)) return NaN;
  [lastDay, lastStart] = [day, start];
  return start;
}

/** @param {unknown} text @returns {number | null} milliseconds since 1970; null: no such time, or before that */
export function readTime(text) {
  const found = typeof text === 'string' ? TIME.exec(text) : null;
  if (!found) return null;
  const start = startOf(found[1]);
  const at = start + Number(found[2]) * HOUR + Number(found[3]) * MINUTE + Number(found[4]) * SECOND + Number(found[5]);
  return Number.isNaN(start) || at < 0 ? null : at;
}

/** @param {number} at */
export const timeText = (at) => new Date(at).toISOString();
