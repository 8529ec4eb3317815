import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { connectClient, contract, RpcError } from '../../core/rpc/index.ts';
import { webSocketTransport } from '../../main/serve/channel.ts';
import { openSocket } from '../support/serving.ts';
import { ownSandbox } from './own-sandbox.ts';
import { whyNotBuilt } from './untorn.ts';

const whyNot = whyNotBuilt();

const sandbox = ownSandbox();

/** Starts `untorn serve FLAGS`, connects as its page does, and ends both. */
async function withServer<T>(
  flags: readonly string[],
  work: (client: ReturnType<typeof connectClient<typeof contract>>) => Promise<T>,
): Promise<T> {
  const server = sandbox.start(['serve', '--json', ...flags], { environment: { HOME: sandbox.folder } });
  const line = await new Promise<string>((resolve) =>
    createInterface({ input: server.process.stdout as NodeJS.ReadableStream }).once('line', resolve),
  );
  const socket = await openSocket((JSON.parse(line) as { url: string }).url);
  try {
    return await work(connectClient(contract, webSocketTransport(socket)));
  } finally {
    socket.terminate();
    server.process.kill('SIGINT');
    // As for every command that a signal ends.
    expect((await server.answer).code).toBe(130);
  }
}

const failureOf = (call: { result: Promise<unknown> }) =>
  call.result.then(
    () => null,
    (error: unknown) => (error instanceof RpcError ? error : null),
  );

/** On a device that there is not: nothing is lost where the refusal fails. */
const onDevice = JSON.stringify({
  version: 1,
  name: 'on a device',
  target: { kind: 'block', path: '/dev/untorn-no-such', mkfs: { fs: 'ext4', args: ['-b', '4096'] } },
  steps: [{ op: 'create', file: 'a' }],
});

describe.skipIf(whyNot)(`untorn serve${whyNot ? ` (${whyNot})` : ''}`, () => {
  it('refuses what would destroy something', async () => {
    const precious = sandbox.write('precious', 'what somebody wrote');
    await withServer([], async (client) => {
      expect((await client.call('host.info', {}).result).destructive).toBe(false);
      expect(await failureOf(client.call('plan.predict', { text: onDevice }))).toMatchObject({
        code: 'refused',
        issues: [{ place: 'target.kind' }],
      });
      expect(await failureOf(client.call('plan.run', { text: onDevice }))).toMatchObject({ code: 'refused' });
      const storm = client.call('torn.storm', { path: precious, destroy: precious });
      expect(await failureOf(storm)).toMatchObject({ code: 'refused' });
    });
    expect(readFileSync(precious, 'utf8')).toBe('what somebody wrote');
  });

  it('judges it like everywhere else with --allow-destructive', async () => {
    await withServer(['--allow-destructive'], async (client) => {
      expect((await client.call('host.info', {}).result).destructive).toBe(true);
      const error = await failureOf(client.call('plan.run', { text: onDevice }));
      expect(error?.code).not.toBe('refused');
      expect(error?.message).toContain('/dev/untorn-no-such');
    });
  });
});
