// The glossary and the host's headers name the same modules.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { ROOT } from '../e2e/host.mjs';
import { sourcesOf } from '../rooms.mjs';

const text = readFileSync(join(ROOT, 'docs/glossary.md'), 'utf8');
const section = text.slice(text.indexOf('## What the code says'), text.indexOf('## What the extension says'));
const terms = new Set([...section.matchAll(/^\| ([a-z0-9_]+) \|/gm)].map(([, term]) => term).slice(1)); // without the head

/** Programs' own headers and internal ones are not for others; see base to export. */
const modules = [...sourcesOf('c').keys()]
  .filter((path) => path.endsWith('.h') && !/^(?:browser|cli)\/|_internal\.h$|_style\.h$/.test(path))
  .map((path) => path.replace(/^.*\/|\.h$/g, ''));

it('has a line for each module of the host', () => {
  assert.ok(modules.length > 40);
  assert.deepEqual(
    modules.filter((module) => !terms.has(module)),
    [],
  );
});

it('names no module that is gone', () => {
  const known = new Set([...modules, 'head']); // the keyring's, which is part of the key's module
  assert.deepEqual(
    [...terms].filter((term) => !known.has(term)),
    [],
  );
});
