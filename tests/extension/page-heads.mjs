// The one home of what our pages begin with: each head, from this template and from what the page's script imports.
// `node tests/extension/page-heads.mjs` writes them into the pages; preload.test.mjs holds the pages to it.
import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

export const UI = new URL('../../extension/ui/', import.meta.url);
const IMPORT = /^(?:import|export)\s[^;'"]*?from\s+'([^']+)'|^import\s+'([^']+)'/gm;

/** Where it is felt, everything is asked for at once. */
export const PAGES = Object.freeze({
  documents: { styles: ['documents'], atOnce: false },
  export: { styles: ['export'], atOnce: true },
  help: { styles: [], atOnce: false },
  history: { styles: ['history'], atOnce: true },
  options: { styles: [], atOnce: true },
  sketch: { styles: ['sketch'], atOnce: false },
  verify: { styles: ['verify'], atOnce: false, strict: true },
  welcome: { styles: ['welcome'], atOnce: true },
});

/** Of a page that opens what strangers made: it reaches nothing but itself, whatever the extension may. */
const STRICT =
  `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self'; style-src 'self'; ` +
  `img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'">`;

/** Every module that must be there before the first line of this one runs. */
export function graphOf(module, seen = new Set()) {
  for (const [, from, bare] of readFileSync(module, 'utf8').matchAll(IMPORT)) {
    const next = new URL(from ?? bare, module);
    if (seen.has(next.href)) continue;
    seen.add(next.href);
    graphOf(next, seen);
  }
  return seen;
}

/** As a page of ui/ names it. */
function nameOf(href) {
  const folder = new URL('../', UI).href;
  const path = href.slice(folder.length);
  return path.startsWith('ui/') ? path.slice(3) : `../${path}`;
}

/** Those beside the page first, then those of shared/; each by its name. */
const inOrder = (a, b) => Number(a.startsWith('../')) - Number(b.startsWith('../')) || (a < b ? -1 : 1);

/** @param {string} page */
const preloads = (page) =>
  [...graphOf(new URL(`${page}.js`, UI))]
    .map(nameOf)
    .sort(inOrder)
    .map((name) => `<link rel="modulepreload" href="${name}">`);

/** From the first byte to the masthead. @param {string} page */
export function beginningOf(page) {
  const { styles, atOnce, strict } = PAGES[page];
  const head = [
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    ...(strict ? [STRICT] : []),
    '<title>consentlog</title>',
    '<link rel="icon" href="../icons/consentlog.svg">',
    ...['../shared/ui', 'page', ...styles].map((style) => `<link rel="stylesheet" href="${style}.css">`),
    ...(atOnce ? preloads(page) : []),
    `<script type="module" src="${page}.js"></script>`,
  ];
  const body = [
    '<a class="skip" href="#main" data-i18n="skip"></a>',
    '<header id="masthead" class="masthead"></header>',
  ];
  const lines = (list) => list.map((line) => `    ${line}\n`).join('');
  return `<!doctype html>\n<html lang="en">\n  <head>\n${lines(head)}  </head>\n  <body hidden>\n${lines(body)}`;
}

/** The popup is small and begins in its own way; only its list of modules is written here. */
function popupAnew(html) {
  const list = preloads('popup').map((line) => `    ${line}\n`);
  return html.replace(/(?: {4}<link rel="modulepreload"[^\n]*\n)+/, () => list.join(''));
}

/** @param {string} page @param {string} html as it is @returns {string} as it should be */
/** What a tab of it shows is handed to it: it has nothing of ours around it. */
export const BARE = 'report';

export function pageAnew(page, html) {
  if (page === BARE) return html;
  if (page === 'popup') return popupAnew(html);
  return beginningOf(page) + html.slice(html.indexOf('    <main id="main"'));
}

if (basename(process.argv[1] ?? '') === 'page-heads.mjs') {
  for (const page of [...Object.keys(PAGES), 'popup']) {
    const file = fileURLToPath(new URL(`${page}.html`, UI));
    const before = readFileSync(file, 'utf8');
    const after = pageAnew(page, before);
    if (after !== before) writeFileSync(file, after);
  }
}
