// Draws the picture of a history as SVG and lets mouse and keyboard reach every point. It is one slider for those who hear.

import { firstFrom, labelled, lanesOf, markOf, ticksOf } from '../shared/timeline.js';
import { language } from '../shared/i18n.js';

const SVG = 'http://www.w3.org/2000/svg';
/** In pixels where the page's letters are 16 pixels high; where they are larger, all of the picture is. */
const LANE = 46;
/** From the top of a lane to its band: the name stands between. */
const NAME = 22;
const BAND = 16;
const MARKS = 26;
const AXIS = 24;
const PAD = 14;
const TICK_WIDTH = 92;
/** So near to the pointer, in pixels and in points, a mark is preferred. */
const REACH = 6;
const NEAR = 40;

/** @typedef {import('../shared/timeline.js').Summary} Summary */

/** @param {string} name @param {Record<string, string | number>} attributes @param {...(Node | string)} children */
export function svg(name, attributes, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.append(...children);
  return made;
}

/** Each mark has a shape of its own, so that none needs a colour. @param {string} mark @param {number} x @param {number} y */
export function markShape(mark, x, y) {
  const at = { class: `mark mark--${mark}` };
  if (mark === 'user') return svg('circle', { ...at, cx: x, cy: y, r: 6 });
  if (mark === 'unexplained') return svg('path', { ...at, d: `M${x} ${y - 8}l8 14h-16z` });
  if (mark === 'document') return svg('rect', { ...at, x: x - 5, y: y - 6, width: 10, height: 12, rx: 1 });
  if (mark === 'timestamp') return svg('path', { ...at, d: `M${x} ${y - 7}l6 7-6 7-6-7z` });
  return svg('path', { ...at, d: `M${x - 5} ${y - 5}l10 10m0-10l-10 10` });
}

/** Half a label: nearer to the edge it would be cut. @type {Readonly<Record<import('../shared/timeline.js').Unit, number>>} */
const LABEL_HALF = Object.freeze({ year: 20, month: 36, day: 30, hour: 50, minute: 60, second: 66 });

/** @type {Readonly<Record<import('../shared/timeline.js').Unit, Intl.DateTimeFormatOptions>>} */
const TICK_FORMATS = Object.freeze({
  year: { year: 'numeric' },
  month: { month: 'short', year: 'numeric' },
  day: { day: 'numeric', month: 'short' },
  hour: { hour: 'numeric', day: 'numeric', month: 'short' },
  minute: { hour: 'numeric', minute: '2-digit' },
  second: { hour: 'numeric', minute: '2-digit', second: '2-digit' },
});

/** A time of day does not say on which day: the first says it. @param {import('../shared/timeline.js').Tick} tick @param {number} index */
function tickName({ at, unit }, index) {
  const day = index === 0 && (unit === 'minute' || unit === 'second') ? TICK_FORMATS.day : {};
  return new Intl.DateTimeFormat(language(), { ...day, ...TICK_FORMATS[unit] }).format(at);
}

/** Several marks of one kind on the same pixel are one. @param {Summary[]} points @param {(at: number) => number} x */
function distinctMarks(points, x) {
  const seen = new Set();
  return points.flatMap((point) => {
    const mark = markOf(point);
    const key = `${mark} ${Math.round(x(point.at))} ${point.account}`;
    if (!mark || seen.has(key)) return [];
    seen.add(key);
    return [{ mark, point }];
  });
}

/**
 * @typedef {object} Parts
 * @property {(point: Summary) => string} describe
 * @property {(point: Summary) => void} reached
 * @property {(point: Summary) => void} chosen
 * @property {(account: string) => string} nameOf
 */

export class Timeline {
  /** @type {Summary[]} by time */
  #points = [];
  #at = 0;
  #now = 0;
  #width = 0;
  #scale = 1;
  /** @type {SVGElement} */
  #cursor = svg('g', {});

