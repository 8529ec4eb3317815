import * as v from 'valibot';
import { wholeSchema } from '../schemas.ts';
import { procedure, type Implementation } from './procedure.ts';
import { exportFormats } from '../record/formats.ts';
import { recordIdSchema } from '../record/record.ts';
import { summarySchema } from '../record/summary.ts';
import { keptRecordSchema } from '../record/torn-record.ts';
import { desktopProcedures } from './desktop.ts';
import { passportSchema } from './passport.ts';
import { progressSchema } from './progress.ts';
import { tracedSchema } from './decisions.ts';
import { mirrorProcedures, replaySchema } from './mirror.ts';
import { planTextSchema } from './plan-text.ts';
import { predictionSchema, runSchema } from './result.ts';
import { deviceProcedures } from './devices.ts';
import { kernelNameSchema, sandboxProcedures, waySchema } from './sandbox.ts';
import { powerCutProcedures } from './power-cut.ts';
import { tornProcedures } from './torn.ts';
import { versusProcedures } from './versus.ts';

/** Everything that the interface can ask of the service, and nothing else. */

const hostSchema = v.strictObject({
  /** Version of Untorn. */
  version: v.string(),
  /** `Linux 6.18.2`, as uname(2) says. */
  kernel: v.string(),
  machine: v.string(),
  cpus: wholeSchema,
  /** The allocator profile that `auto` means here, and whether it is this kernel's own. */
  run: v.strictObject({
    possible: v.boolean(),
    /** Why a real run is not possible here, and what to do about it; empty where it is. */
    why: v.string(),
    remedy: v.string(),
    way: v.optional(waySchema),
  }),
  /** Whether plans that write to a device of the user's are accepted. */
  destructive: v.boolean(),
});

const exampleSchema = v.strictObject({
  id: v.string(),
  title: v.string(),
  /** The plan file as it is. */
  text: v.string(),
});

const planStepSchema = v.strictObject({
  op: v.string(),
  /** The file that the step is about, or empty. */
  file: v.string(),
  /** The step in one line: `0 +16 KiB atomic dsync`. */
  detail: v.string(),
});

const planSummarySchema = v.strictObject({
  name: v.string(),
  /** The target in one line, then one line for each circumstance that matters. */
  target: v.string(),
  details: v.array(v.string()),
  steps: v.array(planStepSchema),
  /** Whether it would write to a device of the user's. */
  destructive: v.boolean(),
});

const issueSchema = v.strictObject({ place: v.string(), message: v.string() });
const checkSchema = v.variant('ok', [
  v.strictObject({ ok: v.literal(true), summary: planSummarySchema }),
  v.strictObject({ ok: v.literal(false), issues: v.array(issueSchema) }),
]);

/** A prediction that was just made. */
const freshPredictionSchema = v.strictObject({
  ...predictionSchema.entries,
  /** How the predicted layouts come about; null where that is not known (XFS, a mounted filesystem). */
  replay: v.nullable(replaySchema),
});

/** A run that was just made, and where it is kept now. */
const freshRunSchema = v.strictObject({
  ...runSchema.entries,
  /** The kernel that it ran on, where that was a sandbox's; empty where it was this machine's. */
  kernel: v.string(),
  /** Its name in the history; null where it could not be kept, for the reason in `notKept`. */
  keptAs: v.nullable(recordIdSchema),
  notKept: v.string(),
  /** How the predicted layouts come about; null where that is not known (XFS, a mounted filesystem). */
  replay: v.nullable(replaySchema),
  /** The allocator's decisions on both sides, where they were asked for. */
  traced: v.nullable(tracedSchema),
});

const runNameSchema = v.strictObject({ id: recordIdSchema });

const runListSchema = v.strictObject({
  /** Newest first. */
  runs: v.array(summarySchema),
  /** Files in the history's folder that are no runs. */
  unreadable: wholeSchema,
});

const runComparisonSchema = v.strictObject({
  same: v.boolean(),
  differences: v.array(v.string()),
  samePlan: v.boolean(),
});

const exportedSchema = v.strictObject({ name: v.string(), mediaType: v.string(), text: v.string() });

const examineSchema = v.strictObject({ text: planTextSchema });
/** `kernel` moves a plan on a loop device into a sandbox with that kernel, and takes the place of a sandbox's own. */
const performSchema = v.strictObject({ text: planTextSchema, kernel: v.optional(kernelNameSchema) });
/** `destroy` names the device of a block target again, by its serial number or WWN, else by its path: its contents may be lost. */
const runInputSchema = v.strictObject({
  ...performSchema.entries,
  destroy: v.optional(v.pipe(v.string(), v.maxLength(4096))),
  /** Records the kernel's tracepoints, too. */
  trace: v.optional(v.boolean()),
});
const runTextSchema = v.strictObject({ text: v.pipe(v.string(), v.maxLength(15 * 2 ** 20)) });

export const contract = {
  'host.info': procedure({ input: v.strictObject({}), output: hostSchema }),
  'examples.list': procedure({ input: v.strictObject({}), output: v.array(exampleSchema) }),
  'plan.check': procedure({ input: examineSchema, output: checkSchema }),
  'plan.predict': procedure({ input: performSchema, output: freshPredictionSchema, event: progressSchema }),
  'plan.run': procedure({ input: runInputSchema, output: freshRunSchema, event: progressSchema }),
  'path.probe': procedure({
    input: v.strictObject({ path: v.pipe(v.string(), v.nonEmpty(), v.maxLength(4096)) }),
    output: passportSchema,
  }),
  /** Runs of the history whose summaries have all of the words. */
  'runs.list': procedure({
    input: v.strictObject({ words: v.pipe(v.string(), v.maxLength(1000)) }),
    output: runListSchema,
  }),
  'runs.get': procedure({ input: runNameSchema, output: keptRecordSchema }),
  'runs.compare': procedure({
    input: v.strictObject({ one: recordIdSchema, other: recordIdSchema }),
    output: runComparisonSchema,
  }),
  'runs.export': procedure({
    input: v.strictObject({ id: recordIdSchema, format: v.picklist(exportFormats) }),
    output: exportedSchema,
  }),
  /** Keeps a run that was exported as JSON, here or elsewhere. */
  'runs.import': procedure({ input: runTextSchema, output: summarySchema }),
  'runs.remove': procedure({ input: runNameSchema, output: v.strictObject({}) }),
  ...mirrorProcedures,
  ...deviceProcedures,
  ...sandboxProcedures,
  ...tornProcedures,
  ...powerCutProcedures,
  ...versusProcedures,
  ...desktopProcedures,
} as const;

export type UntornContract = typeof contract;
/** What main/service offers. */
export type UntornService = Implementation<UntornContract>;

export type HostInfo = v.InferOutput<typeof hostSchema>;
export type Example = v.InferOutput<typeof exampleSchema>;
export type PlanCheck = v.InferOutput<typeof checkSchema>;
export type PlanSummary = v.InferOutput<typeof planSummarySchema>;
export type PlanStep = v.InferOutput<typeof planStepSchema>;
export type CallProgress = v.InferOutput<typeof progressSchema>;
export type FreshPrediction = v.InferOutput<typeof freshPredictionSchema>;
export type FreshRun = v.InferOutput<typeof freshRunSchema>;
export type RunComparison = v.InferOutput<typeof runComparisonSchema>;
export type RunList = v.InferOutput<typeof runListSchema>;
