import * as v from 'valibot';

/** Schemas that the forms of torn results have in common. */

export const wholeSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
export const runNumberSchema = v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/, 'is not the number of a run'));
export const secondsSchema = v.pipe(v.number(), v.minValue(0));

/** A list that nobody changes. */
export function list<Schema extends v.GenericSchema>(item: Schema) {
  return v.pipe(v.array(item), v.readonly());
}
