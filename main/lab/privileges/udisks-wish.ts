import os from 'node:os';
import path from 'node:path';
import type { Plan, TargetOf } from '../../../core/experiment/plan.ts';
import { rotationalUnder } from '../../machine/index.ts';
import { effectiveMountOptions } from '../options.ts';
import { lookAtImage, type FoundImage } from './udisks-image.ts';
import type { UdisksWish } from './udisks-limits.ts';

/**
 * What a plan's image has to be for UDisks2. Nothing is made yet, so that a journal is taken for granted: without one the options are
 * shorter. Of an image that cannot be looked at, nothing is wanted: whoever copies it tells.
 */
export async function udisksWish(
  plan: Plan,
  target: TargetOf<'loop'> | TargetOf<'image'>,
  { planFolder, trace }: { readonly planFolder: string; readonly trace: boolean },
): Promise<UdisksWish> {
  const nothing: FoundImage = { fs: 'ext4', storedOptions: '', obstacle: null };
  const { fs, storedOptions, obstacle } = await look(plan, target, planFolder).catch(() => nothing);
  const kind = { fs, hasJournal: fs === 'ext4', clusterBlocks: 1 };
  const inherited = rotationalUnder(os.tmpdir());
  return {
    fs,
    options: effectiveMountOptions(target.mountOptions, kind, target.buddies),
    storedOptions,
    buddies: target.buddies,
    rotational: { asked: target.rotational, inherited },
    trace,
    obstacle,
  };
}

function look(
  plan: Plan,
  target: TargetOf<'loop'> | TargetOf<'image'>,
  planFolder: string,
): Promise<FoundImage> {
  if (target.kind === 'loop')
    return Promise.resolve({ fs: target.mkfs.fs, storedOptions: '', obstacle: null });
  const image = path.resolve(planFolder, target.path);
  return lookAtImage(image, namesIn(plan), process.geteuid?.() ?? 0);
}

/** Names that the steps use; with a `*` behind it, the beginning of names. */
function namesIn({ steps }: Plan): string[] {
  return steps.flatMap((step) => {
    if ('file' in step) return [step.file];
    return 'prefix' in step ? [`${step.prefix}*`] : [];
  });
}
