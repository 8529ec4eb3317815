import { describe, expect, it } from 'vitest';
import { sampleXfsGeometry as xfsGeometry } from '../../test/support/sample-xfs.ts';
import {
  atomicOpening,
  judgeAtomicWrite,
  parseKernelRelease,
  type AtomicFacts,
  type AtomicWriteRequest,
  type DeviceFacts,
  type FilesystemFacts,
  type XfsGeometry,
} from './index.ts';

const KiB = 1024;
const kernel = { major: 6, minor: 18, patch: 2 };

const drive: DeviceFacts = {
  name: 'nvme0n1',
  sizeBytes: 2 ** 30,
  logicalBlockBytes: 512,
  atomic: { unitMinBytes: 512, unitMaxBytes: 64 * KiB, maxBytes: 64 * KiB, boundaryBytes: 0 },
  partitionStartBytes: null,
};
const loop: DeviceFacts = {
  ...drive,
  name: 'loop0',
  atomic: { unitMinBytes: 0, unitMaxBytes: 0, maxBytes: 0, boundaryBytes: 0 },
};
const ext4 = (blockBytes: number, clusterBytes = blockBytes): FilesystemFacts => ({
  kind: 'ext4',
  blockBytes,
  clusterBytes,
  extentFeature: true,
  extentFile: true,
  inlineFile: false,
  encryption: 'none',
  verity: false,
  journalledData: false,
  dax: false,
});
const xfs = (change: Partial<XfsGeometry> = {}): FilesystemFacts => ({
  kind: 'xfs',
  geometry: { ...xfsGeometry, ...change },
  realtimeFile: false,
  maxAtomicWriteBytes: null,
});
const on = (filesystem: FilesystemFacts | null, device: DeviceFacts | null): AtomicFacts => ({
  kernel,
  file: filesystem ? { kind: 'regular', filesystem } : { kind: 'block' },
  device,
});
const write = (
  lengthBytes: number,
  offsetBytes = 0,
  rest: Partial<AtomicWriteRequest> = {},
): AtomicWriteRequest => ({ lengthBytes, offsetBytes, vectors: 1, direct: true, ...rest });

/** The verdict in one word: the way, the errno with its rule, or what is missing. */
function verdict(facts: AtomicFacts, request: AtomicWriteRequest): string {
  const judged = judgeAtomicWrite(facts, request);
  if (judged.kind === 'allowed') return judged.way;
  if (judged.kind === 'unknown') return `unknown: ${judged.missing}`;
  return `${judged.errno} ${judged.rule}`;
}

describe('the order of the checks', () => {
  const plain = on(ext4(4096), drive);
  const big = on(ext4(4096, 16 * KiB), drive);
  const wrongInEveryWay = write(12 * KiB, 5, { vectors: 3, direct: false });

  it.each([
    ['nothing to write, whatever the file', on(ext4(4096), loop), write(0), 'nothing to write'],
    [
      'a file that cannot, before everything else',
      on(ext4(4096), loop),
      wrongInEveryWay,
      'EOPNOTSUPP ext4.device-capable',
    ],
    [
      'the length, before its form',
      plain,
      write(12 * KiB, 5, { vectors: 3, direct: false }),
      'EINVAL filesystem.at-most-maximum',
    ],
    ['a length below the block', plain, write(512), 'EINVAL filesystem.at-least-minimum'],
    ['one buffer, before a power of two', big, wrongInEveryWay, 'EINVAL call.one-buffer'],
    [
      'a power of two, before alignment',
      big,
      write(12 * KiB, 5, { direct: false }),
      'EINVAL call.power-of-two',
    ],
    [
      'alignment, before O_DIRECT',
      big,
      write(8 * KiB, 4 * KiB, { direct: false }),
      'EINVAL call.naturally-aligned',
    ],
    ['O_DIRECT last', big, write(8 * KiB, 8 * KiB, { direct: false }), 'EOPNOTSUPP call.direct'],
    ['all in order', big, write(8 * KiB, 8 * KiB), 'hardware'],
  ])('%s', (_, facts, request, expected) => {
    expect(verdict(facts, request)).toBe(expected);
  });
});

