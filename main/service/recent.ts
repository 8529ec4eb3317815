import { basename, join, resolve } from 'node:path';
import * as v from 'valibot';
import { wholeSchema } from '../../core/schemas.ts';
import type { RecentFile } from '../../core/rpc/index.ts';
import { openStateFile, stateFolder } from '../state/index.ts';

/** Files that the user opened or saved, newest first. */
export interface RecentFiles {
  list(): RecentFile[];
  has(path: string): boolean;
  remember(path: string): void;
  forget(): void;
  /** Sets the one listener that hears that the list is another. */
  onChange(listener: () => void): void;
}

const countMax = 12;

const entrySchema = v.strictObject({
  path: v.pipe(v.string(), v.startsWith('/'), v.maxLength(4096)),
  opened: wholeSchema,
});

/** Keeps the list in a file, which every start of the app and of `untorn serve` shares. */
export function openRecentFiles(path = join(stateFolder(), 'recent.json')): RecentFiles {
  const file = openStateFile(path, v.array(entrySchema));
  let changed = (): void => undefined;
  const keep = (kept: v.InferOutput<typeof entrySchema>[]) => {
    file.save(kept);
    changed();
  };
  const entries = () => (file.load() ?? []).slice(0, countMax);
  return {
    list: () => entries().map((entry) => ({ ...entry, name: basename(entry.path) })),
    has: (wanted) => entries().some((entry) => entry.path === wanted),
    remember(opened) {
      const path = resolve(opened);
      const others = entries().filter((entry) => entry.path !== path);
      keep([{ path, opened: Date.now() }, ...others].slice(0, countMax));
    },
    forget: () => keep([]),
    onChange(listener) {
      changed = listener;
    },
  };
}
