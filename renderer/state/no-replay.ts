import type { ResultModel } from './model.ts';
import { targetKindOf, type Retold } from './retelling.ts';

/** Why it is not told how a layout came about, in one sentence; an empty text where it is. */
export function whyNoReplay(
  { replay, volume, volumeKnown }: ResultModel,
  plan: string,
  retold: Retold | null,
): string {
  if (retold?.state === 'asking') return 'the mirror predicts the plan of this run once more …';
  if (retold?.state === 'not') return retold.why;
  if (replay) return '';
  if (volumeKnown && volume.fs === 'xfs')
    return 'how this layout came about is not known: the allocator of XFS is not modelled';
  if (targetKindOf(plan) === 'mounted')
    return 'no replay: what a mounted filesystem has in memory is not known for certain, so several courses are possible';
  return 'how this layout came about is not known';
}
