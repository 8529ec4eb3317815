/** What writer and witness say to each other (docs/torn.md), as schemas: each side believes only what fits. */
import * as v from 'valibot';
import { wholeSchema } from '../../../core/schemas.ts';
import type { JournalRecord } from '../../../core/torn/index.ts';

const hex = (digits: number) => v.pipe(v.string(), v.regex(new RegExp(`^[0-9a-f]{${digits}}$`)));

export const helloSchema = v.strictObject({
  hello: v.literal(1),
  role: v.picklist(['writer', 'reader']),
  run: hex(16),
  nonce: hex(64),
});

export const welcomeSchema = v.strictObject({ welcome: v.literal(1), nonce: hex(64), code: hex(64) });

/** `[kind, writer, generation, address, bytes]`, then moment, then result. */
export const entrySchema = v.union([
  v.strictTuple([v.literal('begun'), wholeSchema, wholeSchema, wholeSchema, wholeSchema]),
  v.strictTuple([v.literal('ended'), wholeSchema, wholeSchema, wholeSchema, wholeSchema, wholeSchema]),
  v.strictTuple([
    v.literal('failed'),
    wholeSchema,
    wholeSchema,
    wholeSchema,
    wholeSchema,
    wholeSchema,
    v.pipe(v.number(), v.safeInteger()),
  ]),
]);
export type Entry = v.InferOutput<typeof entrySchema>;

/** What the machine under test does, as far as the judgement afterwards needs it. */
export const armedSchema = v.strictObject({
  target: v.string(),
  kind: v.picklist(['file', 'device']),
  areaBytes: wholeSchema,
  blockBytes: wholeSchema,
  unitBytes: v.pipe(v.array(wholeSchema), v.minLength(1)),
  writers: wholeSchema,
  atomic: v.boolean(),
  direct: v.boolean(),
  sync: v.picklist(['dsync', 'fsync']),
  seed: wholeSchema,
});
export type Armed = v.InferOutput<typeof armedSchema>;

export const requestSchema = v.variant('type', [
  v.strictObject({ type: v.literal('arm'), armed: armedSchema }),
  /** `first`: number of the first entry within the run. */
  v.strictObject({ type: v.literal('note'), first: wholeSchema, entries: v.array(entrySchema) }),
  v.strictObject({ type: v.literal('fetch') }),
]);
export type Request = v.InferOutput<typeof requestSchema>;

export const replySchema = v.variant('type', [
  /** Everything below `count` is on the witness's disk. */
  v.strictObject({ type: v.literal('noted'), count: wholeSchema }),
  v.strictObject({ type: v.literal('armed'), armed: armedSchema }),
  v.strictObject({ type: v.literal('entries'), entries: v.array(entrySchema) }),
  v.strictObject({ type: v.literal('done'), count: wholeSchema }),
  v.strictObject({ type: v.literal('refused'), why: v.string() }),
]);
export type Reply = v.InferOutput<typeof replySchema>;

export function entryOf(record: JournalRecord): Entry {
  const { kind, writer, generation, address, bytes } = record;
  if (kind === 'begun') return [kind, writer, generation, address, bytes];
  if (kind === 'ended') return [kind, writer, generation, address, bytes, record.moment];
  return [kind, writer, generation, address, bytes, record.moment, record.result];
}

export function recordOf(entry: Entry): JournalRecord {
  const [kind, writer, generation, address, bytes] = entry;
  const place = { writer, generation, address, bytes };
  if (entry[0] === 'ended') return { kind: 'ended', ...place, moment: entry[5] };
  if (entry[0] === 'failed') return { kind: 'failed', ...place, moment: entry[5], result: entry[6] };
  return { kind: kind as 'begun', ...place };
}
