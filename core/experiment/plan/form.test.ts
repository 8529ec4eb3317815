import { expect, it } from 'vitest';
import { stepForms, targetForms, type FormField } from './form.ts';
import { stepSchema } from './steps.ts';
import { targetSchema } from './target.ts';

const field = (fields: readonly FormField[], name: string) => fields.find((one) => one.name === name);

it('knows every operation and every kind of target', () => {
  expect(Object.keys(stepForms)).toEqual(stepSchema.options.map(({ entries }) => entries.op.literal));
  expect(Object.keys(targetForms)).toEqual(
    targetSchema.pipe[0].options.map(({ entries }) => entries.kind.literal),
  );
});

it('tells what the fields of a write take', () => {
  expect(stepForms.write.map(({ name }) => name)).toEqual([
    'file',
    'offset',
    'length',
    'atomic',
    'direct',
    'sync',
    'vectors',
  ]);
  expect(field(stepForms.write, 'length')).toEqual({
    name: 'length',
    required: true,
    preset: undefined,
    takes: { kind: 'size' },
  });
  expect(field(stepForms.write, 'direct')).toMatchObject({
    required: false,
    preset: true,
    takes: { kind: 'flag' },
  });
  expect(field(stepForms.write, 'sync')?.takes).toEqual({
    kind: 'choice',
    choices: ['none', 'dsync', 'sync'],
  });
  expect(field(stepForms.write, 'vectors')).toMatchObject({
    preset: 1,
    takes: { kind: 'whole', least: 1, most: 1024 },
  });
  expect(field(stepForms.fallocate, 'mode')?.takes).toMatchObject({ kind: 'set' });
  expect(stepForms.sync).toEqual([]);
});

it('tells what a target takes, groups within it too', () => {
  expect(field(targetForms.loop, 'mkfs')).toMatchObject({
    required: true,
    takes: { kind: 'group', fields: [{ name: 'fs' }, { name: 'args', takes: { kind: 'words' } }] },
  });
  expect(field(targetForms.block, 'mkfs')?.required).toBe(false);
  expect(field(targetForms.sandbox, 'drive')?.takes).toMatchObject({
    kind: 'group',
    fields: [
      { name: 'kind', preset: 'scsi' },
      { name: 'atomicMax', preset: '64KiB', takes: { kind: 'size' } },
      { name: 'logicalBlockSize', takes: { kind: 'choice', choices: [512, 4096] } },
      { name: 'boundary' },
      { name: 'alignment' },
      { name: 'granularity' },
    ],
  });
  expect(field(targetForms.loop, 'cpus')?.takes).toEqual({ kind: 'whole', least: 1, most: 8192 });
});
