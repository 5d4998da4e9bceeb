// What a page names in its head to be loaded at once is what its script imports: no less, or it comes late; no more, or it comes for nothing.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { BARE, graphOf, pageAnew, PAGES, UI } from './page-heads.mjs';

const pages = UI;
const read = (url) => readFileSync(url, 'utf8');
const hrefsOf = (html) => [...html.matchAll(/<link rel="modulepreload" href="([^"]+)">/g)].map(([, href]) => href);
const named = readdirSync(pages)
  .filter((file) => file.endsWith('.html'))
  .map((file) => ({ file, html: read(new URL(file, pages)) }))
  .map(({ file, html }) => ({
    file,
    hrefs: hrefsOf(html),
    script: /<script type="module" src="([^"]+)">/.exec(html)?.[1],
  }))
  .filter(({ hrefs }) => hrefs.length > 0);

describe('modules that a page loads at once', () => {
  it('are named where it is felt', () => {
    for (const file of ['popup.html', 'history.html', 'export.html', 'options.html', 'welcome.html']) {
      assert.ok(
        named.some((page) => page.file === file),
        file,
      );
    }
  });

  for (const { file, hrefs, script } of named) {
    it(`${file}: those that ${script} imports, each once`, () => {
      const wanted = graphOf(new URL(script, pages));
      assert.deepEqual(hrefs.map((href) => new URL(href, pages).href).sort(), [...wanted].sort());
    });
  }

  it('are few for the popup, which is waited for', () => {
    const { hrefs } = named.find(({ file }) => file === 'popup.html');
    assert.ok(hrefs.length <= 10, hrefs.join());
    assert.deepEqual(
      hrefs.filter((href) => /background|notices|picture|copy/.test(href)),
      [],
    );
  });
});

describe('what pages begin with', () => {
  it('is written by page-heads.mjs, for every page', () => {
    const files = readdirSync(pages).filter((file) => file.endsWith('.html'));
    assert.deepEqual(files.sort(), [...Object.keys(PAGES), 'popup', BARE].map((page) => `${page}.html`).sort());
    for (const file of files) {
      const html = read(new URL(file, pages));
      assert.equal(
        html,
        pageAnew(file.replace('.html', ''), html),
        `node tests/extension/page-heads.mjs writes ${file}`,
      );
    }
  });
});
