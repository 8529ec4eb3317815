import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runsFolder } from '../runs/index.ts';
import { openStateFile, stateFolder, userFolder, writeWhole } from './index.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'untorn-test-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const open = (path: string) => openStateFile(path, v.strictObject({ count: v.number() }));

describe('a remembered value', () => {
  it('comes back, from a folder that is made for it', () => {
    const path = join(folder, 'deep', 'er', 'x.json');
    expect(open(path).load()).toBe(null);
    expect(open(path).save({ count: 1 })).toBe(true);
    expect(open(path).save({ count: 2 })).toBe(true);
    expect(open(path).load()).toEqual({ count: 2 });
    expect(readdirSync(join(folder, 'deep', 'er'))).toEqual(['x.json']);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it.each(['', '{', 'null', '{"count":"1"}', '{"count":1,"also":2}', '\0\0\0\0'])(
    'is nothing in %j',
    (text) => {
      const path = join(folder, 'x.json');
      writeFileSync(path, text);
      expect(open(path).load()).toBe(null);
    },
  );

  it('is not kept where there is no place for it', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(open(join(folder, 'file', 'x.json')).save({ count: 1 })).toBe(false);
  });
});

it('leaves the old file where the new one cannot take its place', () => {
  const path = join(folder, 'taken');
  writeWhole(join(folder, 'x'), 'old');
  // A folder cannot be replaced by a file.
  expect(() => writeWhole(folder, 'new')).toThrow();
  expect(readdirSync(folder)).toEqual(['x']);
  expect(() => writeWhole(join(path, 'x'), 'new')).toThrow('ENOENT');
});

it('lies where the user wants states to lie', () => {
  vi.stubEnv('XDG_STATE_HOME', folder);
  expect(stateFolder()).toBe(join(folder, 'untorn'));
  vi.stubEnv('XDG_STATE_HOME', 'relative');
  expect(stateFolder()).toMatch(/^\/.*\.local\/state\/untorn$/);
});

it('takes no folder that is relative, and none where there is no home', () => {
  vi.stubEnv('HOME', folder);
  for (const ignored of ['', 'relative']) {
    vi.stubEnv('XDG_DATA_HOME', ignored);
    expect(runsFolder()).toBe(join(folder, '.local', 'share', 'untorn', 'runs'));
  }
  expect(userFolder('XDG_DATA_HOME', 'x')).toBe(join(folder, 'x'));
});
