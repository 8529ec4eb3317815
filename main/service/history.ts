import { compareRecords, exportRecord, summariseRecord } from '../../core/record/index.ts';
import type { UntornService } from '../../core/rpc/index.ts';
import type { RunStore } from '../runs/index.ts';
import { failing } from './failures.ts';

type History = Pick<UntornService, Extract<keyof UntornService, `runs.${string}`>>;

/** What the interface may do with the history of runs. */
export function historyProcedures(runs: RunStore): History {
  return {
    'runs.list': ({ words }) =>
      failing(async () => {
        const { runs: found, unreadable } = await runs.list(words);
        return { runs: [...found], unreadable };
      }),
    'runs.get': ({ id }) => failing(() => runs.get(id)),
    'runs.compare': ({ one, other }) =>
      failing(async () => {
        const { differences, ...rest } = compareRecords(await runs.get(one), await runs.get(other));
        return { ...rest, differences: [...differences] };
      }),
    'runs.export': ({ id, format }) => failing(async () => exportRecord(await runs.get(id), format)),
    'runs.import': ({ text }) => failing(async () => summariseRecord(await runs.bring(text))),
    'runs.remove': ({ id }) =>
      failing(async () => {
        await runs.remove(id);
        return {};
      }),
  };
}
