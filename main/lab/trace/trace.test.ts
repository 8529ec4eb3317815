import { describe, expect, it } from 'vitest';
import { LineReader } from './line-reader.ts';
import { lostEvents } from './lost.ts';

describe('what a trace lost', () => {
  it('is everything that found no room', () => {
    const stats =
      'entries: 7\noverrun: 1\ncommit overrun: 20\nbytes: 52\ndropped events: 300\nread events: 9\n';
    expect(lostEvents(stats)).toBe(321);
  });

  it('is never guessed', () => {
    expect(() => lostEvents('entries: 7\noverrun: 0\n')).toThrow('does not say what it lost');
  });
});

describe('lines of a pipe', () => {
  it('are whole, however the pipe cuts them, bytes of one letter included', () => {
    const bytes = new TextEncoder().encode('first\nsecönd\nthi');
    const pieces = Array.from(bytes, (byte) => [byte]);
    const reader = new LineReader((buffer) => {
      const piece = pieces.shift() ?? [];
      buffer.set(piece);
      return piece.length;
    });
    expect(reader.lines()).toEqual(['first', 'secönd']);
    pieces.push([...new TextEncoder().encode('rd\n')]);
    expect(reader.lines()).toEqual(['third']);
  });
});
