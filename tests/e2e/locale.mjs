/**
 * A locale in which LANGUAGE chooses the catalogue, as on a member's desktop. A clean system has C.UTF-8 alone, for which glibc
 * looks into no catalogue from 2.41 on. The first test that asks makes it, and it is kept in tests/output.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './host.mjs';

const KEPT = join(ROOT, 'tests/output/locale');
const NAME = 'de_DE.UTF-8';

function make() {
  mkdirSync(KEPT, { recursive: true });
  const part = mkdtempSync(join(KEPT, 'part-'));
  const { status, stderr, error } = spawnSync('localedef', ['-i', 'de_DE', '-f', 'UTF-8', join(part, NAME)], {
    encoding: 'utf8',
  });
  if (!existsSync(join(part, NAME, 'LC_CTYPE')))
    throw new Error(`A locale cannot be made (package locales): ${status} ${stderr} ${error ?? ''}`);
  try {
    renameSync(join(part, NAME), join(KEPT, NAME));
  } catch (failed) {
    if (!existsSync(join(KEPT, NAME))) throw failed; // else another test was first
  }
  rmSync(part, { recursive: true, force: true });
}

/** The environment of a program that is to speak LANGUAGE. @param {string} LANGUAGE as "de" */
export function speaking(LANGUAGE) {
  if (!existsSync(join(KEPT, NAME))) make();
  return { LOCPATH: KEPT, LC_ALL: NAME, LANGUAGE };
}
