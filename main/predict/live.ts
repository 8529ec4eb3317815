import type { ByteSource, Volume } from '../../core/ext4/index.ts';
import { openVolume } from '../../core/ext4/index.ts';
import { withUncertainty, type DecisionTrace } from '../../core/experiment/decisions/index.ts';
import { executePlan, type Execution } from '../../core/experiment/execute.ts';
import type { Outcome } from '../../core/experiment/outcome.ts';
import {
  allUncertain,
  ChangedMeanwhile,
  explore,
  freeSpaceOf,
  mergeOutcomes,
  physicalRanges,
  suspectsOf,
  type Candidate,
  type FreeSpace,
  type Trial,
} from '../../core/experiment/uncertainty/index.ts';
import type { HeldClusters, HeldFate } from '../../core/mballoc/index.ts';
import { Unable } from '../failure.ts';
import { executeExplained } from './explain.ts';
import type { MountMemory, Prediction } from './job.ts';

const reasons = {
  held: 'which preallocations belong to the small files of CPU 0 is known to the kernel alone',
  streams: 'where the last large files went (the stream goals) is known to the kernel alone; run finds out',
  directory: 'the directory that a run makes may be put into any group',
  inodes: 'without a journal, inodes freed in the last minutes are passed over',
  pressure: 'when space runs short, what others hold comes back, or not',
  many: 'too many states of the memory would have to be tried',
};

/** EXT4_FLEX_SIZE_DIR_ALLOC_SCHEME: from so many groups on, the first of a flexible group is for directories. */
const directorySchemeFlexSize = 4;

/**
 * Predicts a plan on an ext4 that is mounted. What its memory may hold is tried out, and what does not come out the same
 * every time is marked as uncertain (docs/plan-format.md, "Mounted filesystems").
 */
export function predictLive(
  source: ByteSource,
  memory: MountMemory,
  execution: Omit<Execution, 'source' | 'live'>,
  explain: boolean,
): Pick<Prediction, 'outcome' | 'decisions'> {
  const volume = openVolume(source, { replay: false });
  const space = readFreeSpace(volume, memory);
  const candidates = candidatesOf(volume, space, memory);
  const goals = (slots: number) => streamGroups(volume, memory, slots);
  const traces = new Map<Outcome, DecisionTrace>();
  let areGoalsKnown = true;
  const tryOut = (held: readonly HeldClusters[]): Trial => {
    let fates: readonly HeldFate[] = [];
    const tried = {
      ...execution,
      source,
      live: {
        state: (slots: number) => {
          const known = goals(slots);
          areGoalsKnown = !known.includes(null);
          return { streamGroups: known.map((group) => group ?? 0), held };
        },
        onFates: (found: readonly HeldFate[]) => (fates = found),
      },
    } satisfies Execution;
    if (!explain) return { outcome: executePlan(tried), fates };
    const { outcome, trace } = executeExplained(tried);
    traces.set(outcome, trace);
    return { outcome, fates };
  };
  const { outcomes, complete } = explore(candidates, tryOut);
  const isObserved = memory.probes !== null;
  const merged = mergeOutcomes(outcomes, [reasons.held]);
  const { hasJournal } = volume.geometry.features;
  const isComplete = complete && areGoalsKnown && isObserved && hasJournal;
  const [first, ...others] = outcomes
    .map((outcome) => traces.get(outcome))
    .filter((trace) => trace !== undefined);
  const decisions = first && {
    decisions: [withUncertainty([first, ...others], isComplete), ...others] as const,
  };
  if (isComplete) return { outcome: merged, ...decisions };
  const because = [
    ...(areGoalsKnown ? [] : [reasons.streams]),
    ...(isObserved ? [] : [reasons.directory]),
    ...(hasJournal ? [] : [reasons.inodes]),
    ...(outcomes.length > 1 ? [reasons.held] : []),
    ...(complete ? [] : [outcomes.length > 1 ? reasons.many : reasons.pressure]),
  ];
  return {
    outcome: allUncertain(merged, { because, within: physicalRanges(space.onDisk) }),
    ...decisions,
  };
}

function readFreeSpace(volume: Volume, { freeBytes }: MountMemory): FreeSpace {
  const { blockSizeBytes } = volume.geometry;
  const free = freeBytes.map(([from, end]) => ({ from: from / blockSizeBytes, end: end / blockSizeBytes }));
  try {
    return freeSpaceOf(volume, free);
  } catch (error) {
    if (error instanceof ChangedMeanwhile)
      throw new Unable('the filesystem was changed while it was read: try again when nobody writes to it');
    throw error;
  }
}

/** The group of the latest probe of each slot; null where none fell into it. */
function streamGroups(volume: Volume, { probes }: MountMemory, slots: number): (number | null)[] {
  const { firstDataBlock, blocksPerGroup } = volume.geometry;
  const groups = new Array<number | null>(slots).fill(null);
  for (const { ino, physical } of probes?.streams ?? []) {
    groups[ino % slots] = Math.floor((physical - firstDataBlock) / blocksPerGroup);
  }
  return groups;
}

/** Whom held ranges may be held for, by what the probes showed. */
function candidatesOf(volume: Volume, { held }: FreeSpace, memory: MountMemory): Candidate[] {
  const probes = (memory.probes?.small ?? []).map(({ ino, physical, blocks, wasFree }) => ({
    physical,
    blocks,
    isNew: wasFree,
    goal: memory.delayedAllocation ? goalOf(volume, ino) : null,
  }));
  return suspectsOf(volume.geometry, held, probes, memory.groupPreallocation);
}

/** ext4_inode_to_goal_block() for a regular file under delayed allocation. */
function goalOf({ geometry }: Volume, ino: number): number {
  const { flexSize, inodesPerGroup, blocksPerGroup, firstDataBlock } = geometry;
  const own = Math.floor((ino - 1) / inodesPerGroup);
  const group = flexSize >= directorySchemeFlexSize ? own - (own % flexSize) + 1 : own;
  return group * blocksPerGroup + firstDataBlock;
}
