// What an owner can acknowledge: the extension's verifier and the one in Python, by the list that the host reads too.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ERROR_CODES } from '../../extension/shared/errors.js';
import { Consistency } from '../../extension/verifier/consistency.js';

const listed = readFileSync(new URL('../vectors/acknowledged.txt', import.meta.url), 'utf8')
  .split('\n')
  .slice(1, -1);

const discontinuity = (found) => ({
  seq: 7,
  kind: 'discontinuity',
  time: '2026-06-01T08:00:00.000Z',
  clock: { synchronized: true, boot_id: '0f0e0d0c-0b0a-4908-8706-050403020100', uptime_ms: 1 },
  salt: 'AAECAwQFBgcICQoLDA0ODw==',
  found,
  head_size: 9,
  log_size: 7,
  previous: null,
  damaged: [],
});

it('these and no others, on the page', () => {
  const taken = ERROR_CODES.filter((code) => new Consistency().take(discontinuity(code)).found.length === 0);
  assert.deepEqual(taken.toSorted(), listed.toSorted());
});

it('these and no others, in Python', () => {
  const folder = fileURLToPath(new URL('../evidence', import.meta.url));
  const said = execFileSync('python3', ['-B', '-c', 'import contradictions; print(*contradictions.FOUND)'], {
    env: { ...process.env, PYTHONPATH: folder },
  });
  assert.deepEqual(String(said).trim().split(' ').toSorted(), listed.toSorted());
});

it('these and no others, in the format', () => {
  const format = readFileSync(new URL('../../docs/evidence-format.md', import.meta.url), 'utf8');
  const [, codes] = /`found` is one of ([^;]*);/.exec(format) ?? [];
  assert.deepEqual(codes?.split(', ').toSorted(), listed.map((code) => `\`${code}\``).toSorted());
});
