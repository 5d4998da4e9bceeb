// What is injected, in this order: each file uses what those before it know.

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
