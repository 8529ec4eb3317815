/** What a caller may ask of power cuts: to arm a machine, to judge it afterwards, to rehearse both. */
import * as v from 'valibot';
import { pathSchema, powerOfTwo, stormEntries, whole } from './options.ts';
import { runNumberSchema } from './wire/numbers.ts';

const { blockBytes, unitBytes, writers, atomic, direct, writes, seconds, seed } = stormEntries;
const own = { blockBytes, unitBytes, writers, atomic, direct, writes, seconds, seed } as const;
const durable = v.picklist(['dsync', 'fsync'], 'must be "dsync" or "fsync"');

const witnessEntries = {
  /** `HOST:PORT` of the witness. */
  witness: v.pipe(
    v.string(),
    v.maxLength(300),
    v.regex(/^(?:\[[0-9a-fA-F:.]+\]|[^:[\]\s]+):\d{1,5}$/, 'must be HOST:PORT of the witness'),
  ),
  /** A file on this machine with the key that is shared with the witness. */
  key: v.pipe(pathSchema, v.nonEmpty('must name the file with the shared key')),
} as const;

/** Stamped writes until the power is cut. */
export const armRequestSchema = v.strictObject({
  path: pathSchema,
  sizeBytes: v.exactOptional(whole(512, Number.MAX_SAFE_INTEGER)),
  /** The same device or file once more, by which the caller agrees to lose what is there. */
  destroy: v.exactOptional(v.pipe(v.string(), v.maxLength(4096))),
  ...witnessEntries,
  ...own,
  sync: v.exactOptional(durable),
});

/** Where the target is found now, if elsewhere than it was. */
const targetEntry = { target: v.exactOptional(pathSchema) } as const;

/** Where it stands what was promised of a target: in a run's own record, at a witness, or in a witness's file. */
export const verifyRequestSchema = v.variant('from', [
  v.strictObject({ from: v.literal('witness'), ...witnessEntries, run: runNumberSchema, ...targetEntry }),
  v.strictObject({ from: v.literal('witness-file'), file: pathSchema, ...targetEntry }),
  v.strictObject({ from: v.literal('record'), folder: pathSchema, ...targetEntry }),
]);

/** Power cuts without hardware; what is left out is decided by main/torn/rehearsal. */
export const rehearsalRequestSchema = v.strictObject({
  /** A kernel for QEMU, by its name. */
  kernel: v.exactOptional(
    v.pipe(v.string(), v.regex(/^[\w.+~-]{1,200}$/, 'is not the name of a kernel that is found')),
  ),
  on: v.exactOptional(v.picklist(['device', 'ext4', 'xfs'], 'must be "device", "ext4" or "xfs"')),
  times: v.exactOptional(whole(1, 10_000)),
  unitBytes: v.exactOptional(powerOfTwo(4096, 65536)),
  /** What the drive really keeps whole. */
  keepsBytes: v.exactOptional(whole(512, 2 ** 20)),
  lies: v.exactOptional(v.boolean()),
  atomic: v.exactOptional(v.boolean()),
  sync: v.exactOptional(durable),
  seed: v.exactOptional(whole(0, 2 ** 32 - 1)),
});

export type ArmRequest = v.InferOutput<typeof armRequestSchema>;
export type VerifyRequest = v.InferOutput<typeof verifyRequestSchema>;
export type RehearsalRequest = v.InferOutput<typeof rehearsalRequestSchema>;
