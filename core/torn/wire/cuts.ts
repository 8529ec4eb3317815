/** Schemas of what is found after power cuts: by a witness, by a run's own record, in a rehearsal. */
import * as v from 'valibot';
import { list, wholeSchema } from '../../schemas.ts';
import type { RehearsalResult, RehearsalRound, RehearsalSettings } from '../rehearsal.ts';
import type { ArmedEnd, PowerCutResult, RecordVerification } from '../result.ts';
import { runNumberSchema, secondsSchema } from './numbers.ts';
import {
  countsSchema,
  fieldSchema,
  findingSchema,
  headEntries,
  sensitivitySchema,
  settingsSchema,
  verificationSchema,
} from './result.ts';

export const armedEndSchema: v.GenericSchema<ArmedEnd> = v.strictObject({
  format: v.literal(1),
  kind: v.literal('armed'),
  run: runNumberSchema,
  settings: settingsSchema,
  sensitivity: sensitivitySchema,
  acknowledged: wholeSchema,
  endedBy: v.picklist(['time', 'writes', 'interrupted', 'error']),
  error: v.nullable(v.string()),
});

export const powerCutResultSchema: v.GenericSchema<PowerCutResult> = v.strictObject({
  ...headEntries,
  kind: v.literal('power-cut'),
  witness: v.string(),
  acknowledged: wholeSchema,
  unfinished: wholeSchema,
  verification: v.nullable(verificationSchema),
});

const { record: _record, ...recordHeadEntries } = headEntries;

export const recordVerificationSchema: v.GenericSchema<RecordVerification> = v.strictObject({
  ...recordHeadEntries,
  kind: v.literal('verify'),
  rebooted: v.boolean(),
  verification: verificationSchema,
});

const rehearsalSettingsSchema: v.GenericSchema<RehearsalSettings> = v.strictObject({
  kernel: v.string(),
  on: v.picklist(['device', 'ext4', 'xfs']),
  unitBytes: wholeSchema,
  atomic: v.boolean(),
  sync: v.picklist(['dsync', 'fsync']),
  drive: v.strictObject({
    claimsBytes: wholeSchema,
    keepsBytes: wholeSchema,
    lies: v.boolean(),
    volatileCache: v.boolean(),
  }),
  times: wholeSchema,
  seed: wholeSchema,
});

export const rehearsalRoundSchema: v.GenericSchema<RehearsalRound> = v.strictObject({
  round: wholeSchema,
  run: runNumberSchema,
  afterMilliseconds: secondsSchema,
  acknowledged: wholeSchema,
  unfinished: wholeSchema,
  drive: v.strictObject({
    inFlight: wholeSchema,
    cached: wholeSchema,
    kept: wholeSchema,
    lost: wholeSchema,
    cut: wholeSchema,
  }),
  units: wholeSchema,
  counts: countsSchema,
  findings: list(findingSchema),
  field: v.exactOptional(fieldSchema),
  unusable: v.nullable(v.string()),
});

export const rehearsalResultSchema: v.GenericSchema<RehearsalResult> = v.strictObject({
  format: v.literal(1),
  kind: v.literal('rehearsal'),
  settings: rehearsalSettingsSchema,
  sensitivity: sensitivitySchema,
  rounds: v.pipe(list(rehearsalRoundSchema), v.maxLength(100_000)),
  interrupted: v.boolean(),
  totals: v.strictObject({
    acknowledged: wholeSchema,
    unfinished: wholeSchema,
    lost: wholeSchema,
    cut: wholeSchema,
    counts: countsSchema,
  }),
  verdict: v.picklist(['untorn', 'faults', 'void']),
  why: v.string(),
});
