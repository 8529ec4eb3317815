import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { NativeStorm, SlotJob, writeFlags, type SlotArea } from '../../main/native/index.ts';
import { whyNotProgram } from '../support/machine.ts';
import { hold, timed } from './stopwatch.ts';

const run = promisify(execFile);
const MiB = 2 ** 20;
const unitBytes = 16384;
const checkedBytes = 512 * MiB;
const writtenBytes = 256 * MiB;
const stormSeconds = 1;
const stormRounds = 15;
const writers = 4;
const rounds = 5;

/** Checking units, and writing them, beside fio. */
export async function benchTorn(): Promise<void> {
  const obstacle = whyNotProgram('fio');
  if (obstacle) return console.log(`torn: ${obstacle}`);
  await inFolder(memory(), (folder) => benchChecking(folder, 'in memory', false));
  await inFolder(os.tmpdir(), (folder) => benchChecking(folder, 'direct, from disk', true));
  // The journal elsewhere, as it is meant to be: its pages are not to wait for the same disk.
  await inFolder(memory(), (journals) =>
    inFolder(os.tmpdir(), async (folder) => {
      for (const sync of ['none', 'dsync'] as const)
        for (const stamps of [false, true]) await benchStorm(folder, journals, sync, stamps);
    }),
  );
}

/** Ours with one thread, as fio has one job. */
async function benchChecking(folder: string, where: string, direct: boolean): Promise<void> {
  const area = areaOf(path.join(folder, 'units'), checkedBytes, direct);
  await new SlotJob(area).prepare();
  const theirs = path.join(folder, 'fio');
  const base = [`--filename=${theirs}`, `--size=${checkedBytes}`, '--verify=crc32c', ...fioShape(direct)];
  await fio(folder, [...base, '--rw=write', '--do_verify=0']);
  const expected = new Float64Array(area.slots);
  await hold({
    name: `checking ${checkedBytes / MiB} MiB of ${unitBytes / 1024} KiB units, one thread, ${where}`,
    rounds,
    ours: () =>
      timed(async () => {
        const { clean } = await new SlotJob(area).scan(expected, 1);
        if (clean !== area.slots) throw new Error(`${area.slots - clean} units are not clean`);
      }),
    rival: 'fio --verify=crc32c --verify_only',
    theirs: async () => (await fio(folder, [...base, '--rw=read', '--verify_only=1'])).readMilliseconds,
  });
}

/**
 * Milliseconds for 1,000 writes. Plain fio fills its buffers once and puts a few bytes of place and time into each 512 of
 * them before a write (its --scramble_buffers, on by default); with `stamps` it fills and marks each sector, as we do.
 */
async function benchStorm(
  folder: string,
  journals: string,
  sync: 'none' | 'dsync',
  stamps: boolean,
): Promise<void> {
  const file = path.join(folder, 'storm');
  if (!existsSync(file)) await new SlotJob(areaOf(file, writtenBytes, true)).prepare();
  let round = 0;
  const marks = stamps ? ['--verify=crc32c', '--verify_interval=512', '--do_verify=0'] : [];
  await hold({
    name: `1000 random writes of ${unitBytes / 1024} KiB, direct, ${writers} writers, sync ${sync}`,
    rounds: stormRounds,
    ours: () => ourStorm(file, path.join(journals, `${sync}-${stamps}-${round++}`), sync),
    rival: ['fio --ioengine=pvsync2', ...marks.slice(0, 2)].join(' '),
    theirs: async () => {
      const shape = [
        ...fioShape(true),
        '--thread',
        `--numjobs=${writers}`,
        '--group_reporting',
        '--norandommap',
      ];
      const syncs = `--sync=${sync === 'dsync' ? 'dsync' : '0'}`;
      const time = ['--time_based', `--runtime=${stormSeconds}`, '--randrepeat=0', syncs];
      const place = [`--filename=${file}`, `--size=${writtenBytes}`, '--rw=randwrite', '--overwrite=1'];
      return 1e6 / (await fio(folder, [...place, ...shape, ...time, ...marks])).writesPerSecond;
    },
  });
}

async function ourStorm(file: string, journal: string, sync: 'none' | 'dsync'): Promise<number> {
  const storm = new NativeStorm({
    area: areaOf(file, writtenBytes, true),
    journal,
    unitBytes: [unitBytes],
    writers,
    readers: 0,
    depth: 1,
    overlapping: false,
    ring: false,
    flags: sync === 'dsync' ? writeFlags.dsync : 0,
    fsyncEach: false,
    mostWrites: 0,
    mostMilliseconds: stormSeconds * 1000,
    writesPerSecond: 0,
    seed: 1,
  });
  const { seconds, error } = await storm.run();
  if (error !== undefined) throw new Error(error);
  return (1e6 * seconds) / storm.counters().acknowledged;
}

function areaOf(file: string, bytes: number, direct: boolean): SlotArea {
  writeFileSync(file, '', { flag: 'a' });
  truncateSync(file, bytes);
  return { path: file, direct, run: 1n, blockBytes: 512, slotBytes: unitBytes, slots: bytes / unitBytes };
}

function fioShape(direct: boolean): string[] {
  return ['--name=bench', '--ioengine=pvsync2', `--bs=${unitBytes}`, `--direct=${direct ? 1 : 0}`];
}

interface FioAnswer {
  readonly jobs: readonly {
    readonly read: { readonly runtime: number };
    readonly write: { readonly iops: number };
  }[];
}

/** By fio's own clock: without its start. In `folder`, since it leaves its state where it is started. */
async function fio(
  folder: string,
  args: readonly string[],
): Promise<{ readMilliseconds: number; writesPerSecond: number }> {
  const { stdout } = await run('fio', [...args, '--verify_state_save=0', '--output-format=json'], {
    cwd: folder,
    maxBuffer: 2 ** 24,
  });
  const { jobs } = JSON.parse(stdout.slice(stdout.indexOf('{'))) as FioAnswer;
  const job = jobs[0];
  if (!job) throw new Error('fio reports no job');
  return { readMilliseconds: job.read.runtime, writesPerSecond: job.write.iops };
}

function memory(): string {
  return existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir();
}

async function inFolder(parent: string, use: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(path.join(parent, 'untorn-bench-'));
  try {
    await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
