import { execFileSync, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Extent } from '../../core/experiment/outcome.ts';
import { placeOf } from '../../core/experiment/versus/index.ts';
import { openVolume } from '../../core/ext4/index.ts';
import { linux618 } from '../../core/mballoc/index.ts';
import { MountedFilesystem, readLayout } from '../../core/vfs/index.ts';
import { openFileSource } from '../../main/bytes/index.ts';
import { whyNotProgram, whyNotRoot } from '../support/machine.ts';

/**
 * The RFC's first question: would an inode flag be needed, so that tools leave aligned blocks alone? Three files whose units of
 * 16 KiB all lie aligned, and what is left of that when the tools have been there (docs/rfc.md has the numbers).
 */
const reason =
  whyNotRoot() ||
  ['mkfs.ext4', 'e2fsck', 'resize2fs', 'e4defrag', 'filefrag', 'fallocate']
    .map(whyNotProgram)
    .find((why) => why !== false) ||
  false;
const MiB = 2 ** 20;
const unitBytes = 16 * 1024;
const unitBlocks = 4;
const files = ['pieces', 'near', 'far'] as const;
type Counts = Record<(typeof files)[number], number>;
const all: Counts = { pieces: 38, near: 64, far: 64 };
const env = { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`, LC_ALL: 'C' };

let folder = '';
const mountPoint = () => path.join(folder, 'mount');
const inside = (name: string) => path.join(mountPoint(), name);

function run(program: string, ...args: string[]): string {
  return execFileSync(program, args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Exit code 1 of e2fsck says that something was changed, as it was asked to. */
function check(image: string, ...more: string[]): void {
  const { status } = spawnSync('e2fsck', ['-fy', ...more, image], { env });
  expect(status).toBeLessThan(2);
}

function whileMounted(image: string, act: () => void): void {
  run('mount', '-o', 'loop,nodev,nosuid,noexec', image, mountPoint());
  try {
    act();
  } finally {
    run('umount', mountPoint());
  }
}

function allocate(name: string, bytes: number, offset = 0): void {
  run('fallocate', '-o', String(offset), '-l', String(bytes), inside(name));
}

/** Takes all that is left, in smaller and smaller pieces. */
function fill(name: string): void {
  let end = 0;
  for (let bytes = 64 * MiB; bytes >= 4096; bytes /= 2) {
    for (;;) {
      try {
        allocate(name, bytes, end);
      } catch {
        break;
      }
      end += bytes;
    }
  }
}

/**
 * `near` and `far` in one piece each, `pieces` in as many pieces as it has units: the filesystem is full when holes of one unit are
 * punched at aligned places, and nothing else is left for it.
 */
function makeFiles(): void {
  const device = path.basename(run('findmnt', '-no', 'SOURCE', mountPoint()).trim());
  writeFileSync(`/sys/fs/ext4/${device}/reserved_clusters`, '0');
  allocate('first', 100 * MiB);
  allocate('odd', 20 * 1024);
  allocate('near', MiB);
  allocate('second', 60 * MiB);
  allocate('far', MiB);
  fill('rest');
  const extents = [
    ...run('filefrag', '-v', '-b4096', inside('first')).matchAll(/^ *\d+: +(\d+)\.\. +\d+: +(\d+)\.\./gm),
  ];
  const [, logical, physical] = (extents.at(-1) ?? []).map(Number);
  const start = (logical ?? 0) + ((unitBlocks - ((physical ?? 0) % unitBlocks)) % unitBlocks);
  for (let hole = 0; hole < all.pieces + 2; hole++) {
    const offset = (start + hole * 2 * unitBlocks) * 4096;
    run('fallocate', '-p', '-o', String(offset), '-l', String(unitBytes), inside('first'));
  }
  run('sync', '-f', mountPoint());
  allocate('pieces', all.pieces * unitBytes);
  for (const name of ['first', 'second', 'rest']) unlinkSync(inside(name));
  mkdirSync(inside('names'));
  for (let index = 0; index < 500; index++) writeFileSync(inside(`names/file-${String(index)}`), '');
}

function extentsOf(image: string): Record<string, readonly Extent[]> {
  const source = openFileSource(image);
  try {
    const machine = { possibleCpus: 1, rotational: false, threadId: 0, pageSizeBytes: 4096 };
    const settings = { machine, profile: linux618, options: '', buddies: 'cold' } as const;
    const fs = new MountedFilesystem(openVolume(source), settings);
    return Object.fromEntries(files.map((name) => [name, readLayout(fs, fs.namespace.lookup(name)).extents]));
  } finally {
    source.close();
  }
}

/** Units of each file that lie aligned. */
function survivors(image: string): Counts {
  const layouts = extentsOf(image);
  const count = (name: (typeof files)[number]) => {
    const extents = layouts[name] ?? [];
    const units = Array.from({ length: all[name] }, (_, index) => ({
      logical: index * unitBlocks,
      length: unitBlocks,
    }));
    const places = units.map((unit) => placeOf(unit, extents));
    expect(places).not.toContain('missing');
    return places.filter((place) => place === 'aligned').length;
  };
  return { pieces: count('pieces'), near: count('near'), far: count('far') };
}

describe.skipIf(reason)(`aligned units survive${reason ? ` (${reason})` : ''}`, () => {
  let base = '';
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'untorn-survivors-'));
    mkdirSync(mountPoint());
    base = path.join(folder, 'base');
    writeFileSync(base, '');
    truncateSync(base, 256 * MiB);
    const identity = [
      ...['-U', '11111111-2222-3333-4444-555555555555'],
      ...['-E', 'hash_seed=66666666-7777-8888-9999-aaaaaaaaaaaa'],
    ];
    run('mkfs.ext4', '-q', '-F', '-b', '4096', ...identity, base);
    whileMounted(base, makeFiles);
  });
  afterAll(() => {
    if (folder !== '') rmSync(folder, { recursive: true, force: true });
  });

  function after(act: (image: string) => void): { counts: Counts; pieces: number } {
    const image = path.join(folder, 'copy');
    copyFileSync(base, image);
    try {
      act(image);
      return { counts: survivors(image), pieces: extentsOf(image)['pieces']?.length ?? 0 };
    } finally {
      rmSync(image, { force: true });
    }
  }

  it('nothing, to begin with', () => {
    expect(survivors(base)).toEqual(all);
    expect(extentsOf(base)['pieces']).toHaveLength(all.pieces);
  });

  it('e2fsck -fD, which packs directories', () => {
    expect(after((image) => check(image, '-D')).counts).toEqual(all);
  });

  it('resize2fs that grows', () => {
    const grown = after((image) => {
      check(image);
      truncateSync(image, 512 * MiB);
      run('resize2fs', image);
    });
    expect(grown.counts).toEqual(all);
  });

  it('resize2fs that shrinks: only where nothing had to be moved', () => {
    const shrunk = after((image) => {
      check(image);
      run('resize2fs', image, '100M');
    });
    expect(shrunk.counts).toEqual({ pieces: all.pieces, near: 0, far: 0 });
  });

  it('e4defrag: only where there was nothing to join', () => {
    const joined = after((image) => {
      whileMounted(image, () => {
        for (const name of files) run('e4defrag', inside(name));
      });
    });
    expect(joined.pieces).toBe(1);
    expect(joined.counts).toEqual({ pieces: 0, near: all.near, far: all.far });
  });
});
