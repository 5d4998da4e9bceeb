/** Medians, ratios and the table that every benchmark prints. No absolute time is ever asserted. */

/** `name microseconds [kilobytes [microseconds of the processor]]` lines → name → {us, kb, worked}: medians. @param {string} text */
export function medians(text) {
  /** @type {Map<string, {us: number[], kb: number[], worked: number[]}>} */
  const samples = new Map();
  for (const line of text.trim().split('\n')) {
    const [name, us, kb, worked] = line.split(' ');
    if (!samples.has(name)) samples.set(name, { us: [], kb: [], worked: [] });
    const sample = /** @type {{us: number[], kb: number[], worked: number[]}} */ (samples.get(name));
    sample.us.push(Number(us));
    if (kb) sample.kb.push(Number(kb));
    if (worked) sample.worked.push(Number(worked));
  }
  return new Map(
    [...samples].map(([name, { us, kb, worked }]) => [
      name,
      { us: median(us), kb: median(kb), worked: median(worked), runs: us.length },
    ]),
  );
}

/** @param {number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const ATTEMPTS = 5;

/**
 * @typedef {object} Row
 * @property {string} what
 * @property {number} ours
 * @property {string} against
 * @property {number} theirs
 * @property {string} unit
 * @property {number} [atMost] the ratio allowed; without it the row only informs
 */

/**
 * Measures until every ratio is within what is allowed, at most ATTEMPTS times: another program may have had the machine.
 * Sets the exit code.
 * @param {(attempt: number) => Promise<{title: string, rows: Row[]}> | {title: string, rows: Row[]}} measure
 */
export async function gate(measure) {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const { title, rows } = await measure(attempt);
    if (judge(title, rows)) return;
    console.log(`  attempt ${attempt} of ${ATTEMPTS} was above a limit`);
  }
  process.exitCode = 1;
}

/** Prints the rows; true if every ratio is within what is allowed. @param {string} title @param {Row[]} rows */
function judge(title, rows) {
  let good = true;
  console.log(`\n${title}`);
  for (const { what, ours, against, theirs, unit, atMost } of rows) {
    const ratio = ours / theirs;
    const within = atMost === undefined || ratio <= atMost;
    good &&= within;
    const limit = atMost === undefined ? '' : `at most ${atMost.toFixed(2)}  ${within ? 'ok' : 'TOO MUCH'}`;
    console.log(
      `  ${what.padEnd(34)} ${fixed(ours)} ${unit}  /  ${against.padEnd(32)} ${fixed(theirs)} ${unit}  =  ${ratio.toFixed(2)}  ${limit}`,
    );
  }
  return good;
}

/** @param {number} value */
const fixed = (value) => value.toFixed(value < 100 ? 2 : 0).padStart(8);
