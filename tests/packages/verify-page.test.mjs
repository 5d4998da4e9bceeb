// consentlog-verify.html is made of this source alone: from another folder, by another user's settings, the same bytes; and it names nothing else.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ROOT } from '../e2e/host.mjs';

const dir = mkdtempSync(join(tmpdir(), 'consentlog-verify-page-'));
after(() => rmSync(dir, { recursive: true, force: true }));

/** @param {string} tree @param {string} out @param {Record<string, string>} [env] */
function make(tree, out, env = {}) {
  const options = { encoding: /** @type {const} */ ('utf8'), cwd: '/', env: { ...process.env, ...env } };
  const ran = spawnSync(process.execPath, [join(tree, 'manifests/verify-page.mjs'), join(dir, out)], options);
  assert.equal(ran.status, 0, ran.stderr);
  return readFileSync(join(dir, out), 'utf8');
}

const page = make(ROOT, 'one.html');

test('made again in another folder: the same bytes', () => {
  const copy = join(dir, 'a copy');
  for (const name of ['extension', 'manifests', 'LICENSE'])
    cpSync(join(ROOT, name), join(copy, name), { recursive: true });
  const again = make(copy, 'two.html', {
    NODE_PATH: join(ROOT, 'tests/node_modules'),
    LANG: 'fr_FR.UTF-8',
    TZ: 'Asia/Tokyo',
  });
  assert.ok(again === page);
  assert.ok(!page.includes(ROOT) && !page.includes('node_modules'));
});

test('its policy lets it run its own script and style and reach nothing', () => {
  const [, policy] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
  const hash = (code) => `'sha256-${createHash('sha256').update(code).digest('base64')}'`;
  const [, style] = /<style>([\s\S]*?)<\/style>/.exec(page) ?? [];
  const [, script] = /<script id="script">([\s\S]*?)<\/script>/.exec(page) ?? [];
  assert.equal(
    policy,
    `default-src 'none'; script-src ${hash(script)}; style-src ${hash(style)}; worker-src blob:; base-uri 'none'; form-action 'none'`,
  );
  assert.doesNotMatch(page.replace(/<script[\s\S]*?<\/script>/g, ''), /\s(?:src|href)="(?!#)/);
});

test('every sentence that it asks for by name is in it, in each language', () => {
  const [, script] = /<script id="script">([\s\S]*?)<\/script>/.exec(page) ?? [];
  const [, json] = /^ {2}const sentences = (\{.*\});$/m.exec(script) ?? [];
  const named = [...new Set([...script.matchAll(/\b(t|plural)\("(\w+)"/g)].map(([, by, name]) => `${by} ${name}`))];
  assert.ok(named.length > 60, String(named.length));
  for (const [language, sentences] of Object.entries(JSON.parse(json)))
    for (const [by, name] of named.map((one) => one.split(' ')))
      assert.ok(sentences[by === 't' ? name : `${name}One`], `${language}: ${name}`);
});

test('every licence of what is in it is in it', () => {
  for (const name of [
    'pkijs',
    'asn1js',
    'bytestreamjs',
    'noble-curves',
    'noble-hashes',
    'peculiar-utils',
    'consentlog',
    'jsdiff',
  ])
    assert.ok(page.includes(`\n${name}\n\n`), name);
});
