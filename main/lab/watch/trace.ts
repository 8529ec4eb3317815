import { existsSync, mkdirSync, readFileSync, readlinkSync, rmdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const tracefs = '/sys/kernel/tracing';
/** proc_ns.h, PROC_PID_INIT_INO: elsewhere traces number processes otherwise than we do. */
const firstPidNamespace = 'pid:[4026531836]';
const bufferKibPerCpu = '128';

/** Where a private trace of the given name lies; it stays behind when its process is killed. */
function traceInstance(name: string): string {
  return path.join(tracefs, 'instances', name);
}

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
  drain(): OthersWork;
  close(): void;
}

/**
 * Records what threads other than the plan's and the journal's do on the filesystem on `device`, in a private trace
 * instance. Null where tracefs is not mounted, or not for us.
 */
export function traceOthers(
  name: string,
  device: string,
  ownThread: number,
  journalThread: number | null,
): OthersTrace | null {
  const folder = traceInstance(name);
  try {
    if (readlinkSync('/proc/self/ns/pid') !== firstPidNamespace) return null;
    if (!existsSync(path.dirname(folder))) return null;
    mkdirSync(folder);
  } catch {
    return null;
  }
  const close = (): void => rmdirSync(folder);
  const here = `dev == ${kernelDeviceNumber(device)}`;
  const own = `${here} && common_pid == ${ownThread}`;
  const others = [
    here,
    `common_pid != ${ownThread}`,
    ...(journalThread === null ? [] : [`common_pid != ${journalThread}`]),
  ].join(' && ');
  const enable = (event: string, filter: string): void => {
    writeFileSync(path.join(folder, 'events/ext4', event, 'filter'), filter);
    writeFileSync(path.join(folder, 'events/ext4', event, 'enable'), '1');
  };
  try {
    writeFileSync(path.join(folder, 'buffer_size_kb'), bufferKibPerCpu);
    // The CPUs' events are put in order by it.
    writeFileSync(path.join(folder, 'trace_clock'), 'counter');
    enable('ext4_writepages_result', `(${own}) || (${others} && pages_written > 0)`);
    enable('ext4_mballoc_alloc', others);
    enable('ext4_mballoc_free', others);
    enable('ext4_writepages', own);
    enable('ext4_da_write_pages_extent', own);
    enable('ext4_ext_handle_unwritten_extents', others);
  } catch {
    close();
    return null;
  }
  const file = path.join(folder, 'trace');
  return {
    drain() {
      const text = readFileSync(file, 'utf8');
      const work = parseTrace(text, ownThread);
      if (text.includes('ext4_')) writeFileSync(file, '');
      return work;
    },
    close,
  };
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

/** dev_t as the kernel holds it in memory (include/linux/kdev_t.h, MKDEV()). */
function kernelDeviceNumber(device: string): number {
  const text = readFileSync(path.join('/sys/class/block', device, 'dev'), 'utf8').trim();
  const [major = NaN, minor = NaN] = text.split(':').map(Number);
  return major * 2 ** 20 + minor;
}
