import { deflateSync, inflateSync } from 'node:zlib';
import { assert } from '../../core/assert.ts';

const signatureBytes = 8;
/** Length, type and check value around the data of a chunk (PNG, third edition, 5.3). */
const framingBytes = 12;

/** The same picture in fewer bytes: the browser compresses in a hurry. */
export function packPng(png: Buffer): Buffer {
  const data: Buffer[] = [];
  const before: Buffer[] = [png.subarray(0, signatureBytes)];
  const after: Buffer[] = [];
  for (let at = signatureBytes; at < png.length;) {
    const length = png.readUInt32BE(at);
    const type = png.toString('latin1', at + 4, at + 8);
    const chunk = png.subarray(at, at + length + framingBytes);
    assert(chunk.length === length + framingBytes, 'a chunk of a picture is whole');
    if (type === 'IDAT') data.push(chunk.subarray(8, -4));
    else (data.length === 0 ? before : after).push(chunk);
    at += chunk.length;
  }
  const packed = deflateSync(inflateSync(Buffer.concat(data)), { level: 9, memLevel: 9 });
  const smaller = Buffer.concat([...before, chunkOf('IDAT', packed), ...after]);
  return smaller.length < png.length ? smaller : png;
}

function chunkOf(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(named.length + 8);
  framed.writeUInt32BE(data.length, 0);
  named.copy(framed, 4);
  framed.writeUInt32BE(checkOf(named), named.length + 4);
  return framed;
}

/** CRC-32 of ISO 3309, as PNG wants it (third edition, annex D). */
function checkOf(bytes: Buffer): number {
  let check = 0xffffffff;
  for (const byte of bytes) {
    check ^= byte;
    for (let bit = 0; bit < 8; bit++) check = check & 1 ? (check >>> 1) ^ 0xedb88320 : check >>> 1;
  }
  return (check ^ 0xffffffff) >>> 0;
}
