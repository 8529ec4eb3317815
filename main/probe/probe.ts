import type { BigIntStats } from 'node:fs';
import os from 'node:os';
import { answerAtomicQuestion, type AtomicFacts, type AtomicWriteRequest } from '../../core/atomic/index.ts';
import type { Mount } from '../machine/index.ts';
import { deviceLayers, type DeviceLayers } from './devices.ts';
import type { ProbeEnvironment } from './environment.ts';
import { imageFilesystem } from './filesystem.ts';
import { gather } from './gather.ts';
import { judgeFile } from './judge.ts';
import { filesystemLayer } from './layers.ts';
import { layoutOf } from './layout.ts';
import type { Finding, Passport, PassportLayer } from './passport.ts';

const layerNames = {
  file: 'file',
  directory: 'a new file here',
  'block device': 'device file',
  other: 'special file',
} as const;

/** One write that is asked about before it is made. */
export type ProbeQuestion = Pick<AtomicWriteRequest, 'offsetBytes' | 'lengthBytes'>;

/**
 * Finds out what `path` (a file, a directory, a block device, an image) can do atomically, layer by layer. Changes
 * nothing, and needs no privilege; what could not be read is listed in `missing`, what root would add in `withRoot`.
 * Throws InputError for a path that is not there.
 */
export async function probe(
  path: string,
  environment: ProbeEnvironment,
  question: ProbeQuestion | null = null,
): Promise<Passport> {
  const gathered = await gather(path, environment);
  const { real, stat, facts, filesystem, device, mount } = gathered;
  const kind = kindOf(stat);
  const statx = kind === 'directory' ? null : gathered.statx;
  const { fileLayer, findings, ...judgement } = judgeFile(facts, statx, layerNames[kind]);
  const devices: DeviceLayers = device
    ? await deviceLayers(device, facts.kernel, environment)
    : { layers: [], missing: [], withRoot: [] };
  const middle = filesystem === null ? [] : [filesystemLayer(facts, filesystem)];
  const layers = [fileLayer, ...middle, ...devices.layers];
  return {
    path,
    kind,
    kernel: os.release(),
    ...judgement,
    findings: [...findings, ...devices.layers.flatMap(findingOf)].filter(firstOfItsKind),
    statx: gathered.statx,
    mount: mount && shown(mount),
    layers,
    scale: scaleOf(layers),
    image: kind === 'file' ? imageLayer(real, facts) : null,
    layout: kind === 'file' ? await layoutOf(real, Number(stat.size), judgement.window, environment) : null,
    answer: question && answerAtomicQuestion(facts, question),
    missing: [...gathered.missing, ...devices.missing],
    withRoot: [...gathered.withRoot, ...devices.withRoot],
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

/** What a device layer has to say, where a rule stands behind it. */
function findingOf({ layer, rule, why, remedy }: PassportLayer): Finding[] {
  return rule === null ? [] : [{ layer, rule, because: why, remedy }];
}

/** The file repeats what closes the device under it. */
function firstOfItsKind(finding: Finding, index: number, all: readonly Finding[]): boolean {
  return all.findIndex(({ because }) => because === finding.because) === index;
}

const widest = { fromBytes: 512, toBytes: 65536 };

function scaleOf(layers: readonly PassportLayer[]): Passport['scale'] {
  const windows = layers.flatMap(({ window }) => (window === null || window === 'unknown' ? [] : [window]));
  return {
    fromBytes: Math.min(widest.fromBytes, ...windows.map(({ minBytes }) => minBytes)),
    toBytes: Math.max(widest.toBytes, ...windows.map(({ maxBytes }) => maxBytes)),
  };
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
