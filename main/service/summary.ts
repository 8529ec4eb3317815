import type { Plan } from '../../core/experiment/plan.ts';
import type { PlanSummary } from '../../core/rpc/index.ts';
import { formatBytes, stepDetail, stepFile } from '../../core/view/index.ts';

/** What a plan would do and to what, in the words that the interface shows before anything is done. */
export function summarise(plan: Plan): PlanSummary {
  return {
    name: plan.name,
    target: targetLine(plan),
    details: details(plan),
    steps: plan.steps.map((step) => ({ op: step.op, file: stepFile(step), detail: stepDetail(step) })),
    destructive: plan.target.kind === 'block',
  };
}

function targetLine({ target }: Plan): string {
  switch (target.kind) {
    case 'loop':
      return `a loop device of ${formatBytes(target.size)}, formatted ${target.mkfs.fs}`;
    case 'sandbox':
      return `a drive of ${formatBytes(target.size)} in a sandbox${target.mkfs ? `, formatted ${target.mkfs.fs}` : ''}`;
    case 'image':
      return `a copy of the image ${target.path}`;
    case 'mounted':
      return `a new directory below ${target.path}`;
    case 'block':
      return target.mkfs
        ? `the device ${target.path}, formatted ${target.mkfs.fs}`
        : `the device ${target.path}`;
  }
}

function details(plan: Plan): string[] {
  const { target, allocator } = plan;
  const lines: string[] = [];
  if ('mkfs' in target && target.mkfs && target.mkfs.args.length > 0) {
    lines.push(`mkfs.${target.mkfs.fs} ${target.mkfs.args.join(' ')}`);
  }
  if ('mountOptions' in target && target.mountOptions !== '') lines.push(`mount -o ${target.mountOptions}`);
  if ('buddies' in target && target.buddies !== 'warm') lines.push(`buddies ${target.buddies}`);
  if (target.cpus !== undefined) lines.push(`${target.cpus} possible CPUs`);
  if (target.rotational !== undefined) lines.push(target.rotational ? 'rotational' : 'not rotational');
  if (allocator !== 'auto') lines.push(`allocator ${allocator}`);
  return lines;
}
