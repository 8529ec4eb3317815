/** Power cuts: a machine is armed, judged when it is back, or all of it is rehearsed (docs/torn.md). */
import * as v from 'valibot';
import {
  armRequestSchema,
  rehearsalRequestSchema,
  verifyRequestSchema,
  type PowerCutResult,
  type RecordVerification,
} from '../torn/index.ts';
import {
  armedEndSchema,
  powerCutResultSchema,
  recordVerificationSchema,
  rehearsalResultSchema,
  runNumberSchema,
  settingsSchema,
  tornEventSchema,
} from '../torn/wire/index.ts';
import { procedure } from './procedure.ts';
import { keptEntries } from './torn.ts';

/** A run that was armed on this machine and has not ended otherwise than by a power cut. */
const armedSchema = v.strictObject({
  run: runNumberSchema,
  /** The target, as a person knows it. */
  title: v.string(),
  witness: v.string(),
  key: v.string(),
  /** ISO 8601. */
  began: v.string(),
  /** Whether the machine was started anew since. */
  rebooted: v.boolean(),
  settings: settingsSchema,
});

const verifiedSchema = v.union([powerCutResultSchema, recordVerificationSchema]) satisfies v.GenericSchema<
  PowerCutResult | RecordVerification
>;

export const powerCutProcedures = {
  /** Writes until the power is cut; answers only where it ends otherwise. */
  'torn.arm': procedure({ input: armRequestSchema, output: armedEndSchema, event: tornEventSchema }),
  /** Newest first. */
  'torn.armed': procedure({
    input: v.strictObject({}),
    output: v.strictObject({ armed: v.array(armedSchema) }),
  }),
  'torn.forget': procedure({
    input: v.strictObject({ run: runNumberSchema }),
    output: v.strictObject({}),
  }),
  /** Judges a target by what was promised of it; only reads. */
  'torn.verify': procedure({
    input: verifyRequestSchema,
    output: v.strictObject({ result: verifiedSchema, ...keptEntries }),
    event: tornEventSchema,
  }),
  'torn.rehearse': procedure({
    input: rehearsalRequestSchema,
    output: v.strictObject({ result: rehearsalResultSchema, ...keptEntries }),
    event: tornEventSchema,
  }),
} as const;

export type ArmedRun = v.InferOutput<typeof armedSchema>;
