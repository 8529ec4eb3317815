import {
  formatAddress,
  formatCount,
  formatSpan,
  groupSpan,
  plural,
  type AddressForm,
} from '../../core/view/index.ts';
import { groupColumns } from '../../core/experiment/layers/columns.ts';
import type { Volume } from '../../core/rpc/index.ts';
import type { BandKind, LayersModel, Place } from '../state/layers.svelte.ts';

/** How the allocator and the map tell of places on a volume, in the same order and words for band, table and readout. */
export interface BandPlace extends Place {
  /** What the columns of its table say; numbers are written already. */
  readonly cells: readonly string[];
  /** The same in one line. */
  readonly line: string;
}

/** The places of one band, ascending. They are made one by one: there may be very many groups. */
export interface BandPlaces {
  readonly columns: readonly string[];
  readonly count: number;
  at(index: number): BandPlace;
}

interface Writing {
  readonly volume: Volume;
  readonly addressForm: AddressForm;
}

type Maker = (layers: LayersModel | null, writing: Writing) => BandPlaces;

const makers: Readonly<Record<BandKind, Maker>> = {
  groups: groupPlaces,
  before: (layers, writing) => freePlaces('before', layers?.before ?? [], [], writing),
  after: (layers, writing) => freePlaces('after', layers?.after ?? [], layers?.waiting ?? [], writing),
  buddies: buddyPlaces,
  preallocations: preallocationPlaces,
};

/** What a band shows, as rows; null layers where they are not known (yet). */
export function bandPlaces(kind: BandKind, layers: LayersModel | null, writing: Writing): BandPlaces {
  return makers[kind](layers, writing);
}

/** The places of each band, made when they are first asked for. */
export function placesOnDemand(layers: LayersModel | null, writing: Writing): (kind: BandKind) => BandPlaces {
  const made = new Map<BandKind, BandPlaces>();
  return (kind) => {
    const known = made.get(kind) ?? bandPlaces(kind, layers, writing);
    made.set(kind, known);
    return known;
  };
}

/** The place that begins at a block (or of several that are one after the other, holds it); -1 where none does. */
export function placeIndexAt(places: BandPlaces, block: number): number {
  let [low, high] = [0, places.count];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (places.at(middle).first <= block) low = middle + 1;
    else high = middle;
  }
  const index = low - 1;
  if (index < 0) return -1;
  const { first, length } = places.at(index);
  return block < first + length ? index : -1;
}

/** All groups of the volume; what is free in them where it is known. */
function groupPlaces(layers: LayersModel | null, writing: Writing): BandPlaces {
  const { volume } = writing;
  const known = numbersByGroup(layers);
  return {
    columns: ['group', 'first', 'free\nbefore', 'free\nnow', 'runs', 'largest\nrun', 'waits', 'kept'],
    count: groupSpan(volume, volume.blockCount - 1).group + 1,
    at(group) {
      const { first, length } = groupSpan(volume, volume.firstBlock + group * volume.blocksPerGroup);
      const numbers = known.get(group);
      const [, before, free, runs, largest, waits, kept] = numbers ?? [];
      const told = [before, free, runs, largest, waits, kept];
      const name = `group ${formatCount(group)}: ${spanOf(first, length, writing)}`;
      const line = numbers
        ? `${name}  ·  ${formatCount(free ?? 0)} free now in ${plural(runs ?? 0, 'run')}, the largest ${formatCount(largest ?? 0)}  ·  ${formatCount(before ?? 0)} free before the plan  ·  ${formatCount(waits ?? 0)} wait, ${formatCount(kept ?? 0)} kept`
        : name;
      const cells = told.map((value) => (value === undefined ? '·' : formatCount(value)));
      return {
        kind: 'groups',
        first,
        length,
        line,
        cells: [formatCount(group), at(first, writing), ...cells],
      };
    },
  };
}

function numbersByGroup(layers: LayersModel | null): ReadonlyMap<number, readonly number[]> {
  const stride = groupColumns.length;
  const flat = layers?.groups ?? [];
  const rows = Array.from({ length: flat.length / stride }, (_, row) =>
    flat.slice(row * stride, (row + 1) * stride),
  );
  return new Map(rows.map((numbers) => [numbers[0] ?? 0, numbers]));
}

