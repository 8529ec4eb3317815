import { isSystemCallError, ForeignWatch } from '../../native/index.ts';
import { readKernelText } from '../kernel-files.ts';
import { stepName, type Report, type Subject, type Watch } from './watch.ts';

/** Reports changes that anybody but the plan's own thread makes on the filesystem. */
export function watchForeignWriters(subject: Subject, report: Report): Watch {
  let watch: ForeignWatch;
  try {
    watch = new ForeignWatch(subject.mountPoint, subject.ownThread);
  } catch (error) {
    // Kernels without fanotify, filesystems without file handles: the other watches have to do.
    if (isSystemCallError(error)) return {};
    throw error;
  }
  const look = (when: string): void => {
    const threads = new Set(watch.drain().map((change) => change.thread));
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
  if (thread === 0) return 'a process outside this container';
  const name = readKernelText(`/proc/${thread}/comm`);
  return name === null ? `another process (${thread})` : `another process (${thread}, ${name})`;
}
