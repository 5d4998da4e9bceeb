// Which room may use which: the one table, for the host (C) and for the extension (JS). `node tests/rooms.mjs` says what does
// not hold, and which files use each other in a circle. Called by lint.sh; tests/extension/rooms.test.mjs plants what it must find.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A room is a folder or a file; the longest name that fits is a file's room. A room may always use itself. */
export const ROOMS = Object.freeze({
  c: {
    root: 'host',
    files: /\.(?:c|h|inc)$/,
    rooms: {
      base: [],
      json: ['base'],
      crypto: ['base'],
      entry: ['base', 'json', 'crypto'],
      package: ['base', 'json', 'crypto', 'entry'],
      report: ['base', 'json', 'crypto', 'entry', 'package'],
      keyring: ['base', 'crypto'],
      log: ['base', 'json', 'crypto', 'entry', 'keyring'],
      export: ['base', 'json', 'crypto', 'entry', 'package', 'report', 'keyring', 'log'],
      browser: ['base', 'json', 'crypto', 'entry', 'keyring', 'log'],
      cli: ['base', 'json', 'crypto', 'entry', 'package', 'report', 'keyring', 'log', 'export'],
    },
  },
  js: {
    root: 'extension',
    files: /\.(?:js|html)$/,
    rooms: {
      'shared/vendor': [],
      shared: ['shared/vendor'],
      content: [], // injected as they are: nothing can be imported there
      'verifier/vendor': [],
      verifier: ['shared', 'verifier/vendor'], // a third reading of docs/evidence-format.md: bytes in, findings out
      ui: ['shared', 'verifier'], // the background is reached by messages
      'background/record.js': ['shared'],
      'background/setting': ['shared', 'background/record.js'],
      'background/host': ['shared', 'background/record.js'],
      'background/reminders': ['shared'],
      'background/checks': ['shared', 'background/record.js'],
      'background/documents': ['shared', 'background/record.js', 'background/setting', 'background/checks'],
      background: [
        'shared',
        'background/record.js',
        'background/setting',
        'background/host',
        'background/reminders',
        'background/checks',
        'background/documents',
      ],
    },
  },
});

/** What a module, or a page's head, names: imports, imported types, scripts. */
const NAMES = /(?:\bfrom\s*|\bimport\s*|\bimport\(\s*)['"`](\.[^'"`]+\.js)['"`]|(?:src|href)=["']([^"':]+\.js)["']/g;

/** What of a C file is code: no comments, no strings. @param {string} text */
const codeOf = (text) =>
  text.replace(/\/\*[^]*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"/g, (piece) => (piece[0] === '"' ? '""' : ' '));

/** The functions that a C file defines and others can call. @param {string} text @returns {string[]} */
const definedIn = (text) =>
  [...codeOf(text).matchAll(/^(?!static\b|typedef\b|struct \w+ \{)[a-z][\w *]*?\b(\w+)\([^;{}]*\)\n\{/gm)].map(
    ([, name]) => name,
  );

/**
 * Which C files call which: a header says only that it may. By names, so a name that two files define counts for neither.
 * @param {Map<string, string>} sources
 * @returns {Map<string, string[]>}
 */
export function callsIn(sources) {
  const modules = [...sources].filter(([path]) => path.endsWith('.c'));
  const home = new Map();
  for (const [path, text] of modules) for (const name of definedIn(text)) home.set(name, home.has(name) ? null : path);
  const calls = (/** @type {string} */ path, /** @type {string} */ text) => {
    const words = new Set(codeOf(text).match(/\b[a-z]\w*\b/g));
    return [...new Set([...words].map((word) => home.get(word)).filter((at) => at && at !== path))];
  };
  return new Map(modules.map(([path, text]) => [path, calls(path, text)]));
}

const USES = {
  /** @param {string} _path @param {string} text @returns {string[]} */
  c: (_path, text) => [...text.matchAll(/^\s*#\s*include\s*"(\w+\/[^"]+)"/gm)].map(([, path]) => path),
  /** @param {string} path @param {string} text @returns {string[]} */
  js: (path, text) => [...text.matchAll(NAMES)].map(([, module, script]) => join(dirname(path), module ?? script)),
};

/** @param {string} path @param {Record<string, string[]>} rooms @returns {string | null} */
export function roomOf(path, rooms) {
  const fitting = Object.keys(rooms).filter((room) => path === room || path.startsWith(`${room}/`));
  return fitting.sort((a, b) => b.length - a.length)[0] ?? null;
}

/** @param {Map<string, string[]>} uses @returns {string[]} each circle once, as the way around it */
export function circlesIn(uses) {
  const done = new Set();
  const found = [];
  /** @param {string} path @param {string[]} way */
  function walk(path, way) {
    const at = way.indexOf(path);
    if (at >= 0) return void found.push([...way.slice(at), path].join(' → '));
    if (done.has(path)) return;
    for (const next of uses.get(path) ?? []) walk(next, [...way, path]);
    done.add(path);
  }
  for (const path of uses.keys()) walk(path, []);
  return found;
}

const named = (/** @type {string} */ line) => (line.includes(' → ') ? `circle: ${line}` : line);

/**
 * @param {'c' | 'js'} language
 * @param {Map<string, string>} sources text by path, from the language's root
 * @returns {string[]} what does not hold
 */
export function findings(language, sources) {
  const { rooms } = ROOMS[language];
  const uses = new Map([...sources].map(([path, text]) => [path, [...new Set(USES[language](path, text))]]));
  const found = [];
  for (const [path, used] of uses) {
    const room = roomOf(path, rooms);
    if (room === null) found.push(`${path} is in no room`);
    for (const other of used) {
      const theirs = roomOf(other, rooms);
      const may = room !== null && theirs !== null && (theirs === room || rooms[room].includes(theirs));
      if (!sources.has(other)) found.push(`${path} uses ${other}, which is not there`);
      else if (!may) found.push(`${path} uses ${other}: ${room} may not use ${theirs}`);
      else if (theirs !== room && other.endsWith('_internal.h'))
        found.push(`${path} uses ${other}, which is of ${theirs} alone`);
    }
  }
  if (language === 'c') return [...found, ...circlesIn(uses), ...circlesIn(callsIn(sources))].map(named);
  const within = new Map([...uses].filter(([path]) => !path.endsWith('.html') && !path.includes('/vendor/')));
  return [...found, ...circlesIn(within)].map(named);
}

/** @param {'c' | 'js'} language @returns {Map<string, string>} */
export function sourcesOf(language) {
  const { root, files } = ROOMS[language];
  const folder = join(dirname(fileURLToPath(import.meta.url)), '..', root);
  const all = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = all.map((entry) => normalize(join(entry.parentPath ?? entry.path, entry.name)));
  const ours = paths.filter((path) => files.test(path)).sort();
  return new Map(ours.map((path) => [relative(folder, path), readFileSync(path, 'utf8')]));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const found = Object.keys(ROOMS).flatMap((language) => findings(language, sourcesOf(language)));
  for (const line of found) console.log(line);
  process.exitCode = found.length > 0 ? 1 : 0;
}
