// Which sixteen random bytes a log has said before, up to a bound: in a table of numbers, since a set of texts would hold on to the lines
// that they were cut from.

const REMEMBERED = 1 << 15;
const SLOTS = 2 * REMEMBERED;
const VALUES = new Int8Array(128).fill(-1);
[...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'].forEach((sign, value) => {
  VALUES[sign.charCodeAt(0)] = value;
});

const bytes = new Uint8Array(16);
const words = new Int32Array(bytes.buffer);

/** @param {string} text 32 digits @returns {Uint8Array} good until the next is read */
export function sixteenOfHex(text) {
  for (let i = 0; i < 16; i += 1) {
    const [high, low] = [text.charCodeAt(2 * i), text.charCodeAt(2 * i + 1)];
    bytes[i] = ((high < 58 ? high - 48 : high - 87) << 4) | (low < 58 ? low - 48 : low - 87);
  }
  return bytes;
}

/** @param {string} text 22 digits and two signs of equality @returns {Uint8Array} good until the next is read */
export function sixteenOfBase64(text) {
  const value = (/** @type {number} */ at) => VALUES[text.charCodeAt(at)];
  for (let at = 0, to = 0; to < 16; at += 4, to += 3) {
    bytes[to] = (value(at) << 2) | (value(at + 1) >> 4);
    if (to === 15) break;
    bytes[to + 1] = (value(at + 1) << 4) | (value(at + 2) >> 2);
    bytes[to + 2] = (value(at + 2) << 6) | value(at + 3);
  }
  return bytes;
}

export class Seen {
  #rows = new Int32Array(4 * SLOTS);
  #taken = new Uint8Array(SLOTS);
  #size = 0;
  /** Nobody can know which values fall upon the same place. */
  #secret = globalThis.crypto.getRandomValues(new Int32Array(4)).map((word) => word | 1);

  /** @param {Uint8Array} sixteen that were read last @returns {boolean} were they there before? */
  again(sixteen) {
    if (sixteen !== bytes) throw new TypeError('sixteen');
    const [a, b, c, d] = words;
    let slot = this.#slotOf(a, b, c, d);
    for (; this.#taken[slot]; slot = (slot + 1) % SLOTS) {
      const row = 4 * slot;
      const rows = this.#rows;
      if (rows[row] === a && rows[row + 1] === b && rows[row + 2] === c && rows[row + 3] === d) return true;
    }
    if (this.#size < REMEMBERED) {
      this.#rows.set(words, 4 * slot);
      this.#taken[slot] = 1;
      this.#size += 1;
    }
    return false;
  }

  /** @param {number} a @param {number} b @param {number} c @param {number} d */
  #slotOf(a, b, c, d) {
    const secret = this.#secret;
    let mixed = Math.imul(a ^ secret[0], secret[1]);
    mixed = Math.imul((mixed ^ (mixed >>> 15)) + b, secret[2]);
    mixed = Math.imul((mixed ^ (mixed >>> 13)) + c, secret[3]);
    mixed = Math.imul((mixed ^ (mixed >>> 16)) + d, secret[1]);
    return (mixed ^ (mixed >>> 16)) & (SLOTS - 1);
  }
}
