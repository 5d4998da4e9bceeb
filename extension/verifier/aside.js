// A long data/entries.jsonl is read once: its lines here, while another thread sums over the same pieces. What comes of it is what the checks
// would have found one after the other; they take it when their turn comes.

import { Entries } from './entries.js';
import { contentsOf } from './exhibits.js';
import { Refusal } from './fault.js';
import { Splitter } from './lines.js';
import { Gone } from './sums-client.js';
import { stampsOf } from './timestamps.js';

/** @typedef {import('./container.js').Container} Container @typedef {import('./container.js').ContainerFile} ContainerFile */
/** @typedef {import('./sums-client.js').SumsClient} SumsClient */
/** @typedef {{entries: Entries, fault: {why: unknown} | null}} Outcome of the check of entries, but for what the checkpoint says of them */

export const ENTRIES = 'data/entries.jsonl';

/** Reads lines until one is at fault. */
class Reading {
  /** @type {{why: unknown} | null} */
  fault = null;

  /** @param {Entries} entries */
  constructor(entries) {
    this.entries = entries;
    this.splitter = new Splitter((at, code) => new Refusal(code, ENTRIES, 'entryJson', at));
  }

  /** @param {Uint8Array | null} piece the next; null: that was all */
  async take(piece) {
    if (this.fault) return;
    try {
      await this.#read(piece);
    } catch (why) {
      this.fault = { why };
    }
  }

  /** @param {Uint8Array | null} piece */
  async #read(piece) {
    if (piece === null) this.splitter.end();
    else await this.entries.take(this.splitter.take(piece));
  }
}

export class Aside {
  /** @type {Outcome | null} of the reading; null: it has to be done as ever */
  outcome = null;

  /** @param {Entries} entries @param {SumsClient} client */
  constructor(entries, client) {
    this.reading = new Reading(entries);
    this.client = client;
  }

  /** @param {Container} container @param {SumsClient | null} client @returns {Promise<Aside | null>} null: not worth it, or not possible */
  static async of({ files, kind }, client) {
    const file = files.get(ENTRIES);
    if (!client || kind === 'packed-again' || !file || file.size < client.least) return null;
    if (!(await client.isThere())) return null;
    try {
      const sizes = stampsOf(files.keys()).map((stamp) => stamp.size);
      return new Aside(new Entries(sizes, await contentsOf(files)), client);
    } catch {
      return null; // the checks say what it is
    }
  }

  /** @param {ContainerFile} file @param {(length: number) => void} passed @returns {Promise<Uint8Array | null>} null: the other thread is gone */
  async digest(file, passed) {
    const { reading, client } = this;
    const job = client.begin();
    try {
      for await (const piece of file.chunks()) {
        await job.give(piece);
        await reading.take(piece);
        passed(piece.length);
      }
      await reading.take(null);
      return this.#took(file, await job.end());
    } catch (why) {
      if (why instanceof Gone) return null;
      job.end().catch(() => {}); // forget it
      throw why;
    }
  }

  /** @param {ContainerFile} file @param {import('./sums.js').Sums} sums */
  #took(file, { digest, crc, length }) {
    if (length !== file.size || (file.crc !== undefined && crc !== file.crc))
      throw new Refusal('malformed', file.name, 'zipData');
    const { entries, fault } = this.reading;
    this.outcome = { entries, fault };
    return digest;
  }
}
