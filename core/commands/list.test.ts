import { expect, it } from 'vitest';
import { commands, type CommandInfo } from './index.ts';

const all: readonly CommandInfo[] = commands;

it('gives every command an id and a title of its own', () => {
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  expect(new Set(all.map(({ title }) => title)).size).toBe(all.length);
  for (const { id } of all) expect(id).toMatch(/^[a-z]+(\.[a-z-]+)+$/);
});

it('gives no key to two commands', () => {
  const keys = all.flatMap((command) => [...command.keys]);
  expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
});

it('writes keys in one form', () => {
  for (const key of all.flatMap((command) => [...command.keys]))
    expect(key).toMatch(/^(Ctrl\+)?(Alt\+)?(Shift\+)?([A-Z0-9]|[^\sA-Za-z0-9+]|[A-Z][a-z]+|F[0-9]+)$/);
});
