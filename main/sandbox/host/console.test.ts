import { describe, expect, it } from 'vitest';
import { ConsoleTail } from './console.ts';

function lastWordOf(...chunks: readonly string[]): string | null {
  const tail = new ConsoleTail();
  for (const chunk of chunks) tail.add(chunk);
  return tail.lastWord();
}

describe('ConsoleTail', () => {
  it('says nothing of a silent console', () => {
    expect(lastWordOf('', '\n  \n')).toBe(null);
  });

  it('takes the last line, without time stamps, levels and control sequences', () => {
    expect(
      lastWordOf('first\n', '\u001bc\u001b[?7l<6>[    1.204512] \u001b[0;32msd', 'a: ready\u001b[0m\r\n'),
    ).toBe('sda: ready');
  });
});
