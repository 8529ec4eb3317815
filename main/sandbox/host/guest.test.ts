import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { GuestConversation } from './guest.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'untorn-test-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => {
  vi.restoreAllMocks();
});

const patience = { bootMs: 20_000, silenceMs: 20_000, stepMs: 19_999 };

/** A guest whose machine is a script of the shell's; what it says goes to descriptor 3. */
const guest = (script: string): GuestConversation => {
  const machine = { command: ['sh', '-c', script] as const, modules: [], scsiModule: null, seesHost: true };
  return new GuestConversation({ ...machine, command: [...machine.command] }, 'a script', folder, patience);
};

const hello = `echo '{"kind":"hello","facts":{"release":"6.18.0"}}' >&3; read request <&3`;
const setUp = `echo '{"kind":"done","id":1,"value":null}' >&3`;
/** Timers of the conversation's that have been set and not cleared. */
function watchTimers(): ReadonlySet<unknown> {
  const open = new Set<unknown>();
  const { setTimeout: set, clearTimeout: clear } = globalThis;
  vi.spyOn(globalThis, 'setTimeout').mockImplementation(((work: () => void, ms?: number) => {
    const timer = set(work, ms);
    if (ms === patience.stepMs) open.add(timer);
    return timer;
  }) as typeof setTimeout);
  vi.spyOn(globalThis, 'clearTimeout').mockImplementation((timer) => {
    open.delete(timer);
    clear(timer);
  });
  return open;
}

describe('the conversation with a guest', () => {
  it('ends with one error where the guest says what nobody understands', async () => {
    const conversation = guest(`echo 'Oops: 0000 [#1]' >&3; sleep 60`);
    await expect(conversation.hello()).rejects.toThrow(/a script\) says what nobody understands/);
    await conversation.close();
  });

  it('takes a line in whatever pieces it comes', async () => {
    const inPieces = `printf '{"kind":"hel' >&3; sleep 0.1; printf 'lo","facts":{}}\\n{"kind":"beat"}\\n' >&3; read a <&3`;
    const conversation = guest(`${inPieces}; ${setUp}; read more <&3`);
    expect(await conversation.hello()).toEqual({});
    await conversation.close();
  });

  it('keeps nobody waiting for a guest that goes on talking while it is sent home', async () => {
    const timers = watchTimers();
    const late = `echo '{"kind":"note","id":1,"text":"late"}' >&3; sleep 0.1`;
    const conversation = guest(`${hello}; ${setUp}; read more <&3; ${late}; ${late}`);
    expect(await conversation.hello()).toEqual({ release: '6.18.0' });
    await conversation.close();
    expect([...timers]).toEqual([]);
  });

  it('kills nobody once the machine has gone: its number may be another one’s', async () => {
    const conversation = guest(`${hello}; ${setUp}; read more <&3`);
    await conversation.hello();
    await conversation.close();
    const kill = vi.spyOn(process, 'kill');
    await conversation.close();
    conversation.stop(new Error('late'));
    expect(kill).not.toHaveBeenCalled();
  });

  it('kills what the machine has started, too', async () => {
    const conversation = guest(`sleep 600 & echo $! > ${folder}/child; ${hello}; ${setUp}; exit`);
    await conversation.hello().catch(() => undefined);
    await conversation.ended();
    const child = readFileSync(path.join(folder, 'child'), 'utf8').trim();
    await expect
      .poll(
        () =>
          existsSync(`/proc/${child}`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${child}/status`, 'utf8')),
      )
      .toBe(false);
  });
});
