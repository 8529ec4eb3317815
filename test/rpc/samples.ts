import * as v from 'valibot';
import type { Random } from '../../core/experiment/generate/random.ts';

/**
 * Values that a schema takes, made from the schema itself: every procedure of the contract has some, also one that was
 * added a minute ago.
 */

type Schema = v.GenericSchema<unknown, unknown>;
/** What valibot's schemas carry, as far as it is looked at here. */
interface Shape {
  readonly type: string;
  readonly entries?: Readonly<Record<string, Schema>>;
  readonly item?: Schema;
  readonly items?: readonly Schema[];
  readonly options?: readonly unknown[];
  readonly literal?: unknown;
  readonly wrapped?: Schema;
  readonly key?: Schema;
  readonly value?: Schema;
  readonly pipe?: readonly Schema[];
  readonly getter?: (input: unknown) => Schema;
}

/** Leaves with rules of their own take one of these, whichever they like. */
const texts = [
  'a text',
  '',
  '/a/b',
  '0123456789abcdef',
  '00112233445566778899aabbccddeeff',
  '3:0,1-2.4',
  '6.18.2',
  '6.18.2-amd64',
  'linux-6.18',
  '20260102T030405Z-0123ab',
  '127.0.0.1:7000',
  '2026-01-02T03:04:05.678Z',
  'é𝄞\u2028"\\',
];
const numbers = [0, 1, 3, 512, 4096, 65_536, 2 ** 40, 0.5, -1];
/** Lists of numbers in columns: cells, extents, ranges, and rows of as many columns as there are. */
const columns = [
  [],
  [3, 4, 2, 9, 1, 1],
  [0, 2, 5, 1],
  [0, 1, 4, 2],
  ...Array.from({ length: 24 }, (_, count) => Array.from({ length: count }, (_none, index) => index)),
];
const leaves: Readonly<Record<string, readonly unknown[]>> = {
  string: texts,
  number: numbers,
  custom: columns,
};

/** Throws where none is found: then this file has to learn a kind of schema, or a leaf. */
export function sampleOf(schema: Schema, random: Random, depth = 0): unknown {
  const { type } = shapeOf(schema);
  const candidates = leaves[type]?.filter((leaf) => v.is(schema, leaf));
  if (candidates && candidates.length > 0) return random.pick(candidates);
  for (let attempt = 0; attempt < 100 && !candidates; attempt++) {
    const candidate = candidateOf(schema, random, depth);
    if (v.is(schema, candidate)) return candidate;
  }
  const [issue] = v.safeParse(schema, leaves[type]?.[0]).issues ?? [];
  throw new Error(`no sample of a ${type} is known: ${issue?.message ?? 'none of 100 fits'}`);
}

function shapeOf(schema: Schema): Shape {
  return schema as unknown as Shape;
}

function candidateOf(schema: Schema, random: Random, depth: number): unknown {
  const shape = shapeOf(schema);
  const below = (one: Schema) => sampleOf(one, random, depth + 1);
  const few = () => random.between(0, depth > 4 ? 1 : 3);
  switch (shape.type) {
    case 'strict_object':
    case 'object':
      return objectOf(shape.entries ?? {}, random, below);
    case 'record':
      return Object.fromEntries(
        Array.from({ length: few() }, () => [
          String(below(required(shape.key))),
          below(required(shape.value)),
        ]),
      );
    case 'array':
      return Array.from({ length: few() }, () => below(required(shape.item)));
    case 'tuple':
    case 'strict_tuple':
      return required(shape.items).map(below);
    case 'variant':
    case 'union':
      return below(random.pick(required(shape.options) as readonly Schema[]));
    case 'picklist':
      return random.pick(required(shape.options));
    case 'literal':
      return shape.literal;
    case 'nullable':
      return random.chance(50) ? null : below(required(shape.wrapped));
    case 'lazy':
      return below(required(shape.getter)(undefined));
    case 'boolean':
      return random.chance(50);
    case 'null':
      return null;
    default:
      throw new Error(`a schema of the kind ${shape.type} is new here`);
  }
}

function objectOf(
  entries: Readonly<Record<string, Schema>>,
  random: Random,
  below: (schema: Schema) => unknown,
): object {
  return Object.fromEntries(
    Object.entries(entries).flatMap(([name, schema]) => {
      const shape = shapeOf(schema);
      const isOptional = shape.type === 'optional' || shape.type === 'exact_optional';
      if (!isOptional) return [[name, below(schema)]];
      return random.chance(50) ? [] : [[name, below(required(shape.wrapped))]];
    }),
  );
}

function required<T>(part: T | undefined): T {
  if (part === undefined) throw new Error('a schema without the part that its kind has');
  return part;
}
