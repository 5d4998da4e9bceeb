// Encoded words of mails, by the vectors that the host reads too.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { showEncodedWords } from '../../extension/verifier/encoded-words.js';
import { installFakeBrowser } from './fake-browser.mjs';

const lines = readFileSync(new URL('../vectors/encoded-words.txt', import.meta.url), 'utf8')
  .split('\n')
  .slice(1, -1);
const text = (hex) => Buffer.from(hex, 'hex').toString();

assert.ok(lines.length > 60);
for (let at = 0; at < lines.length; at += 2) {
  const [value, shown] = lines[at + 1].split(' ').map(text);
  it(lines[at].slice(2), () => assert.equal(showEncodedWords(value), shown));
}

it('takes time by its length', () => {
  const long = '=?utf-8?q?a?='.repeat(39).slice(0, 512);
  assert.equal(showEncodedWords(long), 'a'.repeat(39));
  assert.equal(showEncodedWords('=?'.repeat(256)), '=?'.repeat(256));
});

it('our pages show sender and subject so, and a date as it stands', async () => {
  installFakeBrowser();
  const { mailRows } = await import('../../extension/ui/mail-rows.js');
  const date = '=?utf-8?q?x?=';
  const mail = { from: '=?utf-8?q?L=C3=AF?= <a@b>', date, subject: '=?utf-8?q?=C3=84?=', linkedin_signature: false };
  const shown = mailRows(mail).map(([, value]) => value);
  assert.deepEqual(shown.slice(0, 3), ['Lï <a@b>', date, 'Ä']);
});
