import * as v from 'valibot';

const unitBytes = { KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 } as const;
type SizeUnit = keyof typeof unitBytes;

const written = /^(0|[1-9][0-9]*)(KiB|MiB|GiB|TiB)$/;

/** Reads `"16KiB"` as bytes; null where the text has another form or leaves 0 … 2^53 − 1. */
export function sizeFromText(text: string): number | null {
  const parts = written.exec(text);
  if (!parts) return null;
  const bytes = Number(parts[1]) * unitBytes[parts[2] as SizeUnit];
  return Number.isSafeInteger(bytes) ? bytes : null;
}

/** A size or an offset of a plan: a whole number of bytes, or a text such as `"16KiB"`. Becomes bytes. */
export const sizeSchema = v.pipe(
  v.union([v.number(), v.string()], 'must be a number of bytes or a text such as "16KiB"'),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const bytes = typeof dataset.value === 'number' ? dataset.value : sizeFromText(dataset.value);
    if (bytes !== null && Number.isSafeInteger(bytes) && bytes >= 0) return bytes;
    addIssue({
      message: `must be a whole number of bytes from 0 to 2^53 - 1, or a text such as "16KiB"; it is ${JSON.stringify(dataset.value)}`,
    });
    return NEVER;
  }),
);
