import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

const tracing = '/sys/kernel/tracing';

const events = [
  'ext4/ext4_request_blocks',
  'ext4/ext4_allocate_blocks',
  'ext4/ext4_mballoc_alloc',
  'ext4/ext4_mballoc_prealloc',
  'ext4/ext4_mballoc_discard',
  'ext4/ext4_mballoc_free',
  'ext4/ext4_mb_new_inode_pa',
  'ext4/ext4_mb_new_group_pa',
  'ext4/ext4_mb_release_inode_pa',
  'ext4/ext4_mb_release_group_pa',
  'ext4/ext4_mb_discard_preallocations',
  'ext4/ext4_discard_preallocations',
  'ext4/ext4_free_blocks',
  'ext4/ext4_allocate_inode',
  'ext4/ext4_da_reserve_space',
  'ext4/ext4_da_release_space',
  'ext4/ext4_da_update_reserve_space',
  'jbd2/jbd2_commit_flushing',
  'jbd2/jbd2_end_commit',
];

/** Why the kernel's allocator cannot be recorded here; null when it can. */
export function whyNoRecording(): string | null {
  if (process.getuid?.() !== 0) return 'needs root';
  if (!existsSync(join(tracing, 'instances'))) return `needs tracefs at ${tracing}`;
  return existsSync(join(tracing, 'events/ext4/ext4_request_blocks'))
    ? null
    : 'needs the tracepoints of ext4';
}

/** A private tracefs instance that records the allocator's tracepoints of one device. */
export class Recorder {
  readonly #folder: string;
  readonly #marker: number;

  constructor(name: string, bufferKiB: number) {
    this.#folder = join(tracing, 'instances', name);
    mkdirSync(this.#folder);
    writeFileSync(join(this.#folder, 'buffer_size_kb'), String(bufferKiB));
    writeFileSync(join(this.#folder, 'trace_clock'), 'global');
    this.#marker = openSync(join(this.#folder, 'trace_marker'), 'w');
  }

  start(device: { readonly major: number; readonly minor: number }): void {
    const filter = `dev == ${String((device.major << 20) | device.minor)}`;
    for (const event of events) {
      writeFileSync(join(this.#folder, 'events', event, 'filter'), filter);
      writeFileSync(join(this.#folder, 'events', event, 'enable'), '1');
    }
  }

  mark(text: string): void {
    writeSync(this.#marker, text);
  }

  /** Ends the recording and returns its lines. Throws when the kernel had to drop events. */
  finish(): string[] {
    writeFileSync(join(this.#folder, 'tracing_on'), '0');
    const text = readFileSync(join(this.#folder, 'trace'), 'latin1');
    const counts = /entries-in-buffer\/entries-written: (\d+)\/(\d+)/.exec(text);
    if (counts === null || counts[1] !== counts[2])
      throw new Error(`events were lost: ${counts?.[0] ?? 'no header'}`);
    return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  }

  close(): void {
    writeFileSync(join(this.#folder, 'events/enable'), '0');
    closeSync(this.#marker);
    rmdirSync(this.#folder);
  }
}
