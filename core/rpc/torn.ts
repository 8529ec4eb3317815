/** The laboratory of torn writes: storms, shutdowns, crash states, and the states of a crash check one by one. */
import * as v from 'valibot';
import { list, wholeSchema } from '../schemas.ts';
import { recordIdSchema } from '../record/record.ts';
import {
  crashOutcomes,
  crashReportSchema,
  crashSensitivitySchema,
  type BlockDetail,
  type PointCounts,
  type StateDetail,
  type StateLine,
  type UnitDetail,
} from '../torn/crash/index.ts';
import { pathSchema, shutdownRequestSchema, stormRequestSchema } from '../torn/options.ts';
import {
  runNumberSchema,
  shutdownResultSchema,
  stormResultSchema,
  tornEventSchema,
  verdictSchema,
} from '../torn/wire/index.ts';
import { procedure } from './procedure.ts';
import { progressSchema } from './progress.ts';

const ability = v.strictObject({
  possible: v.boolean(),
  /** Why not, and what to do about it; empty where it is. */
  why: v.string(),
  remedy: v.string(),
});

const exampleSchema = v.strictObject({ id: v.string(), title: v.string(), text: v.string() });

const infoSchema = v.strictObject({
  /** Shutdowns and crash checks make filesystems of their own and mount them. A storm on a file takes nothing. */
  laboratory: ability,
  /** The recorder below a filesystem, which crash checks need. */
  recorder: ability,
  ring: ability,
  /** Whether a device, or a file that is not empty, is accepted as a storm's target. */
  destructive: v.boolean(),
  /** Crash plans to begin with. */
  crashPlans: v.array(exampleSchema),
  /** Plans in whose sandboxes a storm can blow. */
  sandboxPlans: v.array(exampleSchema),
  /** A folder in which a new file may be made for a storm. */
  folder: v.string(),
});

/** Where a result is kept. */
export const keptEntries = {
  /** Its name in the history; null where it could not be kept, for the reason in `notKept`. */
  keptAs: v.nullable(recordIdSchema),
  notKept: v.string(),
} as const;

const crashEventSchema = v.variant('type', [
  v.strictObject({ type: v.literal('phase'), ...progressSchema.entries }),
  v.strictObject({ type: v.literal('sensitivity'), sensitivity: crashSensitivitySchema }),
]);

/** Name of an exploration: of the check whose states are at hand. A new check ends the one before. */
const explorationSchema = v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/));
const stateNameSchema = v.pipe(
  v.string(),
  v.maxLength(100_000),
  v.regex(/^\d+:[\d,.-]*$/, 'is not the name of a state'),
);
const pageSize = (most: number) => v.pipe(wholeSchema, v.maxValue(most));
const outcomeSchema = v.picklist(crashOutcomes);

const pointSchema: v.GenericSchema<PointCounts> = v.strictObject({
  index: wholeSchema,
  position: wholeSchema,
  free: wholeSchema,
  counts: list(wholeSchema),
});

const lineEntries = {
  name: v.string(),
  point: wholeSchema,
  outcome: outcomeSchema,
  whole: wholeSchema,
  parts: wholeSchema,
  missing: wholeSchema,
} as const;
const lineSchema: v.GenericSchema<StateLine> = v.strictObject(lineEntries);

const stateSchema: v.GenericSchema<StateDetail> = v.strictObject({
  ...lineEntries,
  position: wholeSchema,
  explanation: list(v.string()),
  fates: list(
    v.strictObject({
      write: wholeSchema,
      at: wholeSchema,
      lengthBytes: wholeSchema,
      generation: v.nullable(wholeSchema),
      fate: v.picklist(['whole', 'missing', 'part']),
      sectors: list(v.pipe(v.tuple([wholeSchema, wholeSchema]), v.readonly())),
    }),
  ),
  simplest: v.string(),
  unusable: list(v.string()),
  faults: list(
    v.strictObject({ file: v.string(), unit: wholeSchema, verdict: verdictSchema, text: v.string() }),
  ),
});

