// The name that the reader gives a control, step by step of "Accessible Name and Description Computation 1.2" (W3C), section 4.3.2, and of
// HTML's rules for labels. Each case is ours; what a style draws is tried in the real browsers (tests/replica/pages).
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SETTING } from '../replica/server.mjs';
import { openPage, until } from './page-window.mjs';

const sw = (more = '') => `<input type="checkbox" role="switch"${more}>`;

/** What the reader sends of the page's switch. @param {string} main */
async function controlOf(main) {
  const html = `<!doctype html><html lang="en"><title>Page</title><main><h1>Page</h1>${main}</main></html>`;
  const opened = openPage({ name: 'accname', html, address: SETTING, status: 200, hidden: false });
  await until(opened, () => opened.readings.length > 0, 40_000);
  const control = opened.readings[0].controls.find(({ role }) => role === 'switch');
  opened.close();
  return control;
}

const CASES = {
  '2A, what is hidden and not referenced does not count': {
    'a part of a label': [`<label for="a">Use <span hidden>not </span>data</label>${sw(' id="a"')}`, 'Use data'],
    'by ARIA': [`<label for="a">Use <span aria-hidden="true">not </span>data</label>${sw(' id="a"')}`, 'Use data'],
    'by a style': [`<label for="a">Use <span style="display:none">not </span>data</label>${sw(' id="a"')}`, 'Use data'],
    'a part of what is referenced': [
      `<p id="l">Use <b hidden>not </b>data</p>${sw(' aria-labelledby="l"')}`,
      'Use data',
    ],
  },
  '2B, aria-labelledby': {
    'goes before a label and aria-label': [
      `<p id="l">First</p><label for="a">Second</label>${sw(' id="a" aria-labelledby="l" aria-label="Third"')}`,
      'First',
    ],
    'several, in the order of the attribute': [
      `<p id="m">data</p><p id="l">Use</p>${sw(' aria-labelledby="l m"')}`,
      'Use data',
    ],
    'one that is not there is passed over': [`<p id="l">Use</p>${sw(' aria-labelledby="x l"')}`, 'Use'],
    'none that is there: the next way': [`<label for="a">Use</label>${sw(' id="a" aria-labelledby="x"')}`, 'Use'],
    'is read though it is hidden': [`<p id="l" hidden>Use data</p>${sw(' aria-labelledby="l"')}`, 'Use data'],
    'is not followed a second time': [
      `<p id="m">Other</p><p id="l" aria-labelledby="m">Use</p>${sw(' aria-labelledby="l"')}`,
      'Use',
    ],
    'may name itself, with its aria-label': [
      `<p id="l">data</p>${sw(' id="a" aria-label="Use" aria-labelledby="a l"')}`,
      'Use data',
    ],
    'takes the aria-label of what is referenced': [
      `<p id="l" aria-label="Use">Not</p>${sw(' aria-labelledby="l"')}`,
      'Use',
    ],
    'has no end in a circle': [
      `<p id="l"><span id="m" aria-labelledby="l">Use</span></p>${sw(' aria-labelledby="l m"')}`,
      'Use',
    ],
  },
  '2C, what is embedded says its value': {
    'a text field in a label': [
      `<label for="a">Use <input type="text" value="my"> data</label>${sw(' id="a"')}`,
      'Use my data',
    ],
  },
  '2D, aria-label': {
    'goes before a label': [`<label for="a">Second</label>${sw(' id="a" aria-label="First"')}`, 'First'],
    'that is empty or white does not count': [`<label for="a">Use</label>${sw(' id="a" aria-label="  "')}`, 'Use'],
    'in a label, of a part of it': [
      `<label for="a">Use <i aria-label="my">x</i> data</label>${sw(' id="a"')}`,
      'Use my data',
    ],
  },
  '2E, what HTML says': {
    'a label around it': [`<label>Use ${sw()} data</label>`, 'Use data'],
    'two labels, one after the other': [
      `<label for="a">Use</label><label for="a">data</label>${sw(' id="a"')}`,
      'Use data',
    ],
    'an image in it, by its alternative text': [
      `<label for="a"><img alt="Use"> data</label>${sw(' id="a"')}`,
      'Use data',
    ],
    'an image without one says nothing': [`<label for="a"><img src="data:,"> Use</label>${sw(' id="a"')}`, 'Use'],
    'a drawing in it, by its title': [
      `<label for="a"><svg><title>Use</title></svg> data</label>${sw(' id="a"')}`,
      'Use data',
    ],
    'a label for another is not its own': [`<label for="b">Other</label><input id="b" type="text">${sw()}`, null],
    'the first of two with one id has the label': [`<label for="a">Use</label>${sw(' id="a"')}`, 'Use'],
  },
  '2F, by what it contains': {
    'a switch that is no input': [
      `<div role="switch" aria-checked="true" tabindex="0">Use <b>my</b> data</div>`,
      'Use my data',
    ],
    'blocks are apart, parts of a line are not': [
      `<div role="switch" aria-checked="true" tabindex="0"><div>Use</div><div>my</div><b style="display:inline">da</b><i style="display:inline">ta</i></div>`,
      'Use my data',
    ],
    'a line break is a space': [`<label for="a">Use<br>data</label>${sw(' id="a"')}`, 'Use data'],
  },
  '2I, a tooltip at last': {
    title: [sw(' title="Use"'), 'Use'],
    'not where there is a label': [`<label for="a">Use</label>${sw(' id="a" title="Other"')}`, 'Use'],
  },
};

for (const [step, cases] of Object.entries(CASES))
  describe(step, () => {
    for (const [name, [main, expected]] of Object.entries(cases))
      test(name, async () => assert.equal((await controlOf(main)).label, expected));
  });
