import { execFile } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { attachLoop, detachLoop, mount, unmount } from '../../main/native/index.ts';

const run = promisify(execFile);

/** An ext4 image in memory where there is a tmpfs, so that no disk is measured. */
export async function withImage<T>(
  sizeBytes: number,
  mkfs: string[],
  use: (image: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(path.join(existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir(), 'untorn-bench-'));
  try {
    const image = path.join(folder, 'image');
    writeFileSync(image, '');
    truncateSync(image, sizeBytes);
    await run('mkfs.ext4', ['-q', '-F', ...mkfs, image]);
    return await use(image);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Mounts an image through a loop device while `use` runs. */
export async function whileMounted<T>(image: string, use: (directory: string) => Promise<T>): Promise<T> {
  const device = await attachLoop(image);
  const directory = `${image}.mnt`;
  mkdirSync(directory);
  try {
    await mount(device.path, directory, 'ext4', { options: 'commit=300' });
    try {
      return await use(directory);
    } finally {
      await unmount(directory);
    }
  } finally {
    closeSync(device.descriptor);
    await detachLoop(device.path);
    rmSync(directory, { recursive: true });
  }
}