  /** @param {HTMLElement} host the slider @param {Parts} parts */
  constructor(host, parts) {
    this.host = host;
    this.parts = parts;
    host.addEventListener('keydown', (event) => this.#onKey(event));
    host.addEventListener('pointermove', (event) => {
      if (this.#points.length > 0)
        this.#go(this.#nearest((event.clientX - host.getBoundingClientRect().left) / this.#scale));
    });
    host.addEventListener('click', () => {
      if (this.#points.length > 0) parts.chosen(this.#points[this.#at]);
    });
    new ResizeObserver(() => {
      if (host.clientWidth !== this.#width * this.#scale) this.#draw();
    }).observe(host);
  }

  /** @param {Summary[]} points in any order */
  show(points) {
    this.#points = [...points].sort((a, b) => a.at - b.at || a.seq - b.seq);
    this.#now = Math.max(Date.now(), this.#points[this.#points.length - 1]?.at ?? 0);
    this.host.setAttribute('aria-valuemin', '0');
    this.host.setAttribute('aria-valuemax', String(Math.max(this.#points.length - 1, 0)));
    this.#at = Math.max(this.#points.length - 1, 0);
    this.#draw();
    if (this.#points.length > 0) this.#go(this.#at);
  }

  get #from() {
    return this.#points[0].at;
  }

  get #span() {
    return Math.max(this.#now - this.#from, 1);
  }

  /** @param {number} time @returns {number} where it stands */
  #x(time) {
    return PAD + ((time - this.#from) / this.#span) * (this.#width - 2 * PAD);
  }

  /** @param {import('../shared/timeline.js').Lane} lane @param {number} index */
  #lane({ account, stretches }, index) {
    const top = index * LANE + NAME;
    // What was seen stands before what was not: a moment is drawn wider than it was.
    const thin = (/** @type {import('../shared/timeline.js').Stretch} */ { state, unseen }) =>
      state === 'gap' || unseen;
    const [gaps, seen] = [true, false].map((wanted) => stretches.filter((one) => Boolean(thin(one)) === wanted));
    const bands = [...gaps, ...seen].map(({ state, from, to, unseen }) => {
      const gap = state === 'gap' || unseen;
      const left = this.#x(from);
      // A single look is a moment, drawn just wide enough to be seen.
      const width = Math.max(this.#x(to) - left, gap ? 0 : 4);
      const place = gap
        ? { y: top + BAND / 2 - (unseen ? 2 : 1), height: unseen ? 4 : 2, rx: 0 }
        : { y: top, height: BAND, rx: 3 };
      return svg('rect', { class: `band band--${state}`, x: left, width, ...place });
    });
    return svg('g', {}, svg('text', { class: 'lane-name', x: PAD, y: top - 7 }, this.parts.nameOf(account)), ...bands);
  }

  /** @param {number} y of the axis */
  #axis(y) {
    const [from, to] = [this.#from, this.#now];
    const ticks = ticksOf(from, to, Math.max(2, Math.floor(this.#width / TICK_WIDTH)));
    const half = LABEL_HALF[ticks[0]?.unit ?? 'day'];
    const fits = (/** @type {number} */ at) => this.#x(at) >= half && this.#x(at) <= this.#width - half;
    const lines = ticks.map(({ at }) => svg('line', { class: 'tick', x1: this.#x(at), x2: this.#x(at), y1: 0, y2: y }));
    const labels = labelled(from, to, ticks, fits).map((tick, index) =>
      svg(
        'text',
        {
          class: `tick-name${tick.end ? ` tick-name--${tick.end}` : ''}`,
          x: tick.end === 'to' ? this.#width - PAD : tick.end ? PAD : this.#x(tick.at),
          y: y + 16,
        },
        tickName(tick, index),
      ),
    );
    return svg('g', {}, ...lines, ...labels);
  }

  /** @param {Map<string, number>} laneOf @param {number} bottom below the lanes */
  #marks(laneOf, bottom) {
    return distinctMarks(this.#points, (at) => this.#x(at)).map(({ mark, point }) => {
      const lane = mark === 'user' || mark === 'unexplained' ? laneOf.get(point.account) : undefined;
      return markShape(
        mark,
        this.#x(point.at),
        lane === undefined ? bottom + MARKS / 2 + 2 : lane * LANE + NAME + BAND / 2,
      );
    });
  }

  #draw() {
    this.#scale = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16 || 1;
    this.#width = this.host.clientWidth / this.#scale;
    if (this.#points.length === 0 || this.#width === 0) return;
    const lanes = lanesOf([...this.#points], this.#now);
    const bottom = Math.max(lanes.length, 1) * LANE;
    const height = bottom + MARKS + AXIS;
    const marks = this.#marks(new Map(lanes.map(({ account }, index) => [account, index])), bottom);
    const line = svg('line', { x1: 0, x2: 0, y1: 2, y2: bottom + MARKS });
    this.#cursor = svg('g', { class: 'cursor' }, line, svg('circle', { cx: 0, cy: 4, r: 4 }));
    const size = {
      width: this.host.clientWidth,
      height: height * this.#scale,
      viewBox: `0 0 ${this.#width} ${height}`,
    };
    const parts = [
      this.#axis(bottom + MARKS),
      ...lanes.map((lane, index) => this.#lane(lane, index)),
      ...marks,
      this.#cursor,
    ];
    this.host.replaceChildren(svg('svg', { ...size, 'aria-hidden': 'true', focusable: 'false' }, ...parts));
    this.#place();
  }

  #place() {
    this.#cursor.setAttribute('transform', `translate(${this.#x(this.#points[this.#at].at)} 0)`);
  }

  /** @param {number} index */
  #go(index) {
    this.#at = Math.min(Math.max(index, 0), this.#points.length - 1);
    const point = this.#points[this.#at];
    this.host.setAttribute('aria-valuenow', String(this.#at));
    this.host.setAttribute('aria-valuetext', this.parts.describe(point));
    this.#place();
    this.parts.reached(point);
  }

  /** The nearest point, one that stands out before the others. @param {number} x @returns {number} */
  #nearest(x) {
    const time = this.#from + ((x - PAD) / (this.#width - 2 * PAD)) * this.#span;
    const from = firstFrom(this.#points, time, ({ at }) => at);
    const [before, after] = [Math.max(from - 1, 0), Math.min(from, this.#points.length - 1)];
    const near = time - this.#points[before].at < this.#points[after].at - time ? before : after;
    return this.#markNear(after, x) ?? near;
  }

  /** @param {number} index @param {number} x @returns {number | null} */
  #markNear(index, x) {
    for (let one = Math.max(0, index - NEAR); one < Math.min(this.#points.length, index + NEAR); one += 1) {
      if (markOf(this.#points[one]) && Math.abs(this.#x(this.#points[one].at) - x) <= REACH) return one;
    }
    return null;
  }

  /** To the next point that stands out. @param {1 | -1} step @returns {number} */
  #nextMark(step) {
    let index = this.#at + step;
    while (index > 0 && index < this.#points.length - 1 && !markOf(this.#points[index])) index += step;
    return index;
  }

  /** The picture runs from left to right in every language. @param {string} key @returns {number | null} */
  #target(key) {
    if (key === 'ArrowRight' || key === 'ArrowUp') return this.#at + 1;
    if (key === 'ArrowLeft' || key === 'ArrowDown') return this.#at - 1;
    if (key === 'PageUp') return this.#nextMark(1);
    if (key === 'PageDown') return this.#nextMark(-1);
    if (key === 'Home') return 0;
    return key === 'End' ? this.#points.length - 1 : null;
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (this.#points.length === 0) return;
    const target = this.#target(event.key);
    if (target !== null) this.#go(target);
    else if (event.key === 'Enter') this.parts.chosen(this.#points[this.#at]);
    else return;
    event.preventDefault();
  }
}
