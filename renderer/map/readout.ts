import {
  absent,
  countUnits,
  formatAddress,
  formatCount,
  plural,
  type AddressForm,
  type AxisGap,
  type LaneSide,
} from '../../core/view/index.ts';
import type { Selection } from '../state/lab.svelte.ts';
import type { ResultModel } from '../state/model.ts';

/** One line about the extent under the pointer, or the selected one (`side` null: both sides). */
export function readout(
  model: ResultModel,
  at: { readonly selection: Selection; readonly side: LaneSide | null } | null,
  form: AddressForm,
  unitBytes: number,
): string {
  const file = at && model.files[at.selection.file];
  if (!file || at.selection.row >= file.pairing.count) return '';
  const { row } = at.selection;
  const { pairing } = file;
  const { blockBytes, blocksPerGroup, firstBlock } = model.volume;
  const address = (block: number) => formatAddress(block, form, blockBytes);
  const logical = pairing.logical[row] ?? 0;
  const length = pairing.length[row] ?? 0;
  const places = (at.side ? [at.side] : (['predicted', 'actual'] as const)).flatMap((side) => {
    const physical = pairing[side][row] ?? absent;
    if (physical === absent) return [];
    const unwritten = side === 'predicted' ? pairing.predictedUnwritten[row] : pairing.actualUnwritten[row];
    const { aligned, touched } = countUnits(logical, physical, length, unitBytes / blockBytes);
    const group = Math.floor((physical - firstBlock) / blocksPerGroup);
    const state = unwritten ? 'unwritten' : 'written';
    const units = `${formatCount(aligned)} of ${plural(touched, 'unit')} aligned`;
    return [`${side} ${address(physical)}, group ${group}, ${state}, ${units}`];
  });
  const doubt = pairing.uncertain[row] === 1 ? ['uncertain: the kernel may place it otherwise'] : [];
  const same = places.length === 2 && pairing.differs[row] === 0;
  const shown = same ? [(places[1] ?? '').replace('actual', 'predicted = actual')] : places;
  return [`${file.name} logical ${address(logical)} +${plural(length, 'block')}`, ...shown, ...doubt].join(
    '  ·  ',
  );
}

/** One line about a gap that the axis leaves out. */
export function gapReadout(gap: AxisGap, form: AddressForm, blockBytes: number): string {
  const address = (block: number) => formatAddress(block, form, blockBytes);
  const count = gap.endBlock - gap.firstBlock;
  return `${plural(count, 'block')} left out, from ${address(gap.firstBlock)}: no file of this plan is there  ·  g unfolds`;
}
