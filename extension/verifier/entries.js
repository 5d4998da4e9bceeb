// data/entries.jsonl: every line, its leaf and its place in the tree, and what is said against it. docs/evidence-format.md section 7.

import { decodeUtf8, hex, same } from './bytes.js';
import { Consistency } from './consistency.js';
import { readEntry, readHead } from './entry.js';
import { exhibitLies } from './exhibits.js';
import { Refusal } from './fault.js';
import { strictText } from './json.js';
import { linesOf, withheldLeaf } from './lines.js';
import { Repeats } from './repeats.js';
import { Unread } from './schema.js';
import { ReportModel } from './report-model.js';
import { millis, readTime } from './times.js';
import { leafOf, Tree } from './tree.js';
import { sha256 } from './vendor/sha256.js';

/** @typedef {import('./entry.js').Attachment} Attachment @typedef {import('./entry.js').Entry} Entry */
/** @typedef {import('./consistency.js').Found} Found */
/**
 * Sizes and types that entries state of one hash.
 * @typedef {{sizes: Set<number>, types: Set<string>}} Named
 */
/** @typedef {import('./source.js').PackedFile} PackedFile */
/**
 * What an entry of kind timestamp says, and the hashes that it names; `whole`: it can be read, so that its authority and root count.
 * @typedef {{seq: number, size: number, root: string, tsa: string, genTime: string, time: number, names: string[], whole: boolean}} Said
 */
/** @typedef {{seq: number, time: number, boot: string | null, uptime: number}} Look */

const FILE = 'data/entries.jsonl';
const [FOUND_KEPT, CLOCKS_KEPT] = [200, 20];
const AT_ONCE = 256; // lines
const MINUTE = 60000;
const APART = 5 * MINUTE;

/** @param {number} seq @param {string} say @param {string} code @param {...string | number} values */
const fault = (seq, say, code, ...values) => new Refusal(code, FILE, say, seq, ...values);

/** What is known once all lines were read. */
export class Entries {
  tree = new Tree();
  /** That were taken. */
  lines = 0;
  model = new ReportModel();
  withheld = 0;
  /** Disclosed, but not understood by this version. */
  unread = 0;
  /** @type {Found[]} those that are kept */
  found = [];
  foundCount = 0;
  /** What entries name, by its hash. @type {Map<string, Named>} */
  named = new Map();
  /** What entries of kind `exhibit` name, which lies elsewhere. @type {Map<string, Named>} */
  exhibits = new Map();
  /** @type {Said[]} */
  said = [];
  /** The latest time that the first n entries state, for the sizes asked for. @type {Map<number, number>} */
  latestBelow = new Map();
  /** @type {{what: string, before: number, after: number}[]} */
  clocks = [];
  clockCount = 0;
  unsynchronized = 0;
  apart = 0;
  /** @type {Record<string, any> | null} */
  genesis = null;
  /** @type {Uint8Array} */
  genesisHash = new Uint8Array();

  #consistency = new Consistency();
  #repeats = new Repeats();
  #latest = -1;
  /** @type {Look | null} */
  #last = null;
  /** @type {Set<number>} */
  #sizes;
  /** @type {Map<string, import('./content.js').Content>} */
  #contents;

  /**
   * @param {Iterable<number>} sizes that time-stamps are about
   * @param {Map<string, import('./content.js').Content>} contents of exhibits
   */
  constructor(sizes, contents) {
    this.#sizes = new Set(sizes);
    this.#contents = contents;
  }

  /** @param {PackedFile} file @param {(lines: number) => void} passed */
  async read(file, passed) {
    for await (const lines of linesOf(file, (at, code) => fault(at, 'entryJson', code))) {
      await this.take(lines);
      passed(this.lines);
    }
  }

