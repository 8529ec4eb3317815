import * as v from 'valibot';
import { wholeSchema } from '../schemas.ts';
import { outcomeSchema, volumeSchema } from './outcome.ts';

/** What comes of a plan, as it travels and as it is kept. */

export const predictionSchema = v.strictObject({
  volume: v.nullable(volumeSchema),
  predicted: outcomeSchema,
});

const differenceSchema = v.strictObject({
  text: v.string(),
  step: v.nullable(wholeSchema),
  file: v.nullable(v.string()),
});

export const runSchema = v.strictObject({
  volume: v.nullable(volumeSchema),
  predicted: outcomeSchema,
  actual: outcomeSchema,
  match: v.boolean(),
  /** Why the run does not count, or empty: another writer, an unasked commit, … */
  disturbed: v.array(v.string()),
  /** What could have disturbed it and would not have been seen (docs/privilege.md); left out where everything was watched. */
  unwatched: v.optional(v.array(v.string())),
  differences: v.array(differenceSchema),
});

export type Prediction = v.InferOutput<typeof predictionSchema>;
export type RunResult = v.InferOutput<typeof runSchema>;
