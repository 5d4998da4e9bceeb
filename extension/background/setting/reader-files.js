// What is injected, in this order: each file uses what those before it know.

import { CodedError } from '../../shared/errors.js';

/** @param {string[]} names */
const filesOf = (names) => Object.freeze(names.map((name) => `content/${name}.js`));

const CONTENT = [
  'natives',
  'role',
  'drawn',
  'name',
  'beside',
  'places',
  'find',
  'heads',
  'control',
  'page',
  'rest',
  'records',
  'hand',
  'read-setting',
];

/** The reader. */
export const READER_FILES = filesOf(CONTENT);
/** Asks the reader, once it is there, what it sees at this moment. */
export const DESCRIBE_FILES = filesOf(['describe-setting']);
/** Draws the page's structure. */
export const SKETCH_FILES = filesOf(['natives', 'sketch-words', 'sketch-names', 'sketch-element', 'sketch-setting']);
/** Reads one of LinkedIn's documents. */
export const DOCUMENT_FILES = filesOf(['natives', 'document-text', 'read-document']);

/**
 * In a tab that showed the setting a moment ago; it may have gone elsewhere since, where nothing of ours runs.
 * @param {number} tabId @param {any} script @returns {Promise<any>} its value
 */
export async function run(tabId, script) {
  const found = await chrome.scripting.executeScript({ target: { tabId }, ...script }).catch((error) => {
    throw new CodedError('tab-gone', { detail: String(error) });
  });
  return found?.[0]?.result;
}

/** @param {number} tabId @param {readonly string[]} files */
export const runFiles = (tabId, files) => run(tabId, { files: [...files] });
