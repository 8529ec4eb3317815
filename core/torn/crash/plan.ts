import * as v from 'valibot';
import { PlanError } from '../../experiment/plan.ts';
import { fileNameSchema } from '../../experiment/plan/names.ts';
import { sizeSchema } from '../../experiment/plan/size.ts';
import { targetSchema, type Target } from '../../experiment/plan/target.ts';
import type { DriveModel } from './drive.ts';
import { sectorBytes } from './log.ts';

const count = (least: number, most: number) =>
  v.pipe(
    v.number('must be a whole number'),
    v.safeInteger('must be a whole number'),
    v.minValue(least, `must be at least ${least}`),
    v.maxValue(most, `must be at most ${most}`),
  );

const sectors = v.pipe(
  sizeSchema,
  v.check(
    (bytes) => bytes >= sectorBytes && bytes % sectorBytes === 0,
    `must be a multiple of ${sectorBytes} bytes`,
  ),
);

const fileSchema = v.strictObject({
  file: fileNameSchema,
  unit: v.pipe(sectors, v.maxValue(2 ** 20, 'must be at most 1MiB')),
  units: count(1, 4096),
});

const lengthSchema = v.pipe(
  sectors,
  v.check((bytes) => Number.isInteger(Math.log2(bytes)), 'must be a power of two'),
);

const writesSchema = v.strictObject({
  count: count(1, 100_000),
  atomic: v.optional(v.boolean('must be true or false'), false),
  direct: v.optional(v.boolean('must be true or false'), true),
  sync: v.optional(
    v.picklist(['none', 'dsync', 'sync', 'fdatasync'], 'must be "none", "dsync", "sync" or "fdatasync"'),
    'dsync',
  ),
  depth: v.optional(count(1, 64), 1),
  overlapping: v.optional(v.boolean('must be true or false'), false),
  lengths: v.optional(v.pipe(v.array(lengthSchema), v.minLength(1, 'must name at least one length'))),
  order: v.optional(v.picklist(['random', 'sequential'], 'must be "random" or "sequential"'), 'random'),
});

const driveSchema = v.strictObject({
  logicalBlock: v.optional(sectors),
  atomicUnit: v.optional(sectors),
  atomicBoundary: v.optional(v.union([v.literal(0), sectors])),
  cache: v.optional(v.picklist(['volatile', 'none'], 'must be "volatile" or "none"'), 'volatile'),
});

/** The drive that a plan names; what it leaves out is the emulated drive's of a sandbox, and no promise elsewhere. */
function driveOf(target: Target, drive: v.InferOutput<typeof driveSchema>): DriveModel {
  const emulated = target.kind === 'sandbox' ? target.drive : null;
  const logicalBlockBytes = drive.logicalBlock ?? emulated?.logicalBlockSize ?? sectorBytes;
  const atomicUnitBytes = drive.atomicUnit ?? emulated?.atomicMax ?? logicalBlockBytes;
  return {
    logicalBlockBytes,
    atomicUnitBytes: Math.max(atomicUnitBytes, logicalBlockBytes),
    atomicBoundaryBytes: drive.atomicBoundary ?? emulated?.boundary ?? 0,
    volatileCache: drive.cache === 'volatile',
  };
}

/** Version 1 of the crash plan (docs/crash-states.md). */
const crashPlanSchema = v.pipe(
  v.strictObject({
    version: v.literal(1, 'must be 1, the version of the crash plan'),
    name: v.optional(
      v.pipe(v.string('must be a text'), v.maxLength(200, 'must have at most 200 characters')),
      '',
    ),
    target: v.pipe(
      targetSchema,
      v.check(
        ({ kind }) => kind === 'loop' || kind === 'sandbox',
        'must be of the kind "loop" or "sandbox": states are made from its image',
      ),
      v.check((target) => 'mkfs' in target && target.mkfs !== undefined, 'must have mkfs'),
    ),
    files: v.pipe(
      v.array(fileSchema, 'must be a list of files'),
      v.minLength(1, 'must have at least one file'),
      v.maxLength(1000, 'must have at most 1000 files'),
      v.check(
        (files) => new Set(files.map(({ file }) => file)).size === files.length,
        'names a file more than once',
      ),
    ),
    writes: writesSchema,
    drive: v.optional(driveSchema, {}),
    states: v.optional(count(1, 10_000_000), 2000),
    seed: v.optional(count(0, 2 ** 32 - 1), 1),
  }),
  v.check(
    ({ files, writes }) =>
      (writes.lengths ?? []).every((bytes) => files.every(({ unit }) => unit % bytes === 0)),
    'writes.lengths: each must divide every unit',
  ),
  v.transform((plan) => ({ ...plan, drive: driveOf(plan.target, plan.drive) })),
);

/** A crash plan, defaults filled in and sizes in bytes. */
export type CrashPlan = v.InferOutput<typeof crashPlanSchema>;
/** A crash plan as it stands in a file. */
export type CrashPlanInput = v.InferInput<typeof crashPlanSchema>;

/** Judges a crash plan that is already an object. Throws PlanError that names every wrong field. */
export function parseCrashPlan(input: unknown): CrashPlan {
  const judged = v.safeParse(crashPlanSchema, input);
  if (judged.success) return judged.output;
  throw new PlanError(
    judged.issues.map((issue) => ({ path: v.getDotPath(issue) ?? 'the plan', message: sentence(issue) })),
  );
}

/** Reads a crash plan from the text of a JSON file. Throws PlanError. */
export function parseCrashPlanText(text: string): CrashPlan {
  let input: unknown;
  try {
    input = JSON.parse(text);
  } catch (error) {
    throw new PlanError([{ path: 'JSON', message: (error as Error).message }]);
  }
  return parseCrashPlan(input);
}

/** The plan as a file would have it: {@link parseCrashPlan} gives the same plan again. */
export function crashPlanInput({ drive, ...plan }: CrashPlan): CrashPlanInput {
  const { logicalBlockBytes, atomicUnitBytes, atomicBoundaryBytes, volatileCache } = drive;
  return {
    ...plan,
    drive: {
      logicalBlock: logicalBlockBytes,
      atomicUnit: atomicUnitBytes,
      atomicBoundary: atomicBoundaryBytes,
      cache: volatileCache ? 'volatile' : 'none',
    },
  };
}

function sentence(issue: v.BaseIssue<unknown>): string {
  if (issue.kind === 'schema' && issue.type === 'strict_object')
    return issue.expected === 'never' ? 'is not a field of a crash plan' : 'is missing';
  return issue.message;
}
