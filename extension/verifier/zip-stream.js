// Stored data whose end a reader from the front finds by what follows it: is there another end inside?

import { Refusal } from './fault.js';
import { parts } from './source.js';
import { DESCRIPTOR, viewOf } from './zip-records.js';

/** @typedef {import('./source.js').Source} Source */

const DESCRIPTOR_SIZE = 16;

/** @param {Uint8Array} part @param {number} i @param {number} at where the part begins in the data */
function endsThere(part, i, at) {
  const view = viewOf(part);
  return (
    view.getUint32(i, true) === DESCRIPTOR &&
    view.getUint32(i + 8, true) === at + i &&
    view.getUint32(i + 12, true) === at + i
  );
}

/**
 * A reader from the front finds the end of such data by its descriptor: is there one inside?
 * @param {Source} source @param {number} at @param {{name: string, size: number}} record
 */
export async function checkStream(source, at, record) {
  let done = 0;
  for await (const chunk of parts(source, at, record.size)) {
    const tail = await source.read(at + done, Math.min(chunk.length + DESCRIPTOR_SIZE, record.size - done));
    for (let i = tail.indexOf(0x50); i !== -1 && i + DESCRIPTOR_SIZE <= tail.length; i = tail.indexOf(0x50, i + 1)) {
      if (endsThere(tail, i, done)) throw new Refusal('package-unsafe', record.name, 'zipHides');
    }
    done += chunk.length;
  }
}
