// Names by which a page's markup hides what a node says of itself: `<form><input name="closest">` makes form.closest the input,
// `<img name="body">` makes document.body the image, in every world of the document. Lint keeps the extension's page
// scripts from asking for one of them; here pages are made of them.

/** What is asked of nodes, elements and the document by content/natives.js, and what its like would be. */
export const CLOBBERABLE =
  `getAttribute hasAttribute matches closest querySelector querySelectorAll getElementsByTagName getElementById
getElementsByClassName parentElement parentNode childNodes children firstChild lastChild firstElementChild lastElementChild nextSibling
previousSibling nextElementSibling previousElementSibling contains compareDocumentPosition getRootNode isConnected ownerDocument textContent
innerText localName namespaceURI tagName nodeName nodeType attributes classList className shadowRoot openOrClosedShadowRoot checkVisibility
getBoundingClientRect elementsFromPoint defaultView contentDocument contentWindow body documentElement readyState visibilityState createTreeWalker
addEventListener removeEventListener htmlFor labels indeterminate isContentEditable assignedNodes assignedSlot
activeElement`.split(/\s+/);

/** Own data of the reader has these names too; asked of a node they are taken from natives.js all the same. */
export const SHARED_NAMES = [
  'checked',
  'disabled',
  'type',
  'value',
  'id',
  'control',
  'host',
  'src',
  'alt',
  'title',
  'hidden',
  'data',
  'protocol',
  'hostname',
  'pathname',
];

const LABEL = 'Use my data for training content creation AI models';
const TITLE = 'Data for Generative AI Improvement';

const page = (shows, body) => `<!--
shows: ${shows}
known: named properties of forms and of documents hide their own (HTML)
guessed: the form
expect: {"state": "off", "reason": null}
-->
<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${TITLE} | LinkedIn</title></head>
<body>
<header><nav><a href="/feed/">LinkedIn</a></nav></header>
${body}
<footer><a href="/legal/user-agreement">User Agreement</a></footer>
</body>
</html>
`;

const hidden = (names) => names.map((name) => `<input type="hidden" name="${name}">`).join('');
const control = `<label for="sw">${LABEL}</label><input type="checkbox" role="switch" id="sw">`;

/** The control in a form whose fields have these names. @param {string[]} names */
const inForm = (names) =>
  page(
    `the switch stands in a form with a field named ${names.length === 1 ? names[0] : 'as every property that is asked for'}`,
    `<main><h1>${TITLE}</h1><form>${control}${hidden(names)}</form></main>`,
  );

/** Images whose names are the document's properties. @param {string[]} names */
const inDocument = (names) =>
  page(
    `an image is named ${names.length === 1 ? names[0] : 'as every property of the document that is asked for'}`,
    `<main><h1>${TITLE}</h1>${control}</main>${names.map((name) => `<img name="${name}" id="${name}" hidden>`).join('')}<form name="${names[0]}" hidden></form>`,
  );

/** The same words, in a form with a field of each name, beside an image of each. @param {string} text */
export const clobbered = (text) =>
  `<form>${text}${hidden([...CLOBBERABLE, ...SHARED_NAMES])}</form>${[...CLOBBERABLE, ...SHARED_NAMES].map((name) => `<img name="${name}" hidden>`).join('')}`;

/** All names at once, made when the table is read. @returns {[string, string][]} */
export const clobberedAtOnce = () => [
  ['clobbered-by-form', inForm([...CLOBBERABLE, ...SHARED_NAMES])],
  ['clobbered-by-document', inDocument([...CLOBBERABLE, ...SHARED_NAMES])],
];
