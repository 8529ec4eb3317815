import { findProgram } from '../../main/torn/crash/index.ts';

/** Why no crash plan can be recorded here; false where it can. */
export function whyNotRecorder(): string | false {
  try {
    findProgram();
    return false;
  } catch {
    return 'skipped: the recorder is not built (libfuse3-dev)';
  }
}
