import { describe, expect, it } from 'vitest';
import { readCases } from '../../test/support/atomic-cases.ts';
import { answerAtomicQuestion } from './question.ts';

const KiB = 1024;
const ask = (line: string) => {
  const [asked] = readCases(`${line} | -`);
  if (!asked) throw new Error(`no case: ${line}`);
  return answerAtomicQuestion(asked.facts, asked.request);
};

describe('a question before the fact', () => {
  it('16 KiB at offset 8 KiB: refused, with what would do instead', () => {
    expect(ask('6.18 | ext4 4K/64K | 512-64K | 16K@8K')).toMatchObject({
      verdict: { kind: 'refused', rule: 'call.naturally-aligned' },
      lengthsHereBytes: [4 * KiB, 8 * KiB],
      offsetsBytes: { below: 0, above: 16 * KiB },
    });
  });

  it('an allowed one names its own offset', () => {
    expect(ask('6.18 | ext4 4K/64K | 512-64K | 16K@32K')).toMatchObject({
      verdict: { kind: 'allowed', way: 'hardware' },
      lengthsHereBytes: [4 * KiB, 8 * KiB, 16 * KiB, 32 * KiB],
      offsetsBytes: { below: 32 * KiB, above: 32 * KiB },
    });
  });

  it('at offset 0 every length of the window is aligned', () => {
    expect(ask('6.18 | xfs 4K max=32K | none | 1M@0').lengthsHereBytes).toEqual(
      [4, 8, 16, 32].map((length) => length * KiB),
    );
  });

  it('no offset helps a length that is no unit at all', () => {
    expect(ask('6.18 | ext4 4K/64K | 512-64K | 12K@12K').offsetsBytes).toBeNull();
    expect(ask('6.18 | ext4 4K | 512-64K | 16K@0').offsetsBytes).toBeNull();
  });

  it('nothing keeps what only passes through the page cache', () => {
    const answer = ask('6.18 | ext4 4K/16K journal | 512-64K | 16K@0');
    expect(answer.verdict).toMatchObject({ kind: 'allowed', way: 'not atomic' });
    expect(answer).toMatchObject({ lengthsHereBytes: [], offsetsBytes: null });
  });

  it('what is not known stays so', () => {
    expect(ask('6.18 | ext4 ? | 512-64K | 4K@0')).toMatchObject({
      verdict: { kind: 'unknown' },
      lengthsHereBytes: null,
      offsetsBytes: null,
    });
  });

  it('a closed file takes no length anywhere', () => {
    expect(ask('6.18 | btrfs | 512-64K | 4K@0')).toMatchObject({ lengthsHereBytes: [], offsetsBytes: null });
  });
});
