import { expect, it } from 'vitest';
import { parsePlan } from '../../core/experiment/plan.ts';
import type { Executor } from '../native/index.ts';
import { Cleanup } from './cleanup.ts';
import type { Privileges } from './privileges/privileges.ts';
import { RealLab } from './real-lab.ts';
import type { Site } from './site.ts';

it('undoes everything where a watch cannot be closed', async () => {
  const target = { kind: 'block', path: '/dev/none' } as const;
  const plan = parsePlan({ version: 1, target, steps: [] });
  const privileges = {
    watchChanges: () =>
      Promise.resolve({ drain: () => Promise.resolve([]), close: () => Promise.reject(new Error('stuck')) }),
  } as unknown as Privileges;
  const nothing = (): Promise<void> => Promise.resolve();
  const site: Site = {
    isAlone: true,
    hasFiles: false,
    subject: () =>
      Promise.resolve({
        ...{ mountPoint: '/nowhere', device: 'none', fs: 'xfs', hasJournal: false, clusterBlocks: 1 },
        ...{ ownThread: 1, deviceNumber: { major: 7, minor: 0 }, privileges, mayReadBuddies: false },
      }),
    ...{ enter: nothing, leave: nothing, mount: nothing, unmount: nothing, reenter: nothing },
  };
  const undone: string[] = [];
  const cleanup = new Cleanup();
  cleanup.add(() => void undone.push('mount'));
  const executor = { cancel: () => undefined, threadId: 1 } as unknown as Executor;
  const machine = {
    possibleCpus: 1,
    rotational: false,
    threadId: 0,
    kernelRelease: '',
    logicalBlockBytes: 512,
  };
  const lab = new RealLab({
    plan,
    image: null,
    machine,
    mountOptions: '',
    executor,
    site,
    cleanup,
    traceable: null,
  });
  await expect(lab.execute()).rejects.toThrow('stuck');
  await expect(lab.dispose()).rejects.toThrow('stuck');
  expect(undone).toEqual(['mount']);
});
