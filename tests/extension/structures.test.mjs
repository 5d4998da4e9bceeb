// Structures around a switch that has the published words, with something in them that takes these back: no state is said. The same with
// nothing that matters in them: how often it is said, which may not fall. CL_EACH=8 tries each structure in each language.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WORDING } from '../../extension/background/setting/wording.js';
import { readStill } from './page-window.mjs';
import { harmless, structures } from './structures.mjs';

const SILENT_MAX = 0.2;
const EACH = Number(process.env.CL_EACH ?? 2);

/** jsdom takes no shadow tree from markup, and no document of a frame. @param {any} document */
function attach(document) {
  for (const template of document.querySelectorAll('template[shadowrootmode]')) {
    const root = template.parentNode.attachShadow({ mode: template.getAttribute('shadowrootmode') });
    template.remove();
    root.append(template.content);
  }
  for (const frame of document.querySelectorAll('iframe[srcdoc]'))
    frame.contentDocument.body.innerHTML = frame.getAttribute('srcdoc');
}

/** @param {{language: string, main: string}} page */
async function stateOf({ language, main }) {
  const html = `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><title>x</title></head><body><main><h1>${WORDING[language].title}</h1>${main}</main></body></html>`;
  const page = { html, address: '/mypreferences/d/settings/data-for-ai-improvement', status: 200 };
  return (await readStill(page, attach))?.state ?? 'unknown';
}

test('structures that take the words back: no state', { timeout: 1_200_000 }, async (t) => {
  const said = [];
  let tried = 0;
  for (const page of structures(EACH)) {
    const state = await stateOf(page);
    tried += 1;
    if (state !== 'unknown') said.push(`${page.language}, ${page.kind}: ${page.main}: ${state}`);
  }
  t.diagnostic(`${tried} tried, ${said.length} wrong`);
  assert.deepEqual(said, []);
});

test('the same with nothing in them that matters: said', { timeout: 1_200_000 }, async (t) => {
  const silent = [];
  let tried = 0;
  for (const page of harmless()) {
    const state = await stateOf(page);
    assert.notEqual(state, 'off', page.main);
    tried += 1;
    if (state !== 'on') silent.push(`${page.language}, ${page.kind}`);
  }
  t.diagnostic(`${tried} tried, silent: ${silent.join('; ')}`);
  assert.ok(silent.length / tried <= SILENT_MAX, silent.join('\n'));
});
