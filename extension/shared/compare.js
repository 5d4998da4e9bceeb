// Two texts side by side, paragraph by paragraph, with the changed words marked. Pure. Paragraphs are compared first and
// words only inside those that changed, so that a long agreement takes no longer than its changes.

import { diffArrays } from './vendor/jsdiff/diff/array.js';
import { diffWordsWithSpace } from './vendor/jsdiff/diff/word.js';

/** Two texts with nothing in common would take for ever; then they are shown as all old and all new. */
const ALL_MS = 3_000;
const ONE_MS = 300;
/** Below this share of common characters two paragraphs are two paragraphs, not one that was changed. */
const ALIKE = 0.35;

/**
 * @typedef {{text: string, marked: boolean}} Part
 * @typedef {{kind: 'same' | 'changed', before: Part[] | null, after: Part[] | null}} Row null: there is none on this side
 */

/** @param {string} text @param {boolean} marked @returns {Part[]} */
const whole = (text, marked) => [{ text, marked }];

/** @param {string} before @param {string} after @returns {Row[]} one row, or two where they have little in common */
function pair(before, after) {
  const apart = () => [
    { kind: /** @type {const} */ ('changed'), before: whole(before, true), after: null },
    { kind: /** @type {const} */ ('changed'), before: null, after: whole(after, true) },
  ];
  const parts = diffWordsWithSpace(before, after, { timeout: ONE_MS });
  if (!parts) return apart();
  const common = parts
    .filter(({ added, removed }) => !added && !removed)
    .reduce((sum, { value }) => sum + value.length, 0);
  if (common < ALIKE * Math.max(before.length, after.length)) return apart();
  return [
    {
      kind: 'changed',
      before: parts
        .filter(({ added }) => !added)
        .map(({ value, removed }) => ({ text: value, marked: removed === true })),
      after: parts
        .filter(({ removed }) => !removed)
        .map(({ value, added }) => ({ text: value, marked: added === true })),
    },
  ];
}

/** A run of old paragraphs and the run of new ones that stands in its place. @param {string[]} before @param {string[]} after @returns {Row[]} */
function block(before, after) {
  const rows = [];
  for (let at = 0; at < Math.max(before.length, after.length); at += 1) {
    if (at < before.length && at < after.length) rows.push(...pair(before[at], after[at]));
    else if (at < before.length)
      rows.push({ kind: /** @type {const} */ ('changed'), before: whole(before[at], true), after: null });
    else rows.push({ kind: /** @type {const} */ ('changed'), before: null, after: whole(after[at], true) });
  }
  return rows;
}

/** @param {string} before @param {string} after texts of lines @returns {Row[]} */
export function compareTexts(before, after) {
  const [old, young] = [before.split('\n'), after.split('\n')];
  const changes = diffArrays(old, young, { timeout: ALL_MS });
  if (!changes) return block(old, young);
  const rows = [];
  for (let at = 0; at < changes.length; at += 1) {
    const { value, added, removed } = changes[at];
    if (!added && !removed) {
      for (const text of value)
        rows.push({ kind: /** @type {const} */ ('same'), before: whole(text, false), after: whole(text, false) });
      continue;
    }
    const next = changes[at + 1];
    const replaced = removed && next?.added;
    for (const row of block(removed ? value : [], replaced ? next.value : added ? value : [])) rows.push(row);
    if (replaced) at += 1;
  }
  return rows;
}

/**
 * Long runs of what has not changed are folded; `near` paragraphs on each side of a change stay.
 * @param {Row[]} rows
 * @param {number} [near]
 * @returns {({rows: Row[], folded: boolean})[]}
 */
export function fold(rows, near = 1) {
  const shown = rows.map((_, at) =>
    rows.slice(Math.max(0, at - near), at + near + 1).some(({ kind }) => kind === 'changed'),
  );
  /** @type {{rows: Row[], folded: boolean}[]} */
  const runs = [];
  rows.forEach((row, at) => {
    const last = runs.at(-1);
    if (last && last.folded === !shown[at]) last.rows.push(row);
    else runs.push({ rows: [row], folded: !shown[at] });
  });
  return runs;
}
