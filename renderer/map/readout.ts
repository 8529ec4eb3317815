import {
  absent,
  countUnits,
  formatAddress,
  formatCount,
  groupSpan,
  plural,
  type LaneSide,
  type Pairing,
} from '../../core/view/index.ts';
import type { Selection } from '../state/map-bench.ts';
import { faultAt } from '../state/model.ts';
import { placeIndexAt } from './band-places.ts';
import type { Hover, MapState } from './map-state.svelte.ts';

/** One line about what is under the pointer, or about the selected extent. */
export function readoutOf(map: MapState): string {
  const { hover, bench } = map;
  if (hover?.selection) return extentLine(map, hover.selection, hover);
  if (hover) return hover.place?.line ?? emptyLine(map, hover);
  if (bench.selection) return extentLine(map, bench.selection, null);
  return chosenLine(map) || visitedLine(map);
}

/** The place of a layer that is chosen, in the words of now. */
function chosenLine(map: MapState): string {
  const place = map.bench.layers?.chosen?.place;
  if (!place || map.visited !== null) return '';
  const places = map.placesOf(place.kind);
  const index = placeIndexAt(places, place.first);
  return index < 0 ? '' : places.at(index).line;
}

function visitedLine(map: MapState): string {
  return map.visited === null ? '' : `${blockLine(map, map.visited)}${apart}no file of this plan has it`;
}

const apart = '  ·  ';

/** Which block it is, and of which file; then how the extent lies that it belongs to. */
function extentLine(map: MapState, selection: Selection, hover: Hover | null): string {
  const file = map.model.files[selection.file];
  if (!file || selection.row >= file.pairing.count) return '';
  const { row } = selection;
  const { pairing } = file;
  const logical = pairing.logical[row] ?? 0;
  const length = pairing.length[row] ?? 0;
  const side: LaneSide | null = !hover || hover.kind === 'difference' ? null : hover.kind;
  const sides = (side ? [side] : (['predicted', 'actual'] as const)).filter(
    (one) => (pairing[one][row] ?? absent) !== absent,
  );
  const same = sides.length === 2 && pairing.differs[row] === 0;
  const places = same
    ? [`predicted = actual ${placeOf(map, pairing.actual[row] ?? 0)}`]
    : sides.map((one) => `${one} ${placeOf(map, pairing[one][row] ?? 0)}`);
  const doubt = pairing.uncertain[row] === 1 ? ['uncertain: the kernel may place it otherwise'] : [];
  const fault = faultAt(file, row);
  return [
    `${file.name} logical ${address(map, logical)} +${plural(length, 'block')}`,
    ...blockUnder(map, pairing, row, side, hover),
    ...places,
    ...madeBy(map, selection),
    ...once(sides.map((one) => stateOf(pairing, row, one))),
    ...once(sides.map((one) => unitsOf(map, pairing, row, one))),
    ...(fault === '' ? [] : [`what was written here is ${fault}`]),
    ...doubt,
  ].join(apart);
}

/** The very block under the pointer. */
function blockUnder(
  map: MapState,
  pairing: Pairing,
  row: number,
  side: LaneSide | null,
  hover: Hover | null,
): string[] {
  if (!hover || !side) return [];
  const physical = pairing[side][row] ?? 0;
  const logical = pairing.logical[row] ?? 0;
  const within = hover.block - (map.dimension === 'physical' ? physical : logical);
  if (within < 0 || within >= (pairing.length[row] ?? 0)) return [];
  return [`here ${address(map, physical + within)} is logical ${address(map, logical + within)}`];
}

function placeOf(map: MapState, physical: number): string {
  const group = map.model.volumeKnown ? ` in ${groupText(map.model.volume, physical)}` : '';
  return `${address(map, physical)}${group}`;
}

function stateOf(pairing: Pairing, row: number, side: LaneSide): string {
  const unwritten = side === 'predicted' ? pairing.predictedUnwritten[row] : pairing.actualUnwritten[row];
  return unwritten ? 'unwritten' : 'written';
}

function unitsOf(map: MapState, pairing: Pairing, row: number, side: LaneSide): string {
  const [logical, physical, length] = [
    pairing.logical[row] ?? 0,
    pairing[side][row] ?? 0,
    pairing.length[row] ?? 0,
  ];
  const { aligned, touched } = countUnits(logical, physical, length, map.bench.unitBlocks);
  return `${formatCount(aligned)} of ${plural(touched, 'unit')} aligned`;
}

/** What both sides say alike is said once. */
function once(texts: readonly string[]): string[] {
  return texts.length === 2 && texts[0] !== texts[1] ? [texts.join(' / ')] : texts.slice(0, 1);
}

/** The step that put the blocks where they are, as far as the replay tells. */
function madeBy(map: MapState, selection: Selection): string[] {
  const { replay } = map.bench;
  const moment = replay?.placed(selection.file, selection.row) ?? null;
  return !replay || moment === null ? [] : [`since ${replay.nameOf(moment)}`];
}

function emptyLine(map: MapState, { gap, block }: Hover): string {
  if (gap) {
    const count = gap.endBlock - gap.firstBlock;
    const what = map.dimension === 'physical' ? 'no file of this plan is there' : 'no file has blocks there';
    return `${plural(count, 'block')} left out, from ${address(map, gap.firstBlock)}: ${what}${apart}g unfolds`;
  }
  if (map.dimension === 'logical') return `logical ${address(map, block)}`;
  return blockLine(map, block);
}

function blockLine(map: MapState, block: number): string {
  const { volume, volumeKnown } = map.model;
  const group = volumeKnown ? `${apart}${groupText(volume, block)}` : '';
  return `${map.bench.addressForm === 'blocks' ? 'block' : 'byte'} ${address(map, block)}${group}`;
}

function groupText(volume: MapState['model']['volume'], block: number): string {
  return `group ${formatCount(groupSpan(volume, block).group)}`;
}

function address(map: MapState, block: number): string {
  return formatAddress(block, map.bench.addressForm, map.model.volume.blockBytes);
}
