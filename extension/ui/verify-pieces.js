// Both ends of reading for a worker. To WebKit a worker that a page from a disk has made of its own script is a stranger, which may read no
// file, not even a blob that it made itself (NotReadableError; seen with WebKitGTK 2.50). So the page reads for it, in each browser.

/** @typedef {{id: number, blob: Blob}} Ask @typedef {{id: number, bytes?: ArrayBuffer, message?: string}} Reply */

/** In the page. @param {Worker} worker */
export function readFor(worker) {
  worker.addEventListener('message', async ({ data: { piece } }) => {
    if (!piece) return;
    const { id, blob } = /** @type {Ask} */ (piece);
    try {
      const bytes = await blob.arrayBuffer();
      worker.postMessage({ piece: { id, bytes } }, [bytes]);
    } catch (why) {
      worker.postMessage({ piece: { id, message: why instanceof Error ? why.message : String(why) } });
    }
  });
}

/** In the worker. @returns {import('../verifier/source.js').BytesOf} */
export function askPage() {
  /** @type {Map<number, (reply: Reply) => void>} */
  const waiting = new Map();
  let last = 0;
  self.addEventListener('message', ({ data: { piece } }) => {
    if (!piece) return;
    waiting.get(piece.id)?.(piece);
    waiting.delete(piece.id);
  });
  return async (blob) => {
    last += 1;
    const id = last;
    const { bytes, message } = await new Promise((/** @type {(reply: Reply) => void} */ done) => {
      waiting.set(id, done);
      self.postMessage({ piece: { id, blob } });
    });
    if (!bytes) throw new Error(message);
    return bytes;
  };
}
