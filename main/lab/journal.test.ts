import { describe, expect, it } from 'vitest';
import { parseJournalInfo } from './journal.ts';

const info = `3 transactions (2 requested), each up to 1365 blocks
average: 
  0ms waiting for transaction
  0ms request delay
  120ms running transaction
  0ms transaction was being locked
  0ms flushing data (in ordered mode)
  0ms logging transaction
  1083us average transaction commit time
  11 handles per transaction
  14 blocks per transaction
  15 logged blocks per transaction
`;

describe('parseJournalInfo', () => {
  it('takes the number of commits, the limit and the blocks', () => {
    expect(parseJournalInfo(info)).toEqual({ commits: 3, transactionLimitBlocks: 1365, blocks: 42 });
  });

  it('reads a journal that has not committed yet', () => {
    const text = '0 transactions (0 requested), each up to 256 blocks\n';
    expect(parseJournalInfo(text)).toEqual({ commits: 0, transactionLimitBlocks: 256, blocks: 0 });
  });

  it.each(['', 'something else\n'])('knows nothing from "%s"', (text) => {
    expect(parseJournalInfo(text)).toBeNull();
  });
});
