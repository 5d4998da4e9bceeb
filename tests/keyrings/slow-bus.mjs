/**
 * A bus between a program and a session's own: it lets through what is asked, and what is answered late, or to a certain reply
 * and no further. So any keyring program can be one that stops answering, at each step of a conversation, or that is slow.
 */
import { createConnection, createServer } from 'node:net';
import { join } from 'node:path';

const LITTLE_ENDIAN = 0x6c; // which a message begins with, and no line of the authentication before them
const FIXED = 16; // bytes of a header before its fields
const REPLIES = [2, 3]; // types of messages: a return, an error

/** @param {Buffer} bytes that begin with a message or a line @returns {number} how long it is; more than there are: not whole */
function lengthOf(bytes) {
  if (bytes[0] !== LITTLE_ENDIAN) {
    const end = bytes.indexOf('\r\n');
    return end < 0 ? Infinity : end + 2;
  }
  if (bytes.length < FIXED) return Infinity;
  return Math.ceil((FIXED + bytes.readUInt32LE(12)) / 8) * 8 + bytes.readUInt32LE(4);
}

export class SlowBus {
  /** @type {Set<import('node:net').Socket>} */
  #sockets = new Set();
  /** Replies that came through. */
  replies = 0;

  /**
   * @param {import('../e2e/host.mjs').Session} session
   * @param {{stopAfter?: number, delay?: number}} how replies until nothing comes any more; milliseconds that each message takes
   */
  constructor(session, { stopAfter = Infinity, delay = 0 }) {
    this.stopAfter = stopAfter;
    this.delay = delay;
    this.path = join(session.dir, `run/slow-${Math.random().toString(36).slice(2)}`);
    this.address = `unix:path=${this.path}`;
    this.server = createServer((client) => this.#connect(client, createConnection(session.socket)));
  }

  /** @param {import('../e2e/host.mjs').Session} session @param {{stopAfter?: number, delay?: number}} [how] */
  static async start(session, how = {}) {
    const bus = new SlowBus(session, how);
    await new Promise((done) => bus.server.listen(bus.path, () => done(undefined)));
    return bus;
  }

  /** @param {import('node:net').Socket} client @param {import('node:net').Socket} real */
  #connect(client, real) {
    let left = Buffer.alloc(0);
    for (const [socket, other] of [
      [client, real],
      [real, client],
    ]) {
      this.#sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => other.destroy());
    }
    client.on('data', (bytes) => real.write(bytes));
    real.on('data', (bytes) => {
      left = Buffer.concat([left, bytes]);
      for (let n = lengthOf(left); left.length > 0 && n <= left.length; n = lengthOf(left)) {
        this.#pass(left.subarray(0, n), client);
        left = left.subarray(n);
      }
    });
  }

  /** @param {Buffer} whole a message or a line @param {import('node:net').Socket} client */
  #pass(whole, client) {
    const message = whole[0] === LITTLE_ENDIAN;
    if (message && this.replies >= this.stopAfter) return;
    if (message && REPLIES.includes(whole[1])) this.replies++;
    if (message && this.delay) setTimeout(() => client.destroyed || client.write(whole), this.delay);
    else client.write(whole);
  }

  async stop() {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((done) => this.server.close(done));
  }
}
