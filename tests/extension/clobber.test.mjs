// A page that hides what its nodes say of themselves behind names of its own is read all the same; and what fails is told.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { CLOBBERABLE, SHARED_NAMES } from '../replica/clobber.mjs';
import { loadPages } from '../replica/pages.mjs';
import { openPage } from './page-window.mjs';

/* jsdom gives forms and documents no named properties: the real browsers read these pages, all names at once (tests/e2e/table.mjs). */
describe('named properties', () => {
  test('natives.js takes nothing from a prototype whose name is not in the list', () => {
    const text = readFileSync(new URL('../../extension/content/natives.js', import.meta.url), 'utf8');
    const taken = [...text.matchAll(/(?:getter|method|byRoot)\((?:[\w.]+, )?'(\w+)'/g)].map(([, name]) => name);
    assert.ok(taken.length > 40, `${taken.length} found`);
    const known = new Set([...CLOBBERABLE, ...SHARED_NAMES]);
    assert.deepEqual(
      taken.filter((name) => !known.has(name)),
      [],
    );
  });
});

describe('a look that throws', () => {
  const page = loadPages().find(({ name }) => name === 'role-switch-on');

  test('is told once, with a reason of its own, and no state', async () => {
    const opened = openPage(page);
    try {
      await opened.clock.advance(10_000);
      opened.window.Element.prototype.matches = null;
      opened.window.Document.prototype.createTreeWalker = null;
      const deep = opened.window.document.createElement('div');
      let at = deep;
      for (let depth = 0; depth < 3_000; depth += 1) at = at.appendChild(opened.window.document.createElement('div'));
      at.appendChild(opened.window.document.querySelector('main'));
      opened.window.document.body.append(deep);
      await opened.clock.advance(60_000);
      const states = opened.observations.map(({ state, reason }) => [state, reason]);
      assert.deepEqual(states, [
        ['on', null],
        ['unknown', 'reader-failed'],
      ]);
    } finally {
      opened.close();
    }
  });
});
