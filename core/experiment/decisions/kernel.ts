import { DecisionAssembler } from './assemble.ts';
import type { Decision, DecisionTrace } from './decision.ts';
import type { TraceLine } from './tracepoint.ts';

/** What the recorder writes into the trace between the calls of a plan. */
export const markers = {
  /** Before the mount. */
  begin: 'untorn begin',
  step: (index: number): string => `untorn step ${index}`,
  /** The layouts are read now. */
  layouts: 'untorn layouts',
  /** Nothing that follows belongs to the plan. */
  end: 'untorn end',
} as const;

const stepMarker = /^untorn step (\d+)$/;

/** The kernel's decisions, and who else had a hand in them. */
export interface KernelDecisions {
  readonly trace: DecisionTrace;
  /** Another thread than the plan's own, which wrote data back or allocated for data; each once for a step. */
  readonly foreign: readonly ForeignWriteback[];
}

export interface ForeignWriteback {
  /** As the kernel names it, and its id. */
  readonly command: string;
  readonly thread: number;
  /** Where in the plan; null: before the first step, or while layouts were read. */
  readonly step: number | null;
}

/**
 * Makes a plan's decisions of what the kernel told. `lines` are in the order of the events; `ownThread` makes the
 * plan's calls (null: not known, and nobody is foreign); `syncsFilesystem` says of a step whether its calls have the flusher thread write on their behalf
 * (syncfs(2), umount(2)).
 */
export function kernelDecisions(
  lines: readonly TraceLine[],
  ownThread: number | null,
  stepCount: number,
  syncsFilesystem: (step: number) => boolean,
): KernelDecisions {
  const mount: Decision[] = [];
  const steps: Decision[][] = Array.from({ length: stepCount }, () => []);
  const layouts: Decision[] = [];
  const foreign = new Map<string, ForeignWriteback>();
  const assemblers = new Map<number, DecisionAssembler>();
  let current: Decision[] | null = null;
  let step: number | null = null;

  const assemblerOf = (thread: number): DecisionAssembler => {
    const known = assemblers.get(thread);
    if (known) return known;
    const isOwn = ownThread === null || thread === ownThread;
    const made = new DecisionAssembler({ isOwn, givesReasons: false }, (decision) => current?.push(decision));
    assemblers.set(thread, made);
    return made;
  };

  for (const { said, thread, command } of lines) {
    if (said.kind === 'marker') {
      [current, step] = sectionOf(said.text, { mount, steps, layouts }) ?? [current, step];
      continue;
    }
    if (current === null) continue;
    if (said.kind === 'load') assemblerOf(thread).loaded(said.group);
    if (said.kind === 'event') assemblerOf(thread).take(said.event);
    if (ownThread === null || thread === ownThread || isJournal(command)) continue;
    const wrote = said.kind === 'writeback' && said.pages > 0 && (step === null || !syncsFilesystem(step));
    if (wrote || allocatesData(said)) foreign.set(`${thread} ${step}`, { command, thread, step });
  }
  return { trace: { mount, steps, layouts }, foreign: [...foreign.values()] };
}

function sectionOf(
  text: string,
  trace: { mount: Decision[]; steps: Decision[][]; layouts: Decision[] },
): [Decision[] | null, number | null] | null {
  if (text === markers.begin) return [trace.mount, null];
  if (text === markers.layouts) return [trace.layouts, null];
  if (text === markers.end) return [null, null];
  const index = stepMarker.exec(text)?.[1];
  return index === undefined ? null : [trace.steps[Number(index)] ?? null, Number(index)];
}

/** The journal's thread writes data of committed inodes, but only what has its blocks already. */
function isJournal(command: string): boolean {
  return command.startsWith('jbd2/');
}

const dataHint = 0x20;

function allocatesData(said: TraceLine['said']): boolean {
  return (
    said.kind === 'event' && said.event.event === 'ext4_request_blocks' && (said.event.flags & dataHint) !== 0
  );
}
