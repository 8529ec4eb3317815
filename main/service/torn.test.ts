import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TornProgress } from '../../core/rpc/index.ts';
import { desktopThatConfirms, setUpService } from '../../test/support/laboratory.ts';
import { powerCutStandIn } from '../../test/support/power-cut-laboratory.ts';
import { sampleCrash, samplePowerCut, sampleShutdown, sampleStorm } from '../../test/support/sample-torn.ts';
import { Unable } from '../failure.ts';
import type { TornLaboratory } from './torn-laboratory.ts';

const able = { possible: true, why: '', remedy: '' } as const;
const laboratory: TornLaboratory = {
  storm: (_, { onEvent }) => {
    for (let done = 0; done < 1000; done++)
      onEvent?.({ type: 'phase', phase: 'verifying', done, total: 1000 });
    return Promise.resolve(sampleStorm());
  },
  shutdowns: () => Promise.resolve(sampleShutdown()),
  crash: () => Promise.reject(new Unable('no recorder')),
  recording: () => Promise.reject(new Unable('no recording')),
  planOf: (folder) => Promise.resolve(`the plan in ${folder}`),
  powerCuts: powerCutStandIn(),
  info: () =>
    Promise.resolve({
      ...{ laboratory: able, recorder: able, ring: able },
      ...{ crashPlans: [], sandboxPlans: [], folder: '/tmp' },
    }),
};
const crashPlan = JSON.stringify({
  version: 1,
  target: { kind: 'loop', size: '300MiB', mkfs: { fs: 'ext4' } },
  files: [{ file: 'a', unit: '2KiB', units: 1 }],
  writes: { count: 1 },
});

const bench = setUpService();

function connect(change: Partial<TornLaboratory> = {}, allowDestructive = false) {
  return bench.connect({}, { torn: { ...laboratory, ...change }, allowDestructive }).client;
}

describe('torn runs over the contract', () => {
  it('tell events at a bounded rate, give the result of the command line, and are kept', async () => {
    const client = connect();
    const events: unknown[] = [];
    const request = { path: join(bench.folder, 'units'), sizeBytes: 65536, unitBytes: [16384] };
    const { result, keptAs } = await client.call('torn.storm', request, (event) => events.push(event)).result;
    expect(result).toEqual(sampleStorm());
    expect(events.length).toBeLessThanOrEqual(3);
    expect(events.at(-1)).toMatchObject({ done: 999 });
    const { runs } = await client.call('runs.list', { words: 'storm' }).result;
    expect(runs).toMatchObject([{ id: keptAs, kind: 'storm' }]);
    const kept = await client.call('runs.get', { id: keptAs ?? '' }).result;
    expect(JSON.parse(kept.plan)).toEqual(request);
    expect((await client.call('torn.shutdown', { filesystem: 'xfs' }).result).result.rounds).toHaveLength(2);
  });

  it.each([
    ['units of no power of two', { path: '/tmp/x', unitBytes: [3000] }],
    ['no writer', { path: '/tmp/x', writers: 0 }],
    ['no time', { path: '/tmp/x', seconds: 0 }],
    ['a member that nobody knows', { path: '/tmp/x', record: '/etc' }],
    ['no path', { path: '' }],
  ])('refuse %s before anything is done', async (_, request) => {
    const client = connect({ storm: () => Promise.reject(new Error('it was begun')) });
    await expect(client.call('torn.storm', request).result).rejects.toMatchObject({ code: 'malformed' });
  });

  it('refuse what destroys, unless they have leave', async () => {
    const path = join(bench.folder, 'precious');
    await writeFile(path, 'something');
    const asked = { path, destroy: path };
    await expect(connect().call('torn.storm', asked).result).rejects.toMatchObject({
      code: 'refused',
      issues: [{ place: 'path' }],
    });
    expect((await connect({}, true).call('torn.storm', asked).result).result.kind).toBe('storm');
  });

  it('go into a sandbox with a name in place of a path, which nothing of this machine answers to', async () => {
    const path = join(bench.folder, 'precious');
    await writeFile(path, 'something');
    const sandbox = { plan: '{}' };
    const { result } = await connect().call('torn.storm', { path, sandbox }).result;
    expect(result.kind).toBe('storm');
  });

  it('run one at a time', async () => {
    let finish = (): void => undefined;
    const first = new Promise<void>((resolve) => (finish = resolve));
    const client = connect({ storm: () => first.then(() => sampleStorm()) });
    const running = client.call('torn.storm', { path: '/tmp/x' });
    const second = client.call('torn.shutdown', { filesystem: 'ext4' });
    await expect(second.result).rejects.toMatchObject({ code: 'busy' });
    finish();
    await running.result;
    expect((await client.call('torn.shutdown', { filesystem: 'ext4' }).result).keptAs).not.toBeNull();
  });

  it('can be stopped, and what was found until then is told', async () => {
    const client = connect({
      storm: (_, { signal }) =>
        new Promise((resolve) => {
          const end = () => resolve(sampleStorm({ endedBy: 'interrupted' }));
          if (signal?.aborted) end();
          signal?.addEventListener('abort', end);
        }),
    });
    const call = client.call('torn.storm', { path: '/tmp/x' });
    call.cancel();
    expect((await call.result).result.endedBy).toBe('interrupted');
  });
});

