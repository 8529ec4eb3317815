import { readlinkSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { Privileges, TraceSession } from '../privileges/privileges.ts';
import { watchOthersWork } from './others-work.ts';

/** Elsewhere a trace numbers threads otherwise than we do, and is not looked at. */
const isElsewhere = readlinkSync('/proc/self/ns/pid') !== 'pid:[4026531836]';
const skipped = isElsewhere ? '(skipped: not in the first pid namespace)' : '';

it.skipIf(isElsewhere).each([
  [0, []],
  [3, ['3 events of what others did found no room in the trace: what they were is not known']],
])(`doubts a run of whose trace %i events are lost ${skipped}`, async (lost, expected) => {
  const nothing = (): Promise<void> => Promise.resolve();
  const session: TraceSession = {
    mark: () => Promise.resolve(true),
    lines: () => Promise.resolve([]),
    lost: () => Promise.resolve(lost),
    ...{ stop: nothing, close: nothing },
  };
  const privileges = { openTrace: () => Promise.resolve(session) } as unknown as Privileges;
  const subject = {
    ...{ mountPoint: '/nowhere', device: 'none', fs: 'ext4', hasJournal: true, clusterBlocks: 1 },
    ...{ ownThread: 1, deviceNumber: { major: 7, minor: 0 }, privileges, mayReadBuddies: false },
  };
  const [reports, doubts]: [string[], string[]] = [[], []];
  const watch = await watchOthersWork(
    subject,
    (reason) => reports.push(reason),
    (reason) => doubts.push(reason),
  );
  await watch.finish?.();
  expect([reports, doubts]).toEqual([[], expected]);
});
