/** Schema of what a torn run says while it goes on. */
import * as v from 'valibot';
import { wholeSchema } from '../../schemas.ts';
import type { TornEvent } from '../result.ts';
import { rehearsalRoundSchema } from './cuts.ts';
import { runNumberSchema, secondsSchema } from './numbers.ts';
import { findingSchema, numbersSchema, roundSchema, sensitivitySchema } from './result.ts';

export const tornEventSchema: v.GenericSchema<TornEvent> = v.variant('type', [
  v.strictObject({
    type: v.literal('phase'),
    phase: v.string(),
    done: v.exactOptional(wholeSchema),
    total: v.exactOptional(wholeSchema),
  }),
  v.strictObject({ type: v.literal('sensitivity'), sensitivity: sensitivitySchema }),
  v.strictObject({
    type: v.literal('numbers'),
    numbers: numbersSchema,
    seconds: secondsSchema,
    secondsLeft: v.nullable(secondsSchema),
  }),
  v.strictObject({ type: v.literal('round'), round: roundSchema, total: wholeSchema }),
  v.strictObject({ type: v.literal('finding'), finding: findingSchema }),
  v.strictObject({ type: v.literal('cut'), round: rehearsalRoundSchema, total: wholeSchema }),
  v.strictObject({
    type: v.literal('witness'),
    run: runNumberSchema,
    entries: wholeSchema,
    away: v.string(),
  }),
]);
