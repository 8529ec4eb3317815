import { readFileSync } from 'node:fs';
import path from 'node:path';
import { executePlan } from '../../core/experiment/execute.ts';
import type { Extent, Outcome, StepRecord } from '../../core/experiment/outcome.ts';
import { parsePlan } from '../../core/experiment/plan.ts';
import { assertExists } from '../../core/assert.ts';
import { rfc202311 } from '../../core/mballoc/index.ts';
import type { Machine } from '../../core/vfs/index.ts';
import { openFileSource } from '../../main/bytes/index.ts';
import { effectiveMountOptions, formatImage } from '../../main/lab/index.ts';

/** One recorded scenario: a plan, and after each step what the RFC's own code answered. */
export interface Vector {
  readonly name: string;
  readonly about: string;
  readonly allocator: string;
  readonly target: unknown;
  readonly steps: readonly { readonly step: unknown; readonly expected?: Expected }[];
}

/** Extents as FIEMAP gave them: logical, physical, length, state. Warnings by their place in the source. */
export interface Expected {
  readonly result: number | null;
  readonly errno?: string;
  readonly extents?: readonly (readonly [number, number, number, string])[];
  readonly warnings?: readonly string[];
  readonly panic?: boolean;
}

/** What the recording kernel's machine was. */
const machine: Machine = {
  possibleCpus: 1,
  rotational: false,
  threadId: 1,
  pageSizeBytes: 4096,
  logicalBlockBytes: 512,
  atomicWrite: { unitMinBytes: 512, unitMaxBytes: 512 * 1024 },
};

export function readVectors(file: URL): Vector[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Vector);
}

/** Predicts a scenario on the image that mke2fs makes of its target. */
export async function predictVector(vector: Vector, folder: string): Promise<Outcome> {
  const { target, steps, allocator } = vector;
  const plan = parsePlan({ version: 1, allocator, target, steps: steps.map(({ step }) => step) });
  if (plan.target.kind !== 'loop') throw new Error('recorded scenarios have loop targets');
  const { mkfs, size, mountOptions, buddies } = plan.target;
  const image = path.join(folder, `${vector.name}.img`);
  await formatImage(image, size, mkfs);
  const source = openFileSource(image);
  const hasJournal = !mkfs.args.includes('^has_journal');
  const kind = { fs: 'ext4', hasJournal, clusterBlocks: 1 } as const;
  try {
    const options = effectiveMountOptions(mountOptions, kind, buddies);
    return executePlan({ plan, source, machine, profile: rfc202311, mountOptions: options });
  } finally {
    source.close();
  }
}

/** Steps at which the prediction says something else than was recorded, in words. */
export function differences(vector: Vector, outcome: Outcome): string[] {
  return vector.steps.flatMap(({ step, expected }, index) => {
    if (expected === undefined) return [];
    const record = outcome.steps[index] as StepRecord | undefined;
    const wanted = recorded(expected);
    const got = record === undefined ? 'nothing, since the kernel is down' : answered(record);
    return wanted === got
      ? []
      : [`step ${String(index)} ${JSON.stringify(step)}\n  recorded  ${wanted}\n  predicted ${got}`];
  });
}

function recorded({ result, errno, extents, warnings, panic }: Expected): string {
  if (panic === true) return 'crash';
  return text(result, errno, extents && merged(extents), warnings);
}

function answered({ result, errno, extents, warnings, crash }: StepRecord): string {
  if (crash !== undefined) return 'crash';
  const places = warnings?.map((warning) => assertExists(/^\S+:\d+/.exec(warning), 'its place')[0]);
  return text(result, errno, extents ?? undefined, places);
}

function text(
  result: number | null,
  errno: string | undefined,
  extents: readonly Extent[] | undefined,
  warnings: readonly string[] | undefined,
): string {
  const layout = extents?.map(
    ({ logical, physical, length, state }) => `${logical}+${length}@${physical} ${state}`,
  );
  return [errno ?? String(result), layout?.join(', '), warnings?.join(', ')].filter(Boolean).join('; ');
}

/** Neighbours that continue each other become one, as in every layout of ours. */
function merged(extents: Exclude<Expected['extents'], undefined>): Extent[] {
  const all: Extent[] = [];
  for (const [logical, physical, length, state] of extents) {
    const last = all.at(-1);
    const continues =
      last?.state === state &&
      last.logical + last.length === logical &&
      last.physical + last.length === physical;
    if (continues) all[all.length - 1] = { ...last, length: last.length + length };
    else all.push({ logical, physical, length, state: state as Extent['state'] });
  }
  return all;
}
