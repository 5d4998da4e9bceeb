// The times in a report: local, as the member's clock showed them, each with its distance from UTC; and the same again for whoever verifies
// it elsewhere, where it is another hour.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { CLI, observation, observationOff, Session } from '../e2e/host.mjs';

/** Rules of their own, so that no machine's tables matter. */
const BERLIN = 'CET-1CEST,M3.5.0,M10.5.0/3';
const TOKYO = 'JST-9';

let session;
before(async () => {
  session = await Session.start();
  const at = (time) => ({ observed_at: `2026-${time}.000Z`, page: { loaded_at: `2026-${time}.000Z` } });
  const observations = [observation(at('10-24T22:30:00')), observationOff(at('11-20T23:30:00'))];
  const { ok, error } = await session.once('record', { observations });
  assert.ok(ok, JSON.stringify(error));
});
after(() => session.stop());

const cli = (tz, ...args) => session.run(CLI, args, { env: { TZ: tz, LC_ALL: 'C.UTF-8', LANGUAGE: 'en' } });

/** Unpacked; answers its report. @param {string} zip */
function reportOf(zip) {
  const folder = zip.replace(/\.zip$/, '');
  mkdirSync(folder);
  const script = 'import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2])';
  assert.equal(session.run('python3', ['-c', script, zip, folder]).status, 0);
  const found = session.run('find', [folder, '-name', 'report.html']).stdout.trim();
  return { path: found, html: readFileSync(found, 'utf8') };
}

const visible = (html) => html.replace(/<style>.*?<\/style>/s, '').replaceAll(/<[^>]*>/g, '');

test('are local, across the end of summer time, and UTC stands there once', () => {
  const zip = join(session.dir, 'berlin.zip');
  const made = cli(BERLIN, 'export', '--output', zip);
  assert.equal(made.status, 0, made.stderr);
  const { html } = reportOf(zip);
  assert.match(
    html,
    /<meta name="utc-offset" content="\+02:00 2024-10-27T01:00:00Z \+01:00 [^"]*2026-10-25T01:00:00Z \+01:00/,
  );
  const said = visible(html);
  for (const time of ['2026-10-25 00:30:00 +02:00', '2026-11-21 00:30:00 +01:00']) assert.ok(said.includes(time), time);
  assert.match(said, /Written\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+0[12]:00 = \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/);
  assert.equal(said.match(/\d\d:\d\d:\d\d UTC/g)?.length, 1);
  // What machines read stays in UTC.
  assert.match(html, /<time datetime="2026-10-24T22:30:00.000Z">/);

  for (const tz of [BERLIN, TOKYO, 'UTC']) {
    const { status, stdout } = cli(tz, 'verify', zip);
    assert.equal(status, 0, stdout);
    assert.match(stdout.replace(/\s+/g, ' '), /that are what is made of them: 6 of 6\./, tz);
  }
  const own = join(session.dir, 'own.html');
  assert.equal(cli(TOKYO, 'verify', '--report', own, zip).status, 0);
  assert.ok(visible(readFileSync(own, 'utf8')).includes('2026-10-25 00:30:00 +02:00'));
});

test('are in UTC on a computer that has no other time', () => {
  const zip = join(session.dir, 'utc.zip');
  assert.equal(cli('UTC', 'export', '--output', zip).status, 0);
  const { html } = reportOf(zip);
  assert.ok(!html.includes('utc-offset'));
  assert.ok(visible(html).includes('2026-10-24 22:30:00 UTC'));
});
