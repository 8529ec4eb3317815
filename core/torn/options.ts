/** What a caller may ask of torn runs: one schema for the command line, the service and the form. */
import * as v from 'valibot';

/** A whole number between two bounds. */
export const whole = (least: number, most: number) =>
  v.pipe(
    v.number('must be a whole number'),
    v.safeInteger('must be a whole number'),
    v.minValue(least, `must be at least ${least}`),
    v.maxValue(most, `must be at most ${most}`),
  );

export const powerOfTwo = (least: number, most: number) =>
  v.pipe(
    whole(least, most),
    v.check((bytes) => Number.isInteger(Math.log2(bytes)), 'must be a power of two'),
  );

const blockBytesMost = 65536;
const unitBytesMost = 2 ** 30;
const threadsMost = 4096;

const lengthsSchema: v.GenericSchema<readonly number[]> = v.pipe(
  v.array(powerOfTwo(512, unitBytesMost)),
  v.minLength(1, 'must name a length'),
  v.maxLength(22, 'must name at most 22 lengths'),
  v.readonly(),
);

/** What is left out is decided by main/torn/settings. */
export const stormEntries = {
  /** Length of a stamped block. */
  blockBytes: v.exactOptional(powerOfTwo(512, blockBytesMost)),
  /** Lengths of units, from which each write draws. */
  unitBytes: v.exactOptional(lengthsSchema),
  writers: v.exactOptional(whole(1, threadsMost)),
  readers: v.exactOptional(whole(0, threadsMost)),
  /** Writes in flight per writer. */
  depth: v.exactOptional(whole(1, threadsMost)),
  engine: v.exactOptional(v.picklist(['threads', 'io_uring'], 'must be "threads" or "io_uring"')),
  overlapping: v.exactOptional(v.boolean()),
  /** With RWF_ATOMIC. */
  atomic: v.exactOptional(v.boolean()),
  direct: v.exactOptional(v.boolean()),
  sync: v.exactOptional(v.picklist(['none', 'dsync', 'fsync'], 'must be "none", "dsync" or "fsync"')),
  writes: v.exactOptional(whole(1, Number.MAX_SAFE_INTEGER)),
  seconds: v.exactOptional(
    v.pipe(
      v.number('must be a number of seconds'),
      v.check((seconds) => seconds > 0 && seconds <= 1e7, 'must be above 0 and at most 10000000'),
    ),
  ),
  writesPerSecond: v.exactOptional(whole(1, 1e9)),
  seed: v.exactOptional(whole(0, 2 ** 32 - 1)),
} as const;

export const pathSchema = v.pipe(
  v.string(),
  v.nonEmpty('must name a file or a device'),
  v.maxLength(4096),
  v.check((path) => !path.includes('\0'), 'must be a path'),
);

/** A storm: where, and how. */
export const stormRequestSchema = v.strictObject({
  path: pathSchema,
  /** Length of the area; all of a target that is there where it is left out. */
  sizeBytes: v.exactOptional(whole(512, Number.MAX_SAFE_INTEGER)),
  /** The same device or file once more, by which the caller agrees to lose what is there. */
  destroy: v.exactOptional(v.pipe(v.string(), v.maxLength(4096))),
  /** In the sandbox of a plan, whose text this is, and there on a new file that `path` names. */
  sandbox: v.exactOptional(
    v.strictObject({
      plan: v.pipe(v.string(), v.maxLength(2 ** 20)),
      /** In place of the plan's kernel. */
      kernel: v.exactOptional(
        v.pipe(v.string(), v.regex(/^[\w.+~-]{1,200}$/, 'is not the name of a kernel that is found')),
      ),
    }),
  ),
  ...stormEntries,
});

/** What the file of a round is like before its storm: units that were written, preallocated space, or nothing. */
export const beginnings = ['written', 'unwritten', 'hole'] as const;

const { writes: _writes, seconds: _seconds, ...roundEntries } = stormEntries;

/** Rounds of a storm that is cut off by a shutdown of its filesystem. */
export const shutdownRequestSchema = v.strictObject({
  filesystem: v.picklist(['ext4', 'xfs'], 'must be "ext4" or "xfs"'),
  rounds: v.exactOptional(whole(1, 100_000)),
  fileBytes: v.exactOptional(whole(512, 2 ** 28)),
  beginning: v.exactOptional(v.picklist(beginnings)),
  ...roundEntries,
});

export type StormRequest = v.InferOutput<typeof stormRequestSchema>;
export type ShutdownRequest = v.InferOutput<typeof shutdownRequestSchema>;
/** What {@link stormEntries} take, without the seed. */
export type StormOptions = Omit<StormRequest, 'path' | 'sizeBytes' | 'destroy' | 'sandbox' | 'seed'>;
