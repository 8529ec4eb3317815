import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The e2fsprogs that the comparisons need: where one is missing the tests are skipped, and say so. */
const tools = ['mke2fs', 'debugfs', 'dumpe2fs', 'e2fsck'] as const;

/** Debian keeps the tools where an ordinary user's PATH does not look. */
const environment = {
  ...process.env,
  PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`,
  LC_ALL: 'C',
  TZ: 'UTC',
  E2FSPROGS_FAKE_TIME: '1700000000',
  DEBUGFS_PAGER: '__none__',
};

/** Null when everything is there, else the reason why image tests cannot run. */
export const missingTools: string | null = (() => {
  const missing = tools.filter((tool) => spawnSync(tool, ['-V'], { env: environment }).error !== undefined);
  return missing.length === 0 ? null : `not installed: ${missing.join(', ')}`;
})();

/** Runs a tool and returns what it printed; e2fsck's exit code 1 (repaired) is a success. */
export function run(tool: string, args: string[], accepted: number[] = [0]): string {
  const { status, stdout, stderr, error } = spawnSync(tool, args, {
    env: environment,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (error) throw error;
  if (status !== null && accepted.includes(status)) return stdout;
  throw new Error(`${tool} ${args.join(' ')}: exit ${status}\n${stdout}${stderr}`);
}

/** A folder of one test, with the images in it; `remove` when done. */
export interface Workshop {
  readonly folder: string;
  remove(): void;
}

/** The folder is made at its first use: a skipped test never comes to its clean-up, so that it must make nothing. */
export function openWorkshop(): Workshop {
  let made: string | null = null;
  return {
    get folder() {
      return (made ??= mkdtempSync(join(tmpdir(), 'untorn-test-')));
    },
    remove: () => {
      if (made !== null) rmSync(made, { recursive: true, force: true });
    },
  };
}

/** Formats a new image; the same arguments always make the same bytes. */
export function format(workshop: Workshop, name: string, sizeMebibytes: number, args: string[]): string {
  const path = join(workshop.folder, name);
  writeFileSync(path, '');
  truncateSync(path, sizeMebibytes * 2 ** 20);
  const seed = 'hash_seed=12345678-1234-5678-9abc-123456789abc';
  const extended = args.includes('-E') ? args : [...args, '-E', seed];
  const type = args.includes('-t') ? [] : ['-t', 'ext4'];
  run('mke2fs', ['-q', '-F', ...type, '-U', '01234567-89ab-cdef-0123-456789abcdef', ...extended, path]);
  return path;
}

/** Runs debugfs commands that write, one a line. */
export function populate(workshop: Workshop, image: string, commands: string[]): void {
  const script = join(workshop.folder, 'script');
  writeFileSync(script, `${commands.join('\n')}\n`);
  run('debugfs', ['-w', '-f', script, image]);
}

/** The answers of many commands, in order (one process for all). */
export function askAll(workshop: Workshop, image: string, commands: string[]): string[] {
  const script = join(workshop.folder, 'questions');
  writeFileSync(script, `${commands.join('\n')}\n`);
  const parts = run('debugfs', ['-f', script, image]).split(/^debugfs: /m);
  return parts.slice(1).map((part) => part.slice(part.indexOf('\n') + 1));
}

/** A file of `length` bytes to copy into images. */
export function sample(workshop: Workshop, name: string, length: number): string {
  const path = join(workshop.folder, name);
  writeFileSync(
    path,
    Uint8Array.from({ length }, (_, at) => (at * 31 + (at >> 8)) & 0xff),
  );
  return path;
}

/** Leaves transactions in the journal: blocks of `data` that replay has to write, one of them twice, one revoked. */
export function leaveUnclean(workshop: Workshop, image: string, data: string): void {
  const blocks = copy(data, `${image}.data`);
  populate(workshop, image, [
    'jo',
    `jw -b 40000-40050 ${blocks}`,
    'jw -r 40003',
    `jw -b 40001 ${blocks}`,
    'jc',
  ]);
}

export function copy(from: string, to: string): string {
  execFileSync('cp', ['--sparse=always', from, to]);
  return to;
}

/** Empty when this process may mount, else the reason why not, for a test's title. */
export const whyNoMount = process.getuid?.() === 0 ? '' : ' (not root: nothing can be mounted)';

/** Mounts the image by a loop device, calls `use` with the folder, and unmounts whatever happens. */
export function whileMounted(
  workshop: Workshop,
  image: string,
  options: string,
  use: (folder: string) => void,
): void {
  const folder = mkdtempSync(join(workshop.folder, 'mount-'));
  run('mount', ['-o', `loop,${options}`, image, folder]);
  try {
    use(folder);
  } finally {
    run('umount', [folder]);
    rmdirSync(folder);
  }
}
