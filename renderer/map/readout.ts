import {
  absent,
  countUnits,
  formatAddress,
  formatCount,
  plural,
  type LaneSide,
} from '../../core/view/index.ts';
import type { Selection } from '../state/lab.svelte.ts';
import type { Hover, MapState } from './map-state.svelte.ts';

/** One line about what is under the pointer, or about the selected extent. */
export function readoutOf(map: MapState): string {
  const { hover, lab } = map;
  if (hover?.selection) return extentLine(map, hover.selection, hover);
  if (hover) return emptyLine(map, hover);
  return lab.selection ? extentLine(map, lab.selection, null) : '';
}

const apart = '  ·  ';

/** Which block it is, and of which file; then how the extent lies that it belongs to. */
function extentLine(map: MapState, selection: Selection, hover: Hover | null): string {
  const { model, dimension } = map;
  const file = model.files[selection.file];
  if (!file || selection.row >= file.pairing.count) return '';
  const { row } = selection;
  const { pairing } = file;
  const logical = pairing.logical[row] ?? 0;
  const length = pairing.length[row] ?? 0;
  const side: LaneSide | null = !hover || hover.kind === 'difference' ? null : hover.kind;
  const places = (side ? [side] : (['predicted', 'actual'] as const)).flatMap((one) =>
    placeOf(map, selection, one),
  );
  const doubt = pairing.uncertain[row] === 1 ? ['uncertain: the kernel may place it otherwise'] : [];
  const same = places.length === 2 && pairing.differs[row] === 0;
  const shown = same ? [(places[1] ?? '').replace('actual', 'predicted = actual')] : places;
  const begin = side ? (dimension === 'physical' ? pairing[side][row] : logical) : undefined;
  const within = begin === undefined || !hover ? -1 : hover.block - begin;
  const at = within >= 0 && within < length ? [blockText(map, selection, side ?? 'actual', within)] : [];
  return [
    `${file.name} logical ${address(map, logical)} +${plural(length, 'block')}`,
    ...at,
    ...shown,
    ...madeBy(map, selection),
    ...doubt,
  ].join(apart);
}

/** The very block under the pointer. */
function blockText(map: MapState, { file, row }: Selection, side: LaneSide, within: number): string {
  const pairing = map.model.files[file]?.pairing;
  const physical = (pairing?.[side][row] ?? 0) + within;
  return `here ${address(map, physical)}, logical ${address(map, (pairing?.logical[row] ?? 0) + within)}`;
}

function placeOf(map: MapState, { file, row }: Selection, side: LaneSide): string[] {
  const { volume, files } = map.model;
  const pairing = files[file]?.pairing;
  const physical = pairing?.[side][row] ?? absent;
  if (!pairing || physical === absent) return [];
  const unwritten = side === 'predicted' ? pairing.predictedUnwritten[row] : pairing.actualUnwritten[row];
  const logical = pairing.logical[row] ?? 0;
  const { aligned, touched } = countUnits(logical, physical, pairing.length[row] ?? 0, map.lab.unitBlocks);
  const state = unwritten ? 'unwritten' : 'written';
  const units = `${formatCount(aligned)} of ${plural(touched, 'unit')} aligned`;
  return [`${side} ${address(map, physical)}, ${groupText(volume, physical)}, ${state}, ${units}`];
}

/** The step that put the blocks where they are, as far as the replay tells. */
function madeBy(map: MapState, selection: Selection): string[] {
  const { replay } = map.lab;
  const moment = replay.placed(selection.file, selection.row);
  return moment === null ? [] : [`since ${replay.nameOf(moment)}`];
}

function emptyLine(map: MapState, { gap, block }: Hover): string {
  const { volume } = map.model;
  if (gap) {
    const count = gap.endBlock - gap.firstBlock;
    const what = map.dimension === 'physical' ? 'no file of this plan is there' : 'no file has blocks there';
    return `${plural(count, 'block')} left out, from ${address(map, gap.firstBlock)}: ${what}${apart}g unfolds`;
  }
  if (map.dimension === 'logical') return `logical ${address(map, block)}`;
  return `block ${address(map, block)}${apart}${groupText(volume, block)}`;
}

function groupText({ firstBlock, blocksPerGroup }: MapState['model']['volume'], block: number): string {
  return `group ${formatCount(Math.max(0, Math.floor((block - firstBlock) / blocksPerGroup)))}`;
}

function address(map: MapState, block: number): string {
  return formatAddress(block, map.lab.addressForm, map.model.volume.blockBytes);
}
