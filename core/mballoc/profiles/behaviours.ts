import type { KernelProfile } from '../profile.ts';

/** One of a profile's behaviours, for people. */
export interface NamedBehaviour {
  /** `group search`; the same for every profile. */
  readonly name: string;
  /** How this profile has it: `lists, drop-full-groups`. */
  readonly value: string;
}

type Reader = (profile: KernelProfile) => string;

const readers: Readonly<Record<string, Reader>> = {
  'stream goals': ({ streamGoals }) => streamGoals.id,
  'group search': ({ groupSearch }) => `${groupSearch.id}, ${groupSearch.variant}`,
  normalisation: ({ normalisation }) => normalisation.id,
  'unaligned stripes': ({ stripeFallsBack }) => (stripeFallsBack ? 'as a last resort' : 'never'),
  'best extent': ({ coversRequestEnd }) => (coversRequestEnd ? 'covers the request' : 'holds its beginning'),
  folios: ({ largeFolios }) => (largeFolios ? 'large' : 'single pages'),
  dioread_nolock: ({ nolockForSmallBlocks }) =>
    nolockForSmallBlocks ? 'default' : 'default for page blocks',
  RWF_ATOMIC: ({ directWrites }) => directWrites.atomicWrites,
  'lookup before a direct write': ({ directWrites }) =>
    directWrites.lookupShortens ? 'shortens it' : 'leaves it',
  'buffers of a direct write': ({ directWrites }) =>
    directWrites.checksBuffersFirst ? 'checked first' : 'checked by the device',
  'misaligned direct writes': ({ directWrites }) =>
    directWrites.errorsFallBack ? 'go through the page cache' : 'are refused',
  'extent splitting': ({ mapping }) => mapping.splitting,
  'cached lookups': ({ mapping }) => mapping.caching,
  'lookups of I/O in flight': ({ mapping }) => (mapping.quietLookups ? 'not cached' : 'cached'),
  'holes of block maps': ({ mapping }) => mapping.indirectHoles,
  'punched holes': ({ mapping }) => mapping.punchedHoles,
  'unwritten extents are cut': ({ data }) => `${data.unwrittenCut} the write`,
  'zeroing behind the end': ({ data }) =>
    data.endZeroing === 'none' ? 'none' : `${data.endZeroing} the write`,
  'hole beyond the end': ({ data }) => `to the ${data.punching.end}`,
  'dirty data behind a hole': ({ data }) => (data.punching.writesFirst ? 'written first' : 'left'),
  'size on disk before a hole': ({ data }) => data.punching.diskSize,
  'folio without space for all': ({ data }) => data.partialFolio,
  'inline data that outgrows': ({ data }) => data.inlineGrowth,
  'full directory leaves': ({ directories }) => (directories.splitFix ? 'split by size' : 'split by number'),
};

/** Every behaviour of a profile, in the order of docs/kernels.md. */
export function behavioursOf(profile: KernelProfile): readonly NamedBehaviour[] {
  return Object.entries(readers).map(([name, read]) => ({ name, value: read(profile) }));
}
