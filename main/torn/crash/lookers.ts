import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import path from 'node:path';
import type { Mkfs } from '../../../core/experiment/plan.ts';
import {
  dataPieces,
  ext4Layouts,
  NotedReads,
  ReadMemo,
  readThrough,
  sectorBytes,
  type StateLayouts,
  type StateView,
} from '../../../core/torn/crash/index.ts';
import { mountedLayouts, type SectorRange, type StateMounter } from './mounter.ts';

/** Finds where the watched files lie in the state that the view shows. */
export interface Looker {
  look(): Promise<StateLayouts>;
  /** What is known of the state without a mount; null where that is nothing. */
  recall(): StateLayouts | null;
  /** How often it really looked, rather than knowing the answer from a state with the same bytes in all that was read. */
  readonly looked: number;
}

/** Recovers in memory: our own reader replays ext4's journal. */
export class MemoryLooker implements Looker {
  looked = 0;
  readonly #view: StateView;
  readonly #files: readonly string[];
  readonly #memo: ReadMemo<StateLayouts> | null;

  constructor(view: StateView, files: readonly string[], { remember = true } = {}) {
    this.#view = view;
    this.#files = files;
    this.#memo = remember ? new ReadMemo(view.table) : null;
  }

  async look(): Promise<StateLayouts> {
    return this.recall();
  }

  recall(): StateLayouts {
    const known = this.#memo?.find(this.#view);
    if (known) return known;
    this.looked += 1;
    const noted = new NotedReads(this.#view);
    const layouts = ext4Layouts(noted, this.#files);
    this.#memo?.keep(this.#view, noted.reads, layouts);
    return layouts;
  }
}

/** Lets the kernel recover, on a mount. */
export class MountLooker implements Looker {
  looked = 0;
  readonly #view: StateView;
  readonly #files: readonly string[];
  readonly #mounter: StateMounter;
  readonly #memo: ReadMemo<StateLayouts> | null;

  constructor(view: StateView, files: readonly string[], mounter: StateMounter, { remember = true } = {}) {
    this.#view = view;
    this.#files = files;
    this.#mounter = mounter;
    this.#memo = remember ? new ReadMemo(view.table) : null;
  }

  recall(): StateLayouts | null {
    return this.#memo?.find(this.#view) ?? null;
  }

  async look(): Promise<StateLayouts> {
    const known = this.recall();
    if (known) return known;
    this.looked += 1;
    const found = await this.#mounter.visit(this.#view, (root) => mountedLayouts(root, this.#files));
    if ('refused' in found) {
      const layouts = { kind: 'unusable', why: `the kernel does not mount it (${found.refused})` } as const;
      this.#memo?.keep(this.#view, found.reads, layouts);
      return layouts;
    }
    const layouts = withoutRewritten(found.seen, found.writes);
    this.#memo?.keep(this.#view, found.reads, layouts);
    return layouts;
  }
}

/**
 * Data is read from the state itself, at the places that the mount gave. That would be wrong where recovery has written
 * to those very places; neither filesystem does, and a file to which it happened is not judged but reported.
 */
function withoutRewritten(layouts: StateLayouts, writes: readonly SectorRange[]): StateLayouts {
  if (layouts.kind === 'unusable') return layouts;
  const files = [...layouts.files].map(([file, layout]) => {
    if ('error' in layout) return [file, layout] as const;
    const isRewritten = dataPieces(layout, 0, layout.sizeBytes).some(({ physical, length }) =>
      writes.some(
        ({ sector, count }) =>
          sector * sectorBytes < physical + length && physical < (sector + count) * sectorBytes,
      ),
    );
    return [file, isRewritten ? { error: 'recovery writes to its data' } : layout] as const;
  });
  return { kind: 'files', files: new Map(files) };
}

/** What a mounted state really holds, read through the filesystem. */
export interface MountedFiles {
  readonly layouts: StateLayouts;
  readonly bytes: ReadonlyMap<string, Uint8Array>;
}

/** Mounts a state and reads layouts and bytes of files; null where the kernel refuses. */
export async function readMounted(
  mounter: StateMounter,
  view: StateView,
  files: readonly string[],
): Promise<MountedFiles | null> {
  const found = await mounter.visit(view, async (root) => {
    const layouts = await mountedLayouts(root, files);
    const bytes = new Map<string, Uint8Array>();
    for (const file of files) {
      const content = readWhole(path.join(root, file));
      if (content !== null) bytes.set(file, content);
    }
    return { layouts, bytes };
  });
  return 'refused' in found ? null : found.seen;
}

function readWhole(file: string): Uint8Array | null {
  let descriptor: number;
  try {
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch {
    return null;
  }
  try {
    const bytes = new Uint8Array(fstatSync(descriptor).size);
    for (let done = 0; done < bytes.length;) {
      const got = readSync(descriptor, bytes, done, bytes.length - done, done);
      if (got === 0) break;
      done += got;
    }
    return bytes;
  } catch {
    return null;
  } finally {
    closeSync(descriptor);
  }
}

/** In what a mounted state differs from what was found without mounting; null where they agree, byte by byte. */
export function differenceOf(
  layouts: StateLayouts,
  view: StateView,
  mounted: MountedFiles | null,
  fs: Mkfs['fs'],
): string | null {
  if (layouts.kind === 'unusable' || mounted === null) {
    const agree = layouts.kind === 'unusable' && mounted === null;
    return agree
      ? null
      : layouts.kind === 'unusable'
        ? `it mounts, against: ${layouts.why}`
        : 'it does not mount';
  }
  for (const [file, layout] of layouts.files) {
    const real = mounted.layouts.kind === 'files' ? mounted.layouts.files.get(file) : undefined;
    const bytes = mounted.bytes.get(file);
    if ('error' in layout || real === undefined || 'error' in real) {
      if ('error' in layout && (real === undefined || 'error' in real)) continue;
      return `${file}: it is readable in one way only`;
    }
    if (JSON.stringify(layout) !== JSON.stringify(real))
      return `${file}: its layout is ${JSON.stringify(real)}, not ${JSON.stringify(layout)}`;
    const found = readThrough(view, layout, 0, layout.sizeBytes);
    const at = bytes === undefined ? 0 : firstDifference(bytes, found);
    if (at !== null) return `${file}: byte ${at} differs through the ${fs} mount`;
  }
  return null;
}

function firstDifference(left: Uint8Array, right: Uint8Array): number | null {
  if (Buffer.compare(left, right) === 0) return null;
  const at = left.findIndex((byte, place) => byte !== right[place]);
  return at < 0 ? Math.min(left.length, right.length) : at;
}
