/** Passes over a whole target: before the first write, and after the last. */
import { WriteHistory, type Verification } from '../../core/torn/index.ts';
import { readKernelText } from '../lab/index.ts';
import { SlotJob, type SlotArea } from '../native/index.ts';
import { readJournalFile } from './journal-file.ts';
import { everyTick } from './tick.ts';
import { verifySlots, type Watch } from './verify.ts';

/** Writes generation 0 into every slot and makes it durable; an interrupt leaves the rest as it was. */
export async function prepareSlots(area: SlotArea, { onEvent, signal }: Watch): Promise<void> {
  const job = new SlotJob(area);
  const stop = (): void => job.stop();
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop);
  const tick = everyTick(() =>
    onEvent?.({ type: 'phase', phase: 'preparing', done: job.done, total: area.slots }),
  );
  try {
    await job.prepare();
  } finally {
    tick.end();
    signal?.removeEventListener('abort', stop);
  }
}

export interface Promised {
  /** Whether acknowledged writes must be there; true where it is left out. */
  readonly promised?: boolean;
  readonly promisedUntil?: number;
  readonly beginsAsZeros?: boolean;
  readonly mayLackLast?: boolean;
}

/** Judges every slot of a target by the journal of its run. */
export async function verifyRun(
  area: SlotArea,
  journalName: string,
  { promised = true, ...rest }: Promised,
  watch: Watch,
): Promise<Verification> {
  const { run, blockBytes, slotBytes } = area;
  const history = new WriteHistory({ run, blockBytes, slotBytes, promised, ...rest });
  const journal = await readJournalFile(journalName, run, (record) => history.take(record));
  return { ...(await verifySlots(area, history, watch)), journal };
}

/** Which boot this is; empty where the kernel does not tell. */
export function bootId(): string {
  return readKernelText('/proc/sys/kernel/random/boot_id')?.trim() ?? '';
}
