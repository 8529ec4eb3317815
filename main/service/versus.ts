import type { Plan } from '../../core/experiment/plan.ts';
import { profiles, verificationsOf } from '../../core/mballoc/index.ts';
import { sideToWire, type AllocatorList, type UntornService, type WireVersus } from '../../core/rpc/index.ts';
import { runningKernel } from '../machine/index.ts';
import { assumedAtomicLimits, chooseProfile, type Versus } from '../predict/index.ts';
import { failing } from './failures.ts';
import type { Laboratory, Work } from './laboratory.ts';

type VersusCalls = Pick<UntornService, 'allocators.list' | 'plan.versus'>;
type VersusContext = Parameters<UntornService['plan.versus']>[1];

/** What the interface may know of allocators, and two of them side by side. */
export function versusProcedures(
  laboratory: Laboratory,
  readPlan: (text: string) => Plan,
  workOf: (context: VersusContext) => Work,
): VersusCalls {
  return {
    'allocators.list': () => failing(async () => allocatorsHere()),
    'plan.versus': ({ text, other, unitBytes }, context) =>
      failing(async () => {
        const plan = readPlan(text);
        return versusToWire(
          await laboratory.versus(plan, [plan.allocator, other], unitBytes, workOf(context)),
        );
      }),
  };
}

function versusToWire({ sides, outcomes, blockBytes, clusterBytes }: Versus): WireVersus {
  const { unitMinBytes: minBytes, unitMaxBytes: maxBytes } = assumedAtomicLimits;
  return {
    sides: sides.map((side, index) => sideToWire(side, outcomes[index] ?? {})),
    blockBytes,
    clusterBytes,
    assumed: { minBytes, maxBytes },
  };
}

function allocatorsHere(): AllocatorList {
  const allocators = profiles.map(({ name, since }) => ({
    name,
    since: since.join('.'),
    verified: verifiedOf(name),
  }));
  return { allocators, auto: autoHere() };
}

function verifiedOf(name: string): string {
  const [latest] = verificationsOf(name);
  if (!latest) return 'read in the sources, never compared with a kernel';
  const { kernel, machine, plans, exact } = latest;
  return `verified on ${kernel} (${machine}): ${exact} of ${plans} plans exact`;
}

function autoHere(): AllocatorList['auto'] {
  try {
    const { profile, exact } = chooseProfile('auto', runningKernel());
    return { name: profile.name, exact };
  } catch {
    return { name: '', exact: false };
  }
}
