import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { Random } from '../../core/experiment/generate/random.ts';
import {
  connectClient,
  contract,
  RpcError,
  type Client,
  type UntornContract,
  type UntornService,
} from '../../core/rpc/index.ts';
import type { Procedure } from '../../core/rpc/procedure.ts';
import { sampleOf } from './samples.ts';
import { transports } from './transports.ts';

/** The contract as it is, procedure by procedure, over every way between page and service: nothing is listed by hand. */

const seed = Number(process.env['UNTORN_FUZZ_SEED'] ?? 1);
const rounds = 20;
type Name = keyof UntornContract;
const procedures = Object.entries(contract) as unknown as [Name, Procedure][];

interface Script {
  readonly input: unknown;
  readonly events: readonly unknown[];
  readonly output: unknown;
}

function write({ input, event, output }: Procedure, random: Random): Script {
  return {
    input: sampleOf(input, random),
    events: Array.from({ length: 3 }, () => event).flatMap((one) =>
      one.type === 'never' ? [] : [sampleOf(one, random)],
    ),
    output: sampleOf(output, random),
  };
}

/** A service that is asked for `script` and does what stands there. */
function actor() {
  const stage = { script: null as Script | null, heard: [] as [Name, unknown][] };
  const play =
    (name: Name) =>
    (input: unknown, { emit }: { emit(event: unknown): void }) => {
      stage.heard.push([name, input]);
      for (const event of stage.script?.events ?? []) emit(event);
      return Promise.resolve(stage.script?.output);
    };
  const service = Object.fromEntries(procedures.map(([name]) => [name, play(name)]));
  return { stage, service: service as unknown as UntornService };
}

/** The client without the types of a single procedure. */
type AnyCall = (
  name: Name,
  input: unknown,
  onEvent: (event: unknown) => void,
) => { result: Promise<unknown> };
const callOf = (client: Client<UntornContract>) => client.call as unknown as AnyCall;

describe.each(Object.entries(transports))(`every procedure over %s (seed ${seed})`, (_name, connect) => {
  it('carries what its schemas take, both ways, unchanged', async () => {
    const random = new Random(seed);
    const { stage, service } = actor();
    const connected = await connect(service);
    const call = callOf(connectClient(contract, connected.page));
    for (const [name, procedure] of procedures) {
      for (let round = 0; round < rounds; round++) {
        const script = write(procedure, random);
        stage.script = script;
        stage.heard = [];
        const events: unknown[] = [];
        const output = await call(name, script.input, (event) => events.push(event)).result;
        expect({ name, heard: stage.heard, events, output }).toEqual({
          name,
          heard: [[name, script.input]],
          events: script.events,
          output: script.output,
        });
      }
    }
    expect(connected.defects).toEqual([]);
    await connected.close();
  });

  it('refuses a field too many, a field too few and what is no object, and does nothing', async () => {
    const random = new Random(seed);
    const { stage, service } = actor();
    const connected = await connect(service);
    // Past the client, which would judge the input itself.
    const answers: string[] = [];
    connected.page.onMessage((text) => answers.push(String(text)));
    let id = 0;
    for (const [name, { input: schema }] of procedures) {
      const input = sampleOf(schema, random) as Record<string, unknown>;
      const without = Object.keys(input).map((name) =>
        Object.fromEntries(Object.entries(input).filter(([one]) => one !== name)),
      );
      const tooFew = without.filter((one) => !v.is(schema, one));
      const broken = [{ ...input, surplus: 1 }, null, 7, 'text', [], [input], ...tooFew];
      for (const one of broken) {
        id++;
        connected.page.send(JSON.stringify({ kind: 'request', id, procedure: name, input: one }));
      }
    }
    await expect.poll(() => answers.length).toBe(id);
    const codes = answers.map((text) => (JSON.parse(text) as { error?: { code: string } }).error?.code);
    expect(new Set(codes)).toEqual(new Set(['malformed']));
    expect(stage.heard).toEqual([]);
    await connected.close();
  });
});

describe('a service that breaks the contract', () => {
  it.each(procedures)('in %s: its caller learns of a defect and nothing more', async (name, procedure) => {
    const random = new Random(seed);
    const { stage, service } = actor();
    const connected = await (transports['memory'] ?? expect.unreachable())(service);
    const call = callOf(connectClient(contract, connected.page));
    const script = write(procedure, random);
    stage.script = { ...script, events: [], output: { surplus: 'a secret' } };
    const defect = { code: 'internal', message: 'a defect of Untorn ended this call' };
    const failure = async () =>
      call(name, script.input, () => undefined).result.then(
        () => null,
        (error: unknown) => (error instanceof RpcError ? error.toBody() : error),
      );
    expect(await failure()).toMatchObject(defect);
    stage.script = { ...script, events: [{ surplus: 'a secret' }] };
    expect(await failure()).toMatchObject(defect);
    expect(connected.defects).toHaveLength(2);
    await connected.close();
  });
});
