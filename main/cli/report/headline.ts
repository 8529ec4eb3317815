import { sizeInWords } from '../../../core/atomic/index.ts';
import type { Outcome } from '../../../core/experiment/outcome.ts';
import type { Plan } from '../../../core/experiment/plan.ts';
import type { Volume } from '../../../core/rpc/index.ts';
import type { Paint } from '../style.ts';
import { printable } from '../table.ts';

/** What the report is about, in one line: the plan, the allocator, the filesystem. */
export function headline(plan: Plan, outcome: Outcome, volume: Volume | null, paint: Paint): string {
  const name = paint('strong', printable(plan.name === '' ? 'plan' : plan.name));
  return `${name}  ${outcome.allocator}${volume ? `, ${shape(volume)}` : ', a bare device'}`;
}

function shape({ fs, blockBytes, clusterBytes, blockCount }: Volume): string {
  const clusters = clusterBytes > blockBytes ? `, clusters of ${sizeInWords(clusterBytes)}` : '';
  return `${fs} of ${blockCount} blocks of ${sizeInWords(blockBytes)}${clusters}`;
}

/** What to say where the running kernel has no profile of its own. */
export function profileNote({ allocator, profileExact }: Outcome): string {
  return profileExact === false ? ` (by ${allocator}, the nearest older allocator that is modelled)` : '';
}
