/** Names of request hints and of ways to free, as the kernel's tracepoints print them (include/trace/events/ext4.h). */
const hintNames: readonly (readonly [number, string])[] = [
  [0x0001, 'HINT_MERGE'],
  [0x0008, 'HINT_FIRST'],
  [0x0020, 'HINT_DATA'],
  [0x0040, 'HINT_NOPREALLOC'],
  [0x0080, 'HINT_GRP_ALLOC'],
  [0x0100, 'HINT_GOAL_ONLY'],
  [0x0200, 'HINT_TRY_GOAL'],
  [0x0400, 'DELALLOC_RESV'],
  [0x0800, 'STREAM_ALLOC'],
  [0x1000, 'USE_ROOT_BLKS'],
  [0x2000, 'USE_RESV'],
  [0x4000, 'STRICT_CHECK'],
];

/** The last one has no name in the kernel's table and is printed as a number there. */
const freeNames: readonly (readonly [number, string])[] = [
  [0x0001, 'METADATA'],
  [0x0002, 'FORGET'],
  [0x0004, 'VALIDATED'],
  [0x0008, 'NO_QUOTA'],
  [0x0010, '1ST_CLUSTER'],
  [0x0020, 'LAST_CLUSTER'],
  [0x0040, 'RERESERVE'],
];

/** Names of request hints (`hints` of core/mballoc); unnamed bits follow as one hexadecimal number. */
export function hintsByName(flags: number): string[] {
  return named(flags, hintNames);
}

/** Names of the ways to free (`freeFlags` of core/mballoc), in the same manner. */
export function freeFlagsByName(flags: number): string[] {
  return named(flags, freeNames);
}

/** The request hints that a tracepoint printed, `HINT_DATA|STREAM_ALLOC`, as a sum. */
export function hintsFromText(text: string): number {
  return bits(text, hintNames);
}

/** The ways to free that a tracepoint printed, as a sum. */
export function freeFlagsFromText(text: string): number {
  return bits(text, freeNames);
}

/** Bits without a name stay, as one number in hexadecimal. */
function named(flags: number, names: readonly (readonly [number, string])[]): string[] {
  const known = names.filter(([bit]) => (flags & bit) !== 0);
  const rest = known.reduce((left, [bit]) => left & ~bit, flags);
  return [...known.map(([, name]) => name), ...(rest === 0 ? [] : [`0x${rest.toString(16)}`])];
}

function bits(text: string, names: readonly (readonly [number, string])[]): number {
  return text
    .split('|')
    .filter((part) => part !== '')
    .reduce((sum, part) => sum | (names.find(([, name]) => name === part)?.[0] ?? Number(part)), 0);
}