describe('ext4', () => {
  it.each([
    ['4 KiB blocks', ext4(4096), [4096, 4096]],
    ['1 KiB blocks', ext4(1024), [1024, 1024]],
    ['16 KiB clusters', ext4(4096, 16 * KiB), [4096, 16 * KiB]],
    ['64 KiB clusters', ext4(4096, 64 * KiB), [4096, 64 * KiB]],
    ['clusters beyond the drive', ext4(4096, 256 * KiB), [4096, 64 * KiB]],
  ])('on a 64 KiB drive takes, with %s, what such a drive was seen to take', (_, filesystem, [min, max]) => {
    expect(atomicOpening(on(filesystem, drive))).toMatchObject({
      kind: 'open',
      window: { minBytes: min, maxBytes: max },
    });
  });

  it('takes nothing where its cluster is below the smallest unit of the drive, and says which would do', () => {
    const coarse = {
      ...drive,
      atomic: { unitMinBytes: 8192, unitMaxBytes: 65536, maxBytes: 65536, boundaryBytes: 0 },
    };
    expect(verdict(on(ext4(4096), coarse), write(8192))).toBe('EOPNOTSUPP ext4.windows-meet');
    expect(judgeAtomicWrite(on(ext4(4096), coarse), write(8192))).toMatchObject({
      remedy: 'mkfs.ext4 -O bigalloc -C 8192 DEVICE',
    });
  });

  it('needs extents in the filesystem and in the file', () => {
    const without = { ...ext4(4096), extentFeature: false } as FilesystemFacts;
    const indirect = { ...ext4(4096), extentFile: false } as FilesystemFacts;
    const unknown = { ...ext4(4096), extentFile: 'unknown' } as FilesystemFacts;
    expect(verdict(on(without, drive), write(4096))).toBe('EOPNOTSUPP ext4.extent-feature');
    expect(verdict(on(indirect, drive), write(4096))).toBe('EOPNOTSUPP ext4.extent-file');
    expect(verdict(on(unknown, drive), write(4096))).toMatch(/^unknown: /);
  });

  it('names what narrows its window, with the remedy', () => {
    expect(atomicOpening(on(ext4(4096), drive))).toMatchObject({
      narrowings: [
        {
          rule: 'ext4.block',
          because: "this filesystem's blocks are 4 KiB",
          remedy: 'mkfs.ext4 -O bigalloc -C 65536 DEVICE',
        },
        { rule: 'ext4.block', because: "this filesystem's blocks are 4 KiB", remedy: null },
      ],
    });
  });

  it('uses clusters since 6.16 only, and takes nothing before 6.13', () => {
    const big = on(ext4(4096, 16 * KiB), drive);
    expect(verdict({ ...big, kernel: { ...kernel, minor: 15 } }, write(16 * KiB))).toBe(
      'EINVAL filesystem.at-most-maximum',
    );
    expect(verdict({ ...big, kernel: { ...kernel, minor: 12 } }, write(4096))).toBe(
      'EOPNOTSUPP call.filesystem-capable',
    );
    expect(verdict({ ...big, kernel: { ...kernel, minor: 10 } }, write(4096))).toBe(
      'EOPNOTSUPP call.flag-known',
    );
  });
});

