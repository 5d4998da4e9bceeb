// What stands in small letters below a choice is told with it to whoever hears the page: every choice says what it means for one's privacy.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { JSDOM } from 'jsdom';
import { ROOT } from '../e2e/host.mjs';

const UI = join(ROOT, 'extension/ui');
/** Where the words stand outside of the choice's own block. */
const APART = Object.freeze({ schedule: 'schedule-cost', 'timestamps-turn': 'timestamps-cost' });

test('a hint or a cost is named by the control that it is of', () => {
  let told = 0;
  for (const file of readdirSync(UI).filter((name) => name.endsWith('.html'))) {
    const { document } = new JSDOM(readFileSync(join(UI, file), 'utf8')).window;
    const named = (control) => (control.getAttribute('aria-describedby') ?? '').split(' ');
    for (const words of document.querySelectorAll('.check > .hint, .check > .cost, .field > .hint, .field > .cost')) {
      const control = words.parentElement.querySelector('input, select');
      assert.ok(words.id && named(control).includes(words.id), `${file}: ${control.id}`);
      told += 1;
    }
    for (const [id, apart] of Object.entries(APART)) {
      const control = document.getElementById(id);
      if (control) assert.ok(named(control).includes(apart) && document.getElementById(apart), `${file}: ${id}`);
    }
  }
  assert.ok(told > 10, String(told));
});
