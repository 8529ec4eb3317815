import { menuCommand, type Command } from '../commands/index.ts';
import type { HostInfo } from '../../core/rpc/index.ts';
import type { Lab } from '../state/lab.svelte.ts';

/** What can be done on the bench while it is shown. */
export function labCommands(lab: Lab, host: () => HostInfo | null): readonly Command[] {
  const whyNoStart = () => {
    if (lab.job) return 'something is under way already';
    if (!lab.check) return 'the plan is being read';
    return lab.check.ok ? null : 'the plan has an error';
  };
  const whyNoRun = () => {
    const run = host()?.run;
    return run && !run.possible ? `${run.why} ${run.remedy}` : whyNoStart();
  };
  const whyNoDifference = () => (lab.hasDifferences ? null : 'nothing differs here');
  return [
    menuCommand('lab.predict', 'Lab', { whyNot: whyNoStart, run: () => void lab.start('predict') }),
    menuCommand('lab.run', 'Lab', { whyNot: whyNoRun, run: () => void lab.start('run') }),
    menuCommand('lab.cancel', 'Lab', { whyNot: () => (lab.job ? null : ''), run: () => lab.cancel() }),
    {
      id: 'lab.next-difference',
      title: 'Next difference',
      group: 'Lab',
      keys: ['n'],
      whyNot: whyNoDifference,
      run: () => lab.selectDifference(1),
    },
    {
      id: 'lab.previous-difference',
      title: 'Previous difference',
      group: 'Lab',
      keys: ['N'],
      whyNot: whyNoDifference,
      run: () => lab.selectDifference(-1),
    },
    {
      id: 'lab.address-form',
      title: 'Addresses in blocks, bytes, hex',
      group: 'Lab',
      keys: ['x'],
      run: () => lab.nextAddressForm(),
    },
  ];
}
