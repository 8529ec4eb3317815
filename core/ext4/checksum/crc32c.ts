/**
 * CRC-32C (Castagnoli, RFC 3720), in the raw form in which ext4 and jbd2 chain it: no inversion before or after
 * (fs/ext4/ext4.h: ext4_chksum). Eight bytes a step, by tables.
 */
const polynomialReflected = 0x82f63b78;

const tables = makeTables();

function makeTables(): Uint32Array[] {
  const first = new Uint32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomialReflected : crc >>> 1;
    first[byte] = crc;
  }
  const all = [first];
  for (let slice = 1; slice < 8; slice++) {
    const previous = all[slice - 1] as Uint32Array;
    all.push(previous.map((crc) => (crc >>> 8) ^ (first[crc & 0xff] as number)));
  }
  return all;
}

const [t0, t1, t2, t3, t4, t5, t6, t7] = tables as [
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
];

/** Continues the checksum `seed` over `bytes`, from `start` up to (not including) `end`. An unsigned 32-bit number. */
export function crc32c(seed: number, bytes: Uint8Array, start = 0, end = bytes.length): number {
  let crc = seed;
  let at = start;
  for (; at + 8 <= end; at += 8) {
    const low =
      crc ^
      ((bytes[at] as number) |
        ((bytes[at + 1] as number) << 8) |
        ((bytes[at + 2] as number) << 16) |
        ((bytes[at + 3] as number) << 24));
    crc =
      (t7[low & 0xff] as number) ^
      (t6[(low >>> 8) & 0xff] as number) ^
      (t5[(low >>> 16) & 0xff] as number) ^
      (t4[low >>> 24] as number) ^
      (t3[bytes[at + 4] as number] as number) ^
      (t2[bytes[at + 5] as number] as number) ^
      (t1[bytes[at + 6] as number] as number) ^
      (t0[bytes[at + 7] as number] as number);
  }
  for (; at < end; at++) crc = (crc >>> 8) ^ (t0[(crc ^ (bytes[at] as number)) & 0xff] as number);
  return crc >>> 0;
}

/** Continues the checksum over one little-endian 32-bit number. */
export function crc32cOfUint32(seed: number, value: number): number {
  return crc32c(seed, new Uint8Array([value, value >>> 8, value >>> 16, value >>> 24]));
}

/** Continues the checksum over `count` zero bytes (a checksum field counts as zero in its own checksum). */
export function crc32cOfZeros(seed: number, count: number): number {
  return crc32c(seed, new Uint8Array(count));
}
