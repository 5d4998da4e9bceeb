// What nobody sees, or what moves the rest, is not taken from a page and not shown from anybody.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { JSDOM } from 'jsdom';
import { fit } from '../../extension/background/setting/observation.js';
import { element, HIDDEN, visible, visibleLines } from '../../extension/shared/dom.js';

describe('text of others', () => {
  it('the ranges are those of the host', () => {
    const source = readFileSync(new URL('../../host/base/unicode.c', import.meta.url), 'utf8');
    const table = /hidden\[\] = \{([^;]*)\};/.exec(source)[1];
    const theirs = [...table.matchAll(/\{0x([0-9a-f]+), 0x([0-9a-f]+)\}/g)].map(([, a, b]) => [
      parseInt(a, 16),
      parseInt(b, 16),
    ]);
    assert.ok(theirs.length > 15);
    assert.deepEqual(HIDDEN.slice(0, theirs.length), theirs);
    assert.match(source, /\(point & 0xfffe\) == 0xfffe/);
    assert.equal(HIDDEN.length, theirs.length + 17);
  });

  it('of every code point only the hidden ones go', () => {
    const isHidden = (point) => HIDDEN.some(([first, last]) => point >= first && point <= last);
    for (let point = 0; point <= 0x10ffff; point += 1) {
      if (point >= 0xd800 && point <= 0xdfff) continue;
      const said = visible(`a${String.fromCodePoint(point)}b`);
      const blank = [9, 10, 11, 12, 13, 0x85, 0x2028, 0x2029].includes(point);
      const expected = blank ? 'a b' : isHidden(point) ? 'ab' : `a${String.fromCodePoint(point)}b`;
      if (said !== expected) assert.fail(`U+${point.toString(16)}: ${JSON.stringify(said)}`);
    }
  });

  for (const [name, text, size, expected] of [
    ['a mark that turns the reading round', 'Use my data \u202eFFO', 99, 'Use my data FFO'],
    ['isolates', '\u2066on\u2069', 99, 'on'],
    ['a terminal’s commands', 'on\u001b[2Koff', 99, 'on[2Koff'],
    ['a soft hyphen and a blank without width', 'gene\u00adrative\u200b AI', 99, 'generative AI'],
    ['lines become blanks', 'a\r\nb\u2028c', 99, 'a b c'],
    ['a joiner stays', '👩\u200d💻 \u0645\u06cc\u200c\u062e', 99, '👩\u200d💻 \u0645\u06cc\u200c\u062e'],
    ['nothing else is left', '\u202e\u0007', 99, null],
    ['the limit counts what stays', '\u202e\u202eabcd', 3, 'abc'],
    ['half a character is none', 'a\ud800b', 99, 'a\ufffdb'],
  ]) {
    it(`fit: ${name}`, () => assert.equal(fit(text, size), expected));
  }

  it('lines stay lines where a text has them', () => {
    assert.equal(visibleLines('a\r\nb\u202e\n\tc\u0007'), 'a\nb\n c');
  });

  it('what our pages make an element of is shown so, whoever said it', () => {
    globalThis.document = new JSDOM('').window.document;
    const made = element('p', { title: 'on\u202eFFO' }, 'off\u202eNO', element('b', {}, '\u0000x'));
    assert.equal(made.textContent, 'offNOx');
    assert.equal(made.getAttribute('title'), 'onFFO');
  });
});
