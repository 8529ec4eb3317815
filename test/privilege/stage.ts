import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { truncate, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'vitest';
import { formatImage } from '../../main/lab/format.ts';
import { readMounts } from '../../main/machine/index.ts';
import { nobody } from './user.ts';

/** A lab's folder of the user's, as the helper wants it: an image, an empty disk, and a place to mount them. */
export class LabFolder {
  readonly path = mkdtempSync(path.join(os.tmpdir(), 'untorn-'));
  readonly mountPoint = path.join(this.path, 'mount');

  static async make(fs: 'ext4' | 'xfs' = 'ext4'): Promise<LabFolder> {
    const folder = new LabFolder();
    mkdirSync(folder.mountPoint, { mode: 0o700 });
    const sizeBytes = (fs === 'ext4' ? 64 : 320) * 2 ** 20;
    await formatImage(folder.file('image'), sizeBytes, { fs, args: fs === 'ext4' ? ['-b', '4096'] : [] });
    await writeFile(folder.file('disk'), '');
    await truncate(folder.file('disk'), 32 * 2 ** 20);
    for (const name of ['.', 'mount', 'image', 'disk']) chownSync(folder.file(name), nobody.uid, nobody.gid);
    return folder;
  }

  file(name: string): string {
    return path.join(this.path, name);
  }

  /** Mounts and loop devices of this folder. */
  leftBehind(): string[] {
    const mounts = readMounts().map(({ mountPoint }) => mountPoint);
    return [...mounts, ...backingFiles()].filter((name) => name.startsWith(`${this.path}/`));
  }

  /** Nothing is left behind; somebody who looks at every new device (udev) may have held one a moment longer. */
  async settled(): Promise<void> {
    await expect.poll(() => this.leftBehind(), { timeout: 1000, interval: 20 }).toEqual([]);
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

function backingFiles(): string[] {
  return readdirSync('/sys/block').flatMap((name) => {
    const file = `/sys/block/${name}/loop/backing_file`;
    return existsSync(file) ? [readFileSync(file, 'utf8').trim()] : [];
  });
}
