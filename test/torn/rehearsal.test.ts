/** Power cuts without hardware, by the command that a user runs: a few here; `untorn torn rehearse` makes twenty. */
import { describe, expect, it } from 'vitest';
import { faultsIn, type RehearsalResult } from '../../core/torn/index.ts';
import { findEmulator, findKernels } from '../../main/sandbox/index.ts';
import { Sandbox, whyNotBuilt } from '../cli/untorn.ts';
import { addKernelRow } from '../support/kernel-table.ts';

const times = Number(process.env['UNTORN_POWER_CUTS'] ?? 2);
const why = whyNotBuilt() || whyNoQemu();
/** An emulated machine starts slowly where others work beside it. */
const patienceMs = times * 600_000;

function whyNoQemu(): string | false {
  if ((findEmulator()?.version.major ?? 0) < 10)
    return 'skipped: no QEMU with atomic limits (untorn sandbox install qemu)';
  const has = findKernels().some(({ machine }) => machine === 'qemu');
  return has ? false : 'skipped: no kernel for QEMU (untorn sandbox install kernel)';
}

describe.skipIf(why !== false)(`a rehearsal of power cuts ${why || ''}`, () => {
  async function rehearse(...more: string[]): Promise<RehearsalResult & { code: number | null }> {
    const sandbox = new Sandbox();
    try {
      const asked = ['torn', 'rehearse', '--times', String(times), '--seed', '7', '--json', ...more];
      const cache = process.env['XDG_CACHE_HOME'];
      const environment = cache === undefined ? {} : { XDG_CACHE_HOME: cache };
      const { code, stdout, stderr } = await sandbox.start(asked, { environment }).answer;
      expect(stdout, stderr).not.toBe('');
      expect(sandbox.leftBehind()).toEqual([]);
      return { code, ...(JSON.parse(stdout) as RehearsalResult) };
    } finally {
      sandbox.remove();
    }
  }

  it(
    'finds every acknowledged write after each, and nothing torn',
    async () => {
      const { code, settings, verdict, why: because, rounds, sensitivity } = await rehearse();
      const exact = rounds.filter(({ counts }) => faultsIn(counts) === 0).length;
      addKernelRow({ kernel: settings.kernel, what: 'power cuts, every promise kept', exact, all: times });
      expect({ code, verdict }, because).toEqual({ code: 0, verdict: 'untorn' });
      expect(rounds).toHaveLength(times);
      expect(rounds.every(({ acknowledged }) => acknowledged > 0)).toBe(true);
      expect(sensitivity.passed).toBe(true);
    },
    patienceMs,
  );

  it(
    'reports a drive that lies about its flushes',
    async () => {
      const { code, settings, totals, why: because, rounds } = await rehearse('--lying');
      const caught = rounds.filter(({ counts }) => counts.stale > 0).length;
      addKernelRow({
        kernel: settings.kernel,
        what: 'power cuts, a lying drive caught',
        exact: caught,
        all: times,
      });
      expect(totals.counts.stale).toBeGreaterThan(0);
      expect(because).toContain('lies about its flushes');
      expect(code).toBe(1);
    },
    patienceMs,
  );
});
