// The table of rooms finds what is planted, and nothing in what is there.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findings, ROOMS, sourcesOf } from '../rooms.mjs';

/** What is there, and one file more. */
const planted = (path, text) => findings('js', new Map([...sourcesOf('js'), [path, text]]));

describe('rooms', () => {
  for (const language of /** @type {const} */ (['c', 'js']))
    it(`are kept, ${language}`, () => assert.deepEqual(findings(language, sourcesOf(language)), []));

  for (const [path, text, expected] of [
    ['ui/planted.js', "import { ask } from '../background/main.js';\n", /ui may not use background$/],
    [
      'ui/planted.js',
      "/** @type {import('../background/host/queue.js').Queue} */\n",
      /ui may not use background\/host/,
    ],
    ['ui/planted.html', '<script src="../background/main.js"></script>', /ui may not use background$/],
    ['shared/planted.js', "export { paint } from '../background/reminders/badge.js';\n", /shared may not use/],
    ['shared/planted.js', 'import { judge } from "../background/setting/judge.js";\n', /shared may not use/],
    ['shared/planted.js', 'import(`../background/main.js`);\n', /shared may not use background/],
    ['ui/planted.html', "<script src='../background/main.js'></script>", /ui may not use background$/],
    ['shared/planted.js', "const { t } = await import('../ui/frame.js');\n", /shared may not use ui/],
    ['content/planted.js', "import { t } from '../shared/i18n.js';\n", /content may not use shared/],
    ['background/host/planted.js', "import { judge } from '../setting/judge.js';\n", /background\/host may not use/],
    ['background/planted.js', "import { t } from './gone.js';\n", /which is not there/],
    ['elsewhere/planted.js', "import { t } from '../shared/i18n.js';\n", /is in no room/],
  ]) {
    it(`see ${path}: ${text.trim()}`, () => {
      const found = planted(path, text);
      assert.equal(
        found.some((line) => line.startsWith(path) && expected.test(line)),
        true,
        found.join('\n'),
      );
    });
  }

  for (const [path, text, expected] of [
    ['base/planted.c', '#include "crypto/crypto.h"\n', /base may not use crypto$/],
    ['package/planted.h', '#include "keyring/key.h"\n', /package may not use keyring$/],
    ['package/planted.c', '#include "report/html.h"\n', /package may not use report$/],
    ['base/planted.h', '#  include  "crypto/crypto.h"\n', /base may not use crypto$/],
    ['cli/planted.c', '#include "browser/ops.h"\n', /cli may not use browser$/],
    [
      'report/planted.c',
      '#include "package/verifier_internal.h"\n',
      /verifier_internal\.h, which is of package alone$/,
    ],
    ['vault/planted.c', '#include "base/err.h"\n', /is in no room/],
  ]) {
    it(`see ${path}: ${text.trim()}`, () => {
      const found = findings('c', new Map([...sourcesOf('c'), [path, text]]));
      assert.ok(
        found.some((line) => line.startsWith(path) && expected.test(line)),
        found.join('\n'),
      );
    });
  }

  it('see two C files that call each other, and not what stands in a comment', () => {
    const one = (/** @type {string} */ body) =>
      new Map([
        ['base/a.c', `#include "base/a.h"\n\nint cl_a(void)\n{\n    return cl_b();\n}\n`],
        ['base/b.c', `#include "base/b.h"\n\nint cl_b(void)\n{\n    ${body}\n}\n`],
        ['base/a.h', 'int cl_a(void);\n'],
        ['base/b.h', 'int cl_b(void);\n'],
      ]);
    assert.deepEqual(findings('c', one('return cl_a();')), ['circle: base/a.c → base/b.c → base/a.c']);
    assert.deepEqual(findings('c', one('return 1; /* as cl_a does */')), []);
  });

  it('see a circle, whichever way it is gone', () => {
    const circle = new Map([
      ['shared/a.js', "import { b } from './b.js';\n"],
      ['shared/b.js', "import { c } from './c.js';\n"],
      ['shared/c.js', "/** @typedef {import('./a.js').A} A */\n"],
    ]);
    assert.deepEqual(findings('js', circle), ['circle: shared/a.js → shared/b.js → shared/c.js → shared/a.js']);
  });

  it('are named in the table as they are in the folder', () => {
    const paths = [...sourcesOf('js').keys()];
    for (const room of Object.keys(ROOMS.js.rooms)) {
      assert.ok(
        paths.some((path) => path === room || path.startsWith(`${room}/`)),
        room,
      );
    }
  });
});
