// Bytes and their spellings: one canonical form of each is accepted.

const HEX = /^(?:[0-9a-f]{2})*$/;
/** No bit of the last digit is left over. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?$/;
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const DIGITS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** @param {string} text */
export const utf8 = (text) => encoder.encode(text);

/** @param {Uint8Array} bytes @returns {string | null} null: not UTF-8 */
export function decodeUtf8(bytes) {
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}

/** No control character of ASCII but newlines. @param {string} text */
export const isClean = (text) => !/[^\n\u0080-\u{10ffff} -~]/u.test(text);

/** Each byte as the character of that number. @param {Uint8Array} bytes */
export function latin1(bytes) {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192)
    text += String.fromCharCode.apply(null, /** @type {any} */ (bytes.subarray(at, at + 8192)));
  return text;
}

/** @param {Uint8Array} bytes */
export function hex(bytes) {
  let text = '';
  for (const byte of bytes) text += DIGITS[byte];
  return text;
}

/** @param {string} text */
export const isHex = (text) => HEX.test(text);

/** @param {string} text @returns {Uint8Array | null} */
export function fromHex(text) {
  if (!HEX.test(text)) return null;
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

/** @param {Uint8Array} bytes */
export const base64 = (bytes) => btoa(latin1(bytes));

/** @param {string} text @returns {Uint8Array | null} null: not the canonical spelling */
export function fromBase64(text) {
  if (!BASE64.test(text)) return null;
  const characters = atob(text);
  const bytes = new Uint8Array(characters.length);
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = characters.charCodeAt(i);
  return bytes;
}

/** @param {Uint8Array} a @param {Uint8Array} b */
export function same(a, b) {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return false;
  return true;
}

/** @param {...Uint8Array} parts */
export function join(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** A decimal number without sign or leading zeros. @param {string} text @returns {number} -1: none, or beyond 2^53 - 1 */
export function decimal(text) {
  const number = /^(?:0|[1-9][0-9]{0,15})$/.test(text) ? Number(text) : -1;
  return Number.isSafeInteger(number) ? number : -1;
}
