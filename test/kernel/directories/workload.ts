import { Random } from '../../../core/experiment/generate/random.ts';
import type { StepInput } from '../../../core/experiment/plan.ts';

/** How directories are used: weights of what may happen, and how many files `many` makes at once. */
export interface Usage {
  readonly steps: number;
  readonly create: number;
  readonly mkdir: number;
  readonly unlink: number;
  readonly many: number;
  readonly remount: number;
  /** Blocks' worth of data that `many` gives its files, in bytes. */
  readonly length: number;
}

const letters = [...'abcdefghijklmnopqrstuvwxyz0123456789-_.AZéüñ日'];

/**
 * Random creates, mkdirs and unlinks, with names of one to 255 bytes (and a few that are too long or taken), in a tree
 * that grows as it goes.
 */
export function directoryWorkload(seed: number, usage: Usage): StepInput[] {
  const random = new Random(seed);
  const directories: string[] = [];
  const files: string[] = [];
  const bulk: { prefix: string; count: number }[] = [];
  const steps: StepInput[] = [];

  const place = (name: string): string =>
    directories.length === 0 || random.chance(25) ? name : `${random.pick(directories)}/${name}`;
  const newPath = (): string =>
    files.length > 0 && random.chance(2) ? random.pick(files) : place(randomName(random));
  const actions = {
    create: () => {
      const file = newPath();
      files.push(file);
      steps.push({ op: 'create', file, direct: false }, { op: 'close', file });
    },
    mkdir: () => {
      const file = newPath();
      directories.push(file);
      steps.push({ op: 'mkdir', file });
    },
    unlink: () => {
      const file =
        files.length === 0 || random.chance(5)
          ? newPath()
          : files.splice(random.between(0, files.length - 1), 1)[0];
      if (file !== undefined) steps.push({ op: 'unlink', file });
    },
    many: () => {
      const set = bulk.pop();
      if (set !== undefined && random.chance(50)) {
        steps.push({ op: 'unlink-every', ...set, step: random.between(1, 4), start: random.between(0, 3) });
        return;
      }
      const made = { prefix: place(`${randomName(random).slice(0, 40)}-`), count: random.between(20, 400) };
      bulk.push(made);
      steps.push({ op: 'many', ...made, length: usage.length, how: 'fallocate' });
    },
    remount: () => steps.push({ op: 'remount' }),
  };
  const { create, mkdir, unlink, many, remount } = usage;
  while (steps.length < usage.steps) actions[random.weighted({ create, mkdir, unlink, many, remount })]();
  return steps;
}

function randomName(random: Random): string {
  const length = random.weighted({ short: 60, long: 30, longest: 10 });
  const [least, most] = { short: [1, 14], long: [10, 60], longest: [60, 258] }[length] as [number, number];
  const name = Array.from({ length: random.between(least, most) }, () => random.pick(letters)).join('');
  return name === '.' || name === '..' ? 'dots' : name;
}
