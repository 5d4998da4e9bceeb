// Where the CRX of this computer is told to browsers and taken back: whatever stands in a browser's folder, nothing breaks off
// half done, and what another program has put there stays. And what a look at a browser says where the member has decided.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { ROOT } from '../e2e/host.mjs';

const dir = mkdtempSync(join(tmpdir(), 'consentlog-crx-'));
const prefix = join(dir, 'prefix');
const crx = join(prefix, 'share/consentlog/crx');
const host = join(prefix, 'libexec/consentlog/consentlog-host');
const FIXED_ID = readFileSync(join(ROOT, 'manifests/chromium-ids.txt'), 'utf8').match(/^[a-p]{32}$/m)?.[0] ?? '';

/** @param {string} script @param {string[]} words */
function run(script, ...words) {
  const got = spawnSync('python3', ['-B', join(ROOT, 'manifests', script), ...words], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: dir, LC_ALL: 'C.UTF-8' },
  });
  assert.doesNotMatch(got.stderr, /Traceback/);
  return got;
}

const own = (...words) => run('own-crx.py', ...words);
const external = (browser) => join(dir, browser, 'External Extensions');

/** A browser's folder, with what one of its profiles knows of extensions. @param {string} name @param {unknown} [extensions] */
function browser(name, extensions) {
  mkdirSync(join(dir, name, 'Default'), { recursive: true });
  if (extensions !== undefined) writeFileSync(join(dir, name, 'Default/Preferences'), JSON.stringify({ extensions }));
  return join(dir, name);
}

before(() => {
  mkdirSync(dirname(host), { recursive: true });
  assert.equal(own('make', crx).status, 0);
});
after(() => rmSync(dir, { recursive: true, force: true }));

const id = () => readFileSync(join(crx, 'id'), 'utf8').trim();

test('a key that was cut off is made anew, a whole one stays', () => {
  const folder = join(dir, 'cut');
  mkdirSync(folder);
  writeFileSync(join(folder, 'key.pem'), '');
  assert.equal(own('make', folder).status, 0);
  const key = readFileSync(join(folder, 'key.pem'), 'utf8');
  assert.match(key, /^-----BEGIN PRIVATE KEY-----/);
  assert.equal(own('make', folder).status, 0);
  assert.equal(readFileSync(join(folder, 'key.pem'), 'utf8'), key);
});

test("whatever a browser's own files hold, it is told", () => {
  const oddities = [null, [], 'text', { settings: null }, { settings: [] }, { external_uninstalls: null }];
  for (const [i, extensions] of oddities.entries()) {
    const name = `odd-${i}/chromium`;
    const got = own('place', crx, 'Chromium', browser(name, extensions));
    assert.equal(got.stdout, 'Chromium: loads it from its next start on\n', JSON.stringify(extensions));
    assert.ok(existsSync(join(external(name), `${id()}.json`)));
  }
});

test('one that cannot be written is said, and the next gets its own', () => {
  browser('first');
  writeFileSync(external('first'), 'a file where a folder must be');
  const got = own('place', crx, 'Brave', join(dir, 'first'), 'Chromium', browser('second'));
  assert.equal(got.status, 1);
  assert.match(
    got.stdout,
    /^Brave: .* cannot be written \(.*\), so it does not load the extension\nChromium: it is told/,
  );
});

test('only of browsers that are known to take it is it said that they load it', () => {
  const said = (...path) => own('place', crx, 'It', browser(join(...path))).stdout;
  for (const name of ['chromium', 'google-chrome', 'google-chrome-beta', 'microsoft-edge'])
    assert.equal(said('known', name), 'It: loads it from its next start on\n');
  for (const name of ['BraveSoftware/Brave-Browser', 'vivaldi', 'opera'])
    assert.equal(said('unknown', name), 'It: it is told where the extension is; whether it loads it is not known\n');
});

test('what cannot be taken back is said in a line', () => {
  const got = own('remove', join(dir, 'no crx'), join(external('first')));
  assert.equal(got.status, 0, 'a file where a folder would be holds none of ours');
  writeFileSync(join(dir, 'plain'), '');
  const broken = own('everyone', crx, join(dir, 'plain/extensions'));
  assert.equal(broken.status, 1);
  assert.match(broken.stderr, /^.*plain.*: Not a directory\n$/);
});

test('taken back for another way: ours alone, and said once', () => {
  own('place', crx, 'Chromium', browser('mine'));
  writeFileSync(join(external('mine'), 'list.json'), '[1]');
  writeFileSync(join(external('mine'), 'other.json'), '{"external_crx":"/opt/other.crx"}');
  const got = own('withdraw', crx, external('mine'), external('nowhere'));
  assert.match(got.stdout, /^Your own copy is taken back, .*\n$/);
  assert.deepEqual(readdirSync(external('mine')).sort(), ['list.json', 'other.json']);
  assert.equal(own('withdraw', crx, external('mine')).stdout, '');
  assert.ok(existsSync(join(crx, 'key.pem')));
});

test('a look starts no browser in which the member has decided', () => {
  const started = join(dir, 'started');
  const program = join(dir, 'program');
  writeFileSync(program, `#!/bin/sh\n[ "$1" = --version ] || touch '${started}'\n`, { mode: 0o755 });
  const look = (name, folder) => run('look.py', host, name, 'The browser', program, folder).stdout;
  // Where Chromium has it for everyone, what stands in one's own folder does not count; another browser shows it anywhere.
  const byHand = browser('by-hand', { settings: { [FIXED_ID]: { location: 4 } } });
  assert.match(look('brave', byHand), /^brave\tkept\tThe browser: loaded by hand in the profile Default, and stays/);
  renameSync(join(byHand, 'Default'), join(byHand, 'A {name}'));
  assert.match(look('brave', byHand), /^brave\tkept\tThe browser: loaded by hand in the profile A \{name\}, and stays/);
  const removed = browser('removed', { external_uninstalls: [id()] });
  own('place', crx, 'Brave', removed);
  assert.match(look('brave', removed), /^brave\tkept\tThe browser: you have removed it there/);
  assert.ok(!existsSync(started));
});

test('where nothing is known to be loaded by itself, it is a step by hand, and no fault', () => {
  const program = join(dir, 'silent');
  writeFileSync(program, '#!/bin/sh\nexit 0\n', { mode: 0o755 });
  own('place', crx, 'Brave', browser('brave'));
  const look = (name, path, folder) => run('look.py', host, name, 'It', path, join(dir, folder)).stdout;
  assert.equal(look('brave', program, 'brave'), 'brave\thand\tIt: one step by hand\n');
  assert.equal(look('librewolf', program, 'librewolf'), 'librewolf\thand\tIt: one step by hand\n');
  assert.equal(look('firefox', '', 'firefox'), 'firefox\thand\tIt: one step by hand\n');
});

test('of the Firefoxes only Debian’s own takes what Mozilla has not signed', () => {
  const asked = `import importlib.util, sys
spec = importlib.util.spec_from_file_location("look", sys.argv[1])
look = importlib.util.module_from_spec(spec)
spec.loader.exec_module(look)
print([look.takes_it("firefox", path) for path in ("/usr/lib/firefox-esr/firefox-esr", "/opt/firefox/firefox", "")])`;
  const got = spawnSync('python3', ['-B', '-c', asked, join(ROOT, 'manifests/look.py')], { encoding: 'utf8' });
  assert.equal(got.stdout, '[True, False, False]\n', got.stderr);
});
