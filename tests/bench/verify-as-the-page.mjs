// verify-as-the-page.mjs PACKAGE: the page's checks, which read a file in parts and sum in a second thread as in a browser. Exit: 0 good, 1 not.
import { webcrypto } from 'node:crypto';
import { open } from 'node:fs/promises';
import { isMainThread, MessageChannel, Worker, workerData } from 'node:worker_threads';
import { fileURLToPath } from 'node:url';

globalThis.crypto ??= webcrypto;

/** @param {string} path */
async function check(path) {
  const [{ openZip }, { ahead }, { SumsClient }, { verify }] = await Promise.all([
    import('../../extension/verifier/container.js'),
    import('../../extension/verifier/source.js'),
    import('../../extension/verifier/sums-client.js'),
    import('../../extension/verifier/verify.js'),
  ]);
  const { port1, port2 } = new MessageChannel();
  const other = new Worker(fileURLToPath(import.meta.url), {
    workerData: port2,
    transferList: [/** @type {any} */ (port2)],
  });
  const sums = new SumsClient(/** @type {any} */ (port1));
  other.on('error', () => sums.lose());
  const file = await open(path);
  /** @param {number} at @param {number} length */
  async function read(at, length) {
    const bytes = new Uint8Array(length);
    await file.read(bytes, 0, length, at); // not at once: the other thread is heard meanwhile, as in a browser
    return bytes;
  }
  const source = ahead({ size: (await file.stat()).size, read });
  const { good } = await verify(() => openZip(source), { roots: [], sums });
  process.exit(good ? 0 : 1);
}

if (isMainThread) await check(process.argv[2]);
else import('../../extension/verifier/sums.js').then(({ serveSums }) => serveSums(workerData));
