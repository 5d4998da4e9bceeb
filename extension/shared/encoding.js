// Bytes as text: base64 and hexadecimal (RFC 4648). What strangers wrote is read by verifier/bytes.js, which takes one spelling and no other.

/** So many arguments every engine takes. */
const AT_ONCE = 8192;

/** Lower-case hexadecimal. @param {Uint8Array} bytes */
export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** @param {Uint8Array} bytes */
export function toBase64(bytes) {
  let characters = '';
  for (let at = 0; at < bytes.length; at += AT_ONCE)
    characters += String.fromCharCode(.../** @type {any} */ (bytes.subarray(at, at + AT_ONCE)));
  return btoa(characters);
}

/** Throws an InvalidCharacterError at what is none. @param {string} base64 */
export const fromBase64 = (base64) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
