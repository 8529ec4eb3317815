import type { Divergence } from './compare.ts';
import type {
  AllocationDecision,
  Decision,
  DiscardDecision,
  FreeDecision,
  GroupRun,
  Place,
  Reasons,
  Released,
} from './decision.ts';

/**
 * A decision for a person: one line that says what was decided, and indented ones that say why. `clusterBlocks` is the
 * filesystem's cluster in blocks; where it is 1, lengths are called blocks.
 */
export function decisionLines(decision: Decision, clusterBlocks = 1): string[] {
  return [
    ...linesOf(decision, new Words(clusterBlocks)),
    ...(decision.background ? ["  by              a worker of the kernel's"] : []),
    ...(decision.uncertain ? ['  uncertain       what memory holds may decide it otherwise'] : []),
  ];
}

function linesOf(decision: Decision, words: Words): string[] {
  switch (decision.kind) {
    case 'allocation':
      return allocationLines(decision, words);
    case 'free':
      return freeLines(decision, words);
    case 'discard':
      return discardLines(decision, words);
  }
}

/** A divergence for a person: where, what differs, and both decisions in full. */
export function divergenceLines(divergence: Divergence, clusterBlocks = 1): string[] {
  const { step, decision, fields, predicted, actual, raced } = divergence;
  const where = typeof step === 'number' ? `step ${step}` : step === 'mount' ? 'the mount' : 'the layouts';
  const side = (name: string, one: Decision | null): string[] =>
    one === null ? [`${name}: no decision`] : [`${name}:`, ...indented(decisionLines(one, clusterBlocks))];
  return [
    `first diverging decision: ${where}, decision ${decision}`,
    ...fields.map(({ field, predicted: mine, actual: its }) => {
      return `  ${field}: predicted ${JSON.stringify(mine)}, the kernel ${JSON.stringify(its)}`;
    }),
    ...side('predicted', predicted),
    ...side('the kernel', actual),
    ...(raced
      ? ["a worker of the kernel's decided in this step before: another run may go another way"]
      : []),
  ];
}

/** Lengths and ranges in the words of one filesystem. */
class Words {
  readonly #clusterBlocks: number;

  constructor(clusterBlocks: number) {
    this.#clusterBlocks = clusterBlocks;
  }

