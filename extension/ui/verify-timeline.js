// The states over time as a picture; the same stands below it in words. Attributes alone, for the page's policy allows no styles in elements.

import { element } from '../shared/dom.js';
import { t } from '../shared/i18n.js';
import { runWords, when } from './verify-words.js';

/** @typedef {import('../verifier/report-model.js').Run} Run */

const SVG = 'http://www.w3.org/2000/svg';
const [WIDTH, LANE, BAR, THIN] = [1000, 34, 22, 6];

/** @param {string} name @param {Record<string, string | number>} attributes @param {...Node} children */
function svg(name, attributes, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.append(...children);
  return made;
}

/** @param {Run} run @param {number} lane @param {(iso: string) => number} place */
function bar(run, lane, place) {
  const title = svg('title', {});
  title.textContent = runWords(run);
  const [x, end] = [place(run.from), place(run.to)];
  const isHidden = run.state === 'hidden';
  const height = isHidden ? THIN : BAR;
  const size = { y: lane * LANE + 6 + (BAR - height) / 2, width: Math.max(isHidden ? 0 : 4, end - x), height };
  return svg('rect', { class: `run run--${run.state}`, x, ...size, rx: isHidden ? 0 : 3 }, title);
}

/** @param {Run[]} runs @returns {HTMLElement | null} */
export function timelineOf(runs) {
  const drawn = runs.filter(({ state }) => state !== 'unknown');
  if (drawn.every(({ state }) => state === 'hidden')) return null;
  const times = drawn.flatMap(({ from, to }) => [Date.parse(from), Date.parse(to)]);
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const place = (/** @type {string} */ iso) => ((Date.parse(iso) - first) / Math.max(1, last - first)) * (WIDTH - 4);
  const lanes = [...new Set(drawn.map(({ account }) => account))];
  const seenLast = [...drawn].sort((a, b) => Number(b.state === 'hidden') - Number(a.state === 'hidden'));
  const bars = seenLast.map((run) => bar(run, lanes.indexOf(run.account), place));
  const picture = svg(
    'svg',
    {
      class: 'runs',
      viewBox: `0 0 ${WIDTH} ${lanes.length * LANE}`,
      preserveAspectRatio: 'none',
      role: 'img',
      'aria-label': t('verifyTimeline'),
    },
    ...bars,
  );
  const ends = element(
    'p',
    { class: 'ends small' },
    element('span', {}, when(new Date(first).toISOString())),
    element('span', {}, when(new Date(last).toISOString())),
  );
  const legend = [...new Set(drawn.map(({ state }) => state))].map((state) =>
    element(
      'span',
      { class: `legend run--${state}` },
      state === 'hidden' ? t('verifyHiddenTime') : t(`headline_${state}`),
    ),
  );
  return element('figure', { class: 'timeline' }, picture, ends, element('p', { class: 'legends small' }, ...legend));
}
