import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { connectClient, memoryTransports, RpcError, serveRpc, type Transport } from './index.ts';
import { procedure, type Implementation } from './procedure.ts';

const contract = {
  double: procedure({ input: v.number(), output: v.number(), event: v.string() }),
  wait: procedure({ input: v.strictObject({}), output: v.string() }),
  fail: procedure({ input: v.picklist(['known', 'unknown', 'wrong answer']), output: v.number() }),
};

const implementation: Implementation<typeof contract> = {
  double: async (input, { emit }) => {
    emit('half way');
    return input * 2;
  },
  wait: (_, { cancellation }) =>
    new Promise((_resolve, reject) => {
      cancellation.onRequest(() => reject(new RpcError('cancelled', 'cancelled')));
    }),
  fail: async (input) => {
    if (input === 'known') throw new RpcError('input', 'no', [{ place: 'steps[0]', message: 'no' }]);
    if (input === 'wrong answer') return 'seven' as unknown as number;
    throw new TypeError('a secret path');
  },
};

function pair(options: { callsMax?: number } = {}) {
  const [near, far] = memoryTransports();
  const defects: unknown[] = [];
  serveRpc(contract, implementation, far, { ...options, onDefect: (error) => defects.push(error) });
  const refused: RpcError[] = [];
  return { client: connectClient(contract, near, (error) => refused.push(error)), near, defects, refused };
}

/** The raw end of a channel whose other end is a service. */
function raw(): { transport: Transport; received: string[] } {
  const [near, far] = memoryTransports();
  serveRpc(contract, implementation, far);
  const received: string[] = [];
  near.onMessage((text) => received.push(String(text)));
  return { transport: near, received };
}

const settled = async () => {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
};

describe('a call', () => {
  it('brings its events and then its result', async () => {
    const events: string[] = [];
    expect(await pair().client.call('double', 21, (event) => events.push(event)).result).toBe(42);
    expect(events).toEqual(['half way']);
  });

  it('is refused at the caller where its input breaks the contract', async () => {
    const { client } = pair();
    await expect(client.call('double', 'x' as unknown as number).result).rejects.toMatchObject({
      code: 'malformed',
    });
  });

  it('can be cancelled', async () => {
    const call = pair().client.call('wait', {});
    call.cancel();
    await expect(call.result).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('brings a known error whole, and of a defect only that there was one', async () => {
    const { client, defects } = pair();
    await expect(client.call('fail', 'known').result).rejects.toMatchObject({
      code: 'input',
      issues: [{ place: 'steps[0]', message: 'no' }],
    });
    const error = await client.call('fail', 'unknown').result.catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'internal' });
    expect((error as Error).message).not.toContain('secret');
    expect(defects).toHaveLength(1);
  });

  it('fails where the service itself would break the contract', async () => {
    const { client, defects } = pair();
    await expect(client.call('fail', 'wrong answer').result).rejects.toMatchObject({ code: 'internal' });
    expect(String(defects[0])).toContain('breaks the contract');
  });

  it('ends when the channel closes, and is refused afterwards', async () => {
    const { client } = pair();
    const call = client.call('wait', {});
    client.close();
    await expect(call.result).rejects.toMatchObject({ code: 'closed' });
    await expect(client.call('double', 1).result).rejects.toMatchObject({ code: 'closed' });
  });

  it('is refused when too many are under way', async () => {
    const { client } = pair({ callsMax: 2 });
    const calls = [client.call('wait', {}), client.call('wait', {})];
    await expect(client.call('double', 1).result).rejects.toMatchObject({ code: 'busy' });
    for (const call of calls) call.cancel();
    await Promise.allSettled(calls.map(({ result }) => result));
    expect(await client.call('double', 1).result).toBe(2);
  });
});

describe('a service that is sent nonsense', () => {
  it.each([
    ['no JSON', '{'],
    ['no object', '7'],
    ['an unknown kind', '{"kind":"shout","id":1}'],
    ['a field too many', '{"kind":"request","id":1,"procedure":"double","input":1,"also":1}'],
    ['an id that is no number', '{"kind":"request","id":"1","procedure":"double","input":1}'],
    ['an id of zero', '{"kind":"request","id":0,"procedure":"double","input":1}'],
    ['the frame of a service', '{"kind":"result","id":1,"value":1}'],
    ['an unknown procedure', '{"kind":"request","id":1,"procedure":"toString","input":1}'],
    ['a wrong input', '{"kind":"request","id":1,"procedure":"double","input":"1"}'],
  ])('refuses %s and goes on', async (_, text) => {
    const { transport, received } = raw();
    transport.send(text);
    transport.send('{"kind":"request","id":2,"procedure":"double","input":4}');
    await settled();
    expect(JSON.parse(received[0] ?? '')).toMatchObject({ kind: 'error', error: { code: 'malformed' } });
    expect(JSON.parse(received.at(-1) ?? '')).toEqual({ kind: 'result', id: 2, value: 8 });
  });

  it('refuses an id that was used before', async () => {
    const { transport, received } = raw();
    transport.send('{"kind":"request","id":5,"procedure":"wait","input":{}}');
    transport.send('{"kind":"request","id":5,"procedure":"wait","input":{}}');
    await settled();
    expect(received.map((text) => JSON.parse(text))).toMatchObject([{ kind: 'error', id: null }]);
  });

  it('survives any text and any JSON', async () => {
    const frameLike = fc.record({
      kind: fc.constantFrom('request', 'cancel', 'event', 'result', 'error'),
      id: fc.anything(),
      procedure: fc.oneof(fc.constantFrom('double', 'wait', '__proto__', 'constructor'), fc.string()),
      input: fc.anything(),
    });
    const message = fc.oneof(
      fc.string(),
      fc.json(),
      frameLike.map((frame) => String(JSON.stringify(frame))),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(message, { maxLength: 20 }), async (messages) => {
        const { transport, received } = raw();
        for (const text of messages) transport.send(text);
        transport.send(`{"kind":"request","id":${Number.MAX_SAFE_INTEGER},"procedure":"double","input":4}`);
        for (let turn = 0; turn < 5; turn++) await settled();
        expect(JSON.parse(received.at(-1) ?? '')).toMatchObject({ value: 8 });
      }),
    );
  });
});

describe('a client that is sent nonsense', () => {
  it.each([
    ['no JSON', '{'],
    ['an answer to no call', '{"kind":"result","id":99,"value":1}'],
    ['an event of another form', '{"kind":"event","id":1,"event":7}'],
    [
      'an error without id',
      '{"kind":"error","id":null,"error":{"code":"malformed","message":"m","issues":[]}}',
    ],
  ])('reports %s and goes on', async (_, text) => {
    const [near, far] = memoryTransports();
    const refused: RpcError[] = [];
    const client = connectClient(contract, near, (error) => refused.push(error));
    const call = client.call('double', 1, () => undefined);
    far.send(text);
    far.send('{"kind":"result","id":1,"value":2}');
    expect(await call.result).toBe(2);
    expect(refused).toHaveLength(1);
  });

  it('rejects the call whose result breaks the contract', async () => {
    const [near, far] = memoryTransports();
    const client = connectClient(contract, near);
    const call = client.call('double', 1);
    far.send('{"kind":"result","id":1,"value":"two"}');
    await expect(call.result).rejects.toMatchObject({ code: 'malformed' });
  });
});
