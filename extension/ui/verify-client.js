// Questions to the checks: to a worker, or, where the browser makes none, to the same code here.

/** @typedef {import('../verifier/session.js').Question} Question @typedef {import('../verifier/session.js').Answer} Answer */
/** @typedef {{postMessage: (question: Question) => void}} Checker */

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

/**
 * @param {(answer: Answer) => void} heard
 * @param {Ways} ways
 * @returns {Checker}
 */
function begin(heard, ways) {
  const { makeWorker, here } = ways;
  /** @type {Question[]} */
  const asked = [];
  const beside = here().then(({ Session }) => new Session(heard));
  let worker = /** @type {Worker | null} */ (null);
  const fallBack = () => {
    worker = null;
    for (const question of asked.splice(0)) void beside.then((session) => session.ask(question));
  };
  try {
    worker = makeWorker();
    worker.addEventListener('message', ({ data }) => {
      asked.length = 0;
      heard(data);
    });
    worker.addEventListener('error', fallBack);
    addSummer(worker, ways);
  } catch {
    worker = null;
  }
  return {
    postMessage(question) {
      asked.push(question);
      if (worker) worker.postMessage(question);
      else fallBack();
    },
  };
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
    this.checker = begin((answer) => this.#take(answer), ways);
  }

  /** @param {Answer} answer */
  #take(answer) {
    if (answer.type !== 'bytes') {
      if (answer.run === this.#run) this.heard(answer);
      return;
    }
    this.#waiting.get(answer.id)?.(answer.bytes);
    this.#waiting.delete(answer.id);
  }

  /** @param {import('../verifier/session.js').Dropped[]} packages @param {Uint8Array[]} pems */
  verify(packages, pems) {
    this.#run += 1;
    this.checker.postMessage({ type: 'verify', run: this.#run, packages, pems });
  }

  /** A file of a package that was verified. @param {number} index @param {string} name @returns {Promise<Uint8Array | null>} */
  read(index, name) {
    const id = this.#next;
    this.#next += 1;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.checker.postMessage({ type: 'read', id, index, name });
    });
  }
}
