// The bag: BagIt 1.0 (RFC 8493), and its lists. docs/evidence-format.md section 3.

import { decodeUtf8, hex, isClean } from './bytes.js';
import { Refusal } from './fault.js';

/** @typedef {{digests: Map<string, Uint8Array>, sizes: Map<string, number>, text: (name: string) => Uint8Array}} BagParts */

/** Lines of bag-info.txt that no export writes, and its External-Identifier, if any. @typedef {{foreign: number, identifier: string}} BagInfo */

const BAGIT = 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n';
const MANIFEST = 'manifest-sha256.txt';
const TAG_MANIFEST = 'tagmanifest-sha256.txt';
const IDENTIFIER = 'External-Identifier: ';
const LABELS = ['Payload-Oxum: ', 'Bag-Software-Agent: ', 'Bagging-Date: ', IDENTIFIER];
const LINE = /^([0-9a-f]{64}) {2}([^\n\0]+)$/;

/** @param {BagParts} bag @param {string} manifest @param {string[]} names in order */
function checkManifest({ digests, text }, manifest, names) {
  const lines = (decodeUtf8(text(manifest)) ?? '').split('\n');
  const listed = new Set();
  const expected = new Set(names);
  let last = '';
  if (lines.pop() !== '') throw new Refusal('malformed', manifest, 'bagSpelling');
  for (const line of lines) {
    const [, hash, name] = LINE.exec(line) ?? [];
    if (!name || name <= last) throw new Refusal('malformed', manifest, 'bagSpelling');
    if (!expected.has(name)) throw new Refusal('malformed', name, 'listedOnly', manifest);
    if (hash !== hex(digests.get(name) ?? new Uint8Array()))
      throw new Refusal('package-changed', name, 'hashOther', manifest);
    listed.add(name);
    last = name;
  }
  for (const name of names) if (!listed.has(name)) throw new Refusal('malformed', name, 'notListed', manifest);
}

/**
 * Each of our lines once; others are the holder's word.
 * @param {BagParts} bag
 * @param {string[]} payload
 * @returns {BagInfo}
 */
function checkInfo({ sizes, text }, payload) {
  const info = decodeUtf8(text('bag-info.txt'));
  const bytes = payload.reduce((sum, name) => sum + (sizes.get(name) ?? 0), 0);
  const oxum = `Payload-Oxum: ${bytes}.${payload.length}`;
  const lines = (info ?? '').split('\n');
  if (info === null || !isClean(info) || lines.pop() !== '')
    throw new Refusal('malformed', 'bag-info.txt', 'bagSpelling');
  if (!lines.includes(oxum)) throw new Refusal('malformed', 'bag-info.txt', 'bagSpelling');
  const ours = LABELS.map((label) => lines.filter((line) => line.startsWith(label)));
  if (ours.some((found) => found.length > 1)) throw new Refusal('malformed', 'bag-info.txt', 'bagSpelling');
  const identifier = ours[LABELS.indexOf(IDENTIFIER)][0]?.slice(IDENTIFIER.length) ?? '';
  return { foreign: lines.length - ours.flat().length, identifier };
}

/** @param {BagParts} bag @returns {BagInfo} */
export function checkBag(bag) {
  const names = [...bag.digests.keys()].sort();
  const payload = names.filter((name) => name.startsWith('data/'));
  if (decodeUtf8(bag.text('bagit.txt')) !== BAGIT) throw new Refusal('malformed', 'bagit.txt', 'bagSpelling');
  checkManifest(
    bag,
    TAG_MANIFEST,
    names.filter((name) => !name.startsWith('data/') && !name.startsWith(TAG_MANIFEST)),
  );
  checkManifest(bag, MANIFEST, payload);
  return checkInfo(bag, payload);
}
