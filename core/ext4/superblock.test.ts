import { describe, expect, it } from 'vitest';
import { NotModelled } from '../errno.ts';
import { crc32c } from './checksum/crc32c.ts';
import { DamagedImage } from './damaged.ts';
import { openVolume } from './open.ts';
import type { ByteSource } from './source.ts';

const mebibyte = 2 ** 20;

/** The least superblock that opens: 1 MiB in blocks of 1 KiB, one group of 16 inodes, `change` applied, checksum set. */
function image(change: (view: DataView) => void, sizeBytes = mebibyte): ByteSource {
  const bytes = new Uint8Array(sizeBytes);
  const view = new DataView(bytes.buffer, 1024);
  const words: [at: number, value: number][] = [
    [0x0, 16],
    [0x4, 1024],
    [0x14, 1],
    [0x20, 8192],
    [0x24, 8192],
    [0x28, 16],
    [0x4c, 1],
    [0x54, 11],
    [0x60, 0x42],
    [0x64, 0x400],
  ];
  for (const [at, value] of words) view.setUint32(at, value, true);
  view.setUint16(0x38, 0xef53, true);
  view.setUint16(0x58, 128, true);
  view.setUint8(0x175, 1);
  change(view);
  view.setUint32(0x3fc, crc32c(0xffffffff, bytes.subarray(1024, 2044)), true);
  return { sizeBytes, read: (offset, length) => bytes.slice(offset, offset + length) };
}

const set = (at: number, value: number) => (view: DataView) => view.setUint32(at, value, true);

describe('readSuperblock', () => {
  it('opens the least filesystem', () => {
    const { geometry, superblock } = openVolume(image(() => undefined));
    expect(geometry).toMatchObject({ groupCount: 1, blockSizeBytes: 1024, clusterRatio: 1, flexSize: 1 });
    expect(superblock).toMatchObject({ blocksCount: 1024, descriptorBlocks: 1, firstInode: 11 });
  });

  const refused: [what: string, change: (view: DataView) => void, message: string][] = [
    ['another magic number', (view) => view.setUint16(0x38, 0x1234, true), 'its magic number is 0x1234'],
    ['an impossible block size', set(0x18, 7), 'block size 1024 << 7'],
    ['an impossible cluster size', set(0x1c, 30), 'cluster size 1024 << 30'],
    ['a cluster that is no block', set(0x1c, 2), 'cluster size 4096 does not go with block size 1024'],
    [
      'more blocks than the image',
      set(0x4, 1025),
      'the filesystem has 1025 blocks, but the image ends after 1024',
    ],
    ['a first block past the end', set(0x14, 1024), 'first data block 1024 is beyond the end'],
    ['no groups', set(0x20, 0), '0 blocks per group contradict 8192 clusters per group'],
    ['clusters that fill no byte', set(0x24, 8191), '8191 clusters per group are impossible'],
    ['inodes that do not add up', set(0x0, 17), '17 inodes contradict 1 groups of 16'],
    ['no inodes', set(0x28, 0), '0 inodes per group are impossible'],
    ['an odd inode size', (view) => view.setUint16(0x58, 130, true), 'inode size 130'],
    ['a low first inode', set(0x54, 5), 'first inode 5'],
    ['an unknown checksum', (view) => view.setUint8(0x175, 2), 'checksum type 2'],
    [
      'bigalloc without extents',
      (view) => (set(0x60, 0x2)(view), set(0x64, 0x600)(view)),
      'bigalloc without extents',
    ],
    ['too many reserved blocks', set(0x8, 2000), '2000 reserved blocks'],
  ];

  it.each(refused)('refuses %s in one clear line', (_, change, message) => {
    const open = (): unknown => openVolume(image(change));
    expect(open).toThrow(DamagedImage);
    expect(open).toThrow(message);
    expect(open).toThrow(expect.objectContaining({ structure: 'superblock', block: null }) as Error);
  });

  it('refuses a wrong checksum', () => {
    const sound = image(() => undefined);
    const changed: ByteSource = {
      sizeBytes: sound.sizeBytes,
      read: (offset, length) => sound.read(offset, length).with(0x78, 0x41),
    };
    expect(() => openVolume(changed)).toThrow('superblock: its checksum is');
  });

  it('refuses an image that is too short to hold one', () => {
    expect(() => openVolume({ sizeBytes: 2047, read: () => new Uint8Array(0) })).toThrow(
      '2047 bytes are too few',
    );
  });

  it('refuses unknown features by name, or by number where they have none', () => {
    const unknown = image(
      (view) => (set(0x60, 0x1043)(view), set(0x5c, 0x80000000)(view), set(0x64, 0x4400)(view)),
    );
    expect(() => openVolume(unknown)).toThrow(NotModelled);
    expect(() => openVolume(unknown)).toThrow(
      'the ext4 features compat 0x80000000, compression, dirdata, shared_blocks of this filesystem',
    );
  });
});
