import * as v from 'valibot';
import { fileNameSchema, prefixSchema } from './names.ts';
import { sizeSchema } from './size.ts';

/** fallocate(2) modes as a plan spells them. */
export const fallocateModes = [
  'keep-size',
  'punch-hole',
  'zero-range',
  'collapse-range',
  'insert-range',
] as const;
/** A mode of fallocate(2), by its name in plans. */
export type FallocateMode = (typeof fallocateModes)[number];

const flag = (preset: boolean) => v.optional(v.boolean('must be true or false'), preset);

const countSchema = (least: number) =>
  v.pipe(
    v.number('must be a whole number'),
    v.safeInteger('must be a whole number'),
    v.minValue(least, `must be at least ${least}`),
    v.maxValue(10_000_000, 'must be at most 10000000'),
  );

const create = v.strictObject({ op: v.literal('create'), file: fileNameSchema, direct: flag(true) });
const open = v.strictObject({ op: v.literal('open'), file: fileNameSchema, direct: flag(true) });

/** A plan's writes come from memory that is really there, so their length has a bound; 1 GiB is beyond every atomic unit. */
const longestWriteBytes = 2 ** 30;

const write = v.pipe(
  v.strictObject({
    op: v.literal('write'),
    file: fileNameSchema,
    offset: sizeSchema,
    length: v.pipe(sizeSchema, v.maxValue(longestWriteBytes, 'must be at most 1GiB')),
    atomic: flag(false),
    direct: flag(true),
    sync: v.optional(v.picklist(['none', 'dsync', 'sync'], 'must be "none", "dsync" or "sync"'), 'none'),
    vectors: v.optional(v.pipe(countSchema(1), v.maxValue(1024, 'must be at most 1024 (IOV_MAX)')), 1),
  }),
  v.forward(
    v.check((step) => step.length % step.vectors === 0, 'must divide length'),
    ['vectors'],
  ),
);

const fallocate = v.strictObject({
  op: v.literal('fallocate'),
  file: fileNameSchema,
  offset: sizeSchema,
  length: sizeSchema,
  mode: v.optional(
    v.pipe(
      v.array(
        v.picklist(fallocateModes, `must be one of ${fallocateModes.join(', ')}`),
        'must be a list of modes',
      ),
      v.check((modes) => new Set(modes).size === modes.length, 'names a mode twice'),
    ),
    [],
  ),
});

const truncate = v.strictObject({ op: v.literal('truncate'), file: fileNameSchema, size: sizeSchema });
const unlink = v.strictObject({ op: v.literal('unlink'), file: fileNameSchema });
const mkdir = v.strictObject({ op: v.literal('mkdir'), file: fileNameSchema });
const fsync = v.strictObject({ op: v.literal('fsync'), file: fileNameSchema });
const layout = v.strictObject({ op: v.literal('layout'), file: fileNameSchema });
const close = v.strictObject({ op: v.literal('close'), file: fileNameSchema });
const sync = v.strictObject({ op: v.literal('sync') });
const remount = v.strictObject({ op: v.literal('remount') });

const many = v.strictObject({
  op: v.literal('many'),
  prefix: prefixSchema,
  count: countSchema(0),
  length: v.pipe(sizeSchema, v.maxValue(longestWriteBytes, 'must be at most 1GiB')),
  how: v.picklist(['direct', 'buffered', 'fallocate'], 'must be "direct", "buffered" or "fallocate"'),
});

const unlinkEvery = v.strictObject({
  op: v.literal('unlink-every'),
  prefix: prefixSchema,
  count: countSchema(0),
  step: countSchema(1),
  start: v.optional(countSchema(0), 0),
});

/** One step of a plan, defaults filled in. `offset`, `length` and `size` are in bytes. */
export const stepSchema = v.variant(
  'op',
  [
    create,
    open,
    write,
    fallocate,
    truncate,
    unlink,
    mkdir,
    fsync,
    layout,
    sync,
    close,
    remount,
    many,
    unlinkEvery,
  ],
  (issue) => `must be an operation of the plan format; it is ${issue.received}`,
);

/** A step as the schema leaves it: sizes in bytes, what was left out filled in. */
export type Step = v.InferOutput<typeof stepSchema>;
/** A step as a plan file has it. */
export type StepInput = v.InferInput<typeof stepSchema>;
/** The step of one operation. */
export type StepOf<Op extends Step['op']> = Extract<Step, { op: Op }>;
