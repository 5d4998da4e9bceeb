// What is used of @stablelib/sha256.
export class SHA256 {
  reset(): this;
  update(bytes: Uint8Array): this;
  finish(to: Uint8Array): this;
  digest(): Uint8Array;
}
export const sha256: (bytes: Uint8Array) => Uint8Array;
