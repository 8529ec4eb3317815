import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  applyChanges,
  insertItem,
  removeField,
  removeItem,
  setField,
  swapItems,
  type Json,
  type TextChange,
} from './json-edit.ts';

const plan = `{
  "version": 1,   "name": "p",
  "target": { "kind": "loop", "size": "1GiB" },
  "steps": [
    { "op": "create", "file": "a" },

    { "op": "write",  "file": "a", "offset": 0 }
  ]
}
`;

const after = (changes: readonly TextChange[] | null, text = plan) => applyChanges(text, changes ?? []);

describe('a changed field', () => {
  it('leaves every other character as it was', () => {
    expect(after(setField(plan, ['steps', 1, 'offset'], '4KiB'))).toBe(
      plan.replace('"offset": 0', '"offset": "4KiB"'),
    );
    expect(after(setField(plan, ['name'], 'q"'))).toBe(plan.replace('"p"', '"q\\""'));
  });

  it('is added where it is missing, on the line of the others', () => {
    expect(after(setField(plan, ['steps', 0, 'direct'], false))).toBe(
      plan.replace('"file": "a" },', '"file": "a", "direct": false },'),
    );
    expect(after(setField(plan, ['allocator'], 'auto'))).toContain('\n  ],\n  "allocator": "auto"\n}');
  });

  it('is taken out with its comma', () => {
    expect(after(removeField(plan, ['target', 'size']))).toContain('{ "kind": "loop" }');
    expect(after(removeField(plan, ['target', 'kind']))).toContain('{ "size": "1GiB" }');
    expect(after(removeField(plan, ['target', 'none']))).toBe(plan);
  });

  it('is not put where there is no object', () => {
    expect(setField(plan, ['steps', 7, 'file'], 'x')).toBeNull();
    expect(setField(plan, ['name', 'x'], 'x')).toBeNull();
    expect(setField('', ['name'], 'x')).toBeNull();
  });
});

describe('a list of steps', () => {
  const steps = (text: string) => (JSON.parse(text) as { steps: { op: string }[] }).steps.map(({ op }) => op);

  it('takes a step at any place, on a line of its own', () => {
    for (const [index, expected] of [
      [0, ['sync', 'create', 'write']],
      [1, ['create', 'sync', 'write']],
      [2, ['create', 'write', 'sync']],
    ] as const) {
      const text = after(insertItem(plan, ['steps'], index, { op: 'sync' }));
      expect(steps(text)).toEqual(expected);
      expect(text).toContain('\n    { "op": "sync" }');
    }
    expect(after(insertItem('{ "steps": [] }', ['steps'], 0, { op: 'sync' }), '{ "steps": [] }')).toBe(
      '{ "steps": [\n  { "op": "sync" }\n] }',
    );
  });

  it('gives steps up, and lets them change places', () => {
    expect(steps(after(removeItem(plan, ['steps'], 0)))).toEqual(['write']);
    expect(steps(after(removeItem(plan, ['steps'], 1)))).toEqual(['create']);
    const swapped = after(swapItems(plan, ['steps'], 0, 1));
    expect(steps(swapped)).toEqual(['write', 'create']);
    expect(after(swapItems(swapped, ['steps'], 1, 0), swapped)).toBe(plan);
    expect(after(removeItem('[1]', [], 0), '[1]')).toBe('[]');
  });
});

const name = fc.string({ maxLength: 4 }).filter((text) => text !== '__proto__');
const value: fc.Arbitrary<Json> = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));

it('says what an edited object says, however it was written', () => {
  const spaces = fc.constantFrom(undefined, 0, 2, '\t');
  fc.assert(
    fc.property(
      fc.dictionary(name, value, { maxKeys: 6 }),
      name,
      value,
      spaces,
      (object, key, put, space) => {
        const text = JSON.stringify(object, null, space);
        expect(JSON.parse(after(setField(text, [key], put), text))).toEqual({ ...object, [key]: put });
        const { [key]: _gone, ...rest } = object;
        expect(JSON.parse(after(removeField(text, [key]), text))).toEqual(rest);
      },
    ),
  );
});

it('moves items as a list would', () => {
  fc.assert(
    fc.property(
      fc.array(value, { minLength: 1, maxLength: 6 }),
      fc.nat(5),
      fc.nat(5),
      value,
      (list, at, to, put) => {
        const text = JSON.stringify(list, null, 2);
        const [one, other] = [at % list.length, to % list.length];
        const swapped = list.with(one, list[other] ?? null).with(other, list[one] ?? null);
        expect(JSON.parse(after(swapItems(text, [], one, other), text))).toEqual(swapped);
        expect(JSON.parse(after(insertItem(text, [], one, put), text))).toEqual(list.toSpliced(one, 0, put));
        expect(JSON.parse(after(removeItem(text, [], one), text))).toEqual(list.toSpliced(one, 1));
      },
    ),
  );
});
