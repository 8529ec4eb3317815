import {
  absent,
  buildLane,
  differenceLane,
  foldAxis,
  hitTest,
  overviewOf,
  straightAxis,
  toBlock,
  toPosition,
  usedRanges,
  type AxisGap,
  type BlockRange,
  type Dimension,
} from '../../core/view/index.ts';
import { bandKinds } from '../state/layers.svelte.ts';
import type { Replay } from '../../core/rpc/index.ts';
import type { Lab, Selection } from '../state/lab.svelte.ts';
import type { ResultModel } from '../state/model.ts';
import { Camera } from './camera.svelte.ts';
import {
  headHeight,
  laneAt,
  layoutRows,
  toAxisPosition,
  type FileLanes,
  type LaneKind,
  type Scene,
} from './scene.ts';

const overviewBuckets = 1600;
const reachPx = 5;

/** What is under the pointer. */
export interface Hover {
  readonly selection: Selection | null;
  readonly kind: LaneKind;
  /** The block of the axis. */
  readonly block: number;
  readonly gap: AxisGap | null;
}

/** What the map shows: axis, lanes and their places, all made from the model, and what the user has set. */
export class MapState {
  folded = $state(true);
  dimension = $state<Dimension>('physical');
  width = $state(0);
  height = $state(0);
  scrollTop = $state(0);
  digitWidth = $state(0);
  /** Device pixels in a CSS pixel. */
  ratio = $state(1);
  hover = $state.raw<Hover | null>(null);
  readonly lab: Lab;
  readonly #model: () => ResultModel;
  readonly camera = new Camera(() => this.axis.length);

  constructor(lab: Lab, model: () => ResultModel) {
    this.lab = lab;
    this.#model = model;
  }

  readonly pairings = $derived.by(() => this.model.files.map(({ pairing }) => pairing));
  /** All that is used at any moment, so that the axis stays as it is while the layout is replayed. */
  readonly #used = $derived.by(() => {
    const { result } = this.lab;
    const pairings = result ? result.files.map(({ pairing }) => pairing) : this.pairings;
    return usedRanges(pairings, this.dimension, rangesOf(result?.replay ?? null, this.dimension));
  });
  readonly #length = $derived.by(() => {
    return this.dimension === 'physical' ? this.model.volume.blockCount : (this.#used.at(-1)?.end ?? 1);
  });
  readonly #foldedAxis = $derived.by(() => foldAxis(this.#length, this.#used, this.lab.unitBlocks));
  readonly foldable = $derived.by(() => this.#foldedAxis.gaps.length > 0);
  readonly axis = $derived.by(() => (this.folded ? this.#foldedAxis : straightAxis(this.#length)));
  /** Blocks that the overview is wide. */
  readonly overviewLength = $derived.by(() => this.#length);
  readonly overview = $derived.by(() =>
    overviewOf(this.pairings, this.#length, overviewBuckets, this.dimension),
  );
  readonly kinds = $derived.by<readonly LaneKind[]>(() =>
    this.model.actual ? ['predicted', 'actual', 'difference'] : ['predicted'],
  );
  readonly bands = $derived.by(() =>
    this.dimension === 'physical' ? bandKinds.filter((kind) => this.lab.layers.shown[kind]) : [],
  );
  readonly head = $derived.by(() => headHeight(this.bands.length));
  readonly files = $derived.by<FileLanes[]>(() => {
    const { axis, dimension } = this;
    const { unitBlocks } = this.lab;
    return this.model.files.map((file) => {
      const { pairing } = file;
      const laneOf = (side: 'predicted' | 'actual') =>
        file[side]?.extents ? buildLane(pairing, side, axis, unitBlocks, dimension) : null;
      const difference = file.differences > 0 ? differenceLane(pairing, axis, dimension) : null;
      return { file, predicted: laneOf('predicted'), actual: laneOf('actual'), difference };
    });
  });
  readonly layout = $derived.by(() => layoutRows(this.height - this.head, this.files.length, this.kinds));
  readonly scene = $derived.by<Scene>(() => ({
    width: this.width,
    height: this.height,
    ratio: this.ratio,
    digitWidth: this.digitWidth,
    dimension: this.dimension,
    axis: this.axis,
    view: this.camera.view,
    volume: this.model.volume,
    unitBlocks: this.lab.unitBlocks,
    addressForm: this.lab.addressForm,
    bands: this.bands,
    layers: this.lab.layers.model,
    files: this.files,
    layout: this.layout,
    scrollTop: this.scrollTop,
    selection: this.lab.selection,
    hover: this.hover?.selection ?? null,
  }));

  get model(): ResultModel {
    return this.#model();
  }

  /** Where a selection lies on the axis, both sides together; null where nothing of it does. */
  rangeOf({ file, row }: Selection): readonly [number, number] | null {
    const pairing = this.model.files[file]?.pairing;
    const length = pairing?.length[row] ?? 0;
    const physical = [pairing?.predicted[row] ?? absent, pairing?.actual[row] ?? absent].filter(
      (block) => block !== absent,
    );
    if (physical.length === 0) return null;
    const blocks = this.dimension === 'physical' ? physical : [pairing?.logical[row] ?? 0];
    const { axis } = this;
    return [toPosition(axis, Math.min(...blocks)), toPosition(axis, Math.max(...blocks)) + length];
  }

  /** What is at a point of the canvas; null above the rows of the files. */
  at(x: number, y: number): Hover | null {
    if (y < this.head) return null;
    const position = toAxisPosition(this.scene, x);
    const block = Math.floor(toBlock(this.axis, position));
    const within = y - this.head + this.scrollTop;
    const file = Math.floor(within / this.layout.height);
    const kind = laneAt(this.layout, this.kinds, within % this.layout.height);
    const lane = this.files[file]?.[kind];
    const reach = (reachPx / this.width) * (this.camera.view.to - this.camera.view.from);
    const index = lane ? hitTest(lane, position, reach) : -1;
    const row = lane?.row[index];
    const selection = row === undefined ? null : { file, row };
    const gap = selection
      ? null
      : this.axis.gaps.find((one) => position >= one.position && position < one.position + one.drawn);
    return { selection, kind, block, gap: gap ?? null };
  }

  selectBy(step: 1 | -1): void {
    const { file, row } = this.lab.selection ?? { file: 0, row: step === 1 ? -1 : 0 };
    const count = this.model.files[file]?.pairing.count ?? 0;
    if (count > 0) this.lab.selection = { file, row: Math.min(count - 1, Math.max(0, row + step)) };
  }

  selectFile(step: 1 | -1): void {
    const from = this.lab.selection?.file ?? (step === 1 ? -1 : 0);
    const file = Math.min(this.model.files.length - 1, Math.max(0, from + step));
    if (file >= 0) this.lab.selection = { file, row: 0 };
  }

  zoomToSelection(): void {
    const range = this.lab.selection && this.rangeOf(this.lab.selection);
    if (range) this.camera.zoomTo(range[0], range[1]);
  }
}

/** Where anything was put at any moment. */
function rangesOf(replay: Replay | null, dimension: Dimension): BlockRange[] {
  const part = dimension === 'physical' ? 1 : 0;
  const ranges: BlockRange[] = [];
  for (const { put } of replay?.moments.flat() ?? []) {
    for (let at = 0; at < put.length; at += 4) {
      const first = put[at + part] ?? 0;
      ranges.push({ first, end: first + (put[at + 2] ?? 0) });
    }
  }
  return ranges;
}
