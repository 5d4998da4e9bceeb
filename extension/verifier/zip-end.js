// The end of a ZIP that another program packed, and the fields that ZIP64 widens.

import { Refusal } from './fault.js';
import { LIMITS } from './limits.js';
import { shown } from './names.js';
import { END, END_SIZE, LOCAL_SIZE, localRecord, viewOf } from './zip-records.js';

/** @typedef {import('./source.js').Source} Source */
/** Sizes and offset as ZIP64 states them. @typedef {import('./zip-records.js').CentralRecord} WideRecord */
/** @typedef {{count: number, at: number, length: number}} End */

const COMMENT = 65535;
const [ONES16, ONES32] = [65535, 0xffffffff];
const [LOCATOR, END64, WIDE] = [0x07064b50, 0x06064b50, 1];
const [LOCATOR_SIZE, END64_SIZE] = [20, 56];

/** @param {string | null} [file] */
const hides = (file = null) => new Refusal('package-unsafe', shown(file), 'zipHides');

/** Beyond 2^53 rounded, where all are beyond what is read. @param {DataView} view @param {number} at */
const big = (view, at) => Number(view.getBigUint64(at, true));

/** @param {Source} source @returns {Promise<End>} */
export async function findEnd(source) {
  if (source.size > LIMITS.container) throw new Refusal('package-limit', null, 'packageLarge');
  const from = Math.max(0, source.size - END_SIZE - COMMENT);
  const view = viewOf(await source.read(from, source.size - from));
  const ends = [];
  for (let at = view.byteLength - END_SIZE; at >= 0; at -= 1) {
    if (view.getUint32(at, true) === END && at + END_SIZE + view.getUint16(at + 20, true) === view.byteLength)
      ends.push(at);
  }
  if (ends.length > 1) throw hides();
  if (ends.length === 0) throw await withoutEnd(source);
  return readEnd(source, view, ends[0], from + ends[0]);
}

/** @param {Source} source */
async function withoutEnd(source) {
  const begins = source.size >= LOCAL_SIZE && localRecord(await source.read(0, LOCAL_SIZE));
  return new Refusal('malformed', null, begins ? 'zipCut' : 'zipNone');
}

/** @param {Source} source @param {DataView} view @param {number} at @param {number} place of the end record */
async function readEnd(source, view, at, place) {
  const [disk, start, here, count] = [4, 6, 8, 10].map((member) => view.getUint16(at + member, true));
  const [length, offset] = [12, 16].map((member) => view.getUint32(at + member, true));
  const wide = await readEnd64(source, place);
  if (!wide && [length, offset].includes(ONES32)) throw new Refusal('malformed', null, 'zipCut');
  const end = wide ?? { count, length, at: offset, place };
  const agree =
    !wide ||
    ((count === ONES16 || count === wide.count) &&
      (length === ONES32 || length === wide.length) &&
      (offset === ONES32 || offset === wide.at));
  const one = [disk, start].every((number) => number === 0 || (wide && number === ONES16)) && here === count;
  if (!agree || !one) throw hides();
  if (end.count > LIMITS.records || end.length > LIMITS.directory)
    throw new Refusal('package-limit', null, 'packageLarge');
  if (end.count === 0 || end.at + end.length !== end.place) throw hides();
  return end;
}

/** @param {Source} source @param {number} place @returns {Promise<(End & {place: number}) | null>} */
async function readEnd64(source, place) {
  if (place < LOCATOR_SIZE) return null;
  const locator = viewOf(await source.read(place - LOCATOR_SIZE, LOCATOR_SIZE));
  if (locator.getUint32(0, true) !== LOCATOR) return null;
  const at = place - LOCATOR_SIZE - END64_SIZE;
  if (locator.getUint32(4, true) || locator.getUint32(16, true) > 1 || at < 0 || big(locator, 8) !== at) throw hides();
  const view = viewOf(await source.read(at, END64_SIZE));
  const disks = view.getUint32(16, true) || view.getUint32(20, true);
  const counts = [24, 32].map((member) => view.getBigUint64(member, true));
  if (view.getUint32(0, true) !== END64 || big(view, 4) !== END64_SIZE - 12 || disks || counts[0] !== counts[1])
    throw hides();
  return { count: big(view, 32), length: big(view, 40), at: big(view, 48), place: at };
}

/** @param {WideRecord} record @returns {WideRecord} */
export function widen(record) {
  const wide = { ...record };
  const view = viewOf(record.extra);
  let found = false;
  for (let at = 0; at + 4 <= record.extra.length; at += 4 + view.getUint16(at + 2, true)) {
    const end = at + 4 + view.getUint16(at + 2, true);
    if (end > record.extra.length) throw hides(record.name);
    if (view.getUint16(at, true) !== WIDE) continue;
    if (found) throw hides(record.name);
    found = true;
    widenBy(wide, view, at + 4, end);
  }
  if (!found && [wide.size, wide.packed, wide.offset].includes(ONES32)) throw hides(record.name);
  return wide;
}

/** @param {WideRecord} wide @param {DataView} view @param {number} from @param {number} end */
function widenBy(wide, view, from, end) {
  let at = from;
  for (const member of /** @type {const} */ (['size', 'packed', 'offset'])) {
    if (wide[member] !== ONES32) continue;
    if (at + 8 > end) throw hides(wide.name);
    wide[member] = big(view, at);
    at += 8;
  }
}
