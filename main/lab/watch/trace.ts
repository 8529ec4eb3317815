import { readlinkSync } from 'node:fs';
import type { DeviceNumber } from '../../machine/index.ts';
import type { Comparison, TraceEvent } from '../../privilege/index.ts';
import type { Privileges, TraceSession } from '../privileges/privileges.ts';

/** proc_ns.h, PROC_PID_INIT_INO: elsewhere traces number processes otherwise than we do. */
const firstPidNamespace = 'pid:[4026531836]';
const bufferKibPerCpu = 128;

/** What others than a plan's own threads did since the last look. */
export interface OthersWork {
  /** Inodes whose delayed data they wrote. */
  readonly writtenInodes: ReadonlySet<number>;
  /** Whether they took or freed blocks on another CPU than the first, where the plan runs. */
  readonly countedElsewhere: boolean;
  /** Inodes of which they finished data while the plan's thread was still placing more of it in the same writeback. */
  readonly racedInodes: ReadonlySet<number>;
}

export interface OthersTrace {
  drain(): Promise<OthersWork>;
  /** Events that found no room, or were written over before they were read. */
  lost(): Promise<number>;
  close(): Promise<void>;
}

/**
 * Records what threads other than the plan's and the journal's do on the filesystem on `device`, in a private trace
 * instance. Null where tracing is not to be had.
 */
export async function traceOthers(
  privileges: Privileges,
  device: DeviceNumber,
  ownThread: number,
  journalThread: number | null,
): Promise<OthersTrace | null> {
  if (!numbersAgree()) return null;
  const session = await privileges.openTrace({
    purpose: 'others',
    device,
    events: eventsOfOthers(ownThread, journalThread),
    firstCpuKib: bufferKibPerCpu,
    otherCpusKib: bufferKibPerCpu,
    overwrite: true,
  });
  if (session === null) return null;
  return {
    drain: () => drain(session, ownThread),
    lost: () => session.lost(),
    close: () => session.close(),
  };
}

function numbersAgree(): boolean {
  try {
    return readlinkSync('/proc/self/ns/pid') === firstPidNamespace;
  } catch {
    return false;
  }
}

async function drain(session: TraceSession, ownThread: number): Promise<OthersWork> {
  return parseTrace(`${(await session.lines()).join('\n')}\n`, ownThread);
}

function eventsOfOthers(ownThread: number, journalThread: number | null): TraceEvent[] {
  const own: Comparison = { field: 'common_pid', relation: '==', value: ownThread };
  const others: Comparison[] = [
    { ...own, relation: '!=' },
    ...(journalThread === null ? [] : [{ ...own, relation: '!=', value: journalThread } as const]),
  ];
  const wrote: Comparison = { field: 'pages_written', relation: '>', value: 0 };
  return [
    { name: 'ext4_writepages_result', isRequired: true, clauses: [[own], [...others, wrote]] },
    { name: 'ext4_mballoc_alloc', isRequired: true, clauses: [others] },
    { name: 'ext4_mballoc_free', isRequired: true, clauses: [others] },
    { name: 'ext4_writepages', isRequired: true, clauses: [[own]] },
    { name: 'ext4_da_write_pages_extent', isRequired: true, clauses: [[own]] },
    { name: 'ext4_ext_handle_unwritten_extents', isRequired: true, clauses: [others] },
  ];
}

/**
 * Lines such as ` kworker/u8:3-133 [001] ..... 12.3: ext4_mballoc_free: dev 7,2 inode 13 extent 1/254/1`, in the order of
 * the events.
 */
export function parseTrace(text: string, ownThread: number): OthersWork {
  const writtenInodes = new Set<number>();
  const racedInodes = new Set<number>();
  let countedElsewhere = false;
  /** The inode whose data the plan's thread writes back at this moment, and whether some of it was finished meanwhile. */
  let written: { readonly inode: number; isFinishedInPart: boolean } | null = null;
  for (const [, thread, cpu, event, inodeText] of text.matchAll(eventPattern)) {
    const inode = Number(inodeText);
    if (Number(thread) === ownThread) {
      if (event === 'ext4_writepages') written = { inode, isFinishedInPart: false };
      if (event === 'ext4_writepages_result') written = null;
      if (event === 'ext4_da_write_pages_extent' && written?.isFinishedInPart) racedInodes.add(inode);
    } else {
      if (event === 'ext4_writepages_result') writtenInodes.add(inode);
      if (event === 'ext4_ext_handle_unwritten_extents' && written?.inode === inode)
        written.isFinishedInPart = true;
      if (event?.startsWith('ext4_mballoc_') && Number(cpu) > 0) countedElsewhere = true;
    }
  }
  return { writtenInodes, countedElsewhere, racedInodes };
}

const eventPattern = /-(\d+) +\[(\d+)\] .*: (ext4_\w+): dev \d+,\d+ ino(?:de)? (\d+) /g;
