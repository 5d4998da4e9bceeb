// What a page asks of the checks, as messages: the same in a worker and, where none can be made, beside the page.

import { certificatesOf } from './certificates.js';
import { openFolder, openZip } from './container.js';
import { ROOTS } from './roots.js';
import { fromBlob, whole } from './source.js';
import { SumsClient } from './sums-client.js';
import { verify } from './verify.js';

/** @typedef {import('./container.js').FolderFile} FolderFile @typedef {import('./container.js').Container} Container */
/** @typedef {{name: string, zip: Blob | null, files: FolderFile[], unread?: string}} Dropped a ZIP, or the files of a folder; why not all of them */
/** @typedef {Omit<import('./verify.js').Verdict, 'model'> & {model: import('./report-model.js').Told | null}} Told */
/**
 * Answers bear the number of the run that they are of: another question may have come before they do.
 * @typedef {{type: 'verify', run: number, packages: Dropped[], pems: Uint8Array[]} |
 *   {type: 'read', id: number, index: number, name: string} | {type: 'sums', port: MessagePort | null}} Question
 *   `sums`: another thread; null: it is gone
 * @typedef {{type: 'progress', index: number, part: number} | {type: 'verdict', index: number, verdict: Told} |
 *   {type: 'done', badPems: number[]} | {type: 'ended'}} RunAnswer `ended`: before it was done, and nothing more will come of this run
 * @typedef {(RunAnswer & {run: number}) | {type: 'bytes', id: number, bytes: Uint8Array | null, lost?: boolean}} Answer `bytes`: null where the
 *   package has no such file; `lost`: or it cannot be read any more
 */

const STEP = 100; // milliseconds between two words about progress

/** A word now and then. @param {(part: number) => void} tell */
function progressOf(tell) {
  let last = 0;
  return (/** @type {number} */ done, /** @type {number} */ total) => {
    const now = Date.now();
    if (now - last < STEP || total === 0) return;
    last = now;
    tell(done / total);
  };
}

/** Of a question that is answered no more. @param {Question} question @returns {Answer | null} */
export function endOf(question) {
  if (question.type === 'verify') return { type: 'ended', run: question.run };
  return question.type === 'read' ? { type: 'bytes', id: question.id, bytes: null, lost: true } : null;
}

export class Session {
  #run = 0;
  /** @type {(Container | null)[]} */
  #containers = [];
  /** @type {SumsClient | null} */
  #sums = null;

  /** @param {(answer: Answer) => void} answer @param {import('./source.js').BytesOf} [bytesOf] */
  constructor(answer, bytesOf) {
    this.answer = answer;
    this.bytesOf = bytesOf;
  }

  /** Whatever becomes of it, whoever asked hears. @param {Question} question */
  async ask(question) {
    try {
      await this.#ask(question);
    } catch {
      const end = endOf(question);
      if (end) this.answer(end);
    }
  }

  /** @param {Question} question */
  async #ask(question) {
    if (question.type === 'verify') await this.#verify(question);
    else if (question.type === 'sums') this.#meet(question.port);
    else this.answer({ type: 'bytes', id: question.id, bytes: await this.#read(question.index, question.name) });
  }

  /** Each after the one before: the older first. A later question ends this one. @param {Extract<Question, {type: 'verify'}>} question */
  async #verify({ run, packages, pems }) {
    const tell = (/** @type {RunAnswer} */ answer) => this.answer({ ...answer, run });
    const given = pems.map(certificatesOf);
    const known = ROOTS.map(({ pem }) => certificatesOf(new TextEncoder().encode(pem)));
    const roots = [...known, ...given].flatMap((list) => list ?? []);
    /** @type {import('./fork.js').Head | null} */
    let earlier = null;
    this.#run = run;
    this.#containers = [];
    for (const [index, dropped] of packages.entries()) {
      const verdict = await verify(() => this.#open(run, index, dropped), {
        roots,
        earlier,
        sums: this.#sums,
        progress: progressOf((part) => tell({ type: 'progress', index, part })),
      });
      if (this.#run !== run) return;
      earlier = verdict.head ?? earlier;
      tell({ type: 'verdict', index, verdict: { ...verdict, model: verdict.model?.told() ?? null } });
    }
    tell({ type: 'done', badPems: given.flatMap((list, index) => (list === null ? [index] : [])) });
  }

  /** @param {MessagePort | null} port */
  #meet(port) {
    this.#sums?.lose();
    this.#sums = port && new SumsClient(port);
  }

  /** @param {number} run @param {number} index @param {Dropped} dropped */
  async #open(run, index, { zip, files, unread }) {
    if (unread !== undefined) throw new Error(unread);
    const container = zip ? await openZip(fromBlob(zip, this.bytesOf)) : openFolder(files, this.bytesOf);
    if (this.#run === run) this.#containers[index] = container;
    return container;
  }

  /** An attachment of a package that was verified: layout.js says how large it may be. @param {number} index @param {string} name */
  async #read(index, name) {
    const file = /** @type {Container} */ (this.#containers[index]).files.get(name);
    return file ? whole(file) : null;
  }
}
