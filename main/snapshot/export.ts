import { statSync } from 'node:fs';
import path from 'node:path';
import { openVolume } from '../../core/ext4/index.ts';
import { takeSnapshot } from '../../core/ext4/snapshot/index.ts';
import { rootNameHash } from '../../core/vfs/index.ts';
import { openFileSource } from '../bytes/index.ts';
import { InputError } from '../failure.ts';
import { syncfs } from '../native/index.ts';
import { asFailure, findMounted } from '../predict/index.ts';
import { writeSnapshot } from './file.ts';

/** What was put into a snapshot. */
export interface SnapshotFacts {
  /** Of the filesystem. */
  readonly sizeBytes: number;
  /** Of the snapshot. */
  readonly bytes: number;
  /** Names of the root directory that were replaced. */
  readonly names: number;
}

/**
 * Writes a snapshot of an image or a device that is not mounted, or of the filesystem that a directory lies on: that one
 * as it is on its device after a sync, without what its memory holds. Throws Failure.
 */
export async function exportSnapshot(source: string, output: string): Promise<SnapshotFacts> {
  const stat = statSync(source, { throwIfNoEntry: false });
  if (!stat) throw new InputError(`${source}: no such file`, source);
  const mounted = stat.isDirectory() ? findMounted(path.resolve(source)) : null;
  if (mounted) await syncfs(source);
  if (stat.isFile() && path.resolve(source) === path.resolve(output))
    throw new InputError(`${output}: the snapshot would replace the image`, output);
  try {
    const bytes = openFileSource(mounted?.devicePath ?? source);
    try {
      const volume = openVolume(bytes, { replay: mounted === null });
      const snapshot = takeSnapshot(volume, rootNameHash(volume));
      const written = writeSnapshot(output, snapshot);
      return { sizeBytes: snapshot.sizeBytes, bytes: written, names: snapshot.hiddenNames.length };
    } finally {
      bytes.close();
    }
  } catch (error) {
    throw asFailure(error, source);
  }
}
