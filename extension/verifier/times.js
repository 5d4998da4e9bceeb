// RFC 3339 in UTC with three decimals, and nothing else.

const LENGTH = 24;
/** The end of the year 9999. */
export const LAST = 253402300799999;
const SIGNS = 'T::.Z';
const PLACES = [10, 13, 16, 19, 23];
const DAY = /^\d{4}-\d\d-\d\d$/;
const [SECOND, MINUTE, HOUR] = [1000, 60000, 3600000];

/** An entry is asked for its times again and again: what was read, by its last two digits. */
const read = { texts: new Array(100).fill(''), values: new Float64Array(100) };

/** Entries of a log are of few days. */
let lastDay = '';
let lastStart = 0;

/** @param {string} text @returns {number} NaN: it begins with no day that there is */
function startOf(text) {
  const day = text.slice(0, 10);
  if (day === lastDay) return lastStart;
  if (!DAY.test(day)) return NaN;
  const start = Date.parse(`${day}T00:00:00.000Z`);
  if (Number.isNaN(start) || !new Date(start).toISOString().startsWith(day)) return NaN;
  [lastDay, lastStart] = [day, start];
  return start;
}

/** @param {string} text @param {number} from @param {number} to @returns {number} NaN: not all of them are digits */
function digits(text, from, to) {
  let number = 0;
  for (let at = from; at < to; at += 1) {
    const digit = text.charCodeAt(at) - 48;
    if (!(digit >= 0 && digit <= 9)) return NaN;
    number = 10 * number + digit;
  }
  return number;
}

/** Milliseconds of the day. @param {string} text whose day ends before the T @returns {number} NaN: none */
function sinceMidnight(text) {
  for (let i = 0; i < SIGNS.length; i += 1) if (text.charCodeAt(PLACES[i]) !== SIGNS.charCodeAt(i)) return NaN;
  const hour = digits(text, 11, 13);
  const minute = digits(text, 14, 16);
  const second = digits(text, 17, 19);
  if (hour > 23 || minute > 59 || second > 59) return NaN;
  return hour * HOUR + minute * MINUTE + second * SECOND + digits(text, 20, 23);
}

/**
 * Every entry has several, so no pattern and no parser of the engine is asked.
 * @param {unknown} text @returns {number | null} milliseconds since 1970; null: no such time, or before that
 */
export function readTime(text) {
  if (typeof text !== 'string' || text.length !== LENGTH) return null;
  const place = digits(text, 21, 23);
  if (read.texts[place] === text) return read.values[place];
  const at = startOf(text) + sinceMidnight(text);
  if (!(at >= 0)) return null;
  read.texts[place] = text;
  read.values[place] = at;
  return at;
}

/** Of a time that was read before. @param {string} text @returns {number} */
export const millis = (text) => readTime(text) ?? NaN;

/** @param {number} at */
export const timeText = (at) => new Date(at).toISOString();
