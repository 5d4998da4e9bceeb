// From @stablelib/sha256 2.0.1; @stablelib/binary 2.0.1; @stablelib/int 2.0.1; @stablelib/wipe 2.0.1; as they ship: tests/extension/vendor-verifier.sh. Licences beside.

// node_modules/@stablelib/int/lib/int.js
const isInteger = Number.isInteger;
const MAX_SAFE_INTEGER = Number.MAX_SAFE_INTEGER;
const isSafeInteger = Number.isSafeInteger;

// node_modules/@stablelib/binary/lib/binary.js
function readUint32BE(array, offset = 0) {
  return (array[offset] << 24 | array[offset + 1] << 16 | array[offset + 2] << 8 | array[offset + 3]) >>> 0;
}
function writeUint32BE(value, out = new Uint8Array(4), offset = 0) {
  out[offset + 0] = value >>> 24;
  out[offset + 1] = value >>> 16;
  out[offset + 2] = value >>> 8;
  out[offset + 3] = value >>> 0;
  return out;
}

// node_modules/@stablelib/wipe/lib/wipe.js
function wipe(array) {
  for (let i = 0; i < array.length; i++) {
    array[i] = 0;
  }
  return array;
}

// node_modules/@stablelib/sha256/lib/sha256.js
const DIGEST_LENGTH = 32;
const BLOCK_SIZE = 64;
const SHA256 = class {
  /** Length of hash output */
  digestLength = DIGEST_LENGTH;
  /** Block size */
  blockSize = BLOCK_SIZE;
  // Note: Int32Array is used instead of Uint32Array for performance reasons.
  _state = new Int32Array(8);
  // hash state
  _temp = new Int32Array(64);
  // temporary state
  _buffer = new Uint8Array(128);
  // buffer for data to hash
  _bufferLength = 0;
  // number of bytes in buffer
  _bytesHashed = 0;
  // number of total bytes hashed
  _finished = false;
  // indicates whether the hash was finalized
  constructor() {
    this.reset();
  }
  _initState() {
    this._state[0] = 1779033703;
    this._state[1] = 3144134277;
    this._state[2] = 1013904242;
    this._state[3] = 2773480762;
    this._state[4] = 1359893119;
    this._state[5] = 2600822924;
    this._state[6] = 528734635;
    this._state[7] = 1541459225;
  }
  /**
   * Resets hash state making it possible
   * to re-use this instance to hash other data.
   */
  reset() {
    this._initState();
    this._bufferLength = 0;
    this._bytesHashed = 0;
    this._finished = false;
    return this;
  }
  /**
   * Cleans internal buffers and resets hash state.
   */
  clean() {
    wipe(this._buffer);
    wipe(this._temp);
    this.reset();
  }
  /**
   * Updates hash state with the given data.
   *
   * Throws error when trying to update already finalized hash:
   * instance must be reset to update it again.
   */
  update(data, dataLength = data.length) {
    if (this._finished) {
      throw new Error("SHA256: can't update because hash was finished.");
    }
    let dataPos = 0;
    this._bytesHashed += dataLength;
    if (this._bufferLength > 0) {
      while (this._bufferLength < this.blockSize && dataLength > 0) {
        this._buffer[this._bufferLength++] = data[dataPos++];
        dataLength--;
      }
      if (this._bufferLength === this.blockSize) {
        hashBlocks(this._temp, this._state, this._buffer, 0, this.blockSize);
        this._bufferLength = 0;
      }
    }
    if (dataLength >= this.blockSize) {
      dataPos = hashBlocks(this._temp, this._state, data, dataPos, dataLength);
      dataLength %= this.blockSize;
    }
    while (dataLength > 0) {
      this._buffer[this._bufferLength++] = data[dataPos++];
      dataLength--;
    }
    return this;
  }
  /**
   * Finalizes hash state and puts hash into out.
   * If hash was already finalized, puts the same value.
   */
  finish(out) {
    if (!this._finished) {
      const bytesHashed = this._bytesHashed;
      const left = this._bufferLength;
      const bitLenHi = bytesHashed / 536870912 | 0;
      const bitLenLo = bytesHashed << 3;
      const padLength = bytesHashed % 64 < 56 ? 64 : 128;
      this._buffer[left] = 128;
      for (let i = left + 1; i < padLength - 8; i++) {
        this._buffer[i] = 0;
      }
      writeUint32BE(bitLenHi, this._buffer, padLength - 8);
      writeUint32BE(bitLenLo, this._buffer, padLength - 4);
      hashBlocks(this._temp, this._state, this._buffer, 0, padLength);
      this._finished = true;
    }
    for (let i = 0; i < this.digestLength / 4; i++) {
      writeUint32BE(this._state[i], out, i * 4);
    }
    return this;
  }
  /**
   * Returns the final hash digest.
   */
  digest() {
    const out = new Uint8Array(this.digestLength);
    this.finish(out);
    return out;
  }
  /**
   * Function useful for HMAC/PBKDF2 optimization.
   * Returns hash state to be used with restoreState().
   * Only chain value is saved, not buffers or other
   * state variables.
   */
  saveState() {
    if (this._finished) {
      throw new Error("SHA256: cannot save finished state");
    }
    return {
      state: new Int32Array(this._state),
      buffer: this._bufferLength > 0 ? new Uint8Array(this._buffer) : void 0,
      bufferLength: this._bufferLength,
      bytesHashed: this._bytesHashed
    };
  }
  /**
   * Function useful for HMAC/PBKDF2 optimization.
   * Restores state saved by saveState() and sets bytesHashed
   * to the given value.
   */
  restoreState(savedState) {
    this._state.set(savedState.state);
    this._bufferLength = savedState.bufferLength;
    if (savedState.buffer) {
      this._buffer.set(savedState.buffer);
    }
    this._bytesHashed = savedState.bytesHashed;
    this._finished = false;
    return this;
  }
  /**
   * Cleans state returned by saveState().
   */
  cleanSavedState(savedState) {
    wipe(savedState.state);
    if (savedState.buffer) {
      wipe(savedState.buffer);
    }
    savedState.bufferLength = 0;
    savedState.bytesHashed = 0;
  }
};
const K = new Int32Array([
  1116352408,
  1899447441,
  3049323471,
  3921009573,
  961987163,
  1508970993,
  2453635748,
  2870763221,
  3624381080,
  310598401,
  607225278,
  1426881987,
  1925078388,
  2162078206,
  2614888103,
  3248222580,
  3835390401,
  4022224774,
  264347078,
  604807628,
  770255983,
  1249150122,
  1555081692,
  1996064986,
  2554220882,
  2821834349,
  2952996808,
  3210313671,
  3336571891,
  3584528711,
  113926993,
  338241895,
  666307205,
  773529912,
  1294757372,
  1396182291,
  1695183700,
  1986661051,
  2177026350,
  2456956037,
  2730485921,
  2820302411,
  3259730800,
  3345764771,
  3516065817,
  3600352804,
  4094571909,
  275423344,
  430227734,
  506948616,
  659060556,
  883997877,
  958139571,
  1322822218,
  1537002063,
  1747873779,
  1955562222,
  2024104815,
  2227730452,
  2361852424,
  2428436474,
  2756734187,
  3204031479,
  3329325298
]);
function hashBlocks(w, v, p, pos, len) {
  while (len >= 64) {
    let a = v[0];
    let b = v[1];
    let c = v[2];
    let d = v[3];
    let e = v[4];
    let f = v[5];
    let g = v[6];
    let h = v[7];
    for (let i = 0; i < 16; i++) {
      let j = pos + i * 4;
      w[i] = readUint32BE(p, j);
    }
    for (let i = 16; i < 64; i++) {
      let u = w[i - 2];
      let t1 = (u >>> 17 | u << 32 - 17) ^ (u >>> 19 | u << 32 - 19) ^ u >>> 10;
      u = w[i - 15];
      let t2 = (u >>> 7 | u << 32 - 7) ^ (u >>> 18 | u << 32 - 18) ^ u >>> 3;
      w[i] = (t1 + w[i - 7] | 0) + (t2 + w[i - 16] | 0);
    }
    for (let i = 0; i < 64; i++) {
      let t1 = (((e >>> 6 | e << 32 - 6) ^ (e >>> 11 | e << 32 - 11) ^ (e >>> 25 | e << 32 - 25)) + (e & f ^ ~e & g) | 0) + (h + (K[i] + w[i] | 0) | 0) | 0;
      let t2 = ((a >>> 2 | a << 32 - 2) ^ (a >>> 13 | a << 32 - 13) ^ (a >>> 22 | a << 32 - 22)) + (a & b ^ a & c ^ b & c) | 0;
      h = g;
      g = f;
      f = e;
      e = d + t1 | 0;
      d = c;
      c = b;
      b = a;
      a = t1 + t2 | 0;
    }
    v[0] += a;
    v[1] += b;
    v[2] += c;
    v[3] += d;
    v[4] += e;
    v[5] += f;
    v[6] += g;
    v[7] += h;
    pos += 64;
    len -= 64;
  }
  return pos;
}
function hash(data) {
  const h = new SHA256();
  h.update(data);
  const digest = h.digest();
  h.clean();
  return digest;
}
export {
  SHA256,
  hash as sha256
};
