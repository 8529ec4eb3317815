import * as v from 'valibot';

/** Schemas that forms of every kind have in common. */

/** 0, 1, 2, … as far as a JavaScript number counts exactly. */
export const wholeSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** A list that nobody changes. */
export function list<Schema extends v.GenericSchema>(item: Schema) {
  return v.pipe(v.array(item), v.readonly());
}
