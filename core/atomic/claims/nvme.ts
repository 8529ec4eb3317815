/**
 * The fields about atomicity in the Identify data structures (NVM Express Base Specification 2.1, 5.1.13; NVM Command
 * Set Specification 1.1, 4.1.5.1). Units are 0-based counts of logical blocks, as on the wire.
 */
export interface NvmeNamespaceClaims {
  /** NSFEAT bit 1 (NSABP): the namespace's own fields below are defined. */
  readonly atomicsDefined: boolean;
  /** NAWUN: without a power failure. */
  readonly normalUnit: number;
  /** NAWUPF: across a power failure. */
  readonly powerFailUnit: number;
  /** NACWU: for Compare and Write. */
  readonly compareUnit: number;
  /** NABSN. */
  readonly normalBoundary: number;
  /** NABO, in logical blocks (not 0-based). */
  readonly boundaryOffset: number;
  /** NABSPF. */
  readonly powerFailBoundary: number;
  /** The logical block of the format in use (FLBAS, LBADS). */
  readonly logicalBlockBytes: number;
}

export interface NvmeControllerClaims {
  readonly serial: string;
  readonly model: string;
  readonly firmware: string;
  /** CMIC bit 1: the subsystem may have several controllers. */
  readonly severalControllers: boolean;
  /** MDTS as bytes with the smallest page of 4 KiB; 0 where it does not limit. */
  readonly maxTransferBytes: number;
  /** AWUN. */
  readonly normalUnit: number;
  /** AWUPF. */
  readonly powerFailUnit: number;
  /** ACWU. */
  readonly compareUnit: number;
  /** SUBNQN. */
  readonly subsystem: string;
}

/** What a namespace says about itself, beside what its controller says about all of them. */
export interface NvmeClaims {
  readonly namespace: Omit<NvmeNamespaceClaims, 'logicalBlockBytes'>;
  readonly controller: Pick<NvmeControllerClaims, 'powerFailUnit'>;
  readonly logicalBlockBytes: number;
}

/** Both structures are 4096 bytes. */
const nvmeIdentifyBytes = 4096;

/** Reads Identify Controller (CNS 01h). Throws RangeError where `bytes` are not 4096. */
export function decodeNvmeController(bytes: Uint8Array): NvmeControllerClaims {
  const view = structure(bytes);
  const transferPower = view.getUint8(77);
  return {
    serial: text(bytes, 4, 20),
    model: text(bytes, 24, 40),
    firmware: text(bytes, 64, 8),
    severalControllers: (view.getUint8(76) & 2) !== 0,
    maxTransferBytes: transferPower === 0 ? 0 : 4096 * 2 ** transferPower,
    normalUnit: view.getUint16(526, true),
    powerFailUnit: view.getUint16(528, true),
    compareUnit: view.getUint16(532, true),
    subsystem: text(bytes, 768, 256),
  };
}

/** Reads Identify Namespace (CNS 00h). Throws RangeError where `bytes` are not 4096 or the format is none. */
export function decodeNvmeNamespace(bytes: Uint8Array): NvmeNamespaceClaims {
  const view = structure(bytes);
  const format = formatInUse(view.getUint8(26), view.getUint8(25));
  const blockPower = view.getUint8(128 + format * 4 + 2);
  if (blockPower < 9 || blockPower > 24)
    throw new RangeError(`LBA format ${format} has a data size of 2^${blockPower} bytes`);
  return {
    atomicsDefined: (view.getUint8(24) & 2) !== 0,
    normalUnit: view.getUint16(34, true),
    powerFailUnit: view.getUint16(36, true),
    compareUnit: view.getUint16(38, true),
    normalBoundary: view.getUint16(40, true),
    boundaryOffset: view.getUint16(42, true),
    powerFailBoundary: view.getUint16(44, true),
    logicalBlockBytes: 2 ** blockPower,
  };
}

/** FLBAS bits 3:0, and bits 6:5 above them where there are more than 16 formats (NLBAF). */
function formatInUse(flbas: number, formats: number): number {
  const low = flbas & 0x0f;
  return formats >= 16 ? low | ((flbas & 0x60) >> 1) : low;
}

function structure(bytes: Uint8Array): DataView {
  if (bytes.byteLength !== nvmeIdentifyBytes)
    throw new RangeError(`an Identify structure has ${nvmeIdentifyBytes} bytes, not ${bytes.byteLength}`);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** ASCII, padded with spaces or zeros. */
function text(bytes: Uint8Array, start: number, length: number): string {
  const end = bytes.subarray(start, start + length).indexOf(0);
  const part = bytes.subarray(start, end < 0 ? start + length : start + end);
  return String.fromCharCode(...part).trim();
}
