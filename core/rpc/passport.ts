import * as v from 'valibot';
import { wholeSchema } from '../schemas.ts';

/** What a path can do atomically, layer by layer, as it travels (main/probe makes it). */

const windowSchema = v.strictObject({ minBytes: wholeSchema, maxBytes: wholeSchema });
const ternarySchema = v.picklist(['yes', 'no', 'unknown']);

/** The sizes that pass: `window` is null where none do, and where it is not known which. */
export const openingSchema = v.strictObject({
  state: v.picklist(['open', 'closed', 'unknown']),
  window: v.nullable(windowSchema),
});

const factsSchema = v.array(v.strictObject({ name: v.string(), value: v.string() }));

const layerSchema = v.strictObject({
  /** The file, the filesystem's name, or the kernel's name of a device. */
  layer: v.string(),
  kind: v.picklist(['file', 'filesystem', 'device', 'kernel']),
  opening: openingSchema,
  why: v.string(),
  /** A command or a call that would widen it, or empty. */
  remedy: v.string(),
  facts: factsSchema,
  /** What the drive says of itself, where it could be asked. */
  claims: v.nullable(
    v.strictObject({
      source: v.string(),
      opening: openingSchema,
      agrees: ternarySchema,
      why: v.string(),
      facts: factsSchema,
    }),
  ),
});

const unitShareSchema = v.strictObject({
  unitBytes: wholeSchema,
  units: wholeSchema,
  aligned: wholeSchema,
  holes: wholeSchema,
  /** The first units that are neither: where they begin, and what is wrong with them. */
  firstFaults: v.array(v.strictObject({ offsetBytes: wholeSchema, fault: v.string() })),
});

export const passportSchema = v.strictObject({
  path: v.string(),
  kind: v.string(),
  kernel: v.string(),
  possible: ternarySchema,
  opening: openingSchema,
  /** One line that says what is so. */
  verdict: v.string(),
  remedy: v.string(),
  /** Who keeps accepted writes whole, or null where nobody has to. */
  ways: v.nullable(v.strictObject({ hardware: openingSchema, software: openingSchema, why: v.string() })),
  /** Every place at which the window shrinks or closes, from the file down. */
  findings: v.array(v.strictObject({ layer: v.string(), because: v.string(), remedy: v.string() })),
  /** From the file down; a filesystem inside an image comes last. */
  layers: v.array(layerSchema),
  /** Powers of two that hold the windows of all layers. */
  scale: v.strictObject({ fromBytes: wholeSchema, toBytes: wholeSchema }),
  /** How the units of a regular file lie; null where the path is none. */
  layout: v.nullable(v.strictObject({ why: v.string(), shares: v.array(unitShareSchema) })),
  /** What could not be found out, and why. */
  missing: v.array(v.string()),
  /** What root would add. */
  withRoot: v.array(v.string()),
});

export type WirePassport = v.InferOutput<typeof passportSchema>;
export type WireLayer = v.InferOutput<typeof layerSchema>;
export type WireOpening = v.InferOutput<typeof openingSchema>;
export type WireUnitShare = v.InferOutput<typeof unitShareSchema>;
