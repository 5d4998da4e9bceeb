// Questions to the checks: to a worker, or, where the browser makes none, to the same code here.

import { endOf } from '../verifier/session.js';

/** @typedef {import('../verifier/session.js').Question} Question @typedef {import('../verifier/session.js').Answer} Answer */
/** @typedef {{makeWorker: () => Worker, makeSummer?: () => Worker, here: () => Promise<{Session: any}>}} Ways */

/** A second worker beside the first, for what can be summed meanwhile; without it all is done as well. @param {Worker} worker @param {Ways} ways */
function addSummer(worker, { makeSummer }) {
  if (!makeSummer || navigator.hardwareConcurrency < 2) return;
  try {
    const { port1, port2 } = new MessageChannel();
    const summer = makeSummer();
    summer.addEventListener('error', () => worker.postMessage({ type: 'sums', port: null }));
    summer.postMessage({ type: 'sum', port: port2 }, [port2]);
    worker.postMessage({ type: 'sums', port: port1 }, [port1]);
  } catch {
    // there is none
  }
}

/** Is it the last word about that? @param {Question} question @param {Answer} answer */
function answers(question, answer) {
  if (question.type === 'read') return answer.type === 'bytes' && answer.id === question.id;
  return (
    question.type === 'verify' && (answer.type === 'done' || answer.type === 'ended') && answer.run === question.run
  );
}

/** A worker that has said a word and then fails has died at its work: what it was asked is answered with that, and the next question has another. */
class Checker {
  /** @type {Worker | null} */
  #worker = null;
  #spoke = false;
  /** Can a worker be made at all? */
  #workers = true;
  /** Not answered yet. @type {Question[]} */
  #asked = [];

  /** @param {(answer: Answer) => void} heard @param {Ways} ways */
  constructor(heard, ways) {
    this.heard = heard;
    this.ways = ways;
    this.beside = ways.here().then(({ Session }) => new Session((/** @type {Answer} */ answer) => this.#hear(answer)));
    this.#begin();
  }

  #begin() {
    this.#spoke = false;
    try {
      const worker = this.ways.makeWorker();
      worker.addEventListener('message', ({ data }) => {
        this.#spoke = true;
        this.#hear(data);
      });
      for (const name of ['error', 'messageerror'])
        worker.addEventListener(name, () => {
          if (worker === this.#worker) this.#lost(worker);
        });
      addSummer(worker, this.ways);
      this.#worker = worker;
    } catch {
      this.#workers = false;
    }
  }

  /** @param {Worker} worker */
  #lost(worker) {
    worker.terminate();
    this.#worker = null;
    this.#workers = this.#spoke;
    const asked = this.#asked.splice(0);
    if (!this.#spoke) asked.forEach((question) => this.ask(question));
    else asked.map(endOf).forEach((end) => end && this.heard(end));
  }

  /** @param {Answer} answer */
  #hear(answer) {
    this.#asked = this.#asked.filter((question) => !answers(question, answer));
    this.heard(answer);
  }

  /** @param {Question} question */
  ask(question) {
    if (question.type === 'verify') this.#asked = this.#asked.filter(({ type }) => type !== 'verify'); // the last alone counts
    this.#asked.push(question);
    if (!this.#worker && this.#workers) this.#begin();
    if (this.#worker) this.#worker.postMessage(question);
    else void this.beside.then((session) => session.ask(question));
  }
}

/** Remembers who waits for which file. */
export class Client {
  #waiting = new Map();
  #next = 1;
  #run = 0;
  /** @type {(answer: Answer) => void} */
  heard = () => {};

  /** @param {Ways} ways */
  constructor(ways) {
    this.checker = new Checker((answer) => this.#take(answer), ways);
  }

  /** @param {Answer} answer */
  #take(answer) {
    if (answer.type !== 'bytes') {
      if (answer.run === this.#run) this.heard(answer);
      return;
    }
    this.#waiting.get(answer.id)?.(answer);
    this.#waiting.delete(answer.id);
  }

  /** @param {import('../verifier/session.js').Dropped[]} packages @param {Uint8Array[]} pems */
  verify(packages, pems) {
    this.#run += 1;
    this.checker.ask({ type: 'verify', run: this.#run, packages, pems });
  }

  /** A file of a package that was verified. @param {number} index @param {string} name @returns {Promise<import('./verify-kept.js').Bytes>} */
  read(index, name) {
    const id = this.#next;
    this.#next += 1;
    return new Promise((resolve) => {
      this.#waiting.set(id, (/** @type {Extract<Answer, {type: 'bytes'}>} */ { bytes, lost }) =>
        resolve(lost ? undefined : bytes),
      );
      this.checker.ask({ type: 'read', id, index, name });
    });
  }
}
