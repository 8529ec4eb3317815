import * as v from 'valibot';
import { wholeSchema } from '../schemas.ts';

/** How far the work is: a phase in words; `total` is null where it is not known. */
export const progressSchema = v.strictObject({
  phase: v.string(),
  done: v.nullable(wholeSchema),
  total: v.nullable(wholeSchema),
});
