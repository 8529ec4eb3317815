import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { attachLoop, detachLoop, mount, unmount } from '../../main/native/index.ts';

/** A scene is a loop device, with a filesystem mounted on it where one is asked for; `end` takes it all away. */
export interface Scene {
  readonly device: string;
  /** The file to write to: one on the filesystem, or the device. */
  readonly file: string;
  readonly end: () => Promise<void>;
}

export interface SceneOrder {
  readonly bytes: number;
  /** Program and arguments that format the device, which is appended; null for none. */
  readonly mkfs: readonly [string, ...string[]] | null;
  readonly fsType?: string;
  readonly mountOptions?: string;
}

/** Makes a scene in `folder`. What was made is undone where a later part fails. */
export async function makeScene(folder: string, name: string, order: SceneOrder): Promise<Scene> {
  const image = path.join(folder, `${name}.img`);
  closeSync(openSync(image, 'w'));
  truncateSync(image, order.bytes);
  const loop = await attachLoop(image);
  closeSync(loop.descriptor);
  const undo: (() => Promise<void>)[] = [() => detachLoop(loop.path)];
  const end = async () => {
    for (const step of undo.reverse()) await step();
  };
  try {
    if (!order.mkfs) return { device: loop.path, file: loop.path, end };
    const [program, ...args] = order.mkfs;
    execFileSync(program, [...args, loop.path], { stdio: 'ignore' });
    const target = path.join(folder, name);
    mkdirSync(target);
    const fsType = order.fsType ?? program.replace('mkfs.', '');
    await mount(loop.path, target, fsType, { options: order.mountOptions ?? '' });
    undo.push(() => unmount(target));
    const file = path.join(target, 'file');
    writeFileSync(file, '');
    return { device: loop.path, file, end };
  } catch (error) {
    await end();
    throw error;
  }
}
