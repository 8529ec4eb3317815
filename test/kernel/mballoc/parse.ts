import { criteriaNames, type KernelEvent } from '../../../core/mballoc/index.ts';

/** What a line of the recording says: an event of the allocator, or something that it must be told. */
export type Recorded =
  | { readonly kind: 'event'; readonly event: KernelEvent }
  | { readonly kind: 'marker'; readonly text: string }
  | { readonly kind: 'commit-starts' | 'committed' }
  | { readonly kind: 'new-inode'; readonly ino: number }
  | { readonly kind: 'reserve' | 'release'; readonly clusters: number };

const hintBits: Readonly<Record<string, number>> = {
  HINT_MERGE: 0x1,
  HINT_FIRST: 0x8,
  HINT_DATA: 0x20,
  HINT_NOPREALLOC: 0x40,
  HINT_GRP_ALLOC: 0x80,
  HINT_GOAL_ONLY: 0x100,
  HINT_TRY_GOAL: 0x200,
  DELALLOC_RESV: 0x400,
  STREAM_ALLOC: 0x800,
  USE_ROOT_BLKS: 0x1000,
  USE_RESV: 0x2000,
  STRICT_CHECK: 0x4000,
};

const freeBits: Readonly<Record<string, number>> = {
  METADATA: 0x1,
  FORGET: 0x2,
  VALIDATED: 0x4,
  NO_QUOTA: 0x8,
  '1ST_CLUSTER': 0x10,
  LAST_CLUSTER: 0x20,
};

function flagsOf(text: string, names: Readonly<Record<string, number>>): number {
  let bits = 0;
  for (const name of text.split('|').filter((part) => part !== '')) bits |= names[name] ?? Number(name);
  return bits;
}

/** `group/start/length@logical`, the last part missing in places. */
function extentOf(text: string): { group: number; start: number; length: number; logical: number } {
  const match = /^(\d+)\/(-?\d+)\/(\d+)(?:@(\d+))?$/.exec(text);
  if (match === null) throw new Error(`not an extent: ${text}`);
  return { group: +match[1], start: +match[2], length: +match[3], logical: +(match[4] ?? 0) };
}

/** Null for lines that tell nothing here. */
export function parseLine(line: string): Recorded | null {
  const match = /: (\w+): (.*)$/.exec(line);
  if (match === null) return null;
  const [, name, rest] = match;
  if (name === 'tracing_mark_write') return { kind: 'marker', text: rest };
  const word = (key: string) => new RegExp(`(?:^| )${key}:? (\\S*)`).exec(rest)?.[1] ?? '';
  const number = (key: string) => Number(word(key));
  switch (name) {
    case 'jbd2_commit_flushing':
      return { kind: 'commit-starts' };
    case 'jbd2_end_commit':
      return { kind: 'committed' };
    case 'ext4_allocate_inode':
      return { kind: 'new-inode', ino: number('ino') };
    case 'ext4_da_reserve_space':
      // The kernel's format has no space behind this number.
      return { kind: 'reserve', clusters: parseInt(word('reserve_blocks'), 10) };
    case 'ext4_da_release_space':
      return { kind: 'release', clusters: number('freed_blocks') };
    case 'ext4_da_update_reserve_space':
      return { kind: 'release', clusters: number('used_blocks') };
    default: {
      const event = eventOf(name, word, number);
      return event === null ? null : { kind: 'event', event };
    }
  }
}

function eventOf(
  name: string,
  word: (key: string) => string,
  number: (key: string) => number,
): KernelEvent | null {
  switch (name) {
    case 'ext4_request_blocks':
    case 'ext4_allocate_blocks': {
      const fields = {
        ino: number('ino'),
        len: number('len'),
        logical: number('lblk'),
        lleft: number('lleft'),
        lright: number('lright'),
        goal: number('goal'),
        pleft: number('pleft'),
        pright: number('pright'),
        flags: flagsOf(word('flags'), hintBits),
      };
      return name === 'ext4_request_blocks'
        ? { event: name, ...fields }
        : { event: name, ...fields, block: number('block') };
    }
    case 'ext4_mballoc_alloc':
      return searchedOf(word, number);
    case 'ext4_mballoc_prealloc': {
      const original = extentOf(word('orig'));
      const result = extentOf(word('result'));
      return { event: name, ino: number('inode'), ...originalFields(original), ...resultFields(result) };
    }
    case 'ext4_mballoc_discard':
    case 'ext4_mballoc_free': {
      const { group, start, length } = extentOf(word('extent'));
      return {
        event: name,
        ino: number('inode'),
        result_group: group,
        result_start: start,
        result_len: length,
      };
    }
    case 'ext4_mb_new_inode_pa':
    case 'ext4_mb_new_group_pa':
      return {
        event: name,
        ino: number('ino'),
        pa_pstart: number('pstart'),
        pa_lstart: number('lstart'),
        pa_len: number('len'),
      };
    case 'ext4_mb_release_inode_pa':
      return { event: name, ino: number('ino'), block: number('block'), count: number('count') };
    case 'ext4_mb_release_group_pa':
      return { event: name, pa_pstart: number('pstart'), pa_len: number('len') };
    case 'ext4_mb_discard_preallocations':
      return { event: name, needed: number('needed') };
    case 'ext4_discard_preallocations':
      return { event: name, ino: number('ino'), len: number('len') };
    case 'ext4_free_blocks':
      return {
        event: name,
        ino: number('ino'),
        block: number('block'),
        count: number('count'),
        flags: flagsOf(word('flags'), freeBits),
      };
    default:
      return null;
  }
}

function searchedOf(word: (key: string) => string, number: (key: string) => number): KernelEvent {
  const goal = extentOf(word('goal'));
  const broken = number('broken');
  return {
    event: 'ext4_mballoc_alloc',
    ino: number('inode'),
    ...originalFields(extentOf(word('orig'))),
    goal_logical: goal.logical,
    goal_start: goal.start,
    goal_group: goal.group,
    goal_len: goal.length,
    ...resultFields(extentOf(word('result'))),
    found: number('blks'),
    groups: number('grps'),
    buddy: broken === 0 ? 0 : Math.log2(broken),
    flags: flagsOf(word('flags'), hintBits),
    tail: number('tail'),
    cr: criteriaNumber(word('cr')),
  };
}

function criteriaNumber(name: string): number {
  const found = (criteriaNames as readonly string[]).indexOf(name);
  return found >= 0 ? found : Number(name);
}

function originalFields(extent: ReturnType<typeof extentOf>) {
  return {
    orig_logical: extent.logical,
    orig_start: extent.start,
    orig_group: extent.group,
    orig_len: extent.length,
  };
}

function resultFields(extent: ReturnType<typeof extentOf>) {
  return {
    result_logical: extent.logical,
    result_start: extent.start,
    result_group: extent.group,
    result_len: extent.length,
  };
}