/** Cells of free space; `waiting` are those that wait for a commit. */
function freePlaces(
  kind: 'before' | 'after',
  free: readonly number[],
  waiting: readonly number[],
  writing: Writing,
): BandPlaces {
  const list = [...cellsOf(free, false), ...cellsOf(waiting, true)].sort(
    (one, other) => one.first - other.first,
  );
  const when = kind === 'before' ? 'free before the plan' : 'free now';
  return {
    columns: ['blocks', 'free', 'of', 'group', ...(kind === 'after' ? ['state'] : [])],
    count: list.length,
    at(index) {
      const {
        first,
        length,
        free: count,
        waits,
      } = list[index] ?? { first: 0, length: 0, free: 0, waits: false };
      const where = spanOf(first, length, writing);
      const state = waits ? 'waits for a commit' : 'free';
      const what = waits ? 'freed, waits for a commit' : when;
      const share =
        count === length ? '' : `  ·  ${formatCount(count)} of ${formatCount(length)}, told together`;
      return {
        ...{ kind, first, length },
        line: `${what}: ${where}${share}  ·  ${groupOf(first, writing)}`,
        cells: [
          where,
          formatCount(count),
          formatCount(length),
          formatCount(groupSpan(writing.volume, first).group),
          ...(kind === 'after' ? [state] : []),
        ],
      };
    },
  };
}

function cellsOf(flat: readonly number[], waits: boolean) {
  return Array.from({ length: flat.length / 3 }, (_, cell) => {
    const [first = 0, length = 0, free = 0] = flat.slice(cell * 3, cell * 3 + 3);
    return { first, length, free, waits };
  });
}

function buddyPlaces(layers: LayersModel | null, writing: Writing): BandPlaces {
  const { volume } = writing;
  const clusterBlocks = volume.clusterBytes / volume.blockBytes;
  const flat = layers?.buddies ?? [];
  return {
    columns: ['order', 'blocks', 'length', 'group'],
    count: flat.length / 2,
    at(index) {
      const [first = 0, order = 0] = flat.slice(index * 2, index * 2 + 2);
      const length = 2 ** order * clusterBlocks;
      const where = spanOf(first, length, writing);
      return {
        ...{ kind: 'buddies', first, length },
        line: `free buddy of order ${order}: ${where}  ·  ${plural(length, 'block')}  ·  ${groupOf(first, writing)}`,
        cells: [String(order), where, formatCount(length), formatCount(groupSpan(volume, first).group)],
      };
    },
  };
}

function preallocationPlaces(layers: LayersModel | null, writing: Writing): BandPlaces {
  const list = [...(layers?.preallocations ?? [])].sort((one, other) => one.physical - other.physical);
  return {
    columns: ['for', 'logical', 'blocks', 'length', 'group'],
    count: list.length,
    at(index) {
      const one = list[index];
      const [first, length, logical] = [one?.physical ?? 0, one?.length ?? 0, one?.logical ?? null];
      const isFile = one?.for === 'file';
      const whose = isFile ? one.file || `inode ${one.ino}` : 'small files';
      const where = spanOf(first, length, writing);
      const from = logical === null ? '' : at(logical, writing);
      const words = `kept for ${whose}${from === '' ? '' : ` from logical ${from}`}`;
      return {
        ...{ kind: 'preallocations', first, length },
        line: `${words}: ${where}  ·  ${plural(length, 'block')}  ·  ${groupOf(first, writing)}`,
        cells: [
          whose,
          from || '—',
          where,
          formatCount(length),
          formatCount(groupSpan(writing.volume, first).group),
        ],
      };
    },
  };
}

function at(block: number, { volume, addressForm }: Writing): string {
  return formatAddress(block, addressForm, volume.blockBytes);
}

function groupOf(block: number, { volume }: Writing): string {
  return `group ${formatCount(groupSpan(volume, block).group)}`;
}

function spanOf(first: number, length: number, { volume, addressForm }: Writing): string {
  return formatSpan(first, length, addressForm, volume.blockBytes);
}
