import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { address, stamp, bytesOf, write, expecting } from '../../test/support/torn-writes.ts';
import { classifyUnit, faultKinds, isFault, seedFault } from './index.ts';

describe('seeded faults', () => {
  it.each(faultKinds)('%s is found every time', (kind) => {
    const size = fc.constantFrom(512, 4096, 65536);
    fc.assert(
      fc.property(size, fc.infiniteStream(fc.nat()), (bytes, draws) => {
        const current = stamp(5, 2, bytes);
        const earlier = stamp(3, 1, bytes);
        const neighbour = stamp(4, 2, bytes, address + bytes);
        const unit = bytesOf(current);
        const below = (limit: number): number => (draws.next().value as number) % limit;
        const fault = seedFault(kind, unit, { current, earlier, neighbour }, below);
        const writes = [write(3, { bytes }), write(5, { writer: 2, bytes })];
        expect(isFault(classifyUnit(unit, expecting(...writes)).verdict), fault.text).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});
