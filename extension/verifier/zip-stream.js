// Stored data whose end a reader from the front has to search for: is there what it would take for the end, or for another file?

import { Refusal } from './fault.js';
import { shown } from './names.js';
import { parts } from './source.js';

/** @typedef {import('./source.js').Source} Source */

const MARKS = [0x0304, 0x0708, 0x0102]; // after PK: a local header, a data descriptor, a record of the directory

/** @param {Uint8Array} bytes */
function holdsMark(bytes) {
  for (let i = bytes.indexOf(0x50); i !== -1 && i + 4 <= bytes.length; i = bytes.indexOf(0x50, i + 1)) {
    if (bytes[i + 1] === 0x4b && MARKS.includes((bytes[i + 2] << 8) | bytes[i + 3])) return true;
  }
  return false;
}

/** @param {Source} source @param {number} at @param {{name: string, size: number}} record */
export async function checkStream(source, at, { name, size }) {
  let done = 0;
  for await (const { length } of parts(source, at, size)) {
    const piece = await source.read(at + done, Math.min(length + 3, size - done));
    if (holdsMark(piece)) throw new Refusal('package-unsafe', shown(name), 'zipHides');
    done += length;
  }
}
