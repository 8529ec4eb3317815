import type { PowerCutLaboratory } from '../../main/service/index.ts';
import { Unable } from '../../main/failure.ts';
import {
  missedSensitivity,
  samplePowerCut,
  sampleRehearsal,
  sampleSensitivity,
  sampleSettings,
  sampleStorm,
  sampleVerify,
} from './sample-torn.ts';

const run = '1122334455667788';
const settings = { ...sampleSettings, target: '/dev/nvme1n1', kind: 'device', readers: 0 } as const;
const title = '/dev/nvme1n1 (Fine Drive 960G, S1234)';

/** Power cuts that answer at once with what the names in a request ask for. Each has notes of its own. */
export function powerCutStandIn(noted = true): PowerCutLaboratory {
  const note = { format: 1, run, title, witness: 'second:7770', key: '/root/key', bootId: 'x' } as const;
  const began = '2026-11-22T19:15:03.250Z';
  let notes = noted ? [{ ...note, began, rebooted: true, settings }] : [];
  return {
    arm: ({ path, witness }, { onEvent, signal }) => {
      if (witness.startsWith('away'))
        return Promise.reject(new Unable(`the witness at ${witness} is not there`, '--witness'));
      onEvent?.({ type: 'sensitivity', sensitivity: sampleSensitivity });
      const { numbers } = sampleStorm();
      onEvent?.({ type: 'numbers', numbers, seconds: 2, secondsLeft: null });
      const away = path.includes('lost') ? 'the witness at second:7770 ended the connection' : '';
      onEvent?.({ type: 'witness', run, entries: 238, away });
      return new Promise((resolve) => {
        const end = () =>
          resolve({
            ...{ format: 1, kind: 'armed', run, settings, sensitivity: sampleSensitivity },
            ...{ acknowledged: 120, endedBy: 'interrupted', error: null },
          });
        if (signal?.aborted) end();
        signal?.addEventListener('abort', end);
      });
    },
    armed: () => Promise.resolve(notes),
    forget: (forgotten) => {
      notes = notes.filter((one) => one.run !== forgotten);
      return Promise.resolve();
    },
    verify: (request) => {
      if (request.from === 'record') return Promise.resolve(sampleVerify());
      if (request.from === 'witness-file' && request.file.includes('void'))
        return Promise.resolve(
          samplePowerCut({ verdict: 'void', sensitivity: missedSensitivity, verification: null }),
        );
      return Promise.resolve(samplePowerCut());
    },
    titleOf: () => `Power cut: ${title}`,
    kept: () => {
      notes = [];
      return Promise.resolve();
    },
    rehearse: ({ lies = false }, { onEvent }) => {
      const result = sampleRehearsal(lies);
      onEvent?.({ type: 'sensitivity', sensitivity: sampleSensitivity });
      for (const round of result.rounds) onEvent?.({ type: 'cut', round, total: 2 });
      return Promise.resolve(result);
    },
  };
}
