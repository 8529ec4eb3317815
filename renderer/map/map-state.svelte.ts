import {
  absent,
  buildLane,
  differenceLane,
  foldAxis,
  hitTest,
  overviewOf,
  parseGoTo,
  straightAxis,
  toBlock,
  toPosition,
  usedRanges,
  type AxisGap,
  type BlockRange,
  type Dimension,
} from '../../core/view/index.ts';
import { bandKinds, type Layers, type Place } from '../state/layers.svelte.ts';
import type { Replay } from '../../core/rpc/index.ts';
import type { MapBench, Selection } from '../state/map-bench.ts';
import type { LayoutModel } from '../state/model.ts';
import { placeIndexAt, placesOnDemand, type BandPlace } from './band-places.ts';
import { Camera } from './camera.svelte.ts';
import {
  axisHeight,
  bandHeight,
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
/** Blocks on either side of one that is gone to. */
const goToBlocks = 48;

/** What is under the pointer. */
export interface Hover {
  readonly selection: Selection | null;
  /** What of a layer is there; null where it is a file's row. */
  readonly place: BandPlace | null;
  readonly kind: LaneKind;
  /** The block of the axis. */
  readonly block: number;
  readonly gap: AxisGap | null;
}

/** A block that somebody went to, and what was chosen when he arrived. */
interface Gone {
  readonly block: number;
  readonly selection: Selection | null;
  readonly chosen: Layers['chosen'];
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
  #gone = $state.raw<Gone | null>(null);
  readonly bench: MapBench;
  readonly #model: () => LayoutModel;
  readonly camera = new Camera(() => this.axis.length);

  constructor(bench: MapBench, model: () => LayoutModel) {
    this.bench = bench;
    this.#model = model;
  }

  readonly pairings = $derived.by(() => this.model.files.map(({ pairing }) => pairing));
  /** All that is used at any moment, so that the axis stays as it is while the layout is replayed. */
  readonly #used = $derived.by(() => {
    const { result, replay } = this.bench;
    const pairings = result ? result.files.map(({ pairing }) => pairing) : this.pairings;
    return usedRanges(pairings, this.dimension, rangesOf(replay?.recorded ?? null, this.dimension));
  });
  readonly #length = $derived.by(() => {
    return this.dimension === 'physical' ? this.model.volume.blockCount : (this.#used.at(-1)?.end ?? 1);
  });
  readonly #foldedAxis = $derived.by(() => foldAxis(this.#length, this.#used, this.bench.unitBlocks));
  readonly foldable = $derived.by(() => this.#foldedAxis.gaps.length > 0);
  readonly axis = $derived.by(() => (this.folded ? this.#foldedAxis : straightAxis(this.#length)));
  /** Blocks that the overview is wide. */
  readonly overviewLength = $derived.by(() => this.#length);
  readonly overview = $derived.by(() =>
    overviewOf(this.pairings, this.#length, overviewBuckets, this.dimension),
  );
  readonly kinds = $derived.by<readonly LaneKind[]>(() =>
    this.model.sides.length > 1 ? [...this.model.sides, 'difference'] : this.model.sides,
  );
  readonly bands = $derived.by(() => {
    const { layers } = this.bench;
    return layers && this.dimension === 'physical'
      ? bandKinds.filter((kind) => layers.shown[kind] && (kind !== 'groups' || this.model.volumeKnown))
      : [];
  });
  /** The places of a band in the words of now, made when they are first asked for. */
  readonly placesOf = $derived.by(() => {
    const layers = this.bench.layers?.model ?? null;
    return placesOnDemand(layers, { volume: this.model.volume, addressForm: this.bench.addressForm });
  });
  /** The block that was gone to, until something else is chosen. */
  readonly visited = $derived.by(() => {
    const { selection, layers } = this.bench;
    const isThere = this.#gone?.selection === selection && this.#gone.chosen === (layers?.chosen ?? null);
    return this.#gone && isThere ? this.#gone.block : null;
  });
  readonly hasGroups = $derived.by(() => this.model.volumeKnown && this.dimension === 'physical');
  readonly head = $derived.by(() => headHeight(this.bands.length));
  readonly files = $derived.by<FileLanes[]>(() => {
    const { axis, dimension } = this;
    const { unitBlocks } = this.bench;
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
    hasGroups: this.hasGroups,
    unitBlocks: this.bench.unitBlocks,
    addressForm: this.bench.addressForm,
    bands: this.bands,
    layers: this.bench.layers?.model ?? null,
    chosen: this.bench.layers?.chosen?.place ?? null,
    hoveredPlace: this.hover?.place ?? null,
    visited: this.dimension === 'physical' ? this.visited : null,
    files: this.files,
    layout: this.layout,
    scrollTop: this.scrollTop,
    selection: this.bench.selection,
    hover: this.hover?.selection ?? null,
  }));

  get model(): LayoutModel {
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

  /** What is at a point of the canvas; null on the axis. */
  at(x: number, y: number): Hover | null {
    if (y < axisHeight) return null;
    const position = toAxisPosition(this.scene, x);
    const block = Math.floor(toBlock(this.axis, position));
    const gapThere =
      this.axis.gaps.find((one) => position >= one.position && position < one.position + one.drawn) ?? null;
    if (y < this.head) {
      const place = this.#placeAt(block, Math.floor((y - axisHeight) / bandHeight));
      return { selection: null, place, kind: 'predicted', block, gap: place ? null : gapThere };
    }
    const within = y - this.head + this.scrollTop;
    const file = Math.floor(within / this.layout.height);
    const kind = laneAt(this.layout, this.kinds, within % this.layout.height);
    const lane = this.files[file]?.[kind];
    const reach = (reachPx / this.width) * (this.camera.view.to - this.camera.view.from);
    const index = lane ? hitTest(lane, position, reach) : -1;
    const row = lane?.row[index];
    const selection = row === undefined ? null : { file, row };
    return { selection, place: null, kind, block, gap: selection ? null : gapThere };
  }

  /** What a band shows of a block. */
  #placeAt(block: number, band: number): BandPlace | null {
    const kind = this.bands[band];
    if (kind === undefined) return null;
    const places = this.placesOf(kind);
    const index = placeIndexAt(places, block);
    return index < 0 ? null : places.at(index);
  }

  /** Chooses what is at a point: an extent, or a place of a layer. */
  chooseAt(x: number, y: number): void {
    const there = this.at(x, y);
    this.bench.selection = there?.selection ?? null;
    if (there?.place) this.bench.layers?.choose(there.place, 'map');
  }

  /** Where a place lies on the axis. */
  spanOf({ first, length }: Place): readonly [number, number] {
    return [toPosition(this.axis, first), toPosition(this.axis, first + length)];
  }

  /** Goes to a place of the volume, and chooses what lies there. Why not, in plain words, or an empty text. */
  goTo(text: string): string {
    const { volume } = this.model;
    const there = parseGoTo(text, this.bench.addressForm, volume);
    if (there.kind === 'nowhere') return there.why;
    if (there.kind === 'group') {
      const { first, length } = there;
      this.bench.selection = null;
      this.bench.layers?.choose({ kind: 'groups', first, length }, 'table');
      return '';
    }
    const { block } = there;
    // What is folded away cannot be looked at.
    if (this.axis.gaps.some(({ firstBlock, endBlock }) => block >= firstBlock && block < endBlock))
      this.folded = false;
    const selection = this.#extentAt(block);
    this.#gone = { block, selection, chosen: this.bench.layers?.chosen ?? null };
    this.bench.selection = selection;
    const position = toPosition(this.axis, block);
    this.camera.zoomTo(position - goToBlocks, position + goToBlocks);
    return '';
  }

  /** The extent that has a block, the kernel's first; null where no file has it. */
  #extentAt(block: number): Selection | null {
    const position = toPosition(this.axis, block) + 0.5;
    for (const side of this.model.sides.toReversed()) {
      for (const [file, lanes] of this.files.entries()) {
        const lane = lanes[side];
        const row = lane?.row[hitTest(lane, position, 0)];
        if (row !== undefined) return { file, row };
      }
    }
    return null;
  }

  selectBy(step: 1 | -1): void {
    const { file, row } = this.bench.selection ?? { file: 0, row: step === 1 ? -1 : 0 };
    const count = this.model.files[file]?.pairing.count ?? 0;
    if (count > 0) this.bench.selection = { file, row: Math.min(count - 1, Math.max(0, row + step)) };
  }

  selectFile(step: 1 | -1): void {
    const from = this.bench.selection?.file ?? (step === 1 ? -1 : 0);
    const file = Math.min(this.model.files.length - 1, Math.max(0, from + step));
    if (file >= 0) this.bench.selection = { file, row: 0 };
  }

  zoomToSelection(): void {
    const range = this.bench.selection && this.rangeOf(this.bench.selection);
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
