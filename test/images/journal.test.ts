import { mkdirSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { NotModelled } from '../../core/errno.ts';
import {
  type ByteSource,
  type DamagedImage,
  type JournalReplay,
  openVolume,
  type Volume,
} from '../../core/ext4/index.ts';
import { type FileSource, openFileSource } from '../../main/bytes/index.ts';
import {
  copy,
  format,
  missingTools,
  openWorkshop,
  populate,
  run,
  sample,
  whileMounted,
  whyNoMount,
} from './image.ts';

const why = missingTools === null ? '' : ` (${missingTools})`;

/** Journals that debugfs writes: transactions with blocks, revoked blocks, every version of checksums but the first. */
const written: {
  name: string;
  format: string[];
  commands: (data: string, magic: string) => string[];
  expected: Partial<JournalReplay>;
}[] = [
  {
    name: 'plain blocks',
    expected: { transactions: 2, blocks: 5, revoked: 0 },
    format: ['-O', '^metadata_csum,^64bit'],
    commands: (data) => ['jo', `jw -b 20000-20004 ${data}`, `jw -b 20002 ${data}`, 'jc'],
  },
  {
    name: 'an escaped block',
    expected: { transactions: 2, blocks: 4, revoked: 0 },
    format: ['-O', '^metadata_csum'],
    commands: (data, magic) => ['jo', `jw -b 20000 ${magic}`, `jw -b 20001-20003 ${data}`, 'jc'],
  },
  {
    name: 'revoked blocks',
    expected: { transactions: 5, blocks: 4, revoked: 3 },
    format: ['-O', '^metadata_csum'],
    commands: (data) => [
      'jo',
      `jw -b 20000-20004 ${data}`,
      'jw -r 20001,20003',
      `jw -b 20003 ${data}`,
      `jw -b 20010 ${data}`,
      'jw -r 20010',
      'jc',
    ],
  },
  {
    name: 'checksums of version 2',
    expected: { transactions: 2, blocks: 4, revoked: 1 },
    format: [],
    commands: (data) => ['jo -c -v 2', `jw -b 20000-20004 ${data}`, 'jw -r 20001', 'jc'],
  },
  {
    name: 'checksums of version 3',
    expected: { transactions: 3, blocks: 4, revoked: 1 },
    format: [],
    commands: (data, magic) => [
      'jo -c -v 3',
      `jw -b 20000 ${magic}`,
      `jw -b 20001-20004 ${data}`,
      'jw -r 20001',
      'jc',
    ],
  },
  {
    name: 'version 3 without 64-bit tags',
    expected: { transactions: 2, blocks: 4, revoked: 1 },
    format: ['-O', '^64bit'],
    commands: (data) => ['jo -c -v 3', `jw -b 20000-20004 ${data}`, 'jw -r 20001', 'jc'],
  },
];

describe.skipIf(missingTools !== null)(`replaying a journal of debugfs as e2fsck does${why}`, () => {
  const workshop = openWorkshop();
  afterAll(() => workshop.remove());
  const data = sample(workshop, 'data', 5 * 1024);
  const magic = join(workshop.folder, 'magic');
  writeFileSync(
    magic,
    Uint8Array.from({ length: 1024 }, (_, at) => [0xc0, 0x3b, 0x39, 0x98][at] ?? at & 0xff),
  );

  it.each(written)('$name', ({ name, format: args, commands, expected }) => {
    const image = format(workshop, `${name.replaceAll(' ', '-')}.img`, 64, ['-b', '1024', ...args]);
    populate(workshop, image, commands(data, magic));
    expect(compareWithE2fsck(image)).toMatchObject(expected);
  });

  it('refuses an external journal by name', () => {
    const image = format(workshop, 'external.img', 64, ['-b', '1024', '-O', '^has_journal']);
    const device = join(workshop.folder, 'journal.img');
    writeFileSync(device, '');
    run('mke2fs', ['-q', '-F', '-b', '1024', '-O', 'journal_dev', device, '8192']);
    populate(workshop, image, ['ssv feature_compat 0x3c', 'ssv journal_dev 0x700']);
    const source = openFileSource(image);
    expect(() => openVolume(source)).toThrow(NotModelled);
    expect(() => openVolume(source)).toThrow('external journal');
    source.close();
    const journal = openFileSource(device);
    expect(() => openVolume(journal)).toThrow('journal_dev');
    journal.close();
  });

  it('names the journal block whose bytes are wrong', () => {
    const image = format(workshop, 'damaged.img', 64, ['-b', '1024']);
    populate(workshop, image, ['jo -c -v 3', `jw -b 20000-20004 ${data}`, `jw -b 20001 ${data}`, 'jc']);
    const source = openFileSource(image);
    const { physical } = openVolume(source).extents(openVolume(source).inode(8))[0] as { physical: number };
    const flipped = withFlippedByte(source, (physical + 3) * 1024 + 100);
    expect(() => openVolume(flipped)).toThrow(
      expect.objectContaining({ block: physical + 3 }) as DamagedImage,
    );
    source.close();
  });
});

/** Journals of the kernel itself: the image is copied while it is mounted. */
const mounted: { name: string; format: string[]; options: string }[] = [
  { name: 'metadata_csum (version 3)', format: ['-b', '1024'], options: 'rw' },
  { name: '4 KiB blocks', format: ['-b', '4096'], options: 'rw' },
  { name: 'no checksums', format: ['-b', '1024', '-O', '^metadata_csum,^64bit'], options: 'rw' },
  { name: 'version 1', format: ['-b', '1024', '-O', '^metadata_csum'], options: 'journal_checksum' },
  {
    name: 'version 1, asynchronous',
    format: ['-b', '1024', '-O', '^metadata_csum'],
    options: 'data=writeback,journal_async_commit',
  },
  {
    name: 'version 3, asynchronous',
    format: ['-b', '1024'],
    options: 'data=writeback,journal_async_commit',
  },
  { name: 'data=journal', format: ['-b', '1024'], options: 'data=journal' },
];

const canMount = missingTools === null && whyNoMount === '';

describe.skipIf(!canMount)(`replaying a journal of the kernel as e2fsck does${why}${whyNoMount}`, () => {
  const workshop = openWorkshop();
  afterAll(() => workshop.remove());

  it.each(mounted)('$name', ({ name, format: args, options }) => {
    const image = format(workshop, `${name.replaceAll(/\W+/g, '-')}.img`, 64, args);
    const unclean = join(workshop.folder, `unclean-${name.replaceAll(/\W+/g, '-')}.img`);
    whileMounted(workshop, image, options, (folder) => {
      churn(folder);
      run('sync', ['-f', folder]);
      copy(image, unclean);
    });
    const { blocks, revoked } = compareWithE2fsck(unclean);
    expect(blocks).toBeGreaterThan(0);
    if (!options.includes('data=journal')) expect(revoked).toBeGreaterThan(0);
  });

  it('refuses fast commits by name', () => {
    const image = format(workshop, 'fast.img', 64, ['-b', '1024', '-O', 'fast_commit']);
    const unclean = join(workshop.folder, 'unclean-fast.img');
    whileMounted(workshop, image, 'rw', (folder) => {
      churn(folder);
      run('sync', ['-f', folder]);
      copy(image, unclean);
    });
    const source = openFileSource(unclean);
    expect(() => openVolume(source)).toThrow(NotModelled);
    expect(() => openVolume(source)).toThrow('fast commits');
    source.close();
  });
});

/** Writes, frees and reuses metadata blocks in several transactions, so that there is something to revoke. */
function churn(folder: string): void {
  for (let round = 0; round < 4; round++) {
    const directory = join(folder, `d${round}`);
    mkdirSync(directory);
    for (let at = 0; at < 120; at++)
      writeFileSync(join(directory, `file-${'x'.repeat(80)}-${at}`), 'y'.repeat(at * 50));
    run('sync', ['-f', folder]);
    if (round % 2 === 0) rmSync(directory, { recursive: true });
    else for (let at = 0; at < 120; at += 2) unlinkSync(join(directory, `file-${'x'.repeat(80)}-${at}`));
    run('sync', ['-f', folder]);
  }
}

/** Compares our bytes of `image` with those after e2fsck's own replay. */
function compareWithE2fsck(image: string): JournalReplay {
  const expected = copy(image, `${image}.replayed`);
  run('e2fsck', ['-y', '-E', 'journal_only', expected], [0, 1]);
  const [ours, theirs] = [openFileSource(image), openFileSource(expected)];
  const volume = openVolume(ours);
  const differences = differingBlocks(volume, theirs);
  const { length } = differences;
  expect({ length, first: differences.slice(0, 5) }).toEqual({ length: 0, first: [] });
  expect(openVolume(theirs).replay).toBeNull();
  ours.close();
  theirs.close();
  unlinkSync(expected);
  return volume.replay as JournalReplay;
}

/** Blocks that differ, the journal's first block (rewound by e2fsck) and the superblock's fields of the day apart. */
function differingBlocks(volume: Volume, theirs: FileSource): number[] {
  const { blockSizeBytes, blocksCount } = volume.geometry;
  const journal = volume.extents(volume.inode(volume.superblock.journalInode))[0]?.physical;
  const superblock = Math.floor(1024 / blockSizeBytes);
  const found: number[] = [];
  for (let block = 0; block < blocksCount; block++) {
    const [left, right] = [volume.source, theirs].map((source) =>
      source.read(block * blockSizeBytes, blockSizeBytes),
    );
    if (block === journal || Buffer.compare(left as Uint8Array, right as Uint8Array) === 0) continue;
    if (block !== superblock) found.push(block);
  }
  const [left, right] = [volume.superblock, openVolume(theirs).superblock];
  expect(right).toEqual({ ...left, ...changedByE2fsck(right) });
  return found;
}

/** e2fsck counts free blocks and inodes anew after a replay, and notes that it was here. */
function changedByE2fsck(after: Volume['superblock']): Partial<Volume['superblock']> {
  const { writeTime, lastCheckTime, mountCount, freeBlocksCount, freeInodesCount } = after;
  const { featureIncompat, kibibytesWritten, state } = after;
  return {
    ...{ writeTime, lastCheckTime, mountCount, freeBlocksCount, freeInodesCount },
    ...{ featureIncompat, kibibytesWritten, state },
  };
}

function withFlippedByte(base: ByteSource, at: number): ByteSource {
  return {
    sizeBytes: base.sizeBytes,
    read: (offset, length) => {
      const bytes = base.read(offset, length);
      if (at >= offset && at < offset + length) bytes[at - offset] = (bytes[at - offset] as number) ^ 0x40;
      return bytes;
    },
  };
}
