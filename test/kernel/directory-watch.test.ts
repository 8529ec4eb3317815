/** Who else changes files below a directory, seen without privilege (main/lab/privileges/directory-changes.ts). */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  openDirectoryChanges,
  type DirectoryChangeWatch,
} from '../../main/lab/privileges/directory-changes.ts';
import { DirectoryWatch, isSystemCallError } from '../../main/native/index.ts';

describe.skipIf(whyNoWatch())(`a watch over directories${whyNoWatch() || ''}`, () => {
  let root: string;
  let watch: DirectoryChangeWatch;

  beforeEach(() => {
    root = mkdtempSync(path.join(os.tmpdir(), 'untorn-test-watch-'));
    writeFileSync(path.join(root, 'old'), 'old');
    mkdirSync(path.join(root, 'below'));
    watch = openDirectoryChanges(root, Infinity);
  });
  afterEach(async () => {
    await watch.close();
    await watch.close();
    rmSync(root, { recursive: true });
  });

  const other = (command: string, ...names: string[]): void =>
    void execFileSync(command, [...names.map((name) => path.join(root, name))]);

  it.each([
    ['makes a file', 'touch', 'new'],
    ['makes one in a directory below', 'touch', 'below/new'],
    ['removes one', 'rm', 'old'],
    ['makes a directory', 'mkdir', 'directory'],
  ])('sees that another process %s', async (_what, command, name) => {
    other(command, name);
    expect(await watch.drain()).toEqual([0]);
    expect(await watch.drain()).toEqual([]);
  });

  it('sees none in what this process does, however much it is', async () => {
    for (let i = 0; i < 500; i++) writeFileSync(path.join(root, `own${i}`), 'own');
    expect(await watch.drain()).toEqual([]);
    expect(watch.hasLost).toBe(false);
  });

  it('sees into directories that this process makes later', async () => {
    mkdirSync(path.join(root, 'later'));
    expect(await watch.drain()).toEqual([]);
    other('touch', 'later/new');
    expect(await watch.drain()).toEqual([0]);
  });

  it('takes a directory that was changed before it was watched for somebody else’s', async () => {
    const late = openDirectoryChanges(root, Date.now() - 60_000);
    expect(await late.drain()).toEqual([0]);
    await late.close();
  });
});

function whyNoWatch(): string | false {
  try {
    new DirectoryWatch().close();
    return false;
  } catch (error) {
    if (isSystemCallError(error)) return ` (skipped: only root may watch here, ${error.code})`;
    throw error;
  }
}
