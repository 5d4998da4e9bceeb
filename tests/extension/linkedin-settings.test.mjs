// docs/linkedin-settings.md says which files know the setting: who adds a second one goes by it.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { test } from 'node:test';

const root = new URL('../../', import.meta.url);
const page = readFileSync(new URL('docs/linkedin-settings.md', root), 'utf8');
const SLUG = 'data-for-ai-improvement';

test('every file that names the setting stands on the page', () => {
  const knowing = ['extension', 'host', 'manifests'].flatMap((room) =>
    readdirSync(new URL(room, root), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(?:js|c|h|sh|json)$/.test(entry.name))
      .map((entry) => `${entry.parentPath ?? entry.path}/${entry.name}`)
      .filter((path) => readFileSync(path, 'utf8').includes(SLUG)),
  );
  assert.ok(knowing.length > 8, String(knowing));
  assert.deepEqual(
    knowing.filter((path) => !page.includes(`${basename(path)}\``)),
    [],
  );
});
