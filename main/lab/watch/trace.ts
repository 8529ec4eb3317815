import { existsSync, mkdirSync, readFileSync, readlinkSync, rmdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const tracefs = '/sys/kernel/tracing';
/** proc_ns.h, PROC_PID_INIT_INO: elsewhere traces number processes otherwise than we do. */
const firstPidNamespace = 'pid:[4026531836]';
const bufferKibPerCpu = '64';

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
}

export interface OthersTrace {
  drain(): OthersWork;
  close(): void;
}

/**
 * Records what threads other than `ownThreads` do on the filesystem on `device`, in a private trace instance
 * (tracepoints ext4_writepages_result, ext4_mballoc_alloc and ext4_mballoc_free). Null where tracefs is not mounted,
 * or not for us.
 */
export function traceOthers(name: string, device: string, ownThreads: readonly number[]): OthersTrace | null {
  const folder = traceInstance(name);
  try {
    if (readlinkSync('/proc/self/ns/pid') !== firstPidNamespace) return null;
    if (!existsSync(path.dirname(folder))) return null;
    mkdirSync(folder);
  } catch {
    return null;
  }
  const close = (): void => rmdirSync(folder);
  const others = [
    `dev == ${kernelDeviceNumber(device)}`,
    ...ownThreads.map((thread) => `common_pid != ${thread}`),
  ].join(' && ');
  const enable = (event: string, filter: string): void => {
    writeFileSync(path.join(folder, 'events/ext4', event, 'filter'), filter);
    writeFileSync(path.join(folder, 'events/ext4', event, 'enable'), '1');
  };
  try {
    writeFileSync(path.join(folder, 'buffer_size_kb'), bufferKibPerCpu);
    enable('ext4_writepages_result', `${others} && pages_written > 0`);
    enable('ext4_mballoc_alloc', others);
    enable('ext4_mballoc_free', others);
  } catch {
    close();
    return null;
  }
  const file = path.join(folder, 'trace');
  return {
    drain() {
      const text = readFileSync(file, 'utf8');
      const work = parseTrace(text);
      if (text.includes('ext4_')) writeFileSync(file, '');
      return work;
    },
    close,
  };
}

/** Lines such as ` kworker/u8:3-133 [001] ..... 12.3: ext4_mballoc_free: dev 7,2 inode 13 extent 1/254/1`. */
export function parseTrace(text: string): OthersWork {
  const written = [...text.matchAll(/: ext4_writepages_result: dev \d+,\d+ ino (\d+) /g)];
  return {
    writtenInodes: new Set(written.map((match) => Number(match[1]))),
    countedElsewhere: /\[0*[1-9]\d*\] .*: ext4_mballoc_(alloc|free): /.test(text),
  };
}

/** dev_t as the kernel holds it in memory (include/linux/kdev_t.h, MKDEV()). */
function kernelDeviceNumber(device: string): number {
  const text = readFileSync(path.join('/sys/class/block', device, 'dev'), 'utf8').trim();
  const [major = NaN, minor = NaN] = text.split(':').map(Number);
  return major * 2 ** 20 + minor;
}