describe('XFS', () => {
  it.each([
    ['in software, on a loop device', xfs(), loop, write(2 ** 20), 'software'],
    ['nothing above its limit', xfs(), loop, write(2 ** 21), 'EINVAL filesystem.at-most-maximum'],
    ['nothing below its block', xfs(), loop, write(2048), 'EINVAL filesystem.at-least-minimum'],
    ['on a drive, the drive first', xfs(), drive, write(64 * KiB), 'hardware first'],
    ['beyond the drive, software', xfs(), drive, write(128 * KiB), 'software'],
    [
      'nothing without reflink and hardware',
      xfs({ reflink: false }),
      loop,
      write(4096),
      'EOPNOTSUPP xfs.some-way',
    ],
    ['one block without reflink', xfs({ reflink: false }), drive, write(4096), 'hardware'],
    [
      'no more than one block without reflink',
      xfs({ reflink: false }),
      drive,
      write(8192),
      'EINVAL filesystem.at-most-maximum',
    ],
    [
      'nothing certain about realtime',
      xfs({ realtimeBlocks: 1 }),
      drive,
      write(4096),
      'unknown: the largest unit of an XFS with a realtime section',
    ],
  ])('takes %s', (_, filesystem, device, request, expected) => {
    expect(verdict(on(filesystem, device), request)).toBe(expected);
  });

  it('completes nothing in software before 6.16', () => {
    const older = { ...on(xfs(), drive), kernel: { ...kernel, minor: 14 } };
    expect(verdict(older, write(4096))).toBe('hardware');
    expect(verdict(older, write(8192))).toBe('EINVAL filesystem.at-most-maximum');
  });
});

describe('a block device', () => {
  const partition = (startBytes: number, boundaryBytes = 0): DeviceFacts => ({
    ...drive,
    name: 'nvme0n1p1',
    partitionStartBytes: startBytes,
    atomic: { unitMinBytes: 4096, unitMaxBytes: 65536, maxBytes: 65536, boundaryBytes },
  });
  it.each([
    ['512 bytes to 64 KiB', drive, write(512), 'hardware'],
    ['64 KiB', drive, write(65536, 65536), 'hardware'],
    ['no more', drive, write(131072), 'EINVAL block.at-most-maximum'],
    ['no less', partition(2 ** 20), write(2048), 'EINVAL block.at-least-minimum'],
    ['nothing less than a logical block', drive, write(256), 'EINVAL direct.sector-aligned'],
    ['nothing behind its end', drive, write(4096, 2 ** 30), 'ENOSPC block.inside'],
    [
      'nothing over its end',
      { ...drive, sizeBytes: 2 ** 30 - 512 },
      write(1024, 2 ** 30 - 1024),
      'EINVAL block.ends-inside',
    ],
    ['nothing without limits', loop, write(4096), 'EOPNOTSUPP block.device-capable'],
    ['what an aligned partition takes', partition(2 ** 20), write(4096), 'hardware'],
    [
      'nothing on a partition off the unit',
      partition(63 * 512),
      write(4096),
      'EOPNOTSUPP block.partition-aligned',
    ],
    [
      'nothing on a partition off the boundary',
      partition(96 * KiB, 65536),
      write(4096),
      'EOPNOTSUPP block.partition-aligned',
    ],
    [
      'nothing certain where limits are unknown',
      { ...drive, atomic: 'unknown' as const },
      write(4096),
      'unknown: the atomic limits of nvme0n1',
    ],
  ])('takes %s', (_, device, request, expected) => {
    expect(verdict(on(null, device), request)).toBe(expected);
  });
});

describe('other files', () => {
  it('take nothing, each for its own reason', () => {
    const other = { kind: 'other', name: 'btrfs' } as const;
    expect(verdict(on(other, drive), write(4096))).toBe('EOPNOTSUPP btrfs.none');
    expect(verdict({ ...on(null, drive), file: { kind: 'directory' } }, write(4096))).toBe(
      'EISDIR call.directory',
    );
    expect(verdict(on(ext4(4096), null), write(4096))).toBe('EOPNOTSUPP ext4.device-capable');
  });
});

describe('a kernel release', () => {
  it.each([
    ['6.18.44-fc-v669', { major: 6, minor: 18, patch: 44 }],
    ['7.1-rc2+', { major: 7, minor: 1, patch: 0 }],
    ['6.12.94+deb13-amd64', { major: 6, minor: 12, patch: 94 }],
  ])('%s is read', (release, expected) => expect(parseKernelRelease(release)).toEqual(expected));
  it('is refused where there is none', () => expect(parseKernelRelease('linux')).toBeNull());
});
