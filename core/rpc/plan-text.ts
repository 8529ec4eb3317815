import * as v from 'valibot';

/** A plan as it is sent: its text, which the service reads and judges itself. */
export const planTextSchema = v.pipe(v.string(), v.maxLength(8 * 2 ** 20, 'a plan has at most 8 MiB'));
