// What an owner who holds the key can say of files of their own that is not so, and what all verifiers say of it.
import { MAIL, MAIL_SAYS } from '../e2e/exhibits.mjs';
import { BEGIN, DAY, genesis, head, listed, look, sha256, text } from './liar.mjs';

const HOUR = DAY / 24;
const TEXT = Buffer.from('The privacy policy of that day. '.repeat(20));
const PICTURE = Buffer.concat([
  Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
  Buffer.from('no picture, and nobody draws it'),
]);
const NOTE = Buffer.from('What the hotline said on the telephone.\n');
const ENDINGS = {
  'image/png': 'png',
  'application/pdf': 'pdf',
  'message/rfc822': 'eml',
  'text/plain; charset=utf-8': 'txt',
  'application/octet-stream': 'bin',
};

/** @param {number} seq @param {string} file @param {string} type @param {Buffer} bytes @returns {any} */
export const enclose = (seq, file, type, bytes, what = {}) => ({
  ...head(seq, 'exhibit', BEGIN + seq * HOUR),
  file,
  note: null,
  mail: type === 'message/rfc822' ? MAIL_SAYS : null,
  client: null,
  attachments: [listed('file', type, bytes)],
  ...what,
});
/** Where a file of that type lies. @param {string} type @param {Buffer} bytes */
export const place = (type, bytes) => `data/exhibits/${sha256(bytes).toString('hex')}.${ENDINGS[type]}`;

const honest = () => [
  genesis(),
  look(1, BEGIN + HOUR, 'on', { change: 'first' }),
  text(2, BEGIN + 2 * HOUR, TEXT),
  enclose(3, 'mail.eml', 'message/rfc822', MAIL, { note: 'as it arrived' }),
  enclose(4, 'screen.png', 'image/png', PICTURE, {
    client: { browser: 'firefox', version: '153.0', extension: '0.1.0' },
  }),
  enclose(5, 'call.txt', 'text/plain; charset=utf-8', NOTE),
];
const there = () =>
  new Map([
    [`data/attachments/${sha256(TEXT).toString('hex')}.txt`, TEXT],
    [place('message/rfc822', MAIL), MAIL],
    [place('image/png', PICTURE), PICTURE],
    [place('text/plain; charset=utf-8', NOTE), NOTE],
  ]);

/**
 * @returns {{what: string, verdict: 'bad' | 'named' | 'good', seq?: number, form?: boolean, lines: any[],
 *   options: {extra: Map<string, Buffer>}}[]}
 */
