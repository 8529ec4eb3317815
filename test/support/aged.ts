import { execFileSync } from 'node:child_process';
import { closeSync, ftruncateSync, mkdirSync, openSync, rmdirSync, unlinkSync, writeSync } from 'node:fs';
import path from 'node:path';
import { Random } from '../../core/experiment/generate/index.ts';
import { formatImage } from '../../main/lab/index.ts';
import { fallocate, fallocateFlags } from '../../main/native/index.ts';

const KiB = 2 ** 10;

export interface Ageing {
  readonly sizeBytes: number;
  readonly seed: number;
  /** How often the image is mounted, used and unmounted. */
  readonly mounts: number;
  /** Things done to it in each mount. */
  readonly operations: number;
  readonly args?: readonly string[];
}

/** Makes an ext4 image that has been lived in: files of all sizes, holes, and gaps where others were. */
export async function makeAgedImage(image: string, ageing: Ageing): Promise<void> {
  const random = new Random(ageing.seed);
  const args = ['-b', '4096', '-E', 'hash_seed=0f6ad2cf-30d8-4bd5-b5a2-3f4ce0a2f6d1', ...(ageing.args ?? [])];
  await formatImage(image, ageing.sizeBytes, { fs: 'ext4', args });
  const files: string[] = [];
  for (let mount = 0; mount < ageing.mounts; mount++) {
    await withMounted(image, async (root) => {
      for (let i = 0; i < ageing.operations; i++) await live(root, files, random, `${mount}-${i}`);
    });
  }
}

/** Mounts an image beside itself while `use` runs. */
export async function withMounted<Result>(
  image: string,
  use: (root: string) => Promise<Result>,
): Promise<Result> {
  const root = `${image}.mount`;
  mkdirSync(root);
  try {
    execFileSync('mount', ['-o', 'loop,nodev,nosuid,noexec', image, root]);
    try {
      return await use(root);
    } finally {
      execFileSync('umount', [root]);
    }
  } finally {
    rmdirSync(root);
  }
}

/** One thing that happens to a filesystem in its life. */
async function live(root: string, files: string[], random: Random, name: string): Promise<void> {
  const dice = random.between(0, 99);
  if (dice < 5) {
    const folder = `d${name}`;
    mkdirSync(path.join(root, folder));
    files.push(...(await grow(root, `${folder}/f`, random)));
  } else if (dice < 65 || files.length < 8) {
    files.push(...(await grow(root, `f${name}`, random)));
  } else if (dice < 90) {
    const [gone] = files.splice(random.between(0, files.length - 1), 1);
    unlinkSync(path.join(root, gone));
  } else {
    const fd = openSync(path.join(root, random.pick(files)), 'r+');
    ftruncateSync(fd, random.between(0, 256) * KiB);
    writeSync(fd, Buffer.alloc(4 * KiB), 0, 4 * KiB, random.between(0, 64) * 16 * KiB);
    closeSync(fd);
  }
}

/** A few files: most of them small, some with holes, a few large ones that hold no data. */
async function grow(root: string, prefix: string, random: Random): Promise<string[]> {
  const names = Array.from({ length: random.between(1, 4) }, (_, i) => `${prefix}.${i}`);
  for (const name of names) {
    const fd = openSync(path.join(root, name), 'wx');
    try {
      await fill(fd, random);
    } finally {
      closeSync(fd);
    }
  }
  return names;
}

async function fill(fd: number, random: Random): Promise<void> {
  const kind = random.between(0, 9);
  if (kind < 6) {
    const bytes = random.between(1, 96) * KiB;
    writeSync(fd, Buffer.alloc(bytes), 0, bytes, random.between(0, 2) * 32 * KiB);
    return;
  }
  const bytes = random.between(1, 64) * 256 * KiB;
  await fallocate(fd, 0, 0, bytes);
  if (kind < 8) return;
  const hole = random.between(1, bytes / (64 * KiB)) * 16 * KiB;
  await fallocate(fd, fallocateFlags.punchHole | fallocateFlags.keepSize, hole, hole);
}
