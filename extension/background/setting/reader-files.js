// What is injected into the setting's page, in this order: each file uses what those before it know.

const CONTENT = ['natives', 'name', 'places', 'find', 'control', 'page', 'rest', 'records', 'hand', 'read-setting'];

/** The reader. */
export const READER_FILES = Object.freeze(CONTENT.map((name) => `content/${name}.js`));
/** Asks the reader, once it is there, what it sees at this moment. */
export const DESCRIBE_FILES = Object.freeze(['content/describe-setting.js']);
/** Draws the page's structure. */
export const SKETCH_FILES = Object.freeze(['content/natives.js', 'content/sketch-setting.js']);
