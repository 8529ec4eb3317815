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

/** Page cache written back by others than a plan's own threads, as the kernel's tracepoints tell. */
export interface WritebackTrace {
  /** Inodes whose pages somebody else wrote since the last call. */
  drain(): ReadonlySet<number>;
  close(): void;
}

/**
 * Records which inodes of the filesystem on `device` have pages written back by threads other than `ownThreads`
 * (tracepoint ext4_writepages_result, in a private instance). Null where tracefs is not mounted, or not for us.
 */
export function traceWriteback(
  name: string,
  device: string,
  ownThreads: readonly number[],
): WritebackTrace | null {
  const folder = traceInstance(name);
  try {
    if (readlinkSync('/proc/self/ns/pid') !== firstPidNamespace) return null;
    if (!existsSync(path.dirname(folder))) return null;
    mkdirSync(folder);
  } catch {
    return null;
  }
  const close = (): void => rmdirSync(folder);
  try {
    const event = path.join(folder, 'events/ext4/ext4_writepages_result');
    const notOwn = ownThreads.map((thread) => `common_pid != ${thread}`);
    writeFileSync(path.join(folder, 'buffer_size_kb'), bufferKibPerCpu);
    const filter = [`dev == ${kernelDeviceNumber(device)}`, 'pages_written > 0', ...notOwn].join(' && ');
    writeFileSync(path.join(event, 'filter'), filter);
    writeFileSync(path.join(event, 'enable'), '1');
  } catch {
    close();
    return null;
  }
  const file = path.join(folder, 'trace');
  return {
    drain() {
      const found = [
        ...readFileSync(file, 'utf8').matchAll(/ext4_writepages_result: dev \d+,\d+ ino (\d+) /g),
      ];
      if (found.length > 0) writeFileSync(file, '');
      return new Set(found.map((match) => Number(match[1])));
    },
    close,
  };
}

/** dev_t as the kernel holds it in memory (include/linux/kdev_t.h, MKDEV()). */
function kernelDeviceNumber(device: string): number {
  const text = readFileSync(path.join('/sys/class/block', device, 'dev'), 'utf8').trim();
  const [major = NaN, minor = NaN] = text.split(':').map(Number);
  return major * 2 ** 20 + minor;
}
