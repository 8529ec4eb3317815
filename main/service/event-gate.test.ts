import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EventGate } from './event-gate.ts';

type Event = { readonly type: 'numbers'; readonly at: number } | { readonly type: 'finding' };

describe('a gate of events', () => {
  let heard: Event[];
  let gate: EventGate<Event>;
  beforeEach(() => {
    vi.useFakeTimers();
    heard = [];
    gate = new EventGate<Event>((event) => heard.push(event), ['numbers'], 100);
  });
  afterEach(() => void vi.useRealTimers());

  it('lets the first through at once, and of a burst the last', () => {
    for (let at = 0; at < 50; at++) gate.pass({ type: 'numbers', at });
    expect(heard).toEqual([{ type: 'numbers', at: 0 }]);
    vi.advanceTimersByTime(100);
    expect(heard).toEqual([
      { type: 'numbers', at: 0 },
      { type: 'numbers', at: 49 },
    ]);
    vi.advanceTimersByTime(1000);
    expect(heard).toHaveLength(2);
  });

  it('keeps the rate over a long burst', () => {
    for (let at = 0; at < 1000; at++) {
      gate.pass({ type: 'numbers', at });
      vi.advanceTimersByTime(1);
    }
    expect(heard.length).toBeLessThanOrEqual(11);
  });

  it('tells everything else at once, after what came before it', () => {
    gate.pass({ type: 'numbers', at: 0 });
    gate.pass({ type: 'numbers', at: 1 });
    gate.pass({ type: 'finding' });
    expect(heard.map(({ type }) => type)).toEqual(['numbers', 'numbers', 'finding']);
  });

  it('tells what waits at the end, and nothing later', () => {
    gate.pass({ type: 'numbers', at: 0 });
    gate.pass({ type: 'numbers', at: 1 });
    gate.end();
    expect(heard).toHaveLength(2);
    vi.advanceTimersByTime(1000);
    expect(heard).toHaveLength(2);
  });
});
