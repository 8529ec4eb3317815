import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  connectClient,
  contract,
  memoryTransports,
  RpcError,
  serveRpc,
  type UntornContract,
} from '../../core/rpc/index.ts';
import type { InputOf } from '../../core/rpc/procedure.ts';
import { Unable } from '../../main/failure.ts';
import { openRunStore } from '../../main/runs/index.ts';
import {
  createService,
  openRecentFiles,
  type Laboratory,
  type TornLaboratory,
} from '../../main/service/index.ts';

/** Whoever adds a procedure has to say here whether it can write to what is the user's. */

type Name = keyof UntornContract;
/** `own`: writes only to what Untorn made, or to where the user told it to save. `user`: may write to a device or a file of the user's. */
type Reach = 'reads' | 'own' | 'user';

const reaches: Record<Name, Reach> = {
  'allocators.list': 'reads',
  'desktop.choose': 'reads',
  'desktop.facts': 'reads',
  'desktop.open': 'reads',
  'desktop.save': 'own',
  'desktop.watch': 'reads',
  'devices.list': 'reads',
  'examples.list': 'reads',
  'files.forget': 'own',
  'files.open': 'reads',
  'files.recent': 'reads',
  'host.info': 'reads',
  'path.probe': 'reads',
  'plan.check': 'reads',
  'plan.explain': 'user',
  'plan.layers': 'user',
  'plan.predict': 'user',
  'plan.run': 'user',
  'plan.versus': 'user',
  'runs.compare': 'reads',
  'runs.export': 'reads',
  'runs.get': 'reads',
  'runs.import': 'own',
  'runs.list': 'reads',
  'runs.remove': 'own',
  'sandbox.install': 'own',
  'sandbox.list': 'reads',
  'torn.arm': 'user',
  'torn.armed': 'reads',
  'torn.crash': 'own',
  'torn.forget': 'own',
  'torn.info': 'reads',
  'torn.points': 'reads',
  'torn.recording': 'reads',
  'torn.rehearse': 'own',
  'torn.shutdown': 'own',
  'torn.state': 'reads',
  'torn.states': 'reads',
  'torn.storm': 'user',
  'torn.unit': 'reads',
  'torn.verify': 'reads',
};

let folder: string;
let precious: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'untorn-test-'));
  precious = join(folder, 'precious.img');
  await writeFile(precious, 'of the user');
});
afterAll(() => rm(folder, { recursive: true }));

const text = JSON.stringify({
  version: 1,
  target: { kind: 'block', path: '/dev/nvme9n1' },
  steps: [],
});
const storm = () => ({ path: precious, destroy: precious });
/** For every procedure that reaches the user's, a request that would. */
const aims: { readonly [N in Name]?: () => InputOf<UntornContract[N]> } = {
  'plan.explain': () => ({ text, moment: null }),
  'plan.layers': () => ({ text, moment: 1, ranges: [], grainBlocks: 1 }),
  'plan.predict': () => ({ text }),
  'plan.run': () => ({ text, destroy: '/dev/nvme9n1' }),
  'plan.versus': () => ({ text, other: 'rfc-2023-11', unitBytes: null }),
  'torn.arm': () => ({ ...storm(), witness: 'second:7770', key: 'ab'.repeat(16) }),
  'torn.storm': storm,
};

/** Tells that it was asked, and does nothing. */
function reached<T extends object>(asked: string[]): T {
  return new Proxy({} as T, {
    get: (_none, name) =>
      name === 'powerCuts'
        ? reached(asked)
        : () => {
            asked.push(String(name));
            return Promise.reject(new Unable('reached', ''));
          },
  });
}

function connect(allowDestructive: boolean) {
  const asked: string[] = [];
  const service = createService({
    laboratory: reached<Laboratory>(asked),
    torn: reached<TornLaboratory>(asked),
    version: '1',
    examplesFolder: folder,
    runs: openRunStore(join(folder, 'runs')),
    recent: openRecentFiles(join(folder, 'recent.json')),
    desktop: null,
    allowDestructive,
  });
  const [near, far] = memoryTransports();
  serveRpc(contract, service, far);
  return { asked, client: connectClient(contract, near) };
}

it('every procedure says how far it reaches', () => {
  expect(Object.keys(reaches).sort()).toEqual(Object.keys(contract).sort());
  const reaching = Object.entries(reaches).flatMap(([name, reach]) => (reach === 'user' ? [name] : []));
  expect(Object.keys(aims).sort()).toEqual(reaching.sort());
});

describe.each(Object.entries(aims))('%s', (name, aim) => {
  const outcomeOf = async (allow: boolean) => {
    const { asked, client } = connect(allow);
    const call = client.call as unknown as (name: string, input: unknown) => { result: Promise<unknown> };
    const error: unknown = await call(name, aim()).result.then(
      () => null,
      (one: unknown) => one,
    );
    return { code: error instanceof RpcError ? error.code : error, asked };
  };

  it('does not reach the laboratory without leave', async () => {
    expect(await outcomeOf(false)).toEqual({ code: 'refused', asked: [] });
  });

  it('reaches it with leave', async () => {
    expect(await outcomeOf(true)).toMatchObject({ code: 'unable', asked: [expect.any(String)] });
  });
});