const blockSchema: v.GenericSchema<BlockDetail> = v.strictObject({
  index: wholeSchema,
  disk: v.nullable(wholeSchema),
  colour: verdictSchema,
  origin: v.variant('kind', [
    v.strictObject({
      kind: v.literal('write'),
      writer: wholeSchema,
      generation: v.pipe(v.number(), v.safeInteger()),
      bytes: wholeSchema,
    }),
    v.strictObject({ kind: v.literal('zeros') }),
    v.strictObject({ kind: v.literal('other-run'), run: runNumberSchema }),
    v.strictObject({ kind: v.literal('nobody') }),
  ]),
  remark: v.string(),
  state: v.picklist(['intact', 'damaged', 'unstamped', 'unreadable']),
  stamp: v.nullable(
    v.strictObject({
      run: runNumberSchema,
      writer: wholeSchema,
      generation: wholeSchema,
      address: wholeSchema,
      bytes: wholeSchema,
      blockIndex: wholeSchema,
    }),
  ),
  hex: v.pipe(v.string(), v.regex(/^[0-9a-f]*$/)),
});

const unitSchema: v.GenericSchema<UnitDetail> = v.strictObject({
  file: v.string(),
  unit: wholeSchema,
  address: wholeSchema,
  unitBytes: wholeSchema,
  blockBytes: wholeSchema,
  verdict: verdictSchema,
  text: v.string(),
  writes: list(
    v.strictObject({
      writer: wholeSchema,
      generation: wholeSchema,
      promised: v.boolean(),
      ended: v.boolean(),
    }),
  ),
  blockCount: wholeSchema,
  blocks: list(blockSchema),
});

export const tornProcedures = {
  'torn.info': procedure({ input: v.strictObject({}), output: infoSchema }),
  'torn.storm': procedure({
    input: stormRequestSchema,
    output: v.strictObject({ result: stormResultSchema, ...keptEntries }),
    event: tornEventSchema,
  }),
  'torn.shutdown': procedure({
    input: shutdownRequestSchema,
    output: v.strictObject({ result: shutdownResultSchema, ...keptEntries }),
    event: tornEventSchema,
  }),
  /** Records a crash plan (docs/crash-states.md) and checks its states, which can be looked at afterwards. */
  'torn.crash': procedure({
    input: v.strictObject({
      text: v.pipe(v.string(), v.maxLength(2 ** 20)),
      /** A new folder in which the recording is kept. */
      keep: v.exactOptional(pathSchema),
      /** A folder with a recording that was kept: checked in place of a new one. */
      recording: v.exactOptional(pathSchema),
    }),
    output: v.strictObject({
      report: crashReportSchema,
      ...keptEntries,
      exploration: explorationSchema,
    }),
    event: crashEventSchema,
  }),
  /** The crash plan of a recording that was kept. */
  'torn.recording': procedure({
    input: v.strictObject({ folder: pathSchema }),
    output: v.strictObject({ text: v.string() }),
  }),
  /** Crash points of a check, some of them, and how many states end how; counts in the order of `crashOutcomes`. */
  'torn.points': procedure({
    input: v.strictObject({ exploration: explorationSchema, skip: wholeSchema, take: pageSize(5000) }),
    output: v.strictObject({ total: wholeSchema, points: list(pointSchema) }),
  }),
  /** States of the crash points `from` to `to` (not included) that end in a way; null: in any. */
  'torn.states': procedure({
    input: v.strictObject({
      exploration: explorationSchema,
      from: wholeSchema,
      to: wholeSchema,
      outcome: v.nullable(outcomeSchema),
      skip: wholeSchema,
      take: pageSize(500),
    }),
    output: v.strictObject({ total: wholeSchema, states: list(lineSchema) }),
  }),
  'torn.state': procedure({
    input: v.strictObject({ exploration: explorationSchema, state: stateNameSchema }),
    output: stateSchema,
  }),
  /** A unit of a state, sector by sector; some of its blocks. */
  'torn.unit': procedure({
    input: v.strictObject({
      exploration: explorationSchema,
      state: stateNameSchema,
      file: v.pipe(v.string(), v.maxLength(4096)),
      unit: wholeSchema,
      skip: wholeSchema,
      take: pageSize(128),
    }),
    output: unitSchema,
  }),
} as const;

export type TornInfo = v.InferOutput<typeof infoSchema>;
export type TornProgress = v.InferOutput<typeof tornEventSchema>;
export type CrashProgress = v.InferOutput<typeof crashEventSchema>;
