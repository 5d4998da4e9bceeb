// Few words that nobody can know to do nothing, in every place around a switch: no state is said.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WORDING } from '../../extension/background/setting/wording.js';
import { readStill } from './page-window.mjs';
import { placed } from './places.mjs';

/** jsdom takes no shadow tree from markup. @param {any} document */
function attach(document) {
  for (const template of document.querySelectorAll('template[shadowrootmode]')) {
    const root = template.parentNode.attachShadow({ mode: 'open' });
    template.remove();
    root.append(template.content);
  }
}

test('few words in every place around a switch', { timeout: 600_000 }, async (t) => {
  const said = [];
  let tried = 0;
  for (const { language, word, place, main } of placed()) {
    const html = `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><title>x</title></head><body><main><h1>${WORDING[language].title}</h1>${main}</main></body></html>`;
    const page = { html, address: '/mypreferences/d/settings/data-for-ai-improvement', status: 200 };
    const { state } = (await readStill(page, attach)) ?? { state: 'unknown' };
    tried += 1;
    if (state !== 'unknown') said.push(`${language}, ${place}: ${word}: ${state}`);
  }
  t.diagnostic(`${tried} tried, ${said.length} wrong`);
  assert.deepEqual(said, []);
});
