import type { BigIntStats } from 'node:fs';
import os from 'node:os';
import type { AtomicFacts } from '../../core/atomic/index.ts';
import type { Mount } from '../machine/index.ts';
import { imageFilesystem } from './filesystem.ts';
import { gather, type ProbeEnvironment } from './gather.ts';
import { judgeFile } from './judge.ts';
import { filesystemLayer, lowerLayers } from './layers.ts';
import type { Passport, PassportLayer } from './passport.ts';

const layerNames = {
  file: 'file',
  directory: 'a new file here',
  'block device': 'device file',
  other: 'special file',
} as const;

/**
 * Finds out what `path` (a file, a directory, a block device, an image) can do atomically, layer by layer. Changes
 * nothing, and needs no privilege; what only root could read is listed in `missing`. Throws InputError for a path
 * that is not there.
 */
export async function probe(path: string, environment: ProbeEnvironment): Promise<Passport> {
  const { real, stat, facts, filesystem, device, mount, statx, missing } = await gather(path, environment);
  const { fileLayer, ...judgement } = judgeFile(
    facts,
    stat.isDirectory() ? null : statx,
    layerNames[kindOf(stat)],
  );
  return {
    path,
    kind: kindOf(stat),
    kernel: os.release(),
    ...judgement,
    statx,
    mount: mount && shown(mount),
    layers: [fileLayer, ...lowerLayers(facts, filesystem, device)],
    image: stat.isFile() ? imageLayer(real, facts) : null,
    missing,
  };
}

function kindOf(stat: BigIntStats): Passport['kind'] {
  if (stat.isFile()) return 'file';
  if (stat.isDirectory()) return 'directory';
  return stat.isBlockDevice() ? 'block device' : 'other';
}

function shown({ mountPoint, source, fsType, options }: Mount): Passport['mount'] {
  return { mountPoint, source, fsType, options };
}

/** An image's files, were it attached to a loop device of this kernel: only software can help there. */
function imageLayer(path: string, { kernel }: AtomicFacts): PassportLayer | null {
  const filesystem = imageFilesystem(path);
  if (!filesystem) return null;
  const noLimits = { unitMinBytes: 0, unitMaxBytes: 0, maxBytes: 0, boundaryBytes: 0 };
  const loop = {
    name: 'loop',
    sizeBytes: 'unknown' as const,
    logicalBlockBytes: 512,
    atomic: noLimits,
    partitionStartBytes: null,
  };
  const inside = filesystemLayer({ kernel, file: { kind: 'regular', filesystem }, device: loop }, filesystem);
  return { ...inside, layer: `${inside.layer} inside, on a loop device` };
}
