// Is it a PNG, whole: chunks with their sums, a header within bounds, and picture data of the size that it states? PNG specification, third edition.

import { latin1, same } from './bytes.js';
import { crc32 } from './crc32.js';
import { inflateZlib } from './inflate.js';
import { LIMITS } from './limits.js';
import { viewOf } from './zip-records.js';

const LEAST = 67; // bytes of the smallest
const PIXELS = 4 * LIMITS.side * LIMITS.side; // bytes: what the widest screen gives in the richest pixels that a browser draws
const [GREY, PALETTE, GREY_ALPHA] = [0, 3, 4];
const COLOURS_MOST = 3 * 256; // bytes of a palette

/** @typedef {{type: string, data: Uint8Array}} Chunk */
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

/** @param {Uint8Array} png @returns {Chunk[] | null} */
function chunksOf(png) {
  const list = [];
  if (png.length < LEAST || !same(png.subarray(0, 8), SIGNATURE)) return null;
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
  if (Math.ceil((width * depth * COLOURS[colour].channels) / 8) * height > PIXELS) return null;
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

/** @param {Chunk[]} chunks */
async function* dataOf(chunks) {
  for (const { type, data } of chunks) if (type === 'IDAT') yield data;
}

/** Each line's filter is one of five. @param {Chunk[]} chunks @param {Header} header */
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

/** One of whole colours, and only where there can be one. @param {Chunk[]} palettes @param {number} colour */
function palettesFit(palettes, colour) {
  if (palettes.length === 0) return colour !== PALETTE;
  const [{ data }] = palettes;
  if (palettes.length > 1 || colour === GREY || colour === GREY_ALPHA) return false;
  return data.length > 0 && data.length <= COLOURS_MOST && data.length % 3 === 0;
}

/**
 * The first is the header. Others: a palette, one run of data, and the end, which is empty; the rest is such as nobody needs to know.
 * @param {Chunk[]} chunks
 * @param {Header} header
 */
function chunksFit(chunks, { colour }) {
  const others = chunks.slice(1);
  const of = (/** @type {string} */ wanted) => others.filter(({ type }) => type === wanted);
  const [data, ends, palettes] = [of('IDAT'), of('IEND'), of('PLTE')];
  const [first, last] = [others.indexOf(data[0]), others.indexOf(data[data.length - 1])];
  if (data.length === 0 || last - first + 1 !== data.length) return false;
  if (ends.length !== 1 || ends[0] !== others[others.length - 1] || ends[0].data.length > 0) return false;
  if (!palettesFit(palettes, colour) || palettes.some((palette) => others.indexOf(palette) > first)) return false;
  return others.every(({ type }) => ['PLTE', 'IDAT', 'IEND'].includes(type) || type.charCodeAt(0) & 0x20);
}

/** @param {Uint8Array} png @returns {Promise<boolean>} */
export async function isPng(png) {
  const chunks = chunksOf(png);
  const header = chunks?.[0]?.type === 'IHDR' ? headerOf(chunks[0].data) : null;
  if (!chunks || !header || !chunksFit(chunks, header)) return false;
  return unpacks(chunks, header).catch(() => false);
}
