import * as v from 'valibot';

/** Schemas that the forms of torn results have in common. */

export const runNumberSchema = v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/, 'is not the number of a run'));
export const secondsSchema = v.pipe(v.number(), v.minValue(0));
