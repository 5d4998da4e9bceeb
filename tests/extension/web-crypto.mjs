// Web Cryptography under the name that browsers give it, which Node.js 18 does not.
import { webcrypto } from 'node:crypto';

globalThis.crypto ??= webcrypto;
