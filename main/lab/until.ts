import { setTimeout as sleep } from 'node:timers/promises';

/** Looks again and again, first at once, then every `everyMs`, for at most `patienceMs`; false when time ran out. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  { everyMs, patienceMs }: { readonly everyMs: number; readonly patienceMs: number },
): Promise<boolean> {
  const deadline = performance.now() + patienceMs;
  while (!(await condition())) {
    if (performance.now() >= deadline) return false;
    await sleep(everyMs);
  }
  return true;
}
