// Certificates in their armour (RFC 7468), read as OpenSSL 3 reads them, so that both verifiers see the same ones.

const LINE = 254; // bytes that are read at once; what is longer counts as several lines
const BEGIN = '-----BEGIN ';
const END = '-----END ';
const TAIL = '-----';
const LABELS = ['CERTIFICATE', 'X509 CERTIFICATE'];
const GARBAGE = /[^!-~\u007f]+$/; // behind a line
const MARK = '\u00ef\u00bb\u00bf';
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** @typedef {{text: string, trimmed: string}} Line */

/** @param {string} text @returns {Line[]} */
const linesOf = (text) =>
  (text.match(new RegExp(`[^\\n]{${LINE}}|[^\\n]*\\n|[^\\n]+$`, 'g')) ?? []).map((line) => ({
    text: line,
    trimmed: line.replace(GARBAGE, ''),
  }));

/** What stands between the two lines: the lines before an empty one are a header. */
class Block {
  /** @type {'maybe' | 'in' | 'behind'} */
  header = 'maybe';
  lines = '';
  head = '';
  partial = false;
  ended = false;

  /** @param {string} label */
  constructor(label) {
    this.label = label;
  }

  /** @param {Line} line @returns {boolean} was it the last? */
  take({ text, trimmed }) {
    const continued = this.partial;
    this.partial = text.length === LINE && !text.endsWith('\n');
    if (this.header === 'maybe' && text.includes(':')) this.header = 'in';
    if (trimmed === '') {
      if (!continued) this.endHeader();
      return false;
    }
    if (trimmed.startsWith(END)) {
      if (trimmed !== `${END}${this.label}${TAIL}`) throw new SyntaxError(END);
      return true;
    }
    this.add(trimmed);
    return false;
  }

  endHeader() {
    if (this.header === 'behind') throw new SyntaxError('an empty line');
    this.header = 'behind';
    this.head = this.lines;
    this.lines = '';
  }

  /** Behind a header, each line but the last has 64 signs. @param {string} line */
  add(line) {
    if (this.ended || (this.header === 'behind' && line.length > 64)) throw new SyntaxError('a line');
    this.ended = this.header === 'behind' && line.length < 64;
    this.lines += line.split('\0')[0];
  }

  /** @returns {string} base64 */
  contents() {
    const [text] = this.lines.replace(/[\t\n\r ]+/g, '').split('-');
    if (this.header === 'in' || text === '' || !BASE64.test(text)) throw new SyntaxError('base64');
    if (this.head && LABELS.includes(this.label)) throw new SyntaxError('locked');
    return text;
  }
}

/**
 * The base64 of each certificate. It throws where a block of any kind cannot be read, or a certificate is locked.
 * @param {string} text each byte a character
 */
export function armoured(text) {
  /** @type {string[]} */
  const found = [];
  /** @type {Block | null} */
  let block = null;
  let first = true;
  for (const line of linesOf(text)) {
    if (block) {
      if (!block.take(line)) continue;
      const contents = block.contents();
      if (LABELS.includes(block.label)) found.push(contents);
      block = null;
      first = true;
      continue;
    }
    const start = first && line.text.startsWith(MARK) ? line.trimmed.slice(MARK.length) : line.trimmed;
    first = false;
    if (start.startsWith(BEGIN) && start.endsWith(TAIL) && start.length >= BEGIN.length + TAIL.length)
      block = new Block(start.slice(BEGIN.length, -TAIL.length));
  }
  if (block) throw new SyntaxError('cut');
  return found;
}
