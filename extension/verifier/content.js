// Which media type a file of the owner's own is of, by its bytes. docs/evidence-format.md section 8. It is neither decoded nor drawn.

import { hex, join, latin1, utf8 } from './bytes.js';
import { HEAD, mailOf } from './mail.js';
import { sha256 } from './vendor/sha256.js';

/** @typedef {import('./source.js').PackedFile} PackedFile @typedef {import('./mail.js').Mail} Mail */
/** @typedef {{type: string, mail: string}} Content the hash of what it says of itself */

/** Media type of each ending. */
export const EXHIBITS = Object.freeze(
  /** @type {Record<string, string>} */ ({
    png: 'image/png',
    jpg: 'image/jpeg',
    webp: 'image/webp',
    pdf: 'application/pdf',
    eml: 'message/rfc822',
    txt: 'text/plain; charset=utf-8',
    bin: 'application/octet-stream',
  }),
);
const CONTROL = /[^\P{Cc}\t\n\r]/u;

/** Is it UTF-8 without controls, whole? */
class Text {
  #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  is = true;

  /** @param {Uint8Array} [chunk] none: it has ended */
  take(chunk) {
    if (!this.is) return;
    try {
      this.is = !CONTROL.test(this.#decoder.decode(chunk, { stream: chunk !== undefined }));
    } catch {
      this.is = false;
    }
  }
}

/** By how it begins. @param {Uint8Array} head @returns {string | null} */
function typeByStart(head) {
  const start = latin1(head.subarray(0, 12));
  if (start.startsWith('\x89PNG\r\n\x1a\n')) return EXHIBITS.png;
  if (start.startsWith('\xff\xd8\xff')) return EXHIBITS.jpg;
  if (start.startsWith('RIFF') && start.slice(8) === 'WEBP') return EXHIBITS.webp;
  return start.startsWith('%PDF-') ? EXHIBITS.pdf : null;
}

/** Equal only of equal mails. @param {Mail | null} mail */
export const mailHash = (mail) =>
  mail ? hex(sha256(utf8(JSON.stringify([mail.from, mail.date, mail.subject, mail.linkedin_signature])))) : '';

/** @param {PackedFile} file @returns {Promise<Content>} */
export async function contentOf(file) {
  const text = new Text();
  let head = new Uint8Array();
  for await (const chunk of file.chunks()) {
    if (head.length < HEAD) head = join(head, chunk.subarray(0, HEAD - head.length));
    text.take(chunk);
    if (head.length === HEAD && !text.is) break;
  }
  text.take();
  const type = typeByStart(head);
  if (type) return { type, mail: '' };
  const mail = mailOf(head);
  if (mail) return { type: EXHIBITS.eml, mail: mailHash(mail) };
  return { type: text.is ? EXHIBITS.txt : EXHIBITS.bin, mail: '' };
}