  clusters(count: number): string {
    return counted(count, this.#clusterBlocks === 1 ? 'block' : 'cluster');
  }

  range(physical: number, clusters: number): string {
    return `${physical}..${physical + clusters * this.#clusterBlocks - 1}`;
  }

  place({ group, start }: Place): string {
    if (start === null) return `group ${group} on`;
    return `group ${group}, ${this.#clusterBlocks === 1 ? 'block' : 'cluster'} ${start}`;
  }
}

const requestGoals = {
  'extent-before': 'continues the extent before it',
  'extent-behind': 'leads up to the extent behind it',
  inode: "the inode's own place",
} as const;

const searchGoals: Readonly<Record<Reasons['goalFrom'], string>> = {
  request: 'as asked',
  'left-neighbour': 'behind its left neighbour',
  'right-neighbour': 'before its right neighbour',
  stream: 'where the last large file ended',
};

const rules = {
  'locality-group': 'as for every small file',
  'predicted-size': "from the file's likely size",
} as const;

function allocationLines(allocation: AllocationDecision, words: Words): string[] {
  const { ino, request, result } = allocation;
  const answer =
    result === null
      ? 'ENOSPC'
      : `${words.range(result.physical, result.lengthClusters)}, aligned to ${counted(result.alignmentBlocks, 'block')}`;
  return [
    `allocate ${words.clusters(request.lengthClusters)} for inode ${ino} at logical ${request.logical}: ${answer}`,
    `  goal            ${request.goal}, ${requestGoals[request.goalFrom]}`,
    `  hints           ${request.flags.join(' ') || 'none'}`,
    ...neighbourLines(allocation),
    ...(allocation.reasons?.refusedClaims ?? []).map((count) => {
      return `  claim           ${words.clusters(count)} cannot be promised; half as many`;
    }),
    `  preallocation   ${servedText(allocation.preallocation)}`,
    ...searchLines(allocation, words),
    ...releasedLines(allocation.discarded, words),
    ...allocation.kept.map((kept) => {
      const owner = kept.for === 'file' ? `logical ${kept.logical} of the file` : 'small files';
      return `  preallocates    ${words.range(kept.physical, kept.lengthClusters)} for ${owner}`;
    }),
    ...(allocation.loaded?.length ? [`  read in         groups ${allocation.loaded.join(' ')}`] : []),
  ];
}

function neighbourLines({ request: { left, right } }: AllocationDecision): string[] {
  const text = [
    left && `logical ${left.logical} at ${left.physical} before`,
    right && `logical ${right.logical} at ${right.physical} behind`,
  ].filter((part) => part !== null);
  return text.length === 0 ? [] : [`  neighbours      ${text.join(', ')}`];
}

function servedText(preallocation: AllocationDecision['preallocation']): string {
  if (preallocation === null) return 'not looked for: no room can be promised';
  return preallocation === 'hit' ? 'serves it' : 'none fits';
}

function searchLines({ search, reasons, discardRounds }: AllocationDecision, words: Words): string[] {
  if (search === null) return [];
  const { goal, taken } = search;
  const rule = reasons?.normalisedBy ? ` (${rules[reasons.normalisedBy]})` : '';
  const from = reasons ? ` (${searchGoals[reasons.goalFrom]})` : '';
  const passes = reasons?.passes ?? [];
  return [
    `  normalised      ${words.clusters(goal.lengthClusters)} at logical ${goal.logical}${rule}`,
    `  searches        from ${words.place(goal)}${from}`,
    ...(reasons && reasons.goalTaken !== null
      ? [`  at the goal     ${reasons.goalTaken ? 'taken' : 'not free enough'}`]
      : []),
    ...passes.map(({ criterion, goalClusters, groups }) => {
      return `  pass            ${criterion} for ${goalClusters}: ${groups.map(runText).join('; ') || 'no group'}`;
    }),
    ...(discardRounds > 0
      ? [`  no room         preallocations called in ${counted(discardRounds, 'time')}`]
      : []),
    taken.lengthClusters === 0
      ? '  takes           nothing'
      : `  takes           ${words.clusters(taken.lengthClusters)} at ${words.place(taken)} (${search.criterion})`,
    `  examined        ${counted(search.groupsExamined, 'group')}, ${counted(search.extentsExamined, 'free extent')}`,
    ...(search.splitOrder > 0
      ? [`  splits          a buddy of order ${search.splitOrder}, ${search.tail} left`]
      : []),
  ];
}

function runText({ first, count, verdict }: GroupRun): string {
  const groups = count === 1 ? `group ${first}` : `groups ${first}..${first + count - 1}`;
  return `${groups} ${verdict}`;
}

function freeLines({ ino, physical, lengthBlocks, flags, pieces }: FreeDecision, words: Words): string[] {
  const range = `${physical}..${physical + lengthBlocks - 1}`;
  return [
    `free ${range} of inode ${ino}`,
    `  how             ${flags.join(' ')}`,
    ...pieces.map(({ group, start, lengthClusters }) => {
      return `  gives           ${words.clusters(lengthClusters)} of ${words.place({ group, start, lengthClusters, logical: 0 })}`;
    }),
  ];
}

function discardLines({ ino, spaces, released }: DiscardDecision, words: Words): string[] {
  return [`give back ${counted(spaces, 'preallocation')} of inode ${ino}`, ...releasedLines(released, words)];
}

function releasedLines(released: readonly Released[], words: Words): string[] {
  return released.map(({ from, physical, lengthClusters }) => {
    const whose = from === 'file' ? 'of a file' : 'of small files';
    return `  gives back      ${words.range(physical, lengthClusters)} ${whose}`;
  });
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}

function counted(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
