/**
 * Finding and loading the compiled addon, and the shape of what it exports. Loaded at the first call rather than at
 * import: much of the product (prediction, tests of pure parts) runs where it was never built.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Unable } from '../failure.ts';
import { unpackedPath } from '../project.ts';
import type { SlotScan, StormCounters, StormEnd } from './storm.ts';
import type {
  BlockDeviceFacts,
  ByteExtents,
  ByteRanges,
  DirectoryChanges,
  FileFacts,
  FileFlags,
  ForeignChange,
  LoopDevice,
  StepAnswer,
} from './types.ts';

/** The addon's own face (native/addon/*.cc): positional arguments, judged there. */
export interface Addon {
  statx(path: string, followLinks: boolean): Promise<FileFacts>;
  blockDevice(path: string): Promise<BlockDeviceFacts>;
  canClaimBlockDevice(path: string): Promise<boolean>;
  cpuAffinity(): number[];
  nvmeIdentify(path: string, nsid: number, cns: number): Promise<Uint8Array>;
  scsiVitalPage(path: string, page: number): Promise<Uint8Array>;
  fileFlags(path: string): Promise<FileFlags>;
  xfsGeometry(path: string): Promise<Uint8Array>;
  pwritev2(
    descriptor: number,
    data: Uint8Array,
    offset: number | bigint,
    vectors: number,
    flags: number,
  ): Promise<number>;
  preadv2(
    descriptor: number,
    length: number,
    offset: number | bigint,
    vectors: number,
    flags: number,
  ): Promise<Uint8Array>;
  fallocate(
    descriptor: number,
    mode: number,
    offset: number | bigint,
    length: number | bigint,
  ): Promise<void>;
  fiemap(descriptor: number, sync: boolean): Promise<ByteExtents>;
  dataRanges(descriptor: number): Promise<Float64Array>;
  freeRanges(descriptor: number): Promise<ByteRanges>;
  attachLoop(
    path: string,
    logicalBlockBytes: number,
    directIo: boolean,
    readOnly: boolean,
    autoClear: boolean,
  ): Promise<LoopDevice>;
  detachLoop(path: string): Promise<void>;
  mount(source: string, target: string, type: string, flags: number, options: string): Promise<void>;
  unmount(target: string, flags: number): Promise<void>;
  shutDown(path: string, flags: number): Promise<void>;
  syncfs(path: string): Promise<void>;
  loadModule(path: string, parameters: string): Promise<void>;
  unloadModule(name: string): Promise<void>;
  bringUpNetwork(networkInterface: string, address: string, mask: string): Promise<void>;
  addPartition(disk: string, number: number, startBytes: number, lengthBytes: number): Promise<void>;
  removePartition(disk: string, number: number): Promise<void>;
  stampEngines(): ('avx2' | 'sse4.2' | 'table')[];
  fillUnit(
    bytes: Uint8Array,
    run: bigint,
    writer: number,
    generation: number,
    address: number,
    blockBytes: number,
    engine: string,
  ): void;
  blockStates(bytes: Uint8Array, blockBytes: number, engine: string): Uint8Array;
  wholeUnits(
    bytes: Uint8Array,
    run: bigint,
    address: number,
    unitBytes: number,
    blockBytes: number,
    engine: string,
  ): Float64Array;
  SlotJob: new (
    path: string,
    direct: boolean,
    run: bigint,
    blockBytes: number,
    slotBytes: number,
    slots: number,
  ) => AddonSlotJob;
  Storm: {
    new (
      path: string,
      direct: boolean,
      run: bigint,
      blockBytes: number,
      slotBytes: number,
      slots: number,
      journal: string,
      unitBytes: Uint32Array,
      writers: number,
      readers: number,
      depth: number,
      overlapping: boolean,
      ring: boolean,
      flags: number,
      fsyncEach: boolean,
      mostWrites: number,
      mostMilliseconds: number,
      writesPerSecond: number,
      seed: number,
    ): AddonStorm;
    ring(): string | null;
  };
  Executor: new (cpu: number, modulus: number, remainder: number) => AddonExecutor;
  ForeignWatch: new (mountPoint: string, ownThread: number) => AddonForeignWatch;
  DirectoryWatch: new () => AddonDirectoryWatch;
}

export interface AddonExecutor {
  readonly threadId: number;
  enter(root: string): Promise<void>;
  enterDevice(path: string): Promise<void>;
  leave(): Promise<void>;
  mount(source: string, target: string, type: string, flags: number, options: string): Promise<void>;
  unmount(target: string, flags: number): Promise<void>;
  create(file: string, direct: boolean): Promise<StepAnswer>;
  open(file: string, direct: boolean): Promise<StepAnswer>;
  write(
    file: string,
    offset: number,
    length: number,
    vectors: number,
    direct: boolean,
    flags: number,
  ): Promise<StepAnswer>;
  fallocate(file: string, mode: number, offset: number, length: number): Promise<StepAnswer>;
  truncate(file: string, size: number): Promise<StepAnswer>;
  unlink(file: string): Promise<StepAnswer>;
  mkdir(file: string): Promise<StepAnswer>;
  fsync(file: string): Promise<StepAnswer>;
  close(file: string): Promise<StepAnswer>;
  sync(): Promise<StepAnswer>;
  many(prefix: string, count: number, length: number, how: number): Promise<StepAnswer>;
  unlinkEvery(prefix: string, count: number, step: number, start: number): Promise<StepAnswer>;
  layout(file: string): Promise<StepAnswer & LayoutParts>;
  names(): Promise<string[]>;
  cancel(): void;
  end(): void;
}

export interface LayoutParts {
  /** False where the name is known to lead to something else. */
  readonly isRegular: boolean;
  readonly isInline: boolean;
  readonly extents: readonly {
    readonly logical: number;
    readonly physical: number;
    readonly length: number;
    readonly state: 'written' | 'unwritten';
  }[];
}

export interface AddonSlotJob {
  readonly done: number;
  prepare(): Promise<void>;
  scan(expected: Float64Array, threads: number): Promise<SlotScan>;
  stop(): void;
}

export interface AddonStorm {
  run(): Promise<StormEnd>;
  moment(): number;
  stop(): void;
  counters(): StormCounters;
}

export interface AddonForeignWatch {
  drain(): ForeignChange[];
  close(): void;
}

export interface AddonDirectoryWatch {
  add(directory: string): void;
  drain(): DirectoryChanges;
  close(): void;
}

let loaded: Addon | undefined;

/** The addon; throws Unable with one clear line where it was not built or does not load here. */
export function addon(): Addon {
  loaded ??= load(candidates());
  return loaded;
}

/** Prebuilt first, then the local build. */
function candidates(): string[] {
  const names = [`native/prebuilds/linux-${process.arch}/untorn.node`, 'native/build/untorn.node'];
  return names.map((name) => unpackedPath(name));
}

function load(files: readonly string[]): Addon {
  const file = files.find((candidate) => existsSync(candidate));
  if (file === undefined) throw new Unable('the native addon is not built: run "npm run build:native"');
  try {
    return createRequire(import.meta.url)(file) as Addon;
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n', 1)[0] : String(error);
    throw new Unable(`the native addon does not load: ${why}; run "npm run build:native"`, file);
  }
}
