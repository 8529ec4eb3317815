import path from 'node:path';
import type { WorkFolder } from '../folder.ts';
import type { TraceSession, TraceWish } from '../privileges/privileges.ts';
import { TraceInstance } from './instance.ts';
import { decisionsInstance, openTracefs, requireExt4Tracepoints, usualTracefs } from './tracefs.ts';

/**
 * A trace of root's own making. What others do is only watched where tracefs is mounted already (else null); to record
 * decisions, tracefs is mounted in `folder` where it is not. Throws Unable.
 */
export async function openTrace(folder: WorkFolder, wish: TraceWish): Promise<TraceSession | null> {
  return wish.purpose === 'others' ? openQuietly(folder, wish) : openForDecisions(folder, wish);
}

function openQuietly(folder: WorkFolder, wish: TraceWish): TraceSession | null {
  const tracefs = usualTracefs();
  if (tracefs === null) return null;
  try {
    return session(new TraceInstance(path.join(tracefs, 'instances', folder.token), wish));
  } catch {
    // Not for us, or a kernel without one of the tracepoints.
    return null;
  }
}

async function openForDecisions(folder: WorkFolder, wish: TraceWish): Promise<TraceSession> {
  const tracefs = await openTracefs(folder.path);
  try {
    requireExt4Tracepoints(tracefs.path);
    const name = decisionsInstance(folder.token);
    const instance = new TraceInstance(path.join(tracefs.path, 'instances', name), wish);
    return session(instance, tracefs.close);
  } catch (error) {
    await tracefs.close();
    throw error;
  }
}

function session(instance: TraceInstance, afterwards?: () => Promise<void>): TraceSession {
  let isOpen = true;
  return {
    mark: (text) => Promise.resolve(instance.mark(text)),
    lines: () => Promise.resolve(instance.lines()),
    lost: () => Promise.resolve(instance.lost()),
    stop: () => Promise.resolve(instance.stop()),
    async close() {
      if (!isOpen) return;
      isOpen = false;
      instance.close();
      await afterwards?.();
    },
  };
}
