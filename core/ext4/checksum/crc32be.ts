/** CRC-32 with the most significant bit first (polynomial 0x04c11db7, lib/crc/crc32.c: crc32_be), of jbd2's first checksums. */
const table = makeTable();

function makeTable(): Uint32Array {
  const entries = new Uint32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte << 24;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
    entries[byte] = crc;
  }
  return entries;
}

/** Continues the checksum `seed` over `bytes`, without inversions. An unsigned 32-bit number. */
export function crc32be(seed: number, bytes: Uint8Array): number {
  let crc = seed;
  for (const byte of bytes) crc = (crc << 8) ^ (table[((crc >>> 24) ^ byte) & 0xff] as number);
  return crc >>> 0;
}
