/** CRC-16 (polynomial 0x8005 reflected, lib/crc/crc16.c), of the descriptor checksums before metadata_csum. */
const table = makeTable();

function makeTable(): Uint16Array {
  const entries = new Uint16Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1;
    entries[byte] = crc;
  }
  return entries;
}

/** Continues the checksum `seed` (first time: 0xffff) over `bytes`. An unsigned 16-bit number. */
export function crc16(seed: number, bytes: Uint8Array): number {
  let crc = seed;
  for (const byte of bytes) crc = (crc >>> 8) ^ (table[(crc ^ byte) & 0xff] as number);
  return crc;
}
