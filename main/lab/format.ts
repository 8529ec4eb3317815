import { execFile } from 'node:child_process';
import { open, truncate } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import type { Mkfs } from '../../core/experiment/plan.ts';
import { Cancelled, InputError, Unable, type Failure } from '../failure.ts';

const run = promisify(execFile);

/** System directories in which mkfs lies, also for users whose own path lacks them. */
export const toolPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** -q: only errors are said; -F and -f: a file instead of a device is what we mean. */
const ownArguments = { ext4: ['-q', '-F'], xfs: ['-q', '-f'] } as const;
const packages = { ext4: 'e2fsprogs', xfs: 'xfsprogs' } as const;

/**
 * Makes a sparse file of `sizeBytes` at `path` and formats it: the same command for predictions and for real runs.
 * Throws InputError where mkfs refuses, Unable where it is not installed or finds no room, Cancelled.
 */
export async function formatImage(
  path: string,
  sizeBytes: number,
  mkfs: Mkfs,
  signal?: AbortSignal,
): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  await file.close();
  try {
    await truncate(path, sizeBytes);
  } catch (error) {
    throw new InputError(`an image of ${sizeBytes} bytes cannot be made: ${messageOf(error)}`, 'target.size');
  }
  await format(path, mkfs, signal);
}

/** Formats an existing file or device; what was on it is gone. */
export async function format(path: string, mkfs: Mkfs, signal?: AbortSignal): Promise<void> {
  const command = `mkfs.${mkfs.fs}`;
  const args = [...ownArguments[mkfs.fs], ...mkfs.args, path];
  const options = { env: { PATH: toolPath, LC_ALL: 'C' }, ...(signal ? { signal } : {}) };
  try {
    await run(command, args, options);
  } catch (error) {
    if (signal?.aborted) throw new Cancelled('cancelled');
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      throw new Unable(`${command} is missing (Debian: apt-get install ${packages[mkfs.fs]})`, command);
    }
    throw mkfsRefusal(mkfs.fs, saidBy(error), path, error);
  }
}

/** The failure of an mkfs that refused to format `path` and `said` why. */
export function mkfsRefusal(fs: Mkfs['fs'], said: string, path: string, cause?: unknown): Failure {
  const command = `mkfs.${fs}`;
  const complaint = firstComplaint(said, path);
  if (complaint.includes('No space left on device'))
    return new Unable(`${command} found no room for the image in ${dirname(path)}`, 'TMPDIR', { cause });
  return new InputError(`target.mkfs: ${command} refuses: ${complaint}`, 'target.mkfs', { cause });
}

function saidBy(error: unknown): string {
  const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : '';
  return said.trim() === '' ? messageOf(error) : said;
}

function firstComplaint(said: string, path: string): string {
  const lines = said.split('\n').map((line) => line.trim());
  // mke2fs begins with its version, and both tools name the scratch file, which means nothing to the user.
  const line = lines.find((text) => text !== '' && !/^mke2fs \d/.test(text)) ?? said.trim();
  return line.replaceAll(path, 'the image').replace(/^mkfs\.\w+: /, '');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
