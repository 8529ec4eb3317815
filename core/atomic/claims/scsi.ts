/** The fields about atomicity in the Block Limits VPD page (SBC-4, 6.6.4); counts of logical blocks, 0 for "not said". */
export interface ScsiClaims {
  /** PAGE LENGTH plus the header of four bytes. */
  readonly pageBytes: number;
  readonly maximumLength: number;
  readonly alignment: number;
  readonly granularity: number;
  readonly maximumLengthWithBoundary: number;
  readonly maximumBoundary: number;
}

const pageCode = 0xb0;
/** The kernel reads the fields where the page has all of them (drivers/scsi/sd.c, sd_read_block_limits()). */
export const scsiPageBytes = 64;

/** Reads page B0h with its header. Throws RangeError where `bytes` are none. */
export function decodeScsiBlockLimits(bytes: Uint8Array): ScsiClaims {
  if (bytes.byteLength < 4) throw new RangeError(`a VPD page has at least 4 bytes, not ${bytes.byteLength}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint8(1) !== pageCode)
    throw new RangeError(`this is VPD page ${view.getUint8(1).toString(16)}h, not b0h`);
  const pageBytes = Math.min(view.getUint16(2) + 4, bytes.byteLength);
  const field = (at: number) => (pageBytes >= scsiPageBytes ? view.getUint32(at) : 0);
  return {
    pageBytes,
    maximumLength: field(44),
    alignment: field(48),
    granularity: field(52),
    maximumLengthWithBoundary: field(56),
    maximumBoundary: field(60),
  };
}
