import { deviceOpening, type Opening } from '../device.ts';
import type { AtomicFacts, DeviceFacts, Known, XfsFacts } from '../facts.ts';
import { isAtLeast } from '../kernel.ts';
import { sizeInWords } from '../words.ts';
import { xfsLimits, type XfsLimits } from '../xfs/limits.ts';
import type { XfsGeometry } from '../xfs/superblock.ts';
import { closed, type FileOpening, type Narrowing } from './types.ts';

const anew = 'mkfs.xfs -m reflink=1 DEVICE (Linux 6.16 or newer)';

/** What an XFS file takes (xfs_get_atomic_write_min(), xfs_get_atomic_write_max()), on its data or realtime device. */
export function xfsOpening(facts: AtomicFacts, xfs: XfsFacts): FileOpening {
  const { geometry } = xfs;
  if (xfs.dax === true)
    return closed('xfs.not-dax', 'the file is DAX', 'mount with dax=never, or xfs_io -c "chattr -x" FILE');
  if (xfs.dax === 'unknown') return { kind: 'unknown', missing: 'whether the file is DAX' };
  if (geometry === 'unknown') return { kind: 'unknown', missing: 'the superblock of the filesystem' };
  if (xfs.realtimeFile === 'unknown')
    return { kind: 'unknown', missing: 'whether the file is a realtime file' };
  if (xfs.maxAtomicWriteBytes === 'unknown') return { kind: 'unknown', missing: 'the mount options' };
  const software = isAtLeast(facts.kernel, 6, 16) && geometry.reflink;
  // The log reservation of a filesystem with a realtime section is not known here; the mount option stands for it.
  if (software && geometry.realtimeBlocks > 0 && !xfs.maxAtomicWriteBytes)
    return { kind: 'unknown', missing: 'the largest unit of an XFS with a realtime section' };
  const device = deviceOpening(deviceOf(facts, xfs));
  if (device.kind === 'unknown' && !software) return device;
  const limits = xfsLimits(
    { ...geometry, reflink: software },
    device.kind === 'open' ? device.limits : null,
    xfs.maxAtomicWriteBytes,
    xfs.realtimeFile,
  );
  if (limits.window === null) return closed('xfs.some-way', whyNoWay(geometry), remedyOf(geometry));
  if (device.kind === 'unknown') return device;
  return {
    kind: 'open',
    window: limits.window,
    hardwareMaxBytes: Math.min(limits.hardwareMaxBytes, limits.window.maxBytes),
    software: limits.software,
    notAtomic: null,
    narrowings: narrowingsOf(geometry, limits, device),
  };
}

function deviceOf(facts: AtomicFacts, xfs: XfsFacts): Known<DeviceFacts> | null {
  return xfs.realtimeFile === true && xfs.realtimeDevice !== undefined && xfs.realtimeDevice !== null
    ? xfs.realtimeDevice
    : facts.device;
}

function whyNoWay({ reflink }: XfsGeometry): string {
  return reflink
    ? 'this kernel completes no atomic writes in software (6.16 does), and the device advertises none that cover a block'
    : 'this filesystem has no reflink, and the device advertises no atomic writes that cover a block';
}

function remedyOf({ reflink }: XfsGeometry): string {
  return reflink ? 'use Linux 6.16 or newer' : anew;
}

function narrowingsOf(geometry: XfsGeometry, limits: XfsLimits, device: Opening): Narrowing[] {
  const block = sizeInWords(geometry.blockBytes);
  if (!limits.software) {
    const because = `without software completion XFS writes exactly one block, ${block}`;
    return [{ rule: 'xfs.one-block', because, remedy: remedyOf(geometry) }];
  }
  const narrowings: Narrowing[] = [];
  if (limits.limitedBy !== null) narrowings.push(upperEnd(limits));
  if (device.kind === 'open' && device.window.minBytes < geometry.blockBytes)
    narrowings.push({ rule: 'xfs.block', because: `this filesystem's blocks are ${block}`, remedy: null });
  return narrowings;
}

function upperEnd({ window, limitedBy }: XfsLimits): Narrowing {
  const most = sizeInWords(window?.maxBytes ?? 0);
  switch (limitedBy) {
    case 'option':
      return {
        rule: 'xfs.mount-option',
        because: `it is mounted with max_atomic_write=${most}`,
        remedy: 'mount with a larger max_atomic_write (the log must have room for it)',
      };
    case 'group':
      return {
        rule: 'xfs.group',
        because: `the allocation groups allow units of ${most}`,
        remedy: 'mkfs.xfs -d agsize=SIZE DEVICE with a power of two (or a multiple of a larger one)',
      };
    default:
      return {
        rule: 'xfs.log-reservation',
        because: `one transaction remaps at most ${most} by default`,
        remedy: 'mount -o max_atomic_write=SIZE (a power of two; the log must have room for it)',
      };
  }
}
