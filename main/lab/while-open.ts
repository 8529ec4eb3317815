import { closeSync, openSync } from 'node:fs';

/**
 * Does `work` while this process has a loop device open, as far as it may open it: whoever detaches an open device only has that
 * done at its last close (drivers/block/loop.c, loop_clr_fd()), so that its number cannot be another file's between a look at
 * it and what is done to it.
 */
export async function whileOpen<T>(device: string, work: () => Promise<T>): Promise<T> {
  const descriptor = opened(device);
  try {
    return await work();
  } finally {
    if (descriptor !== null) closeSync(descriptor);
  }
}

/** Null for an ordinary user, whose helper looks by itself. */
function opened(device: string): number | null {
  try {
    return openSync(device, 'r');
  } catch {
    return null;
  }
}
