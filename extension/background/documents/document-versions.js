// What the log has kept for the member to read: the versions of documents with their texts, and the files of the member's own.

import { hex } from '../../shared/encoding.js';
import { CodedError } from '../../shared/errors.js';
import { sha256 } from '../../shared/hash.js';
import { readParts } from '../../shared/parts.js';
import { TEXT_MAX } from './judge-document.js';

/** Entries asked for at once, of which the host gives as many as fit. */
const PAGE = 1000;

/** @typedef {import('../../shared/types.js').Version} Version */

/** @param {any} entry @returns {Version[]} one, or none when it is not what it should be */
function versionOf(entry) {
  const text = entry.attachments?.find((/** @type {any} */ { name }) => name === 'text');
  if (entry.kind !== 'document' || !text) return [];
  const { seq, document, observed_at, title, language, effective, effective_text, change } = entry;
  return [
    {
      seq,
      document,
      observed_at,
      title,
      language,
      effective,
      effective_text,
      change,
      sha256: text.sha256,
      size: text.size,
    },
  ];
}

/** @param {any} entry @returns {import('../../shared/types.js').Enclosed[]} one, or none when it is not what it should be */
function enclosedOf({ kind, seq, time, file, note, mail, attachments }) {
  const kept = attachments?.find((/** @type {any} */ { name }) => name === 'file');
  if (kind !== 'exhibit' || !kept) return [];
  return [{ seq, at: time, file, note, mail, type: kept.media_type, size: kept.size }];
}

/** @param {{ask: (op: string, params: object) => Promise<any>}} parts */
export function createDocumentVersions({ ask }) {
  return {
    /** Every entry of kind document, and every file of the member's own, oldest first. */
    async versions() {
      /** @type {Version[]} */
      const versions = [];
      /** @type {import('../../shared/types.js').Enclosed[]} */
      const files = [];
      for (let from = /** @type {number | null} */ (0); from !== null;) {
        const { entries, next } = await ask('history', { from, count: PAGE });
        versions.push(...entries.flatMap(versionOf));
        files.push(...entries.flatMap(enclosedOf));
        if (next !== null && next <= from) throw new CodedError('host-answer');
        from = next;
      }
      return { versions, files };
    },

    /** A kept text, and it is the one that was kept. @param {{sha256: unknown}} message @returns {Promise<{text: string}>} */
    async text({ sha256: asked }) {
      const kept = await readParts((offset) => ask('attachment', { sha256: asked, offset }), TEXT_MAX);
      const bytes = new Uint8Array(await kept.bytes.arrayBuffer());
      if (hex(await sha256(bytes)) !== asked) throw new CodedError('host-answer');
      return { text: new TextDecoder().decode(bytes) };
    },
  };
}
