// Between which times an entry was put into the log. docs/evidence-format.md section 10.

import { timeText } from './times.js';

/**
 * A counted time-stamp: of the first `size` entries, recorded by entry `seq` (Infinity: none).
 * @typedef {{size: number, seq: number, earliest: number, latest: number}} Stamp
 */
/** @typedef {{first: number, last: number, not_before: string | null, not_after: string | null}} Bracket */

export class Brackets {
  /** @type {{at: number, time: number}[]} entries from `at` on are not before */
  #after = [];
  /** @type {{at: number, time: number}[]} entries before `at` are not after */
  #before = [];

  /** @param {Stamp[]} stamps @param {number} size of the log */
  constructor(stamps, size) {
    this.size = size;
    let latest = -Infinity;
    for (const { seq, earliest } of stamps.filter((stamp) => stamp.seq < Infinity).sort((a, b) => a.seq - b.seq)) {
      latest = Math.max(latest, earliest);
      this.#after.push({ at: seq + 1, time: latest });
    }
    let earliest = Infinity;
    for (const stamp of [...stamps].sort((a, b) => b.size - a.size)) {
      earliest = Math.min(earliest, stamp.latest);
      this.#before.unshift({ at: stamp.size, time: earliest });
    }
  }

  /** Runs of entries that share one. @returns {{first: number, last: number, from: number, to: number}[]} */
  runs() {
    const edges = [...new Set([0, this.size, ...this.#after.map(({ at }) => at), ...this.#before.map(({ at }) => at)])]
      .filter((at) => at <= this.size)
      .sort((a, b) => a - b);
    const list = edges
      .slice(0, -1)
      .map((first, i) => ({ first, last: edges[i + 1] - 1, from: this.#notBefore(first), to: this.#notAfter(first) }));
    return list.reduce((/** @type {typeof list} */ joined, run) => {
      const last = joined[joined.length - 1];
      if (last && last.from === run.from && last.to === run.to) last.last = run.last;
      else joined.push(run);
      return joined;
    }, []);
  }

  /** @param {number} seq */
  #notBefore(seq) {
    let time = -Infinity;
    for (const one of this.#after) if (one.at <= seq) ({ time } = one);
    return time;
  }

  /** @param {number} seq */
  #notAfter(seq) {
    return this.#before.find(({ at }) => at > seq)?.time ?? Infinity;
  }

  /** The first run that would have to be after one time and before an earlier one: then authorities contradict each other. */
  contradiction() {
    return this.runs().find(({ from, to }) => from > to) ?? null;
  }

  /** @returns {Bracket[]} */
  list() {
    return this.runs().map(({ first, last, from, to }) => ({
      first,
      last,
      not_before: Number.isFinite(from) ? timeText(from) : null,
      not_after: Number.isFinite(to) ? timeText(to) : null,
    }));
  }
}
