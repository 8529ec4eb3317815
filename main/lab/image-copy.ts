import { execFile } from 'node:child_process';
import { readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { Cancelled, InputError, Unable } from '../failure.ts';
import { readKernelText } from './kernel-files.ts';

const run = promisify(execFile);

/**
 * Copies an image, holes and shared blocks kept where the filesystem can. Throws InputError where `source` is no
 * regular file or is in use as a loop device, Unable where there is no room.
 */
export async function copyImage(source: string, target: string, signal?: AbortSignal): Promise<void> {
  const facts = await stat(source).catch(() => null);
  if (facts === null) throw new InputError(`target.path: there is no file ${source}`, 'target.path');
  if (!facts.isFile()) throw new InputError(`target.path: ${source} is not a regular file`, 'target.path');
  const user = await loopDeviceOver(await realpath(source));
  if (user !== null) throw new InputError(`target.path: ${source} is in use as ${user}`, 'target.path');
  try {
    // cp knows holes; Node's own copy would fill them.
    await run('cp', ['--sparse=always', '--reflink=auto', '--', source, target], signal ? { signal } : {});
  } catch (error) {
    if (signal?.aborted) throw new Cancelled('cancelled');
    const why = error instanceof Error ? error.message.trim().split('\n').at(-1) : String(error);
    throw new Unable(`${source} cannot be copied: ${why}`, 'target.path', { cause: error });
  }
}

/** The loop device whose backing file this is, or null. */
async function loopDeviceOver(file: string): Promise<string | null> {
  const devices = await readdir('/sys/block').catch(() => []);
  const found = devices.find(
    (name) =>
      name.startsWith('loop') && readKernelText(path.join('/sys/block', name, 'loop/backing_file')) === file,
  );
  return found === undefined ? null : `/dev/${found}`;
}
