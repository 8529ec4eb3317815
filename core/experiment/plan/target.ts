import * as v from 'valibot';
import { judgeMkfsArguments } from './mkfs-arguments.ts';
import { judgeMountOptions } from './mount-options.ts';
import { sizeSchema } from './size.ts';

const wholeNumber = (least: number, most: number) =>
  v.pipe(
    v.number('must be a whole number'),
    v.safeInteger('must be a whole number'),
    v.minValue(least, `must be at least ${least}`),
    v.maxValue(most, `must be at most ${most}`),
  );

const pathSchema = v.pipe(
  v.string('must be a path'),
  v.nonEmpty('must not be empty'),
  v.check((path) => !path.includes('\0'), 'must not contain a NUL byte'),
);

const mkfsSchema = v.pipe(
  v.strictObject({
    fs: v.picklist(['ext4', 'xfs'], 'must be "ext4" or "xfs"'),
    args: v.optional(v.array(v.string('must be a text'), 'must be a list of arguments'), []),
  }),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const { fs, args } = dataset.value;
    const wrong = judgeMkfsArguments(fs, args);
    if (!wrong) return;
    addIssue({
      message: wrong.why,
      path: [
        { type: 'object', origin: 'value', input: dataset.value, key: 'args', value: args },
        { type: 'array', origin: 'value', input: args, key: wrong.index, value: args[wrong.index] },
      ],
    });
  }),
);

const mountOptionsSchema = v.optional(v.string('must be a text of mount options'), '');

/** What the kernel's answer depends on beside the filesystem; left out, it is this machine's. */
const circumstances = {
  mountOptions: mountOptionsSchema,
  buddies: v.optional(v.picklist(['warm', 'cold', 'settled'], 'must be "warm", "cold" or "settled"'), 'warm'),
  cpus: v.optional(wholeNumber(1, 8192)),
  rotational: v.optional(v.boolean('must be true or false')),
  tid: v.optional(wholeNumber(0, 15), 0),
};

const imageSizeSchema = v.pipe(
  sizeSchema,
  v.minValue(64 * 1024, 'must be at least 64KiB'),
  v.maxValue(16 * 2 ** 40, 'must be at most 16TiB'),
);

const loop = v.strictObject({
  kind: v.literal('loop'),
  size: imageSizeSchema,
  mkfs: mkfsSchema,
  ...circumstances,
});
const image = v.strictObject({ kind: v.literal('image'), path: pathSchema, ...circumstances });
const mounted = v.strictObject({
  kind: v.literal('mounted'),
  path: pathSchema,
  cpus: circumstances.cpus,
  rotational: circumstances.rotational,
  tid: circumstances.tid,
});
const block = v.strictObject({
  kind: v.literal('block'),
  path: pathSchema,
  mkfs: v.optional(mkfsSchema),
  ...circumstances,
});
/** An emulated drive. Whether such a drive can be had is for the sandbox to say. */
const driveSchema = v.strictObject({
  kind: v.optional(v.picklist(['scsi', 'nvme', 'loop'], 'must be "scsi", "nvme" or "loop"'), 'scsi'),
  atomicMax: v.optional(sizeSchema, '64KiB'),
  logicalBlockSize: v.optional(v.picklist([512, 4096], 'must be 512 or 4096'), 512),
  boundary: v.optional(sizeSchema),
  alignment: v.optional(sizeSchema),
  granularity: v.optional(sizeSchema),
});
const sandbox = v.strictObject({
  kind: v.literal('sandbox'),
  size: imageSizeSchema,
  mkfs: v.optional(mkfsSchema),
  ...circumstances,
  drive: v.optional(driveSchema, {}),
  kernel: v.optional(pathSchema),
});

/** Where a plan runs (docs/plan-format.md, `target`). Sizes are in bytes. */
export const targetSchema = v.pipe(
  v.variant(
    'kind',
    [loop, image, mounted, block, sandbox],
    (issue) => `must be a kind of target; it is ${issue.received}`,
  ),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed || !('mountOptions' in dataset.value)) return;
    const target = dataset.value;
    const fs = 'mkfs' in target && target.mkfs ? target.mkfs.fs : null;
    const why = judgeMountOptions(fs, target.mountOptions);
    if (!why) return;
    addIssue({
      message: why,
      path: [
        {
          type: 'object',
          origin: 'value',
          input: { ...target },
          key: 'mountOptions',
          value: target.mountOptions,
        },
      ],
    });
  }),
);

/** What a plan works on, defaults filled in. */
export type Target = v.InferOutput<typeof targetSchema>;
/** `loop`, `image`, `mounted`, `block` or `sandbox`. */
export type TargetKind = Target['kind'];
/** The target of one kind. */
export type TargetOf<Kind extends TargetKind> = Extract<Target, { kind: Kind }>;
/** The emulated drive of a sandbox; sizes are in bytes. */
export type Drive = v.InferOutput<typeof driveSchema>;
/** How a filesystem is made: which, and with what arguments. */
export type Mkfs = v.InferOutput<typeof mkfsSchema>;
/** How the groups' buddies come into being after a mount (`target.buddies`). */
export type BuddyState = 'warm' | 'cold' | 'settled';