describe('crash checks over the contract', () => {
  it('name what is wrong with a plan, and what the machine cannot do', async () => {
    const client = connect();
    await expect(client.call('torn.crash', { text: '{}' }).result).rejects.toMatchObject({
      code: 'input',
      issues: [{ place: 'version' }, {}, {}, {}],
    });
    await expect(client.call('torn.crash', { text: crashPlan }).result).rejects.toMatchObject({
      code: 'unable',
    });
  });

  it('keep the states of the last check at hand, and let go of those before', async () => {
    const closed: string[] = [];
    let number = 0;
    const client = connect({
      crash: () => {
        const name = String(++number);
        const exploration = {
          pointCount: 3,
          points: () => [{ index: 0, position: number, free: 0, counts: [] }],
          state: () => null,
        };
        const examined = { report: sampleCrash(), exploration, close: () => closed.push(name) };
        return Promise.resolve(examined as never);
      },
    });
    const { exploration, report } = await client.call('torn.crash', { text: crashPlan }).result;
    expect(report).toEqual(sampleCrash());
    const page = { exploration, skip: 0, take: 10 };
    expect((await client.call('torn.points', page).result).total).toBe(3);
    await expect(client.call('torn.state', { exploration, state: '0:' }).result).rejects.toMatchObject({
      message: 'this check has not looked at the state 0:',
    });
    await client.call('torn.crash', { text: crashPlan }).result;
    expect(closed).toEqual(['1']);
    await expect(client.call('torn.points', page).result).rejects.toMatchObject({ code: 'input' });
  });
});

