import { describe, expect, it } from 'vitest';
import { Bench } from '../../../test/support/vfs/bench.ts';
import { performWrite } from './buffered-write.ts';
import { fallocate } from './fallocate.ts';
import { readLayout } from './layout.ts';
import { truncateFile } from './set-size.ts';
import { writeAndWait } from './write-pages.ts';
import { writeFile } from './write.ts';

const modes = {
  keepSize: false,
  punchHole: false,
  zeroRange: false,
  collapseRange: false,
  insertRange: false,
};

function start() {
  const bench = new Bench({ maxInlineBytes: 160 });
  const file = bench.file({ states: new Set(['may-inline-data']) });
  performWrite(bench.fs, file, 0, 100);
  return { bench, file };
}

describe('inline data', () => {
  it('takes no block while it fits, and the layout says so', () => {
    const { bench, file } = start();
    performWrite(bench.fs, file, 100, 60);
    expect(readLayout(bench.fs, file)).toEqual({ extents: [], inline: true });
    expect([file.sizeBytes, file.usesExtents]).toEqual([160, false]);
  });

  it('moves to delayed blocks when it grows, and out of the inode at writeback', () => {
    const { bench, file } = start();
    performWrite(bench.fs, file, 100, 5000);
    expect([file.inlineData, bench.asked()]).toEqual([true, []]);
    writeAndWait(bench.fs, file);
    expect([file.inlineData, bench.layout(file)]).toEqual([false, ['written 0+2']]);
  });

  it('is written through the page cache also where the write is direct', () => {
    const { bench, file } = start();
    const request = {
      offset: 0,
      length: 100,
      vectors: 1,
      direct: true,
      atomic: false,
      sync: 'none',
    } as const;
    expect(writeFile(bench.fs, file, request, null)).toBe(100);
    expect(file.inlineData).toBe(true);
  });

  it('gives way to fallocate', () => {
    const { bench, file } = start();
    fallocate(bench.fs, file, 0, 3 * 4096, modes);
    expect(bench.layout(file)).toEqual(['written 0+1', 'unwritten 1+2']);
  });

  it('moves to a block before a truncation beyond its room', () => {
    const { bench, file } = start();
    truncateFile(bench.fs, file, 90);
    expect(file.inlineData).toBe(true);
    truncateFile(bench.fs, file, 91);
    expect([file.inlineData, bench.layout(file)]).toEqual([false, ['written 0+1']]);
  });

  it('does not come back after a direct write has taken blocks', () => {
    const bench = new Bench({ maxInlineBytes: 160 });
    const file = bench.file({ states: new Set(['may-inline-data']) });
    const request = {
      offset: 0,
      length: 512,
      vectors: 1,
      direct: true,
      atomic: false,
      sync: 'none',
    } as const;
    writeFile(bench.fs, file, request, null);
    performWrite(bench.fs, file, 0, 10);
    expect(file.inlineData).toBe(false);
  });
});
