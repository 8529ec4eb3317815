import type { Window } from '../facts.ts';
import { isPowerOfTwo } from '../powers.ts';
import { sizeInWords } from '../words.ts';
import type { RfcRuleId } from './rules.ts';

/** What the RFC's checks look at. */
export interface RfcFacts {
  readonly blockBytes: number;
  /** The block size where there is no bigalloc. */
  readonly clusterBytes: number;
  /** EXT4_EXTENTS_FL. */
  readonly extentFile: boolean;
  /** The file has direct I/O: not data=journal, not inline, not encrypted without blk-crypto (ext4_should_use_dio()). */
  readonly directIo: boolean;
  /** The queue's limits, whatever the partition; 0 for none. */
  readonly device: Window;
}

/** What the checks before the mapping say. */
export type RfcVerdict =
  /** Nothing to write, or on to the mapping: ext4_map_blocks_aligned() has the last word. */
  | { readonly kind: 'goes on' }
  | { readonly kind: 'buffered'; readonly rule: RfcRuleId; readonly because: string }
  | {
      readonly kind: 'refused';
      readonly errno: 'EIO';
      readonly rule: RfcRuleId;
      readonly because: string;
      /** What the kernel logs (ext4_warning()), in order. */
      readonly warnings: readonly string[];
    };

interface RfcRequest {
  readonly offsetBytes: number;
  readonly lengthBytes: number;
  readonly direct: boolean;
}

interface Broken {
  readonly rule: RfcRuleId;
  readonly because: string;
  /** Logged before the line that every refusal logs. */
  readonly warning?: string;
}

/** The RFC's checks of one write with RWF_ATOMIC on an ext4 file, in their order (ext4_dio_write_checks() on). */
export function judgeRfcWrite(facts: RfcFacts, request: RfcRequest): RfcVerdict {
  if (request.lengthBytes === 0) return { kind: 'goes on' };
  if (!request.direct || !facts.directIo) {
    const because = request.direct ? 'the file has no direct I/O' : 'the file is not open with O_DIRECT';
    return { kind: 'buffered', rule: 'rfc.page-cache', because };
  }
  const broken = whyNotFile(facts, request) ?? whyNotDevice(facts.device, request);
  if (!broken) return { kind: 'goes on' };
  const { rule, because, warning } = broken;
  const warnings = [...(warning === undefined ? [] : [warning]), 'Atomic write checks failed.'];
  return { kind: 'refused', errno: 'EIO', rule, because, warnings };
}

/** ext4_dio_atomic_write_checks(), patch 6. */
function whyNotFile(facts: RfcFacts, { offsetBytes, lengthBytes }: RfcRequest): Broken | null {
  const { blockBytes, clusterBytes } = facts;
  if (clusterBytes > blockBytes)
    return {
      rule: 'rfc.bigalloc',
      because: `the filesystem has clusters of ${sizeInWords(clusterBytes)}`,
      warning: 'Atomic write not supported with bigalloc',
    };
  if (!facts.extentFile)
    return {
      rule: 'rfc.extent-file',
      because: 'the file is mapped by indirect blocks',
      warning: 'Atomic write not supported on non-extent files',
    };
  const shown = sizeInWords(lengthBytes);
  if (lengthBytes % blockBytes !== 0)
    return { rule: 'rfc.whole-blocks', because: `${shown} is no multiple of ${sizeInWords(blockBytes)}` };
  if (offsetBytes % lengthBytes !== 0)
    return { rule: 'rfc.naturally-aligned', because: `offset ${offsetBytes} is no multiple of ${shown}` };
  if (!isPowerOfTwo(lengthBytes / blockBytes))
    return { rule: 'rfc.power-of-two', because: `${shown} is no power of two of blocks` };
  return null;
}

/** blkdev_atomic_write_valid(), patch 5; what it asks again of alignment and powers is settled for a file by then. */
function whyNotDevice(device: Window, { offsetBytes, lengthBytes }: RfcRequest): Broken | null {
  if (device.minBytes === 0)
    return { rule: 'rfc.device-capable', because: 'the device advertises no atomic writes' };
  if (offsetBytes % device.minBytes !== 0 || lengthBytes % device.minBytes !== 0)
    return {
      rule: 'rfc.device-unit',
      because: `the smallest unit of the device is ${sizeInWords(device.minBytes)}`,
    };
  if (lengthBytes > device.maxBytes)
    return {
      rule: 'rfc.device-maximum',
      because: `the device writes at most ${sizeInWords(device.maxBytes)} atomically`,
    };
  return null;
}

/** What statx(2) shows, patch 7: null where nothing is supported (both fields 0). */
export function rfcStatx({ blockBytes, clusterBytes, extentFile, device }: RfcFacts): Window | null {
  if (!extentFile || clusterBytes > blockBytes) return null;
  if (device.minBytes === 0 || device.maxBytes === 0) return null;
  const minBytes = Math.max(device.minBytes, blockBytes);
  return device.maxBytes < minBytes ? null : { minBytes, maxBytes: device.maxBytes };
}

/** The same on a block device itself: patch 5 leaves its errno as it was. Null where the write goes on. */
export function judgeRfcDeviceWrite(
  device: Window,
  request: RfcRequest,
): { readonly errno: 'EINVAL'; readonly rule: RfcRuleId; readonly because: string } | null {
  const { offsetBytes, lengthBytes } = request;
  if (lengthBytes === 0 || !request.direct) return null;
  const limits = whyNotDevice({ ...device, maxBytes: Infinity }, request);
  const form = !isPowerOfTwo(lengthBytes) ? 'rfc.power-of-two' : null;
  const broken =
    limits ??
    (form ? ({ rule: form, because: `${sizeInWords(lengthBytes)} is no power of two` } as const) : null) ??
    whyNotDevice(device, request) ??
    (offsetBytes % lengthBytes === 0
      ? null
      : ({
          rule: 'rfc.naturally-aligned',
          because: `offset ${offsetBytes} is no multiple of ${sizeInWords(lengthBytes)}`,
        } as const));
  return broken && { errno: 'EINVAL', rule: broken.rule, because: broken.because };
}
