import { assert } from '../../assert.ts';
import { sizeSchema } from './size.ts';
import { stepSchema, type Step } from './steps.ts';
import { targetSchema, type TargetKind } from './target.ts';

/** What a field takes; told by the plan's own schema, so that a form can never know another format than the reader. */
export type FieldKind =
  /** Bytes, as a number or as `"16KiB"`. */
  | { readonly kind: 'size' }
  | { readonly kind: 'text' }
  | { readonly kind: 'whole'; readonly least: number | null; readonly most: number | null }
  | { readonly kind: 'flag' }
  | { readonly kind: 'choice'; readonly choices: readonly (string | number)[] }
  /** Any of the choices, each once. */
  | { readonly kind: 'set'; readonly choices: readonly string[] }
  /** A list of texts. */
  | { readonly kind: 'words' }
  | { readonly kind: 'group'; readonly fields: readonly FormField[] };

export interface FormField {
  readonly name: string;
  readonly required: boolean;
  /** What is taken where it is left out; undefined where that is this machine's or nothing. */
  readonly preset: unknown;
  readonly takes: FieldKind;
}

/** What of valibot's schemas is looked at (valibot.dev, "Mental model": schemas are plain objects). */
interface AnySchema {
  readonly type: string;
  readonly entries?: Readonly<Record<string, AnySchema>>;
  readonly pipe?: readonly AnySchema[];
  readonly wrapped?: AnySchema;
  readonly default?: unknown;
  readonly options?: readonly unknown[];
  readonly item?: AnySchema;
  readonly literal?: unknown;
  readonly requirement?: unknown;
}

/** The fields of each operation, `op` left out, in the order of the plan format. */
export const stepForms: Readonly<Record<Step['op'], readonly FormField[]>> = formsOf(stepSchema, 'op');

/** The fields of each kind of target, `kind` left out. */
export const targetForms: Readonly<Record<TargetKind, readonly FormField[]>> = formsOf(targetSchema, 'kind');

function formsOf<Name extends string>(
  schema: unknown,
  key: string,
): Readonly<Record<Name, readonly FormField[]>> {
  const { options = [] } = schema as AnySchema;
  const forms = options.map((option): [string, readonly FormField[]] => {
    const { entries = {} } = option as AnySchema;
    const name = entries[key]?.literal;
    assert(typeof name === 'string', `each variant has a literal ${key}`);
    return [name, fieldsOf(entries, key)];
  });
  return Object.fromEntries(forms) as Record<Name, readonly FormField[]>;
}

function fieldsOf(entries: Readonly<Record<string, AnySchema>>, without = ''): readonly FormField[] {
  return Object.entries(entries)
    .filter(([name]) => name !== without)
    .map(([name, schema]) => fieldOf(name, schema));
}

function fieldOf(name: string, schema: AnySchema): FormField {
  if (schema.type !== 'optional') return { name, required: true, preset: undefined, takes: kindOf(schema) };
  assert(schema.wrapped, 'what is optional wraps a schema');
  return { name, required: false, preset: schema.default, takes: kindOf(schema.wrapped) };
}

function kindOf(schema: AnySchema): FieldKind {
  if (isSize(schema)) return { kind: 'size' };
  switch (schema.type) {
    case 'string':
      return { kind: 'text' };
    case 'number':
      return { kind: 'whole', least: bound(schema, 'min_value'), most: bound(schema, 'max_value') };
    case 'boolean':
      return { kind: 'flag' };
    case 'picklist':
      return { kind: 'choice', choices: schema.options as readonly (string | number)[] };
    case 'array':
      return schema.item?.type === 'picklist'
        ? { kind: 'set', choices: schema.item.options as readonly string[] }
        : { kind: 'words' };
    default:
      assert(schema.entries, `a form can show a ${schema.type}`);
      return { kind: 'group', fields: fieldsOf(schema.entries) };
  }
}

function isSize(schema: AnySchema): boolean {
  return (
    schema === (sizeSchema as unknown) ||
    (schema.pipe?.some((part) => part !== schema && isSize(part)) ?? false)
  );
}

/** The narrowest of the bounds of this kind, also in pipes within pipes. */
function bound(schema: AnySchema, type: 'min_value' | 'max_value'): number | null {
  const found = (schema.pipe ?? []).flatMap((part) => {
    if (part.type === type && typeof part.requirement === 'number') return [part.requirement];
    const inner = part !== schema && part.pipe ? bound(part, type) : null;
    return inner === null ? [] : [inner];
  });
  if (found.length === 0) return null;
  return type === 'min_value' ? Math.max(...found) : Math.min(...found);
}
