// Independent time: the four files of each, held against the entries. docs/evidence-format.md section 10.

import { hex, same } from './bytes.js';
import { Brackets } from './brackets.js';
import { openCheckpoint } from './checkpoint.js';
import { Refusal } from './fault.js';
import { whole } from './source.js';
import { timeText } from './times.js';
import { checkToken } from './token.js';

/** @typedef {import('./container.js').ContainerFile} ContainerFile @typedef {import('./entries.js').Entries} Entries */
/** @typedef {import('./consistency.js').Found} Found */
/** @typedef {import('./entries.js').Said} Said @typedef {import('./fault.js').Findings} Findings */
/** @typedef {import('./token.js').Token & {id: string, size: number, seq: number, file: string, reply: string}} Counted */
/** @typedef {{files: Map<string, ContainerFile>, digests: Map<string, Uint8Array>, key: import('./keys.js').Key, entries: Entries,
 *   roots: import('./certificates.js').Cert[], findings: Findings}} Ground */
/**
 * @typedef {object} Times
 * @property {Counted[]} stamps
 * @property {{file: string, root: string}[]} untrusted
 * @property {import('./brackets.js').Bracket[]} brackets
 * @property {boolean} contradicted
 * @property {Found[]} found against what entries say of counted answers
 */

const PATTERN = /^data\/timestamps\/(\d+)-(\d+)\.(chain\.pem|checkpoint|tsq|tsr)$/;
const PARTS = ['chain.pem', 'checkpoint', 'tsq', 'tsr'];
const AHEAD = 300000;

/** @param {Iterable<string>} names @returns {{size: number, ordinal: number, stem: string}[]} by size and number */
export function stampsOf(names) {
  const stems = new Map();
  for (const name of names) {
    const found = PATTERN.exec(name);
    if (found)
      stems.set(`${found[1]}-${found[2]}`, {
        size: Number(found[1]),
        ordinal: Number(found[2]),
        stem: `data/timestamps/${found[1]}-${found[2]}`,
      });
  }
  return [...stems.values()].sort((a, b) => a.size - b.size || a.ordinal - b.ordinal);
}

/** @param {Ground} ground @param {{size: number, stem: string}} stamp @returns {Promise<Record<string, Uint8Array>>} */
async function readParts({ files, entries, key }, { size, stem }) {
  /** @type {Record<string, Uint8Array>} */
  const parts = {};
  const there = PARTS.filter((part) => files.has(`${stem}.${part}`));
  const lacks = PARTS.find((part) => !there.includes(part));
  if (lacks) throw new Refusal('malformed', `${stem}.${there[there.length - 1]}`, 'stampLacks', lacks);
  for (const part of PARTS) parts[part] = await whole(/** @type {ContainerFile} */ (files.get(`${stem}.${part}`)));
  const head = openCheckpoint(parts.checkpoint, key, `${stem}.tsr`);
  const fits = head.size === size && size <= entries.tree.size && same(entries.tree.root(size), head.root);
  if (!fits) throw new Refusal('package-changed', `${stem}.tsr`, 'stampOther');
  return parts;
}

/** What the entry says of the answer that it names. @param {Said} said @param {Counted} stamp */
function holdAgainst(said, stamp) {
  if (said.size === stamp.size && said.genTime === timeText(stamp.time)) return;
  throw new Refusal('malformed', stamp.file, 'stampSaid', said.seq);
}

/** The member of an entry that the answer denies. @param {Ground} ground @param {Said} said @param {Counted} stamp @returns {Found[]} */
function foundOf({ entries }, said, stamp) {
  if (!said.whole) return [];
  const wrong = said.tsa !== stamp.authority ? 'tsa' : said.root !== hex(entries.tree.root(stamp.size)) ? 'root' : '';
  return wrong ? [{ seq: said.seq, what: 'token', member: wrong, stated: '', given: '', number: 0 }] : [];
}

/** @param {Ground} ground @param {Counted} stamp @param {Said | undefined} said */
function compareClocks({ entries, findings }, stamp, said) {
  const latest = entries.latestBelow.get(stamp.size) ?? -1;
  if (latest > stamp.latest + AHEAD)
    findings.remark(
      'timestamps',
      stamp.file,
      'stampAhead',
      stamp.authority,
      Math.floor((latest - stamp.latest) / 1000),
    );
  if (said && said.time < stamp.earliest - AHEAD) {
    findings.remark(
      'timestamps',
      stamp.file,
      'stampBehind',
      stamp.authority,
      Math.floor((stamp.earliest - said.time) / 1000),
      said.seq,
    );
  }
}

/** @param {Ground} ground @param {{size: number, stem: string}} place @returns {Promise<Counted>} */
async function readStamp(ground, place) {
  const parts = await readParts(ground, place);
  const file = `${place.stem}.tsr`;
  const token = await checkToken(
    { checkpoint: parts.checkpoint, query: parts.tsq, reply: parts.tsr, chain: parts['chain.pem'], file },
    ground.roots,
  );
  const reply = hex(/** @type {Uint8Array} */ (ground.digests.get(file)));
  const said = ground.entries.said.filter(({ names }) => names.includes(reply));
  const stamp = { ...token, size: place.size, seq: said[0]?.seq ?? Infinity, file, reply };
  for (const one of said) holdAgainst(one, stamp);
  return stamp;
}

/** @param {Ground} ground */
function checkNamed({ entries, digests }) {
  const replies = new Set([...digests].filter(([name]) => name.endsWith('.tsr')).map(([, digest]) => hex(digest)));
  const lost = entries.said.find(({ names }) => !names.some((name) => replies.has(name)));
  if (lost) throw new Refusal('malformed', 'data/entries.jsonl', 'stampLost', lost.seq);
}

/** One answer is one time, however often it lies there. @param {Ground} ground @param {Counted} stamp @param {Times} times */
function count({ findings }, stamp, times) {
  if (!stamp.trusted) {
    times.untrusted.push({ file: stamp.file, root: stamp.root });
    findings.remark('timestamps', stamp.file, 'stampUntrusted', stamp.root);
  } else if (times.stamps.some(({ id }) => id === stamp.id)) {
    findings.remark('timestamps', stamp.file, 'stampAgain');
  } else {
    times.stamps.push(stamp);
  }
}

/** @param {Ground} ground @returns {Promise<Times>} */
export async function checkTimestamps(ground) {
  const { files, findings, entries } = ground;
  /** @type {Times} */
  const times = { stamps: [], untrusted: [], brackets: [], contradicted: false, found: [] };
  for (const place of stampsOf(files.keys())) count(ground, await readStamp(ground, place), times);
  checkNamed(ground);
  const brackets = new Brackets(times.stamps, entries.tree.size);
  const empty = times.stamps.length ? brackets.contradiction() : null;
  if (empty) {
    findings.remark('timestamps', 'data/entries.jsonl', 'stampsContradict', empty.first, empty.last);
    return { ...times, contradicted: true };
  }
  for (const stamp of times.stamps) {
    const said = entries.said.filter(({ names }) => names.includes(stamp.reply));
    compareClocks(ground, stamp, said[0]);
    times.found.push(...said.slice(0, 1).flatMap((one) => foundOf(ground, one, stamp))); // a second one is found to be that
  }
  return { ...times, brackets: times.stamps.length ? brackets.list() : [] };
}
