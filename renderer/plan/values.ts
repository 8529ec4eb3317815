import type { FieldKind, FormField } from '../../core/experiment/plan/form.ts';
import type { Json } from './json-edit.ts';

/** How the value of a field is shown as text, and read from it; what cannot be read is kept, so that the schema can say why. */
export function textOf(value: unknown, takes: FieldKind): string {
  if (value === undefined || value === null) return '';
  if (takes.kind === 'words' && Array.isArray(value))
    return value.map((word) => quoted(String(word))).join(' ');
  if (typeof value === 'string') return value;
  return JSON.stringify(value);
}

/** Undefined where the field is to be left out. */
export function valueOf(text: string, { takes, required }: FormField): Json | undefined {
  const trimmed = text.trim();
  switch (takes.kind) {
    case 'size':
    case 'whole':
      if (trimmed === '' && !required) return undefined;
      return /^(0|[1-9][0-9]{0,15})$/.test(trimmed) ? Number(trimmed) : trimmed;
    case 'words': {
      const words = [...trimmed.matchAll(/"((?:\\.|[^"\\])*)"|\S+/g)].map(([word, inner]) =>
        inner === undefined ? word : inner.replace(/\\(.)/g, '$1'),
      );
      return words.length === 0 && !required ? undefined : words;
    }
    default:
      return text === '' && !required ? undefined : text;
  }
}

/** What a required field begins with. */
export function beginningOf({ name, takes }: FormField): Json {
  switch (takes.kind) {
    case 'size':
      return name === 'size' ? '512MiB' : name === 'length' ? '4KiB' : 0;
    case 'whole':
      return Math.max(takes.least ?? 0, name === 'count' ? 10 : 1);
    case 'flag':
      return false;
    case 'choice':
      return takes.choices[0] ?? '';
    case 'set':
    case 'words':
      return [];
    case 'text':
      return name === 'file' ? 'a' : name === 'prefix' ? 'f' : '';
    case 'group':
      return beginningOfGroup(takes.fields);
  }
}

export function beginningOfGroup(fields: readonly FormField[]): Readonly<Record<string, Json>> {
  return Object.fromEntries(
    fields.filter(({ required }) => required).map((field) => [field.name, beginningOf(field)]),
  );
}

function quoted(word: string): string {
  return /^[^\s"]+$/.test(word) ? word : `"${word.replace(/["\\]/g, '\\$&')}"`;
}
