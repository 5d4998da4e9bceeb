// What is used of @noble/curves and @noble/hashes.
export interface EdwardsPoint {
  isSmallOrder(): boolean;
  toBytes(): Uint8Array;
  add(other: EdwardsPoint): EdwardsPoint;
  equals(other: EdwardsPoint): boolean;
  multiplyUnsafe(scalar: bigint): EdwardsPoint;
}
export const ed25519: {
  verify(signature: Uint8Array, message: Uint8Array, key: Uint8Array, options: { zip215: boolean }): boolean;
  Point: { BASE: EdwardsPoint; Fn: { ORDER: bigint }; fromBytes(bytes: Uint8Array, zip215: boolean): EdwardsPoint };
};
export const sha512: (bytes: Uint8Array) => Uint8Array;