describe('power cuts over the contract', () => {
  const place = { witness: 'second:7770', key: '/root/key' } as const;

  it('arm a machine, tell what the witness has, and end where they are stopped', async () => {
    const client = connect();
    const events: TornProgress[] = [];
    const call = client.call('torn.arm', { path: join(bench.folder, 'units'), ...place }, (event) => {
      events.push(event);
      if (event.type === 'witness') call.cancel();
    });
    expect((await call.result).endedBy).toBe('interrupted');
    expect(events).toContainEqual({ type: 'witness', run: '1122334455667788', entries: 238, away: '' });
  });

  it('and storms ask on the desktop before they overwrite, and leave it where the user says no', async () => {
    const path = join(bench.folder, 'precious');
    await writeFile(path, 'something');
    const begun: string[] = [];
    const begin = (what: string) => {
      begun.push(what);
      return Promise.reject(new Unable('not here'));
    };
    const asked: unknown[] = [];
    const desktop = desktopThatConfirms((what) => asked.push(what) > 2);
    const torn = {
      ...laboratory,
      storm: () => begin('storm'),
      powerCuts: { ...laboratory.powerCuts, arm: () => begin('arm') },
    };
    const { client } = bench.connect({}, { torn, allowDestructive: true, desktop });
    const wish = { path, destroy: path };
    await expect(client.call('torn.storm', wish).result).rejects.toMatchObject({ code: 'refused' });
    await expect(client.call('torn.arm', { ...wish, ...place }).result).rejects.toMatchObject({
      code: 'refused',
    });
    expect(begun).toEqual([]);
    await expect(client.call('torn.storm', wish).result).rejects.toMatchObject({ code: 'unable' });
    await expect(client.call('torn.arm', { ...wish, ...place }).result).rejects.toMatchObject({
      code: 'unable',
    });
    expect(begun).toEqual(['storm', 'arm']);
    expect(asked).toEqual(Array(4).fill(wish));
  });

  it('refuse to destroy without leave, and what is no witness, before anything is done', async () => {
    const path = join(bench.folder, 'precious');
    await writeFile(path, 'something');
    const asked = { path, destroy: path, ...place };
    await expect(connect().call('torn.arm', asked).result).rejects.toMatchObject({ code: 'refused' });
    for (const change of [{ witness: 'nowhere' }, { key: '' }, { sync: 'none' as never }])
      await expect(connect().call('torn.arm', { ...asked, ...change }).result).rejects.toMatchObject({
        code: 'malformed',
      });
  });

  it('verify what was armed, keep the result, and forget the note with it', async () => {
    const client = connect({ powerCuts: powerCutStandIn() });
    const { armed } = await client.call('torn.armed', {}).result;
    expect(armed).toMatchObject([{ run: '1122334455667788', rebooted: true, witness: 'second:7770' }]);
    expect(Object.keys(armed[0] ?? {})).not.toContain('bootId');
    const run = armed[0]?.run ?? '';
    const { result, keptAs } = await client.call('torn.verify', { from: 'witness', run, ...place }).result;
    expect(result).toEqual(samplePowerCut());
    expect((await client.call('torn.armed', {}).result).armed).toEqual([]);
    const { runs } = await client.call('runs.list', { words: 'power cut S1234' }).result;
    expect(runs).toMatchObject([{ id: keptAs, kind: 'power-cut', verdict: 'faults' }]);
    const page = await client.call('runs.export', { id: keptAs ?? '', format: 'html' }).result;
    expect(page.text).toContain('<rect class="v-stale"');
  });

  it('verify by a record, and forget a note when asked', async () => {
    const client = connect({ powerCuts: powerCutStandIn() });
    const { result } = await client.call('torn.verify', { from: 'record', folder: '/tmp/record' }).result;
    expect(result.kind).toBe('verify');
    await client.call('torn.forget', { run: '1122334455667788' }).result;
    expect((await client.call('torn.armed', {}).result).armed).toEqual([]);
  });

  it('rehearse, cut by cut, and keep what came of it', async () => {
    const client = connect();
    const events: TornProgress[] = [];
    const { result, keptAs } = await client.call('torn.rehearse', { lies: true }, (event) =>
      events.push(event),
    ).result;
    expect(result.verdict).toBe('faults');
    expect(events.filter(({ type }) => type === 'cut')).toHaveLength(2);
    expect((await client.call('runs.get', { id: keptAs ?? '' }).result).version).toBe(2);
  });
});

describe('recordings that were kept', () => {
  it('are checked in place of a new one, with the plan beside them', async () => {
    const asked: unknown[] = [];
    const examined = { report: sampleCrash(), exploration: {}, close: () => undefined };
    const open = (...what: unknown[]) => {
      asked.push(what.filter((one) => typeof one === 'string'));
      return Promise.resolve(examined as never);
    };
    const client = connect({
      crash: (_, { keep = 'none' }) => open('new', keep),
      recording: (_, kept) => open('kept', kept),
    });
    expect((await client.call('torn.recording', { folder: '/tmp/r' }).result).text).toBe(
      'the plan in /tmp/r',
    );
    await client.call('torn.crash', { text: crashPlan, keep: '/tmp/r' }).result;
    await client.call('torn.crash', { text: crashPlan, recording: '/tmp/r' }).result;
    expect(asked).toEqual([
      ['new', '/tmp/r'],
      ['kept', '/tmp/r'],
    ]);
  });
});
