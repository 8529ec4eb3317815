/** What a crash check answers; the form is core's, since it travels and is kept. */
export type { CrashFinding, CrashReport } from '../../../core/torn/crash/index.ts';
