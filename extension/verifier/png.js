// Is it a PNG, whole: chunks with their sums, a header within bounds, and picture data of the size that it states? PNG specification, third edition.

import { latin1, same } from './bytes.js';
import { crc32 } from './crc32.js';
import { inflateZlib } from './inflate.js';
import { LIMITS } from './limits.js';
import { viewOf } from './zip-records.js';

const CRITICAL = ['IHDR', 'PLTE', 'IDAT', 'IEND'];

/** @typedef {{width: number, height: number, depth: number, colour: number, interlaced: boolean}} Header */

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
/** Depths and channels of each colour type. @type {Record<number, {depths: number[], channels: number}>} */
const COLOURS = {
  0: { depths: [1, 2, 4, 8, 16], channels: 1 },
  2: { depths: [8, 16], channels: 3 },
  3: { depths: [1, 2, 4, 8], channels: 1 },
  4: { depths: [8, 16], channels: 2 },
  6: { depths: [8, 16], channels: 4 },
};
/** Adam7: where each pass begins and how it steps. */
const PASSES = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
];

/** @param {Uint8Array} png @returns {{type: string, data: Uint8Array}[] | null} */
function chunksOf(png) {
  const list = [];
  if (!same(png.subarray(0, 8), SIGNATURE)) return null;
  const view = viewOf(png);
  for (let at = 8; at < png.length;) {
    if (at + 12 > png.length) return null;
    const end = at + 12 + view.getUint32(at, false);
    if (end > png.length || crc32(png.subarray(at + 4, end - 4)) !== view.getUint32(end - 4, false)) return null;
    list.push({ type: latin1(png.subarray(at + 4, at + 8)), data: png.subarray(at + 8, end - 4) });
    at = end;
  }
  return list;
}

/** @param {Uint8Array} data @returns {Header | null} */
function headerOf(data) {
  if (data.length !== 13) return null;
  const view = viewOf(data);
  const [width, height] = [view.getUint32(0, false), view.getUint32(4, false)];
  const [depth, colour, method, filter, interlace] = data.subarray(8);
  const inBounds = width >= 1 && height >= 1 && width <= LIMITS.side && height <= LIMITS.side;
  if (!inBounds || !COLOURS[colour]?.depths.includes(depth) || method || filter || interlace > 1) return null;
  return { width, height, depth, colour, interlaced: interlace === 1 };
}

/** Lengths of the lines, each with its filter byte before it. @param {Header} header */
function rowsOf({ width, height, depth, colour, interlaced }) {
  const bits = depth * COLOURS[colour].channels;
  const passes = interlaced
    ? PASSES.map(([x, y, dx, dy]) => [Math.ceil((width - x) / dx), Math.ceil((height - y) / dy)])
    : [[width, height]];
  return passes.filter(([w, h]) => w > 0 && h > 0).map(([w, h]) => ({ row: 1 + Math.ceil((w * bits) / 8), count: h }));
}

/** @param {{type: string, data: Uint8Array}[]} chunks */
async function* dataOf(chunks) {
  for (const { type, data } of chunks) if (type === 'IDAT') yield data;
}

/** Each line's filter is one of five. @param {{type: string, data: Uint8Array}[]} chunks @param {Header} header */
async function unpacks(chunks, header) {
  const rows = rowsOf(header);
  const size = rows.reduce((sum, { row, count }) => sum + row * count, 0);
  let [at, next, pass, line] = [0, 0, 0, 0];
  for await (const part of inflateZlib(dataOf(chunks), size)) {
    for (; next < at + part.length && pass < rows.length; next += rows[pass]?.row ?? 0) {
      if (part[next - at] > 4) return false;
      line += 1;
      if (line > rows[pass].count) [pass, line] = [pass + 1, 1];
    }
    at += part.length;
  }
  return true;
}

/** @param {{type: string}} chunk */
const isData = ({ type }) => type === 'IDAT';

/** @param {Uint8Array} png @returns {Promise<boolean>} */
export async function isPng(png) {
  const chunks = chunksOf(png);
  const header = chunks?.[0]?.type === 'IHDR' ? headerOf(chunks[0].data) : null;
  if (
    !chunks ||
    !header ||
    chunks[chunks.length - 1].type !== 'IEND' ||
    chunks.filter(({ type }) => type === 'IEND').length > 1
  )
    return false;
  if (!chunks.every(({ type }) => CRITICAL.includes(type) || type.charCodeAt(0) & 0x20)) return false;
  if (header.colour === 3 && !chunks.some(({ type }) => type === 'PLTE')) return false;
  if (chunks.findLastIndex(isData) - chunks.findIndex(isData) + 1 !== chunks.filter(isData).length) return false;
  return unpacks(chunks, header).catch(() => false);
}
