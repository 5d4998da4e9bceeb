// The other end of sums.js: pieces are given to the other thread, a few ahead of what it has done.

/** @typedef {import('./sums.js').Sums} Sums @typedef {import('./sums.js').Reply} Reply */

const AHEAD = 4; // pieces that are under way
const BEGINNING = 1000; // milliseconds for its first word
const PATIENCE = 10_000; // milliseconds without a word about a megabyte, after which the other thread is taken to be gone: at worst all is done twice

/** The other thread is gone: what it was asked for has to be done here. */
export class Gone extends Error {}

/** @typedef {{give: (piece: Uint8Array) => Promise<void>, end: () => Promise<Sums>}} SumsJob */

export class SumsClient {
  /** Smaller files are not worth it. */
  least = 1 << 22;
  #there = false;
  #gone = false;
  #jobs = 0;
  /** @type {Map<number, (reply: Reply | null) => void>} */
  #heard = new Map();
  /** For pieces: what was used for one is used for another. @type {ArrayBuffer[]} */
  #rooms = [];

  /** @param {MessagePort} port */
  constructor(port) {
    this.port = port;
    port.onmessage = ({ data }) => {
      this.#there = true;
      if (data.room && this.#rooms.length < AHEAD) this.#rooms.push(data.room);
      this.#heard.get(data.job)?.(data);
    };
  }

  /** Has it begun, and not ended? It may just be about to begin. @returns {Promise<boolean>} */
  async isThere() {
    const until = Date.now() + BEGINNING;
    while (!this.#there && !this.#gone && Date.now() < until) await new Promise((done) => setTimeout(done, 5));
    return this.#there && !this.#gone;
  }

  /** It will not answer. */
  lose() {
    this.#gone = true;
    for (const heard of this.#heard.values()) heard(null);
  }

  /** @returns {SumsJob} */
  begin() {
    this.#jobs += 1;
    const job = this.#jobs;
    let under = 0;
    /** @type {Sums | null} */
    let sums = null;
    let wake = () => {};
    this.#heard.set(job, (reply) => {
      under -= 1;
      sums = reply?.sums ?? null;
      wake();
    });
    /** @param {Uint8Array | null} piece */
    const send = (piece) => {
      under += 1;
      const copy = piece && this.#copyOf(piece);
      this.port.postMessage({ job, piece: copy }, copy ? [copy.buffer] : []);
    };
    const until = async (/** @type {number} */ most) => {
      while (under > most) {
        if (this.#gone) throw new Gone();
        await this.#word((done) => {
          wake = done;
        });
      }
      if (this.#gone) throw new Gone();
    };
    return {
      give: async (piece) => {
        await until(AHEAD - 1);
        send(piece);
      },
      end: async () => {
        send(null);
        await until(0);
        this.#heard.delete(job);
        if (!sums) throw new Gone();
        return sums;
      },
    };
  }

  /** @param {Uint8Array} piece */
  #copyOf(piece) {
    const at = this.#rooms.findIndex(({ byteLength }) => byteLength >= piece.length);
    const room = at < 0 ? new ArrayBuffer(piece.length) : this.#rooms.splice(at, 1)[0];
    const copy = new Uint8Array(room, 0, piece.length);
    copy.set(piece);
    return copy;
  }

  /** @param {(done: () => void) => void} ask @returns {Promise<void>} */
  #word(ask) {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.lose();
        resolve();
      }, PATIENCE);
      /** @type {any} */ (timer).unref?.(); // in Node.js, where the port keeps the process as long as it is needed
      ask(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}
