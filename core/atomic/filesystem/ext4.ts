import { deviceOpening } from '../device.ts';
import type { AtomicFacts, Ext4Facts, Window } from '../facts.ts';
import { isAtLeast } from '../kernel.ts';
import type { Obstacle, Reason } from '../rules.ts';
import { sizeInWords, windowInWords } from '../words.ts';
import { closed, type FileOpening, type Narrowing } from './types.ts';

/**
 * What an ext4 file takes (ext4_atomic_write_init(), ext4_inode_can_atomic_write()): single blocks from 6.13, up to a
 * cluster of bigalloc from 6.16.
 */
export function ext4Opening(facts: AtomicFacts, ext4: Ext4Facts): FileOpening {
  if (ext4.verity === true)
    return closed('ext4.verity', 'this file is sealed by fs-verity', 'write to a copy of the file');
  const device = deviceOpening(facts.device);
  if (device.kind === 'unknown') return device;
  if (device.kind === 'closed') {
    return { kind: 'closed', obstacle: { ...device.obstacle, rule: underExt4(device.obstacle.rule) } };
  }
  if (ext4.blockBytes === 'unknown' || ext4.clusterBytes === 'unknown') return superblockMissing;
  const largeUnits = isAtLeast(facts.kernel, 6, 16);
  if (largeUnits && ext4.extentFeature === 'unknown') return superblockMissing;
  if (largeUnits && !ext4.extentFeature)
    return closed(
      'ext4.extent-feature',
      'this filesystem has no extent feature',
      'tune2fs -O extent DEVICE, then write the files anew',
    );
  const meeting = ext4Window(
    device.window,
    ext4.blockBytes,
    largeUnits ? ext4.clusterBytes : ext4.blockBytes,
  );
  if (meeting.kind === 'closed') return { kind: 'closed', obstacle: meeting.obstacle };
  const file = largeUnits ? whyNotFile(ext4) : null;
  if (file) return file;
  const path = pageCachePath(ext4, largeUnits);
  if (path === 'unknown') return { kind: 'unknown', missing: 'whether the file has direct I/O (its flags)' };
  return {
    kind: 'open',
    window: meeting.window,
    hardwareMaxBytes: path === null ? meeting.window.maxBytes : 0,
    software: false,
    notAtomic: path,
    narrowings: meeting.narrowings,
  };
}

const superblockMissing: FileOpening = { kind: 'unknown', missing: 'the superblock of the filesystem' };

function underExt4(rule: Obstacle['rule']): Obstacle['rule'] {
  return rule === 'block.device-capable' ? 'ext4.device-capable' : rule;
}

function whyNotFile({ extentFile, inlineFile }: Ext4Facts): FileOpening | null {
  if (inlineFile === true)
    return closed(
      'ext4.inline-file',
      "this file's data lie in its inode",
      'write the file anew, larger than an inode, or format without inline_data',
    );
  if (extentFile === 'unknown') return { kind: 'unknown', missing: 'whether the file is mapped by extents' };
  return extentFile
    ? null
    : closed('ext4.extent-file', 'this file is mapped by indirect blocks', 'chattr +e FILE');
}

/**
 * Files without direct I/O (ext4_dio_alignment(), ext4_should_use_dio()): the flag is accepted, the write is buffered.
 * Nothing in ext4_file_write_iter() asks for this.
 */
function pageCachePath(ext4: Ext4Facts, largeUnits: boolean): Reason | null | 'unknown' {
  const { journalledData, encryption, inlineFile, dax } = ext4;
  if (dax === true) return { rule: 'ext4.dax', because: 'the file is DAX: the CPU writes it' };
  if (journalledData === true)
    return {
      rule: 'ext4.journalled-data',
      because: 'data=journal has no direct I/O: the write is accepted, and goes through the page cache',
    };
  if (!largeUnits && inlineFile === true)
    return {
      rule: 'ext4.inline-before-extents',
      because: "the file's data lie in its inode: the write is accepted, and goes through the page cache",
    };
  if (encryption === 'page cache')
    return {
      rule: 'ext4.encrypted',
      because: 'the file is encrypted in the page cache: the write is accepted, and is no direct I/O',
    };
  return [journalledData, encryption, dax].includes('unknown') ? 'unknown' : null;
}

type Meeting =
  | { readonly kind: 'open'; readonly window: Window; readonly narrowings: readonly Narrowing[] }
  | { readonly kind: 'closed'; readonly obstacle: Obstacle };

function ext4Window(device: Window, blockBytes: number, clusterBytes: number): Meeting {
  const minBytes = Math.max(blockBytes, device.minBytes);
  const maxBytes = Math.min(clusterBytes, device.maxBytes);
  const bigalloc = clusterBytes > blockBytes;
  const units = `this filesystem's ${bigalloc ? 'clusters' : 'blocks'} are ${sizeInWords(clusterBytes)}`;
  if (minBytes > maxBytes) {
    const remedy = device.minBytes > clusterBytes ? formatWith(device.minBytes) : null;
    const because = `${units}, and the device writes ${windowInWords(device)}`;
    return { kind: 'closed', obstacle: { rule: 'ext4.windows-meet', because, remedy } };
  }
  const narrowings: Narrowing[] = [];
  if (maxBytes < device.maxBytes)
    narrowings.push({
      rule: bigalloc ? 'ext4.cluster' : 'ext4.block',
      because: units,
      remedy: formatWith(device.maxBytes),
    });
  if (minBytes > device.minBytes)
    narrowings.push({
      rule: 'ext4.block',
      because: `this filesystem's blocks are ${sizeInWords(blockBytes)}`,
      remedy: null,
    });
  return { kind: 'open', window: { minBytes, maxBytes }, narrowings };
}

function formatWith(clusterBytes: number): string {
  return `mkfs.ext4 -O bigalloc -C ${clusterBytes} DEVICE`;
}
