import { describe, expect, it } from 'vitest';
import { Bench } from '../../test/support/vfs/bench.ts';
import { performWrite } from './data/buffered-write.ts';
import { syncFile } from './data/sync.ts';

describe('the journal', () => {
  it('commits for an inode only while its changes wait', () => {
    const bench = new Bench();
    const [one, other] = [bench.file(), bench.file()];
    bench.fs.journal.touch(one, true);
    bench.fs.journal.commit();
    bench.fs.journal.touch(other, true);
    syncFile(bench.fs, one, false);
    expect(bench.allocator.commits).toBe(1);
    syncFile(bench.fs, other, false);
    expect(bench.allocator.commits).toBe(2);
  });

  it('tells changes of data from others', () => {
    const bench = new Bench();
    const file = bench.file();
    bench.fs.journal.touch(file, false);
    syncFile(bench.fs, file, true);
    expect(bench.allocator.commits).toBe(0);
    syncFile(bench.fs, file, false);
    expect(bench.allocator.commits).toBe(1);
  });

  it('holds an inode that comes into memory for changed by what runs', () => {
    const bench = new Bench();
    const [quiet, busy] = [bench.file(), bench.file()];
    bench.fs.journal.loaded(quiet);
    bench.fs.journal.begin();
    bench.fs.journal.loaded(busy);
    syncFile(bench.fs, quiet, false);
    expect(bench.allocator.commits).toBe(0);
    syncFile(bench.fs, busy, false);
    expect(bench.allocator.commits).toBe(1);
  });

  it('tries a full filesystem again three times at most, and not where nothing can come back', () => {
    const bench = new Bench({ blocks: 0 });
    const { journal, allocator } = bench.fs;
    expect(journal.shouldRetryAllocation(0)).toBe(false);
    for (const retries of [0, 1, 2]) {
      allocator.free(null, 1, 1, 0);
      expect(journal.shouldRetryAllocation(retries)).toBe(true);
    }
    allocator.free(null, 1, 1, 0);
    expect(journal.shouldRetryAllocation(3)).toBe(false);
    expect(bench.allocator.commits).toBe(3);
  });

  it('commits journalled data when a transaction would outgrow a third of it', () => {
    const bench = new Bench({ journalBlocks: 3 * 1000, options: { dataMode: 'journal' } });
    const file = bench.file();
    performWrite(bench.fs, file, 0, 900 * 4096);
    performWrite(bench.fs, file, 0, 900 * 4096);
    expect(bench.allocator.commits).toBe(0);
    performWrite(bench.fs, file, 900 * 4096, 900 * 4096);
    expect(bench.allocator.commits).toBe(1);
  });

  it('is not there without the feature', () => {
    const bench = new Bench({ journalBlocks: null });
    const { journal } = bench.fs;
    journal.touch(bench.file(), true);
    journal.commit();
    expect([bench.allocator.commits, journal.shouldRetryAllocation(0)]).toEqual([0, false]);
  });
});
