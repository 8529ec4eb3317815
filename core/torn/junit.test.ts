import { describe, expect, it } from 'vitest';
import { blockBytes } from '../../test/support/torn-writes.ts';
import { faultKinds, tornToJunit } from './index.ts';

describe('JUnit', () => {
  const kinds = faultKinds.map((kind) => ({ kind, seeded: 1, found: 1 }));
  const sensitivity = { seed: 1, kinds, cleanUnits: 6, falseAlarms: 0, passed: true, missed: [] };
  const unit = { address: 0, bytes: 4096, blockBytes, rows: [] };
  const findings = [{ ...unit, verdict: 'torn' as const, text: 'a < b' }];

  it('has a failure for each fault', () => {
    const xml = tornToJunit('storm', { run: '00', sensitivity, wrongReads: findings });
    expect(xml).toContain('<testsuite name="storm 00" tests="2" failures="1" skipped="0">');
    expect(xml).toContain('<failure message="torn: a &lt; b"/>');
  });

  it('skips everything of a run that is void', () => {
    const isVoid = { ...sensitivity, passed: false, missed: ['flipped-bit in slot 3'] };
    const xml = tornToJunit('storm', { run: '00', sensitivity: isVoid, wrongReads: findings });
    expect(xml).toContain('tests="2" failures="1" skipped="1"');
    expect(xml).toContain('<failure message="flipped-bit in slot 3"/>');
    expect(xml).not.toContain('a &lt; b');
  });
});
