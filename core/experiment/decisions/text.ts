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

/** A decision in words: what was decided, and fact by fact why. */
export interface ToldDecision {
  readonly headline: string;
  readonly facts: readonly Fact[];
}

export interface Fact {
  readonly name: string;
  readonly text: string;
  /** What only the mirror can know of it, or null. */
  readonly why: string | null;
}

/** `clusterBlocks` is the filesystem's cluster in blocks; where it is 1, lengths are called blocks. */
export function tellDecision(decision: Decision, clusterBlocks = 1): ToldDecision {
  const { headline, facts } = told(decision, new Words(clusterBlocks));
  return {
    headline,
    facts: [
      ...facts,
      ...(decision.background ? [fact('by', "a worker of the kernel's")] : []),
      ...(decision.uncertain ? [fact('uncertain', 'what memory holds may decide it otherwise')] : []),
    ],
  };
}

/** The same as lines of text: one that says what was decided, and indented ones that say why. */
export function decisionLines(decision: Decision, clusterBlocks = 1): string[] {
  const { headline, facts } = tellDecision(decision, clusterBlocks);
  const lines = facts.map(({ name, text, why }) => {
    return `  ${name.padEnd(16)}${text}${why === null ? '' : ` (${why})`}`;
  });
  return [headline, ...lines];
}

function told(decision: Decision, words: Words): ToldDecision {
  switch (decision.kind) {
    case 'allocation':
      return toldAllocation(decision, words);
    case 'free':
      return toldFree(decision, words);
    case 'discard':
      return toldDiscard(decision, words);
  }
}

function fact(name: string, text: string, why: string | null = null): Fact {
  return { name, text, why };
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

function toldAllocation(allocation: AllocationDecision, words: Words): ToldDecision {
  const { ino, request, result, loaded } = allocation;
  const answer =
    result === null
      ? 'ENOSPC'
      : `${words.range(result.physical, result.lengthClusters)}, aligned to ${counted(result.alignmentBlocks, 'block')}`;
  const facts = [
    fact('goal', `${request.goal}, ${requestGoals[request.goalFrom]}`),
    fact('hints', request.flags.join(' ') || 'none'),
    ...neighbourFacts(allocation),
    ...(allocation.reasons?.refusedClaims ?? []).map((count) => {
      return fact('claim', `${words.clusters(count)} cannot be promised; half as many`);
    }),
    fact('preallocation', servedText(allocation.preallocation)),
    ...searchFacts(allocation, words),
    ...releasedFacts(allocation.discarded, words),
    ...allocation.kept.map((kept) => {
      const owner = kept.for === 'file' ? `logical ${kept.logical} of the file` : 'small files';
      return fact('preallocates', `${words.range(kept.physical, kept.lengthClusters)} for ${owner}`);
    }),
    ...(loaded?.length ? [fact('read in', `groups ${loaded.join(' ')}`)] : []),
  ];
  const asked = `allocate ${words.clusters(request.lengthClusters)} for inode ${ino} at logical ${request.logical}`;
  return { headline: `${asked}: ${answer}`, facts };
}

function neighbourFacts({ request: { left, right } }: AllocationDecision): Fact[] {
  const text = [
    left && `logical ${left.logical} at ${left.physical} before`,
    right && `logical ${right.logical} at ${right.physical} behind`,
  ].filter((part) => part !== null);
  return text.length === 0 ? [] : [fact('neighbours', text.join(', '))];
}

function servedText(preallocation: AllocationDecision['preallocation']): string {
  if (preallocation === null) return 'not looked for: no room can be promised';
  return preallocation === 'hit' ? 'serves it' : 'none fits';
}

function searchFacts({ search, reasons, discardRounds }: AllocationDecision, words: Words): Fact[] {
  if (search === null) return [];
  const { goal, taken, criterion } = search;
  const rule = reasons?.normalisedBy ? rules[reasons.normalisedBy] : null;
  const passes = reasons?.passes ?? [];
  return [
    fact('normalised', `${words.clusters(goal.lengthClusters)} at logical ${goal.logical}`, rule),
    fact('searches', `from ${words.place(goal)}`, reasons ? searchGoals[reasons.goalFrom] : null),
    ...(reasons && reasons.goalTaken !== null
      ? [fact('at the goal', reasons.goalTaken ? 'taken' : 'not free enough')]
      : []),
    ...passes.map((pass) => {
      return fact(
        'pass',
        `${pass.criterion} for ${pass.goalClusters}: ${pass.groups.map(runText).join('; ') || 'no group'}`,
      );
    }),
    ...(discardRounds > 0
      ? [fact('no room', `preallocations called in ${counted(discardRounds, 'time')}`)]
      : []),
    taken.lengthClusters === 0
      ? fact('takes', 'nothing')
      : fact('takes', `${words.clusters(taken.lengthClusters)} at ${words.place(taken)} (${criterion})`),
    fact(
      'examined',
      `${counted(search.groupsExamined, 'group')}, ${counted(search.extentsExamined, 'free extent')}`,
    ),
    ...(search.splitOrder > 0
      ? [fact('splits', `a buddy of order ${search.splitOrder}, ${search.tail} left`)]
      : []),
  ];
}

function runText({ first, count, verdict }: GroupRun): string {
  const groups = count === 1 ? `group ${first}` : `groups ${first}..${first + count - 1}`;
  return `${groups} ${verdict}`;
}

function toldFree({ ino, physical, lengthBlocks, flags, pieces }: FreeDecision, words: Words): ToldDecision {
  const range = `${physical}..${physical + lengthBlocks - 1}`;
  return {
    headline: `free ${range} of inode ${ino}`,
    facts: [
      fact('how', flags.join(' ')),
      ...pieces.map(({ group, start, lengthClusters }) => {
        const place = words.place({ group, start, lengthClusters, logical: 0 });
        return fact('gives', `${words.clusters(lengthClusters)} of ${place}`);
      }),
    ],
  };
}

function toldDiscard({ ino, spaces, released }: DiscardDecision, words: Words): ToldDecision {
  const headline = `give back ${counted(spaces, 'preallocation')} of inode ${ino}`;
  return { headline, facts: releasedFacts(released, words) };
}

function releasedFacts(released: readonly Released[], words: Words): Fact[] {
  return released.map(({ from, physical, lengthClusters }) => {
    const whose = from === 'file' ? 'of a file' : 'of small files';
    return fact('gives back', `${words.range(physical, lengthClusters)} ${whose}`);
  });
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}

function counted(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
