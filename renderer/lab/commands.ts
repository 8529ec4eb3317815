import type { TargetKind } from '../../core/experiment/plan.ts';
import type { HostInfo } from '../../core/rpc/index.ts';
import { menuCommand, type Command } from '../commands/index.ts';
import { planActions } from '../plan/actions.ts';
import { whyNotHere, type Hindrance } from '../plan/where.ts';
import type { Lab } from '../state/lab.svelte.ts';

/** Why nothing can be started with the plan now, or null. */
export function whyNoStart(lab: Lab): string | null {
  if (lab.job) return 'something is under way already';
  if (!lab.check) return 'the plan is being read';
  return lab.check.ok ? null : 'the plan has an error';
}

/** Why the plan cannot be run for real now, and what helps; null where it can. */
export function whyNoRun(lab: Lab, host: HostInfo | null): Hindrance | null {
  const wait = whyNoStart(lab);
  if (wait !== null) return { why: wait, remedy: '' };
  const kind = lab.draft?.target['kind'] as TargetKind;
  const hindrance = whyNotHere(kind, host, lab.guests.list);
  if (hindrance || kind !== 'block' || lab.destroy !== '') return hindrance;
  return { why: 'Name the device once more, under Target.', remedy: '' };
}

function told(hindrance: Hindrance | null): string | null {
  return hindrance && [hindrance.why, hindrance.remedy].filter((part) => part !== '').join(' ');
}

/** What can be done on the bench while it is shown. */
export function labCommands(lab: Lab, host: () => HostInfo | null): readonly Command[] {
  return [...jobs(lab, host), ...looking(lab), ...editing(lab)];
}

function jobs(lab: Lab, host: () => HostInfo | null): readonly Command[] {
  const whyNoVersus = () =>
    lab.otherAllocator === '' ? 'choose the other allocator first, under “versus”' : whyNoStart(lab);
  return [
    menuCommand('lab.predict', 'Lab', {
      whyNot: () => whyNoStart(lab),
      run: () => void lab.start('predict'),
    }),
    menuCommand('lab.run', 'Lab', {
      whyNot: () => told(whyNoRun(lab, host())),
      run: () => void lab.start('run'),
    }),
    menuCommand('lab.versus', 'Lab', { whyNot: whyNoVersus, run: () => void lab.start('versus') }),
    menuCommand('lab.cancel', 'Lab', { whyNot: () => (lab.job ? null : ''), run: () => lab.cancel() }),
  ];
}

function looking(lab: Lab): readonly Command[] {
  const whyNoDifference = () => (lab.hasDifferences ? null : 'nothing differs here');
  return [
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

function editing(lab: Lab): readonly Command[] {
  const whyNoStep = () => (lab.draft?.steps.length ? null : 'the plan has no steps');
  const step = (id: string, title: string, keys: readonly string[], run: () => void): Command => ({
    id: `plan.${id}`,
    title,
    group: 'Plan',
    keys,
    context: 'steps',
    whyNot: whyNoStep,
    run,
  });
  return [
    menuCommand('plan.undo', 'Plan', {
      context: 'plan',
      whyNot: () => (lab.document.canUndo ? null : 'nothing was changed'),
      run: () => lab.document.undo(),
    }),
    menuCommand('plan.redo', 'Plan', {
      context: 'plan',
      whyNot: () => (lab.document.canRedo ? null : 'nothing was undone'),
      run: () => lab.document.redo(),
    }),
    step('step-up', 'Move the step up', ['Alt+ArrowUp'], () => planActions.moveStep(lab, -1)),
    step('step-down', 'Move the step down', ['Alt+ArrowDown'], () => planActions.moveStep(lab, 1)),
    step('step-remove', 'Remove the step', ['Delete'], () => planActions.removeStep(lab)),
    step('step-duplicate', 'Duplicate the step', ['Ctrl+D'], () => planActions.duplicateStep(lab)),
    {
      id: 'plan.step-add',
      title: 'Add a write behind the step',
      group: 'Plan',
      keys: ['Insert'],
      context: 'steps',
      run: () => planActions.addStep(lab, 'write'),
    },
  ];
}
