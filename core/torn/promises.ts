/** What is promised of a storm's units, and by whom: without it nobody can say which finding is a fault. */
import type { StormSettings } from './result.ts';

/** Sentences for the settings; `crash` says whether the storm ends in one. */
export function promisesOf(settings: StormSettings, crash: boolean): string[] {
  const { atomic, sync, overlapping, readers, direct } = settings;
  const sentences: string[] = [];
  if (crash) {
    sentences.push(
      atomic
        ? 'each unit is all old or all new: pwritev2(2) promises it of RWF_ATOMIC for power cuts and crashes'
        : 'plain writes: nobody promises that a unit which was under way is whole, so that one torn unit proves that it can happen here',
    );
    sentences.push(
      sync === 'none'
        ? 'no sync: an acknowledged write may be gone, and only whole earlier states are asked for'
        : `every acknowledged write is there: ${sync === 'dsync' ? 'RWF_DSYNC' : 'fsync(2)'} promises it, as long as the drive keeps its flushes`,
    );
  } else sentences.push('nothing crashed: every acknowledged write is there, since write(2) returned');
  if (overlapping && crash && direct)
    sentences.push(
      'writers share units: after a crash a part of a write may be there alone if another write to that part was under way with it; nobody promises otherwise, not even of RWF_ATOMIC, and XFS does so (docs/torn.md). Reports say which torn units this explains',
    );
  else if (overlapping)
    sentences.push(
      direct
        ? 'writers share units: Linux orders two direct writes at once neither in whole nor in part, and RWF_ATOMIC does not either (it is about crashes); ext4 and XFS send each as one request where it is one extent, and a drive executes one request as a unit up to its atomic unit in normal operation (NVMe AWUN, NAWUN)'
        : 'writers share units: ext4 and XFS let one buffered write of a file in at a time (the inode lock)',
    );
  if (readers > 0)
    sentences.push(
      'readers: a read that began after a write had ended shows it (POSIX); a read beside a write may see parts of both, which is counted and is no fault',
    );
  return sentences;
}
