// What is used of PKI.js and asn1js. Their objects are looked into by name; what is found is checked where it is used.
export interface Parser {
  new (parameters?: object): any;
  fromBER(bytes: Uint8Array): any;
}
export function fromBER(bytes: Uint8Array): { offset: number; result: any };
export const Certificate: Parser;
export const ContentInfo: Parser;
export const CryptoEngine: Parser;
export const SignedData: Parser;
export const TimeStampReq: Parser;
export const TimeStampResp: Parser;
export const TSTInfo: Parser;
export function setEngine(name: string, engine: any): void;
