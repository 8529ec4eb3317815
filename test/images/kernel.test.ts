import { closeSync, linkSync, mkdirSync, openSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Extent, type InodeRecord, openVolume } from '../../core/ext4/index.ts';
import { openFileSource } from '../../main/bytes/index.ts';
import { compareGroups, compareHeader, compareInodes } from './compare.ts';
import { copy, format, missingTools, openWorkshop, run, whileMounted, whyNoMount } from './image.ts';

const why = missingTools === null ? whyNoMount : ` (${missingTools})`;

const kinds: { name: string; args: string[] }[] = [
  { name: '4 KiB blocks', args: ['-b', '4096'] },
  { name: '1 KiB blocks', args: ['-b', '1024'] },
  { name: 'bigalloc', args: ['-b', '4096', '-O', 'bigalloc', '-C', '16384'] },
  { name: 'indirect', args: ['-b', '1024', '-O', '^extents,^64bit'] },
  { name: 'inline data', args: ['-b', '1024', '-O', 'inline_data'] },
  {
    name: 'uninit_bg, meta_bg',
    args: ['-b', '1024', '-O', '^metadata_csum,uninit_bg,meta_bg,^resize_inode'],
  },
];

describe.skipIf(why !== '')(`images that the kernel filled${why}`, () => {
  const workshop = openWorkshop();
  afterAll(() => workshop.remove());

  it.each(kinds)('$name: read as debugfs, dumpe2fs and filefrag do', ({ name, args }) => {
    const image = format(workshop, `${name.replaceAll(/\W+/g, '-')}.img`, 256, args);
    let printed = new Map<string, string[]>();
    whileMounted(workshop, image, 'rw', (folder) => {
      const files = fill(folder, !args.join().includes('^extents'));
      run('sync', ['-f', folder]);
      printed = new Map(
        files.map((file) => [file, fragments(run('filefrag', ['-s', '-v', join(folder, file)]))]),
      );
    });
    const source = openFileSource(image);
    const volume = openVolume(source);
    expect(volume.replay).toBeNull();
    compareHeader(volume, image);
    compareGroups(volume, image);
    compareInodes(workshop, volume, image);
    for (const [file, rows] of printed) {
      const extents = volume.extents(volume.lookup(file) as InodeRecord);
      expect({ file, rows: extents.map(rowOf) }).toEqual({ file, rows });
    }
    source.close();
  });

  it('reads the device under a live mount', () => {
    const image = format(workshop, 'live.img', 64, ['-b', '1024']);
    whileMounted(workshop, image, 'rw', (folder) => {
      fill(folder, true);
      run('sync', ['-f', folder]);
      const source = openFileSource(run('findmnt', ['-no', 'SOURCE', folder]).trim());
      expect(source.sizeBytes).toBe(64 * 2 ** 20);
      for (const replay of [true, false]) {
        const volume = openVolume(source, { replay });
        const rows = fragments(run('filefrag', ['-s', '-v', join(folder, 'whole')]));
        expect(volume.extents(volume.lookup('whole') as InodeRecord).map(rowOf)).toEqual(rows);
        expect(volume.replay === null).toBe(!replay);
      }
      source.close();
    });
  });

  it.each([
    { name: 'the list of orphans', args: ['-b', '1024'] },
    { name: 'the orphan file', args: ['-b', '1024', '-O', 'orphan_file'] },
  ])('$name: unlinked files that were open when the machine stopped', ({ name, args }) => {
    const image = format(workshop, `${name.replaceAll(' ', '-')}.img`, 64, args);
    const unclean = `${image}.unclean`;
    const open: number[] = [];
    whileMounted(workshop, image, 'rw', (folder) => {
      for (const file of ['a', 'b', 'c']) {
        writeFileSync(join(folder, file), 'bytes');
        open.push(openSync(join(folder, file), 'r'));
      }
      unlinkSync(join(folder, 'a'));
      unlinkSync(join(folder, 'c'));
      run('sync', ['-f', folder]);
      copy(image, unclean);
      for (const descriptor of open) closeSync(descriptor);
    });
    const source = openFileSource(unclean);
    const volume = openVolume(source);
    const orphans = volume.orphans().map((ino) => volume.inode(ino));
    expect(orphans.map(({ links, sizeBytes }) => ({ links, sizeBytes }))).toEqual([
      { links: 0, sizeBytes: 5 },
      { links: 0, sizeBytes: 5 },
    ]);
    expect(volume.lookup('b')?.links).toBe(1);
    expect(orphans.map(({ ino }) => ino)).not.toContain(volume.lookup('b')?.ino);
    source.close();
  });
});

/** Files with holes, unwritten parts and many pieces, a large hashed directory, renames; returns those to lay beside filefrag. */
function fill(folder: string, extents: boolean): string[] {
  mkdirSync(join(folder, 'many'));
  for (let at = 0; at < 1500; at++) writeFileSync(join(folder, 'many', `${'long-name-'.repeat(8)}${at}`), '');
  for (let at = 0; at < 1500; at += 3) unlinkSync(join(folder, 'many', `${'long-name-'.repeat(8)}${at}`));
  writeFileSync(join(folder, 'whole'), new Uint8Array(3_000_000));
  writeFileSync(join(folder, 'tiny'), 'x');
  linkSync(join(folder, 'whole'), join(folder, 'linked'));
  renameSync(join(folder, 'tiny'), join(folder, 'renamed'));
  run('chown', ['70000:80000', join(folder, 'renamed')]);
  const pieces = join(folder, 'pieces');
  for (let at = 0; at < 500; at++) {
    const seek = [
      'seek=' + String(at * 32768),
      'bs=5000',
      'count=1',
      'oflag=seek_bytes',
      'conv=notrunc',
      'status=none',
    ];
    run('dd', ['if=/dev/zero', `of=${pieces}`, ...seek]);
  }
  if (!extents) return ['whole', 'pieces'];
  run('fallocate', ['-o', '1000000', '-l', '9000000', join(folder, 'whole')]);
  run('fallocate', ['-p', '-o', '500000', '-l', '200000', join(folder, 'whole')]);
  return ['whole', 'pieces'];
}

/** `logical physical length state` of each row of `filefrag -v`, pieces that continue each other joined. */
function fragments(text: string): string[] {
  const row = /^ *\d+: +(\d+)\.\. *(\d+): +(\d+)\.\. *\d+: +(\d+):(?: +\d+:)? *(.*)$/;
  return text.split('\n').flatMap((line) => {
    const found = row.exec(line);
    if (found === null) return [];
    const unwritten = (found[5] ?? '').includes('unwritten');
    return [`${found[1]} ${found[3]} ${found[4]} ${unwritten}`];
  });
}

function rowOf({ logical, physical, length, unwritten }: Extent): string {
  return `${logical} ${physical} ${length} ${unwritten}`;
}
