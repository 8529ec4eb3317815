import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  connectClient,
  contract,
  requestLengthMax,
  RpcError,
  type Client,
  type UntornContract,
  type UntornService,
} from '../../core/rpc/index.ts';
import { serviceWith } from '../support/service.ts';
import { transports, type Connected } from './transports.ts';

/** One suite for all ways between page and service: a page cannot tell which one it is on. */

let cancelled: string[];
const untilCancelled =
  (name: string) =>
  (_input: unknown, { cancellation }: { cancellation: Cancellation }) =>
    new Promise<never>((_resolve, reject) => {
      cancellation.onRequest(() => {
        cancelled.push(name);
        reject(new RpcError('cancelled', 'cancelled'));
      });
    });
interface Cancellation {
  onRequest(listener: () => void): void;
}

const example = (text: string) => ({ id: 'a', title: 'A', text });
const longText = 'é𝄞\u2028"\\\n'.repeat(1_000_000);

const service: UntornService = serviceWith({
  'examples.list': () => Promise.resolve([example('{}')]),
  'path.probe': ({ path }) => {
    if (path === '/input') throw new RpcError('input', 'no', [{ place: path, message: 'no such file' }]);
    if (path === '/unable') return Promise.reject(new RpcError('unable', 'takes root'));
    if (path === '/defect') throw new TypeError('a secret: /root/.ssh');
    return Promise.resolve({ path } as never);
  },
  'plan.check': ({ text }) =>
    Promise.resolve({ ok: false as const, issues: [{ place: String(text.length), message: text }] }),
  'plan.predict': (_input, { emit }) => {
    for (let done = 0; done < 1000; done++) emit({ phase: 'step', done, total: 1000 });
    throw new RpcError('refused', 'not here');
  },
  'plan.run': untilCancelled('plan.run'),
});

describe.each(Object.entries(transports))('over %s', (_name, connect) => {
  let connected: Connected;
  let client: Client<UntornContract>;
  let refusals: RpcError[];
  beforeEach(async () => {
    cancelled = [];
    refusals = [];
    connected = await connect(service);
    client = connectClient(contract, connected.page, (error) => refusals.push(error));
  });
  afterEach(() => connected.close());

  const failureOf = (call: { result: Promise<unknown> }) => call.result.then(() => null, errorBody);
  const errorBody = (error: unknown) => {
    if (!(error instanceof RpcError)) throw error;
    return error.toBody();
  };

  it('a call brings its result', async () => {
    expect(await client.call('examples.list', {}).result).toEqual([example('{}')]);
  });

  it('a call brings all of its events in order, and then its end', async () => {
    const events: unknown[] = [];
    const call = client.call('plan.predict', { text: '{}' }, ({ done }) => events.push(done));
    expect(await failureOf(call)).toEqual({ code: 'refused', message: 'not here', issues: [] });
    expect(events).toEqual(Array.from({ length: 1000 }, (_, index) => index));
  });

  it('failures have one form', async () => {
    const probe = (path: string) => failureOf(client.call('path.probe', { path }));
    expect(await probe('/input')).toEqual({
      code: 'input',
      message: 'no',
      issues: [{ place: '/input', message: 'no such file' }],
    });
    expect(await probe('/unable')).toEqual({ code: 'unable', message: 'takes root', issues: [] });
    const defect = { code: 'internal', message: 'a defect of Untorn ended this call', issues: [] };
    expect(await probe('/defect')).toEqual(defect);
    expect(await probe('/breaks the contract')).toEqual(defect);
    expect(connected.defects.map(String)).toEqual([
      'TypeError: a secret: /root/.ssh',
      expect.stringContaining('what path.probe answers breaks the contract'),
    ]);
    expect(refusals).toEqual([]);
  });

  it('a call can be cancelled, and another one goes on', async () => {
    const [one, other] = [client.call('plan.run', { text: '1' }), client.call('examples.list', {})];
    one.cancel();
    expect(await failureOf(one)).toEqual({ code: 'cancelled', message: 'cancelled', issues: [] });
    expect(await other.result).toHaveLength(1);
    expect(cancelled).toEqual(['plan.run']);
  });

  it('the end of the channel cancels what is under way, and refuses what comes later', async () => {
    const call = client.call('plan.run', { text: '1' });
    const end = failureOf(call);
    await client.call('examples.list', {}).result;
    client.close();
    expect(await end).toEqual({ code: 'closed', message: 'the connection was closed', issues: [] });
    await expect.poll(() => cancelled).toEqual(['plan.run']);
    expect(await failureOf(client.call('examples.list', {}))).toMatchObject({ code: 'closed' });
  });

  it('only so many calls are under way at once', async () => {
    const calls = Array.from({ length: 16 }, () => client.call('plan.run', { text: '1' }));
    const ends = calls.map(failureOf);
    expect(await failureOf(client.call('examples.list', {}))).toEqual({
      code: 'busy',
      message: 'more than 16 calls at once',
      issues: [],
    });
    for (const call of calls) call.cancel();
    await Promise.all(ends);
    expect(await client.call('examples.list', {}).result).toHaveLength(1);
  });

  it('a text of many megabytes comes back as it went, whatever is in it', async () => {
    const check = await client.call('plan.check', { text: longText }).result;
    if (check.ok) throw new Error('no issues');
    expect(check.issues[0]?.place).toBe(String(longText.length));
    expect(check.issues[0]?.message === longText).toBe(true);
  });

  it('a message that is too long is refused, by the page itself and by the service', async () => {
    const message = `a message is longer than ${requestLengthMax}`;
    // Every character is written as six: the input is within its limit, the message is not.
    const call = client.call('plan.check', { text: '\u0001'.repeat(3_000_000) });
    expect(await failureOf(call)).toEqual({ code: 'malformed', message, issues: [] });
    connected.page.send(' '.repeat(requestLengthMax + 1));
    await expect.poll(() => refusals.map((error) => error.message)).toEqual([message]);
    expect(await client.call('examples.list', {}).result).toHaveLength(1);
  });

  it('what is no text is refused, and the channel goes on', async () => {
    connected.sendOther(7);
    await expect
      .poll(() => refusals.map(errorBody))
      .toEqual([{ code: 'malformed', message: 'a message must be a text', issues: [] }]);
    expect(await client.call('examples.list', {}).result).toHaveLength(1);
  });

  it('a refusal is short, however long what it is about', async () => {
    const texts: string[] = [];
    connected.page.onMessage((text) => texts.push(String(text)));
    const key = 'k'.repeat(1_000_000);
    connected.page.send(`{"kind":"request","id":1,"procedure":"examples.list","input":{"${key}":1}}`);
    connected.page.send(`{"kind":"${key}"}`);
    await expect.poll(() => texts).toHaveLength(2);
    for (const text of texts) expect(text.length).toBeLessThan(2000);
    expect(texts.map((text) => (JSON.parse(text) as { id: unknown }).id)).toEqual([1, null]);
  });
});
