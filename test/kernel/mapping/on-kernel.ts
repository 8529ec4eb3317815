import { execFile } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import type { KernelEvent } from '../../../core/mballoc/index.ts';
import { attachLoop, detachLoop, Executor, isLayout, type StepLayout } from '../../../main/native/index.ts';
import { parseLine } from '../mballoc/parse.ts';
import { Recorder } from '../mballoc/recorder.ts';
import { file, type Scenario } from './scenarios.ts';

const run = promisify(execFile);

export type RequestEvent = Extract<KernelEvent, { event: 'ext4_request_blocks' }>;
export type AllocateEvent = Extract<KernelEvent, { event: 'ext4_allocate_blocks' }>;
export type FreeEvent = Extract<KernelEvent, { event: 'ext4_free_blocks' }>;
/** What the mapping says to the allocator, and its answers. */
export type MappingEvent = RequestEvent | AllocateEvent | FreeEvent;

/** What the kernel did in one step. */
interface StepSeen {
  readonly value: number;
  readonly error: string | null;
  readonly events: readonly MappingEvent[];
  /** Of a `layout` step. */
  readonly layout: StepLayout['extents'] | null;
}

export interface Seen {
  /** The filesystem before its first mount, and after its last unmount. */
  readonly before: string;
  readonly after: string;
  readonly ino: number;
  readonly steps: readonly StepSeen[];
}

/** Runs a scenario on the kernel with the allocator's tracepoints on, then `use`; cleans up in the end. */
export async function onKernel<T>(scenario: Scenario, use: (seen: Seen) => T): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'untorn-mapping-'));
  try {
    const image = join(folder, 'image');
    writeFileSync(image, '');
    truncateSync(image, scenario.sizeBytes);
    const uuid = '6f1c1d4e-0b53-4f11-9d0e-7f2d6d1b8a02';
    await run('mkfs.ext4', ['-q', '-F', '-U', uuid, '-E', `hash_seed=${uuid}`, ...scenario.mkfs, image]);
    const before = join(folder, 'before');
    await run('cp', ['--sparse=always', image, before]);
    const { ino, steps } = await record(scenario, folder, image);
    return use({ before, after: image, ino, steps });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function record(
  scenario: Scenario,
  folder: string,
  image: string,
): Promise<{ ino: number; steps: StepSeen[] }> {
  const target = join(folder, 'mount');
  mkdirSync(target);
  const loop = await attachLoop(image);
  const recorder = new Recorder(`untorn-${basename(folder)}`, 8192);
  const executor = new Executor({ threadIdModulo16: 0 });
  try {
    const { rdev } = statSync(loop.path);
    recorder.start({ major: (rdev >> 8) & 0xfff, minor: (rdev & 0xff) | ((rdev >> 12) & 0xfff00) });
    await executor.mount(loop.path, target, 'ext4', 0, scenario.mountOptions);
    try {
      readFileSync(`/proc/fs/ext4/${basename(loop.path)}/mb_groups`);
      await executor.enter(target);
      const steps = await runSteps(scenario, executor, recorder);
      const { ino } = statSync(join(target, file));
      return { ino, steps: withEvents(steps, recorder.finish(), ino) };
    } finally {
      await executor.leave();
      await executor.unmount(target);
    }
  } finally {
    executor.end();
    recorder.close();
    closeSync(loop.descriptor);
    await detachLoop(loop.path);
  }
}

async function runSteps(scenario: Scenario, executor: Executor, recorder: Recorder): Promise<StepSeen[]> {
  const seen: StepSeen[] = [];
  for (const step of scenario.steps) {
    recorder.mark(`step ${String(seen.length)}`);
    const answer = await executor.run(step);
    const { value, error = null } = answer;
    const layout = isLayout(answer) ? answer.extents : null;
    seen.push({ value, error, events: [], layout });
  }
  recorder.mark(`step ${String(seen.length)}`);
  return seen;
}

function withEvents(steps: readonly StepSeen[], lines: readonly string[], ino: number): StepSeen[] {
  const events = steps.map((): MappingEvent[] => []);
  let current: MappingEvent[] = [];
  for (const line of lines) {
    const parsed = parseLine(line);
    if (parsed?.kind === 'marker') current = events[Number(parsed.text.replace('step ', ''))] ?? [];
    if (parsed?.kind === 'event' && isMappingEvent(parsed.event) && parsed.event.ino === ino) {
      current.push(parsed.event);
    }
  }
  return steps.map((step, index) => ({ ...step, events: events[index] }));
}

function isMappingEvent(event: KernelEvent): event is MappingEvent {
  const { event: name } = event;
  return name === 'ext4_request_blocks' || name === 'ext4_allocate_blocks' || name === 'ext4_free_blocks';
}