  /**
   * A few at a time, for one may be at fault; while they are read, the leaves of those after them are hashed.
   * @param {Uint8Array[]} lines the next
   */
  async take(lines) {
    const first = this.lines;
    const leavesFrom = (/** @type {number} */ from) => {
      const some = lines.slice(from, from + AT_ONCE);
      const leaves = Promise.all(some.map((line, i) => withheldLeaf(line, first + from + i) ?? leafOf(line)));
      leaves.catch(() => {}); // told when they are waited for
      return leaves;
    };
    let next = leavesFrom(0);
    for (let at = 0; at < lines.length; at += AT_ONCE) {
      const leaves = await next;
      next = leavesFrom(at + AT_ONCE);
      leaves.forEach((leaf, i) => this.#take(lines[at + i], leaf));
    }
  }

  /** @param {Uint8Array} line @param {Uint8Array} leaf */
  #take(line, leaf) {
    const seq = this.lines;
    const withheld = withheldLeaf(line, seq);
    if (withheld) {
      this.withheld += 1;
      this.#consistency.hide();
      this.model.hide(seq);
    } else {
      this.#disclosed(line, seq);
    }
    this.lines += 1;
    this.tree.append(leaf);
    if (this.#sizes.has(this.lines)) this.latestBelow.set(this.lines, this.#latest);
  }

  /** @param {Uint8Array} line @param {number} seq */
  #disclosed(line, seq) {
    const text = decodeUtf8(line);
    const known = text === null ? null : this.#repeats.read(text);
    const members = known ?? strictText(text);
    if (!members || text === null) throw fault(seq, 'entryJson', 'malformed');
    if (seq === 0) {
      this.genesis = members;
      this.genesisHash = sha256(line);
    }
    if (members.v !== 1 || members.seq !== seq)
      throw fault(seq, members.v === 1 ? 'entryPlace' : 'entryVersion', 'malformed');
    try {
      const entry = known ?? readEntry(members);
      if (!known) this.#repeats.learn(text, entry);
      this.#told(entry);
    } catch (why) {
      if (!(why instanceof Unread)) throw why;
      if (seq === 0) throw fault(seq, 'entryJson', 'malformed');
      this.#head(members, seq);
      this.unread += 1;
      this.#note(this.#consistency.unread(seq, why.member));
      this.model.unread(seq, readTime(members.time), why.member);
      this.#attachments(seq, members, false);
    }
    this.#clock(seq, members);
  }

