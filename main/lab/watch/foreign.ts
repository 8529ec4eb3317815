import { isSystemCallError } from '../../native/index.ts';
import { readKernelText } from '../kernel-files.ts';
import type { ChangeWatch } from '../privileges/privileges.ts';
import { stepName, type Report, type Subject, type Watch } from './watch.ts';

/** Reports changes that anybody but the plan's own thread makes on the filesystem. */
export async function watchForeignWriters(subject: Subject, report: Report): Promise<Watch> {
  let watch: ChangeWatch;
  try {
    watch = await subject.privileges.watchChanges(subject.mountPoint, subject.ownThread);
  } catch (error) {
    // Kernels without fanotify, filesystems without file handles: the other watches have to do.
    if (isSystemCallError(error)) return {};
    throw error;
  }
  const look = async (when: string): Promise<void> => {
    const threads = new Set(await watch.drain());
    for (const thread of threads) report(`${nameOf(thread)} changed the mounted filesystem ${when}`);
  };
  return {
    beforeStep: (step, index) => look(`before ${stepName(step, index)}`),
    afterStep: (step, index) => look(`during ${stepName(step, index)}`),
    finish: () => look('after the last step'),
    close: () => watch.close(),
  };
}

function nameOf(thread: number): string {
  if (thread === 0) return 'another process';
  const name = readKernelText(`/proc/${thread}/comm`);
  return name === null ? `another process (${thread})` : `another process (${thread}, ${name})`;
}
