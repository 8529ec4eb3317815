import { readdirSync, statSync } from 'node:fs';
import { expect, it, vi } from 'vitest';
import type * as machine from '../../machine/index.ts';
import type * as native from '../../native/index.ts';
import { destroyableDevice } from './guard.ts';

const identity = vi.hoisted(() => ({ serial: 'S1' as string | null, wwn: 'naa.5' as string | null }));
vi.mock('../../machine/index.ts', async (original) => ({
  ...(await original<typeof machine>()),
  identityOf: () => identity,
  usersOf: () => [],
  partitionsOf: () => ['x1'],
}));
vi.mock('../../native/index.ts', async (original) => ({
  ...(await original<typeof native>()),
  canClaimBlockDevice: () => Promise.resolve(true),
  blockDeviceFacts: () =>
    Promise.resolve({ readOnly: false, sizeBytes: 1n, logicalSectorBytes: 512, rotational: false }),
}));

/** Only looked at: everything that would open it is somebody else here. */
const device = readdirSync('/dev')
  .map((name) => `/dev/${name}`)
  .find((name) => statSync(name, { throwIfNoEntry: false })?.isBlockDevice());

it.skipIf(device === undefined)(
  `a device that has a number of its own is named by that, and not by its path ${device ?? '(skipped: /dev has no block device)'}`,
  async () => {
    const name = device ?? '';
    const refusal = (destroy?: string): Promise<string> =>
      destroyableDevice(name, destroy).then(
        () => 'agreed',
        (error: unknown) => String(error),
      );
    for (const wrong of [undefined, name, 'S2', '', 'S1 '])
      expect(await refusal(wrong)).toContain('name the device again with --destroy "S1" or "naa.5"');
    expect([await refusal('S1'), await refusal('naa.5')]).toEqual(['agreed', 'agreed']);
    Object.assign(identity, { serial: null, wwn: null });
    expect([await refusal(name), (await refusal('S1')).includes('--destroy /dev/')]).toEqual([
      'agreed',
      true,
    ]);
  },
);
