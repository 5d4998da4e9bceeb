// The records of a ZIP, as APPNOTE.TXT has them. Numbers are little-endian.

import { latin1 } from './bytes.js';

/** @param {Uint8Array} bytes */
export const viewOf = (bytes) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
export const END = 0x06054b50;
export const DESCRIPTOR = 0x08074b50;
export const END_SIZE = 22;
export const LOCAL_SIZE = 30;
export const CENTRAL_SIZE = 46;

/**
 * What the central directory says of a file. Name and extra fields are as long as there are bytes; `next` beyond them says that it is cut.
 * @typedef {{made: number, version: number, flags: number, method: number, time: number, crc: number, packed: number, size: number,
 *   disk: number, internal: number, external: number, offset: number, named: number,
 *   name: string, extra: Uint8Array, comment: number, next: number}} CentralRecord
 */

/** @param {Uint8Array} bytes of the directory @param {number} at @returns {CentralRecord | null} null: there is none */
export function centralRecord(bytes, at) {
  if (at + CENTRAL_SIZE > bytes.length) return null;
  const view = viewOf(bytes);
  if (view.getUint32(at, true) !== CENTRAL) return null;
  const [named, extra, comment] = [28, 30, 32].map((member) => view.getUint16(at + member, true));
  const next = at + CENTRAL_SIZE + named + extra + comment;
  const name = at + CENTRAL_SIZE;
  return {
    made: view.getUint16(at + 4, true),
    version: view.getUint16(at + 6, true),
    flags: view.getUint16(at + 8, true),
    method: view.getUint16(at + 10, true),
    time: view.getUint32(at + 12, true),
    crc: view.getUint32(at + 16, true),
    packed: view.getUint32(at + 20, true),
    size: view.getUint32(at + 24, true),
    disk: view.getUint16(at + 34, true),
    internal: view.getUint16(at + 36, true),
    external: view.getUint32(at + 38, true),
    offset: view.getUint32(at + 42, true),
    named,
    name: latin1(bytes.subarray(name, name + named)),
    extra: bytes.subarray(name + named, name + named + extra),
    comment,
    next,
  };
}

/**
 * @typedef {{version: number, flags: number, method: number, time: number, crc: number, packed: number, size: number,
 *   named: number, extra: number}} LocalRecord
 */

/** @param {Uint8Array} bytes @returns {LocalRecord | null} */
export function localRecord(bytes) {
  const view = viewOf(bytes);
  if (bytes.length < LOCAL_SIZE || view.getUint32(0, true) !== LOCAL) return null;
  return {
    version: view.getUint16(4, true),
    flags: view.getUint16(6, true),
    method: view.getUint16(8, true),
    time: view.getUint32(10, true),
    crc: view.getUint32(14, true),
    packed: view.getUint32(18, true),
    size: view.getUint32(22, true),
    named: view.getUint16(26, true),
    extra: view.getUint16(28, true),
  };
}
