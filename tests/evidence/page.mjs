// The page's checks (extension/verifier) in Node.js, and their findings beside those of `consentlog verify --json`.
import assert from 'node:assert/strict';
import { webcrypto } from 'node:crypto';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { certificatesOf } from '../../extension/verifier/certificates.js';
import { openFolder, openZip } from '../../extension/verifier/container.js';
import { fromBytes } from '../../extension/verifier/source.js';
import { verify } from '../../extension/verifier/verify.js';

globalThis.crypto ??= webcrypto;

/** @param {string | undefined} file PEM */
export const rootsOf = (file) => (file ? (certificatesOf(readFileSync(file)) ?? []) : []);

/**
 * @param {Uint8Array} raw
 * @param {import("../../extension/verifier/certificates.js").Cert[]} [roots]
 * @param {import("../../extension/verifier/fork.js").Head | null} [earlier]
 */
export const judgePage = async (raw, roots = [], earlier = null) =>
  ofThePackage(await verify(() => openZip(fromBytes(new Uint8Array(raw))), { roots, earlier }));

/**
 * Here every byte can be read: whatever is wrong is the package's, and the page has a word for it.
 * @param {import('../../extension/verifier/verify.js').Verdict} verdict
 */
function ofThePackage(verdict) {
  for (const { say, values } of verdict.checks) assert.notEqual(say, 'unreadable', values.join());
  return verdict;
}

/** As a browser gives a folder: every file in it, under the folder's name; a link is no file. @param {string} folder */
export async function judgeFolder(folder) {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    statSync(join(folder, name)).isFile(),
  );
  const list = names.map((name) => ({
    path: `${basename(folder)}/${name}`,
    blob: new Blob([readFileSync(join(folder, name))]),
  }));
  return ofThePackage(await verify(() => openFolder(list), { roots: [] }));
}
