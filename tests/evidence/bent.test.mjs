// Packages that are bent, by hand and at random: `consentlog verify` and the page that checks say the same of each, check for check; the
// second verifier comes to the same verdict. CL_BUILD is the build directory; CL_SEED another seed, CL_BENT how many of each sort.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { bentStamps } from './bent-stamp.mjs';
import { bentWhole } from './bent-whole.mjs';
import { bent } from './bent.mjs';
import { firstOpinions, secondOpinions } from './many.mjs';
import { judgePage, rootsOf } from './page.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const seed = Number(process.env.CL_SEED ?? 16);
const count = Number(process.env.CL_BENT ?? 30);
const AT_ONCE = 200;
const work = mkdtempSync(join(tmpdir(), 'consentlog-bent-'));
after(() => rmSync(work, { recursive: true, force: true }));

/** Numbers from the seed. @param {number} begin */
function numbers(begin) {
  let state = begin;
  return (/** @type {number} */ below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

/** @param {{check: string, result: string, code: string, file: string | null}} check */
const short = ({ check, result, code, file }) => [check, result, code, file].join(' ');
/** What is not made again by the page. */
const APART = ['derived'];
/** @param {any} verdict */
const said = ({ good, findings, entries, withheld, unread, checks, timestamps, brackets }) =>
  JSON.stringify([
    good,
    findings,
    // Of others they say how far the reader came.
    ...(good ? [entries, withheld, unread, timestamps.map((/** @type {any} */ t) => t.time), brackets] : []),
    ...checks.filter((/** @type {any} */ c) => !APART.includes(c.check)).map(short),
  ]);

/**
 * What is said otherwise by one than by another, and how many are good.
 * @param {import('./bent.mjs').Bent[]} all @param {string} [roots] PEM
 */
async function compared(all, roots) {
  const [wrong, good] = [/** @type {string[]} */ ([]), /** @type {number[]} */ ([])];
  for (let from = 0; from < all.length; from += AT_ONCE) {
    const some = all.slice(from, from + AT_ONCE);
    const paths = some.map((_, i) => join(work, `${from + i}.zip`));
    some.forEach(({ raw }, i) => writeFileSync(paths[i], raw));
    const [ours, theirs] = await Promise.all([firstOpinions(paths, roots), roots ? null : secondOpinions(paths)]);
    for (const [i, { what, raw }] of some.entries()) {
      const page = await judgePage(raw, rootsOf(roots));
      if (ours[i].good) good.push(i);
      if (said(page) !== said(ours[i])) wrong.push(`${what}:\n  program ${said(ours[i])}\n  page    ${said(page)}`);
      if (theirs && theirs[i].good !== ours[i].good)
        wrong.push(`${what}: program ${ours[i].good}, second verifier ${JSON.stringify(theirs[i])}`);
    }
    paths.forEach((path) => rmSync(path));
  }
  return { wrong: wrong.join('\n'), good: good.length };
}

test(`what is bent is judged alike by all (seed ${seed})`, async () => {
  const all = bent(numbers(seed), count);
  const { wrong, good } = await compared(all);
  assert.equal(wrong, '');
  assert.ok(good > all.length / 20 && good < all.length / 1.2, `${good} of ${all.length} are good`);
});

/** @param {string} name @returns {string} its folder */
function authorities(name) {
  const folder = join(work, name);
  const made = spawnSync('bash', [join(here, 'tsa.sh'), 'make', folder], { encoding: 'utf8' });
  assert.equal(made.status, 0, made.stderr);
  return folder;
}

// The second verifier starts openssl for each stamp, which takes longer than all else here; lies.test.mjs asks it.
test(`what has exhibits, proofs, a stamp and entries kept back is judged alike, however it is bent (seed ${seed})`, async () => {
  const folder = authorities('whole');
  const pem = join(folder, 'root.pem');
  const all = bentWhole(numbers(seed), folder, readFileSync(pem), count);
  const { wrong, good } = await compared(all, pem);
  assert.equal(wrong, '');
  assert.ok(good > all.length / 20 && good < all.length / 1.2, `${good} of ${all.length} are good`);
});

test(`a time authority’s answer is judged alike, whatever of it is bent (seed ${seed})`, async () => {
  const folder = authorities('answers');
  const pem = join(folder, 'root.pem');
  const all = bentStamps(numbers(seed), folder, readFileSync(pem), Math.ceil(count / 3));
  const { wrong, good } = await compared(all, pem);
  assert.equal(wrong, '');
  assert.ok(good > 0 && good < all.length / 2, `${good} of ${all.length} are good`);
});
