import { execFile } from 'node:child_process';
import { openSync, closeSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { openVolume } from '../../core/ext4/index.ts';
import { createAllocator, linux618, volumeGroups } from '../../core/mballoc/index.ts';
import { fallocate, MountedFilesystem, openForWriting } from '../../core/vfs/index.ts';
import { openFileSource } from '../../main/bytes/index.ts';
import { fiemap } from '../../main/native/index.ts';
import { whileMounted, withImage } from './loop-image.ts';
import { benchMemory } from './memory.ts';
import { hold, timed, timedHere, type Taken } from './stopwatch.ts';

const run = promisify(execFile);
const GiB = 2 ** 30;
const pieces = 100_000;
const machine = { possibleCpus: 2, rotational: true, threadId: 0, pageSizeBytes: 4096 };

/** Issue by issue, what the mirror and the readers take beside what a user would take instead. */
export async function benchMirror(): Promise<void> {
  await benchPieces();
  await benchOpening();
  await benchFiemap();
  await benchMemory();
}

/** 100,000 pieces of 4 KiB by fallocate at distances of 8 KiB: the mirror beside the kernel on a loop file in memory. */
async function benchPieces(): Promise<void> {
  await withImage(4 * GiB, ['-b', '4096'], (image) =>
    hold({
      name: `${pieces} pieces of 4 KiB by fallocate`,
      rounds: 5,
      ours: () => Promise.resolve(piecesOnMirror(image)),
      rival: 'the kernel',
      theirs: () => whileMounted(image, piecesOnKernel),
    }),
  );
}

function piecesOnMirror(image: string): Taken {
  const source = openFileSource(image);
  try {
    const fs = new MountedFilesystem(openVolume(source), {
      machine,
      profile: linux618,
      options: 'commit=300',
      buddies: 'warm',
    });
    const inode = fs.namespace.create('pieces');
    openForWriting(fs, inode);
    return timedHere(() => {
      for (let i = 0; i < pieces; i++) fallocate(fs, inode, i * 8192, 4096, noModes);
    });
  } finally {
    source.close();
  }
}

const noModes = {
  keepSize: false,
  punchHole: false,
  zeroRange: false,
  collapseRange: false,
  insertRange: false,
};

/**
 * A tight loop in one process of its own; the time is taken inside, without its start. That of processors is the
 * process's own: what the kernel does for it in threads is not counted.
 */
async function piecesOnKernel(directory: string): Promise<Taken> {
  const file = path.join(directory, 'pieces');
  const script = `
import os, sys, time
f = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT)
c, t = os.times(), time.perf_counter()
for i in range(${pieces}): os.posix_fallocate(f, i * 8192, 4096)
d, u = os.times(), time.perf_counter()
print((u - t) * 1000, (d.user + d.system - c.user - c.system) * 1000)
os.close(f); os.unlink(sys.argv[1])`;
  const { stdout } = await run('python3', ['-c', script, file]);
  const [ms, processorMs] = stdout.split(' ').map(Number);
  return { ms: ms ?? NaN, processorMs: processorMs ?? NaN };
}

/** Opening a filesystem of 1 TiB down to every group's counters and buddies, beside dumpe2fs. */
async function benchOpening(): Promise<void> {
  await withImage(1024 * GiB, ['-b', '4096', '-E', 'lazy_itable_init=1'], async (image) => {
    await age(image);
    await hold({
      name: 'opening 1 TiB (all descriptors, bitmaps and buddies)',
      rounds: 3,
      ours: () => timed(() => openWhole(image)),
      rival: 'dumpe2fs',
      theirs: () => timed(() => run('dumpe2fs', [image], { maxBuffer: 2 ** 30 })),
    });
  });
}

/** Puts files into many groups, so that their bitmaps are read rather than computed. */
async function age(image: string): Promise<void> {
  await whileMounted(image, async (directory) => {
    for (let i = 0; i < 400; i++)
      await run('fallocate', ['-l', `${1 + (i % 7) * 300}M`, path.join(directory, `f${i}`)]);
    for (const name of readdirSync(directory).filter((_, i) => i % 3 === 0))
      await run('rm', ['-rf', path.join(directory, name)]);
  });
}

function openWhole(image: string): void {
  const source = openFileSource(image);
  try {
    const volume = openVolume(source);
    const fs = new MountedFilesystem(volume, { machine, profile: linux618, options: '', buddies: 'cold' });
    const { geometry, options } = fs;
    const groups = volumeGroups(volume);
    createAllocator({ geometry, groups, options, machine, profile: linux618 }).initialiseAllBuddies();
  } finally {
    source.close();
  }
}

/** Reading the 400,000 extents of a file, beside filefrag -v. */
async function benchFiemap(): Promise<void> {
  await withImage(8 * GiB, ['-b', '4096'], (image) =>
    whileMounted(image, async (directory) => {
      const file = path.join(directory, 'extents');
      const script = `
import os, sys
f = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT)
for i in range(400000): os.posix_fallocate(f, i * 8192, 4096)
os.close(f)`;
      await run('python3', ['-c', script, file]);
      await hold({
        name: 'reading 400000 extents',
        rounds: 5,
        ours: () => timed(() => readExtents(file)),
        rival: 'filefrag -v',
        theirs: () => timed(() => run('filefrag', ['-v', file], { maxBuffer: 2 ** 30 })),
      });
    }),
  );
}

async function readExtents(file: string): Promise<void> {
  const descriptor = openSync(file, 'r');
  try {
    const { lengthBytes } = await fiemap(descriptor);
    if (lengthBytes.length !== 400_000) throw new Error(`${lengthBytes.length} extents in place of 400000`);
  } finally {
    closeSync(descriptor);
  }
}