  /** An entry that cannot be read is still one. @param {Record<string, any>} members @param {number} seq */
  #head(members, seq) {
    try {
      readHead(members);
    } catch {
      throw fault(seq, 'entryJson', 'malformed');
    }
  }

  /** The root that it states of the log at that moment is the one that the entries before it give. @param {Entry} entry @returns {Found[]} */
  #checkRoot({ kind, seq, previous, log_size: size, log_root: root }) {
    if (kind !== 'discontinuity' || previous !== null || size !== seq || seq === 0) return [];
    if (root === hex(this.tree.root())) return [];
    return [{ seq, what: 'discontinuity', member: 'log_root', stated: '', given: '', number: 0 }];
  }

  /** What an exhibit says of its file is what the file says. @param {Entry} entry @returns {Found[]} */
  #checkExhibit(entry) {
    const { seq, kind } = entry;
    const lies = kind === 'exhibit' ? exhibitLies(entry, this.#contents) : [];
    return lies.map((member) => ({ seq, what: 'exhibit', member, stated: '', given: '', number: 0 }));
  }

  /** @param {Entry} entry */
  #told(entry) {
    const { found: first, entry: told } = this.#consistency.take(entry);
    const found = [...first, ...this.#checkRoot(entry), ...this.#checkExhibit(entry)];
    this.#note(found);
    this.model.take(told, found);
    this.#attachments(entry.seq, entry, true);
    if (
      entry.kind === 'observation' &&
      entry.page.server_date !== null &&
      Math.abs(millis(entry.page.server_date) - millis(entry.page.loaded_at)) > APART
    )
      this.apart += 1;
  }

  /** @param {Found[]} found */
  #note(found) {
    this.foundCount += found.length;
    for (const one of found) if (this.found.length < FOUND_KEPT) this.found.push(one);
  }

  /** @param {number} seq @param {Record<string, any>} entry @param {boolean} whole */
  #attachments(seq, entry, whole) {
    /** @type {Attachment[]} */
    const list = entry.attachments ?? [];
    for (const one of list) this.#name(entry.kind === 'exhibit' ? this.exhibits : this.named, one);
    if (entry.kind === 'timestamp')
      this.#stamp(
        seq,
        entry,
        list.map(({ sha256: hash }) => hash),
        whole,
      );
  }

  /** @param {Map<string, Named>} all @param {Attachment} attachment */
  #name(all, { sha256: hash, size, media_type: type }) {
    const named = all.get(hash) ?? { sizes: new Set(), types: new Set() };
    named.sizes.add(size);
    named.types.add(type);
    all.set(hash, named);
  }

  /** @param {number} seq @param {Record<string, any>} entry @param {string[]} names @param {boolean} whole */
  #stamp(seq, { size, root, tsa, gen_time: genTime, time }, names, whole) {
    if (!Number.isInteger(size) || size < 0 || readTime(genTime) === null) throw fault(seq, 'entryJson', 'malformed');
    this.said.push({
      seq,
      size,
      root: String(root),
      tsa: String(tsa),
      genTime: String(genTime),
      time: readTime(time) ?? 0,
      names,
      whole,
    });
  }

  /** @param {number} seq @param {Record<string, any>} entry */
  #clock(seq, { time, clock }) {
    const at = readTime(time);
    if (at === null || typeof clock !== 'object' || clock === null) return;
    const look = { seq, time: at, boot: clock.boot_id, uptime: Number(clock.uptime_ms) };
    if (clock.synchronized === false) this.unsynchronized += 1;
    if (this.#last) this.#compare(this.#last, look);
    this.#last = look;
    this.#latest = Math.max(this.#latest, at);
  }

  /** @param {Look} before @param {Look} after */
  #compare(before, after) {
    const passed = after.time - before.time;
    const drift = after.boot && after.boot === before.boot ? passed - (after.uptime - before.uptime) : 0;
    const what = passed < 0 ? 'clockBack' : drift > MINUTE ? 'clockAhead' : drift < -MINUTE ? 'clockPutBack' : '';
    if (!what) return;
    this.clockCount += 1;
    if (this.clocks.length < CLOCKS_KEPT) this.clocks.push({ what, before: before.seq, after: after.seq });
  }

  /** The first entry is of that key; it is the first fault, whatever is wrong with those after it. @param {import('./keys.js').Key} key */
  holdGenesis(key) {
    const { genesis, tree } = this;
    if (tree.size === 0) return;
    const named = `consentlog/${hex(this.genesisHash).slice(0, 16)}`;
    if (!genesis || genesis.kind !== 'genesis') throw fault(0, 'genesisOther', 'malformed');
    if (genesis.public_key !== hex(key.bytes) || key.name !== named) throw fault(0, 'genesisOther', 'other-key');
  }

  /**
   * Is this the log of that key, and does it end where the checkpoint says?
   * @param {import('./keys.js').Key} key @param {import('./checkpoint.js').Checkpoint} checkpoint
   */
  hold(key, checkpoint) {
    const { tree } = this;
    this.holdGenesis(key);
    if (checkpoint.size === 0) throw new Refusal('malformed', 'data/checkpoint', 'noteSpelling');
    if (tree.size !== checkpoint.size)
      throw new Refusal('package-changed', FILE, 'entriesCount', tree.size, checkpoint.size);
    if (!same(tree.root(), checkpoint.root)) throw new Refusal('package-changed', FILE, 'entriesRoot');
  }

  /** What clocks say. @param {import('./fault.js').Findings} findings */
  remark(findings) {
    for (const { what, before, after } of this.clocks) findings.remark('entries', FILE, what, before, after);
    if (this.clockCount > this.clocks.length) findings.remark('entries', FILE, 'clockMore', this.clockCount);
    if (this.unsynchronized) findings.remark('entries', FILE, 'clockUnsynchronized', this.unsynchronized);
    if (this.apart) findings.remark('entries', FILE, 'clockApart', this.apart);
  }

  /** What entries say against themselves, each other and counted answers. @param {import('./fault.js').Findings} findings @param {Found[]} more */
  tell(findings, more) {
    const all = [...this.found, ...more].sort((a, b) => a.seq - b.seq);
    for (const { seq, what, member, stated, given, number } of all) {
      findings.remark('contents', FILE, `found-${what}`, seq, member, stated, given, number);
    }
    const left = this.foundCount - this.found.length;
    if (left > 0) findings.more('contents', FILE, 'foundMore', left);
    const shown = this.tree.size - this.withheld;
    findings.good('contents', all.length ? 'contentsFound' : 'contents', shown);
    return all.length + left;
  }
}
