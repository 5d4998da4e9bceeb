import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { inflateSync } from 'node:zlib';
import { HOST_NAME } from '../../extension/shared/protocol.js';
import { EXTENSION_ID } from './fake-browser.mjs';

const root = new URL('../../extension/', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('manifest.json', root), 'utf8'));
const read = (path) => readFileSync(new URL(path, root), 'utf8');
const pngSize = (path) => {
  const bytes = readFileSync(new URL(path, root));
  return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
};

/** Is anything drawn in the last quarter? The tool that draws has cropped before. */
function reachesBottom(path) {
  const bytes = readFileSync(new URL(path, root));
  const chunks = [];
  for (let at = 8; at < bytes.length; at += 12 + bytes.readUInt32BE(at)) {
    if (bytes.toString('latin1', at + 4, at + 8) === 'IDAT')
      chunks.push(bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at)));
  }
  const rows = inflateSync(Buffer.concat(chunks));
  const [width, height] = pngSize(path);
  const stride = 1 + 4 * width;
  return rows.subarray(Math.floor(height * 0.75) * stride).some((byte, index) => byte !== 0 && index % stride !== 0);
}

describe('manifest', () => {
  it('asks for no more than it uses', () => {
    assert.deepEqual(manifest.permissions, [
      'activeTab',
      'alarms',
      'nativeMessaging',
      'scripting',
      'storage',
      'webRequest',
    ]);
    assert.deepEqual(manifest.host_permissions, ['https://www.linkedin.com/mypreferences/*']);
    assert.deepEqual(
      manifest.optional_permissions,
      ['notifications'],
      'asked for with the first reminder that is wanted',
    );
    assert.deepEqual(
      manifest.optional_host_permissions,
      ['https://*/*', 'http://*/*'],
      'one address of them, asked for with timestamps',
    );
    const absent = ['content_scripts', 'web_accessible_resources', 'externally_connectable'];
    for (const key of absent) assert.equal(key in manifest, false, key);
  });

  it('is not in private windows, whose readings are nobody’s to keep', () => {
    assert.equal(manifest.incognito, 'not_allowed');
  });

  it('says in docs/permissions.md what each of them is for, and names no other', () => {
    const text = readFileSync(new URL('../docs/permissions.md', root), 'utf8');
    const headings = [...text.matchAll(/^### (.*)$/gm)].flatMap(([, line]) =>
      [...line.matchAll(/`([^`]+)`/g)].map(([, name]) => name),
    );
    const {
      permissions,
      optional_permissions: optional,
      host_permissions: hosts,
      optional_host_permissions: optionalHosts,
    } = manifest;
    assert.deepEqual(headings.sort(), [...permissions, ...optional, ...hosts, ...optionalHosts].sort());
    const { required, optional: declinable } = manifest.browser_specific_settings.gecko.data_collection_permissions;
    for (const kind of [...required, ...declinable]) assert.ok(text.includes(`| \`${kind}\``), kind);
  });

  it('serves Chromium and Firefox', () => {
    const {
      background,
      minimum_chrome_version: chromium,
      browser_specific_settings: { gecko },
    } = manifest;
    assert.deepEqual(background.scripts, [background.service_worker]);
    assert.equal(background.type, 'module');
    assert.deepEqual([gecko.id, gecko.strict_min_version], ['consentlog@consentlog.org', '142.0']);
    assert.ok(Number(chromium) >= 123, 'light-dark() needs 123');
    assert.ok(!gecko.data_collection_permissions.required.includes('none'));
    assert.deepEqual(
      gecko.data_collection_permissions.optional,
      ['technicalAndInteraction'],
      'may be declined: then no version is recorded',
    );
  });

  it('has the id that the hosts allow', () => {
    const hash = createHash('sha256').update(Buffer.from(manifest.key, 'base64')).digest('hex').slice(0, 32);
    const id = [...hash].map((digit) => String.fromCharCode(97 + Number.parseInt(digit, 16))).join('');
    assert.equal(id, EXTENSION_ID);
    const ids = readFileSync(new URL('../manifests/chromium-ids.txt', root), 'utf8').split('\n');
    assert.ok(ids.includes(id));
  });

  it('lets its pages load nothing from elsewhere and run nothing inline; only a timestamp may be asked for', () => {
    const policy = manifest.content_security_policy.extension_pages;
    assert.match(policy, /^default-src 'none';/);
    assert.match(policy, /; connect-src 'self' https: http:;/);
    assert.doesNotMatch(
      policy.replace("connect-src 'self' https: http:", ''),
      /unsafe|https?:|\*|data:|wasm|upgrade-insecure/,
    );
    const callers = readdirSync(root, { recursive: true })
      .map(String)
      .filter((path) => path.endsWith('.js'))
      .filter((path) => /\bfetch\(|XMLHttpRequest|WebSocket|sendBeacon|EventSource/.test(read(path)));
    assert.deepEqual(callers.sort(), ['background/timestamps.js', 'shared/i18n.js']);
  });

  it('names files that are there, icons in their sizes', () => {
    const { background, action, icons } = manifest;
    for (const path of [background.service_worker, action.default_popup])
      assert.ok(existsSync(new URL(path, root)), path);
    for (const [size, path] of [...Object.entries(icons), ...Object.entries(action.default_icon)]) {
      assert.deepEqual(pngSize(path), [Number(size), Number(size)], path);
      assert.ok(reachesBottom(path), path);
    }
    for (const state of ['on', 'off', 'unknown', 'not-offered', 'attention', 'none']) {
      for (const size of [16, 32]) assert.deepEqual(pngSize(`icons/${state}-${size}.png`), [size, size]);
    }
  });

  it('draws each state in a shape of its own', () => {
    const shapes = ['on', 'off', 'unknown', 'not-offered', 'attention', 'none'].map((state) =>
      read(`icons/${state}.svg`).replace(/#[0-9a-f]{3,6}/g, ''),
    );
    assert.equal(new Set(shapes).size, shapes.length);
  });

  it('has one place that talks to the host, by the name in the manifests', () => {
    assert.equal(HOST_NAME, 'org.consentlog.host');
    const talkers = readdirSync(root, { recursive: true })
      .map(String)
      .filter((path) => path.endsWith('.js'))
      .filter((path) => /sendNativeMessage|connectNative/.test(read(path)));
    assert.deepEqual(talkers, ['shared/host.js']);
  });

  it('never lets a page’s text become markup', () => {
    for (const path of readdirSync(root, { recursive: true })
      .map(String)
      .filter((name) => name.endsWith('.js'))) {
      assert.doesNotMatch(read(path), /innerHTML|outerHTML|insertAdjacentHTML|document\.write\b|\beval\(/, path);
    }
  });
});

it("scripts in a page of LinkedIn's neither use what is stored nor may", () => {
  const folder = new URL('../../extension/content/', import.meta.url);
  const users = readdirSync(folder).filter((file) => /\bstorage\b/.test(readFileSync(new URL(file, folder), 'utf8')));
  assert.deepEqual(users, []);
  const main = readFileSync(new URL('../../extension/background/main.js', import.meta.url), 'utf8');
  assert.match(main, /storage\.local\.setAccessLevel\?\.\(\{ accessLevel: 'TRUSTED_CONTEXTS' \}\)/);
});
