import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mostConnections, startWitness, type Witness, type WitnessOptions } from './server.ts';

let folder: string;
let witness: Witness;
let lines: string[];
const sockets: Socket[] = [];

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'untorn-test-'));
  lines = [];
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await witness.close();
  rmSync(folder, { recursive: true });
});

async function start(more: Partial<WitnessOptions> = {}): Promise<void> {
  const key = Buffer.from('a key that both machines share');
  const onLine = (line: string): void => void lines.push(line);
  witness = await startWitness({ host: '127.0.0.1', port: 0, folder, key, onLine, ...more });
}

const hello = `${JSON.stringify({ hello: 1, role: 'reader', run: '0'.repeat(16), nonce: '0'.repeat(64) })}\n`;

/** Says something; whether the witness answers, or ends the connection without a word. */
function greet(text = hello): Promise<'answered' | 'closed'> {
  const socket = connect(witness.port, '127.0.0.1');
  sockets.push(socket);
  return new Promise((resolve) => {
    socket.on('error', () => undefined);
    socket.on('data', () => resolve('answered'));
    socket.on('close', () => resolve('closed'));
    socket.write(text);
  });
}

describe('the connections of a witness', () => {
  it('are so many at once and no more; where one goes, another may come', async () => {
    await start();
    for (let i = 0; i < mostConnections; i++) expect(await greet()).toBe('answered');
    expect(await greet()).toBe('closed');
    await expect
      .poll(() => lines.join('\n'))
      .toContain(`turned away: ${mostConnections} connections are open`);
    sockets[0]?.destroy();
    await expect.poll(() => greet()).toBe('answered');
  });

  it.each([
    ['say nothing', ''],
    ['have no end of a line', '{'],
    ['never show that they have the key', hello],
  ])('end after a while where they %s', async (_, text) => {
    await start({ patienceMilliseconds: 50 });
    await greet(text);
    const [socket] = sockets;
    await expect.poll(() => socket?.closed, { timeout: 5000 }).toBe(true);
    await expect.poll(() => lines.join('\n')).toContain('turned away: nothing was said');
  });
});
