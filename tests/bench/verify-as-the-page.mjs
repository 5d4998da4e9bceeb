// verify-as-the-page.mjs PACKAGE: the page's checks, which read a file in parts as a browser does. Exit: 0 good, 1 not.
import { webcrypto } from 'node:crypto';
import { fstatSync, openSync, readSync } from 'node:fs';
import { openZip } from '../../extension/verifier/container.js';
import { ahead } from '../../extension/verifier/source.js';
import { verify } from '../../extension/verifier/verify.js';

globalThis.crypto ??= webcrypto;
const file = openSync(process.argv[2], 'r');
/** @param {number} at @param {number} length */
async function read(at, length) {
  const bytes = new Uint8Array(length);
  readSync(file, bytes, 0, length, at);
  return bytes;
}
const { good } = await verify(() => openZip(ahead({ size: fstatSync(file).size, read })), { roots: [] });
process.exitCode = good ? 0 : 1;
