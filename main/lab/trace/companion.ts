import type { Companion } from '../steps.ts';
import type { Recording } from './recording.ts';

/** A companion of the steps that also marks in the trace where each of them begins, after its own looks. */
export function recorded(companion: Companion, recording: Recording | null): Companion {
  if (recording === null) return companion;
  return {
    begin: () => companion.begin(),
    beforeStep: async (step, index) => {
      await companion.beforeStep(step, index);
      await recording.beginStep(index);
    },
    afterStep: (step, index, record) => companion.afterStep(step, index, record),
    afterSteps: () => companion.afterSteps(),
    end: () => companion.end(),
  };
}
