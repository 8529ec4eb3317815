import { readKernelText } from './kernel-files.ts';
import type { Privileges } from './privileges/privileges.ts';
import { until } from './until.ts';

/** What /proc/fs/jbd2/DEV-INODE/info counts since the mount (fs/jbd2/journal.c, jbd2_seq_info_show()). */
export interface JournalCounts {
  readonly commits: number;
  /** Blocks that a transaction may have before it is committed for its size. */
  readonly transactionLimitBlocks: number;
  /** Blocks of all transactions together, at most `commits` too few (the file gives a rounded average). */
  readonly blocks: number;
}

/** A jbd2 journal of a mounted filesystem, seen from outside. */
export class JournalView {
  readonly #infoFile: string;
  readonly #thread: string | null;
  readonly #device: string;
  readonly #privileges: Pick<Privileges, 'journalWaitsIn'> | null;

  /**
   * `device` as the kernel calls it (`loop3`); `inode` of the journal, 8 unless the superblock says otherwise. Where the
   * journal's thread waits is for root to know: without `privileges` its state has to do.
   */
  constructor(
    device: string,
    {
      privileges = null,
      inode = 8,
    }: { readonly privileges?: Privileges | null; readonly inode?: number } = {},
  ) {
    this.#device = device;
    this.#privileges = privileges;
    this.#infoFile = `/proc/fs/jbd2/${device}-${inode}/info`;
    this.#thread = readKernelText(`/sys/fs/ext4/${device}/journal_task`);
  }

  /** Null where the kernel does not tell (an external journal, or no procfs). */
  counts(): JournalCounts | null {
    return parseJournalInfo(readKernelText(this.#infoFile) ?? '');
  }

  /**
   * Waits until the journal's thread sleeps in its main loop. A commit wakes those who wait for it before its callback
   * gives freed blocks back to the allocator (fs/jbd2/commit.c), so that a call that forced a commit may return too
   * early for the next one to find them.
   */
  async idle(): Promise<void> {
    if (this.#thread === null) return;
    const thread = this.#thread;
    const isIdle = async (): Promise<boolean> => {
      const waitsIn = (await this.#privileges?.journalWaitsIn(this.#device, thread)) ?? null;
      if (waitsIn === null || waitsIn === 'kjournald2') return true;
      // "0": the kernel does not tell where its threads wait (or the thread runs): ask for its state instead.
      return (waitsIn === '0' || guessesWhereThreadsWait()) && this.#sleeps();
    };
    await until(isIdle, { everyMs: 1, patienceMs: 30_000 });
  }

  #sleeps(): boolean {
    const stat = readKernelText(`/proc/${this.#thread}/stat`);
    return stat === null || /\) [SI] /.test(stat);
  }
}

let isUserMode: boolean | null = null;

/** User Mode Linux takes the first likely word on the stack (arch/um/kernel/process.c, __get_wchan()), often a stale one. */
function guessesWhereThreadsWait(): boolean {
  isUserMode ??= /User Mode Linux/.test(readKernelText('/proc/cpuinfo') ?? '');
  return isUserMode;
}

export function parseJournalInfo(text: string): JournalCounts | null {
  const head = /^(\d+) transactions \(\d+ requested\), each up to (\d+) blocks$/m.exec(text);
  if (!head) return null;
  const commits = Number(head[1]);
  const average = /^\s*(\d+) blocks per transaction$/m.exec(text);
  return { commits, transactionLimitBlocks: Number(head[2]), blocks: commits * Number(average?.[1] ?? 0) };
}
