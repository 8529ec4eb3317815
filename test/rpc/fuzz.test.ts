import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { Random } from '../../core/experiment/generate/random.ts';
import type { UntornService } from '../../core/rpc/index.ts';
import { serviceWith } from '../support/service.ts';
import { breakers, usedId } from './malformed.ts';
import { transports, type Connected } from './transports.ts';

const seed = Number(process.env['UNTORN_FUZZ_SEED'] ?? 1);
const count = 100_000;
/** Sent before their answers are waited for. */
const batch = 500;
const growthBytesMax = 32 * 2 ** 20;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function heapBytes(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

/** What a page hears, and how to wait for it. */
function listen({ page }: Connected) {
  const heard: string[] = [];
  let wanted = Infinity;
  let enough = (): void => undefined;
  page.onMessage((text) => {
    heard.push(String(text));
    if (heard.length >= wanted) enough();
  });
  return {
    /** The next `number` messages. */
    async take(number: number): Promise<string[]> {
      wanted = number;
      if (heard.length < number) await new Promise<void>((resolve) => (enough = resolve));
      return heard.splice(0, number);
    },
  };
}

/** Every message is broken; each has to be refused in one line, and nothing may come of it. */
describe.each(Object.entries(transports))(`${count} broken messages over %s (seed ${seed})`, (_, connect) => {
  it('are refused one by one, and nothing is done', { timeout: 300_000 }, async () => {
    const executed: string[] = [];
    const nobody = { 'examples.list': () => Promise.resolve([]) } satisfies Partial<UntornService>;
    const connected = await connect(serviceWith(nobody, (name) => executed.push(name)));
    const { page } = connected;
    const ear = listen(connected);
    page.send(`{"kind":"request","id":${usedId},"procedure":"examples.list","input":{}}`);
    expect(await ear.take(1)).toEqual([`{"kind":"result","id":${usedId},"value":[]}`]);

    const random = new Random(seed);
    let lastId = usedId;
    const nextId = () => ++lastId;
    const kinds = Object.keys(breakers);
    const before = heapBytes();
    let sent = 0;
    while (sent < count) {
      const messages = Array.from({ length: batch }, () => {
        const kind = random.pick(kinds);
        return { kind, text: breakers[kind]?.(random, nextId) ?? '' };
      });
      for (const { text } of messages) page.send(text);
      const answers = await ear.take(batch);
      for (const answer of answers) judge(answer, messages);
      if (sent % 10_000 === 0) connected.sendOther(sent);
      if (sent % 10_000 === 0) judge((await ear.take(1))[0] ?? '', []);
      sent += batch;
    }
    expect(executed).toEqual([]);
    expect(connected.defects).toEqual([]);
    expect(heapBytes() - before).toBeLessThan(growthBytesMax);

    page.send(`{"kind":"request","id":${nextId()},"procedure":"examples.list","input":{}}`);
    expect(await ear.take(1)).toEqual([`{"kind":"result","id":${lastId},"value":[]}`]);
    await connected.close();
  });
});

/** Compared by hand: an assertion of the test runner for each message would take longer than the messages. */
function judge(answer: string, messages: readonly { kind: string; text: string }[]): void {
  const { kind, id, error } = JSON.parse(answer) as Partial<Refusal>;
  const isRefusal = kind === 'error' && error?.code === 'malformed' && typeof error.message === 'string';
  if (isRefusal && answer.length < 6000) return;
  const to = messages.find(({ text }) => text.includes(`"id":${id}`));
  throw new Error(`${to?.kind}: ${to?.text.slice(0, 500)} was answered with ${answer.slice(0, 500)}`);
}

interface Refusal {
  readonly kind: unknown;
  readonly id: unknown;
  readonly error: { readonly code: unknown; readonly message: unknown };
}