export function ofExhibits() {
  /** @type {any[]} */ const lies = [];
  /**
   * @param {string} what @param {string} verdict @param {number} seq @param {(entry: any) => any} change
   * @param {(files: Map<string, Buffer>) => void} [files]
   */
  const lie = (what, verdict, seq, change, files = () => {}, form = false) => {
    const lines = honest();
    lines[seq] = change(lines[seq]) ?? lines[seq];
    const extra = there();
    files(extra);
    lies.push({ what, verdict, seq: verdict === 'named' ? seq : undefined, form, lines, options: { extra } });
  };
  const gone =
    (/** @type {string} */ type, /** @type {Buffer} */ bytes) => (/** @type {Map<string, Buffer>} */ files) =>
      files.delete(place(type, bytes));
  const says = (/** @type {any} */ what) => (/** @type {any} */ e) => ({ ...e, mail: { ...MAIL_SAYS, ...what } });
  const file = (/** @type {any} */ what) => (/** @type {any} */ e) => ({
    ...e,
    attachments: [{ ...e.attachments[0], ...what }],
  });
  const mailGone = gone('message/rfc822', MAIL);
  const noteGone = gone('text/plain; charset=utf-8', NOTE);
  const pictureGone = gone('image/png', PICTURE);
  const instead =
    (/** @type {string} */ type, /** @type {Buffer} */ bytes, /** @type {string} */ ending) =>
    (/** @type {Map<string, Buffer>} */ files) => {
      files.delete(place(type, bytes));
      files.set(`data/exhibits/${sha256(bytes).toString('hex')}.${ending}`, bytes);
    };
  const same = (/** @type {any} */ e) => e;

  lie('exhibits as they are', 'good', 3, same);
  lie('exhibits that are withheld', 'good', 3, same, (files) => [mailGone, noteGone, pictureGone].map((f) => f(files)));
  lie('a file of two exhibits', 'good', 5, () => enclose(5, 'mail.eml', 'message/rfc822', MAIL), noteGone);
  lie(
    'the text of a document, enclosed',
    'good',
    5,
    () => enclose(5, 'a.txt', 'text/plain; charset=utf-8', TEXT),
    (files) => {
      noteGone(files);
      files.set(place('text/plain; charset=utf-8', TEXT), TEXT);
    },
  );
  lie('a name of 255 bytes', 'good', 3, (e) => ({ ...e, file: `${'é'.repeat(127)}x` }));
  lie('a note of 1,000', 'good', 3, (e) => ({ ...e, note: 'x'.repeat(1000) }));

  lie(
    'another ending than its content’s',
    'named',
    5,
    file({ media_type: 'application/pdf' }),
    instead('text/plain; charset=utf-8', NOTE, 'pdf'),
  );
  lie(
    'a text called a picture',
    'named',
    5,
    file({ media_type: 'image/png' }),
    instead('text/plain; charset=utf-8', NOTE, 'png'),
  );
  lie(
    'a text called bytes',
    'named',
    5,
    file({ media_type: 'application/octet-stream' }),
    instead('text/plain; charset=utf-8', NOTE, 'bin'),
  );
  lie(
    'a mail called a text',
    'named',
    3,
    (e) => file({ media_type: 'text/plain; charset=utf-8' })({ ...e, mail: null }),
    instead('message/rfc822', MAIL, 'txt'),
  );
  lie(
    'a text called a mail',
    'named',
    5,
    (e) => file({ media_type: 'message/rfc822' })({ ...e, mail: MAIL_SAYS }),
    instead('text/plain; charset=utf-8', NOTE, 'eml'),
  );
  lie('from another', 'named', 3, says({ from: 'Ryan Roslansky <ceo@linkedin.com>' }));
  lie('of another day', 'named', 3, says({ date: 'Mon, 1 Jan 2024 00:00:00 +0000' }));
  lie('about something else', 'named', 3, says({ subject: 'We sold your data' }));
  lie('about nothing', 'named', 3, says({ subject: null }));
  lie('without its fold', 'named', 3, says({ subject: 'Updates to our  terms' }));
  lie('a signature that is not there', 'named', 3, says({ linkedin_signature: false }));
  lie('a mail that says nothing', 'named', 3, (e) => ({ ...e, mail: null }));
  lie('a mail that says nothing, withheld', 'named', 3, (e) => ({ ...e, mail: null }), mailGone);
  lie('a picture that says something', 'named', 4, (e) => ({ ...e, mail: MAIL_SAYS }));
  lie('a folder in its name', 'named', 3, (e) => ({ ...e, file: '../mail.eml' }));
  lie('a folder of Windows', 'named', 3, (e) => ({ ...e, file: 'C:\\mail.eml' }));
  lie('a name that turns round', 'named', 3, (e) => ({ ...e, file: 'a\u202egpj.exe' }));
  lie('a note of two lines', 'named', 3, (e) => ({ ...e, note: 'a\nb' }));
  lie('a subject that hides something', 'named', 3, says({ subject: 'a\u2066b' }), mailGone);
  lie('a name too long', 'named', 3, (e) => ({ ...e, file: 'é'.repeat(128) }));
  lie('no name', 'named', 3, (e) => ({ ...e, file: '' }));
  lie('a note too long', 'named', 3, (e) => ({ ...e, note: 'x'.repeat(1001) }));
  lie('a subject too long', 'named', 3, says({ subject: 'x'.repeat(513) }));
  lie('a date too long', 'named', 3, says({ date: 'x'.repeat(129) }));
  lie('a signature that is asked', 'named', 3, says({ linkedin_signature: null }));
  lie('a member more', 'named', 3, (e) => ({ ...e, seen: true }));
  lie('a member more, of the mail', 'named', 3, says({ to: 'x' }));
  lie('a member less', 'named', 3, ({ note: _, ...e }) => e);
  lie('a reading', 'named', 4, (e) => ({ ...e, client: { ...e.client, reading: '0'.repeat(32) } }));
  lie('of another name', 'named', 5, file({ name: 'text' }));
  lie('of no type, withheld', 'named', 5, file({ media_type: 'text/html' }), noteGone);
  lie('of no size, withheld', 'named', 5, file({ size: 0 }), noteGone);
  lie('larger than one may be, withheld', 'named', 5, file({ size: 26214401 }), noteGone);
  lie('as large as one may be, withheld', 'good', 5, file({ size: 26214400 }), noteGone);
  lie('two files', 'named', 5, (e) => ({ ...e, attachments: [e.attachments[0], e.attachments[0]] }));
  lie('no file', 'named', 5, (e) => ({ ...e, attachments: [] }), noteGone);

  // Of these the steps of VERIFY.txt look only at what names a file, and at its hash.
  lie('of another type than its ending', 'bad', 5, file({ media_type: 'application/pdf' }), undefined, true);
  lie('of no type', 'bad', 5, file({ media_type: 'text/html' }), undefined, true);
  lie('of another size', 'bad', 5, file({ size: NOTE.length + 1 }), undefined, true);
  lie('of two types', 'bad', 5, () => enclose(5, 'mail.txt', 'text/plain; charset=utf-8', MAIL), noteGone, true);
  lie('an exhibit that no entry names', 'bad', 5, same, (files) =>
    files.set(place('text/plain; charset=utf-8', Buffer.from('x')), Buffer.from('x')),
  );
  lie('an exhibit that a document names alone', 'bad', 5, same, (files) =>
    files.set(place('text/plain; charset=utf-8', TEXT), TEXT),
  );
  lie('an exhibit among the attachments', 'bad', 5, same, (files) => {
    noteGone(files);
    files.set(`data/attachments/${sha256(NOTE).toString('hex')}.txt`, NOTE);
  });
  lie('an exhibit of another hash', 'bad', 5, same, (files) => {
    noteGone(files);
    files.set(place('text/plain; charset=utf-8', NOTE), Buffer.from('something else'));
  });
  lie('an exhibit that runs', 'bad', 5, same, instead('text/plain; charset=utf-8', NOTE, 'html'), true);
  lie('an exhibit over the limit', 'bad', 5, same, (files) => {
    const large = Buffer.alloc(26214401, 'x');
    files.set(place('text/plain; charset=utf-8', large), large);
  });
  return lies;
}
