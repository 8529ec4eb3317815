/** The question about what a killed run has left behind, on a terminal (util-linux's script makes one). */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { whyNotProgram } from '../support/machine.ts';
import { command, Sandbox, whyNotBuilt } from './untorn.ts';

const why = whyNotBuilt() || whyNotProgram('script');
const question = 'untorn: remove it? [y/N] ';

describe.skipIf(why)(`the question about leftovers${why ? ` (${why})` : ''}`, () => {
  let sandbox: Sandbox;
  let leftover: string;
  beforeEach(() => {
    sandbox = new Sandbox();
    mkdirSync(path.join(sandbox.folder, 'run'));
    leftover = path.join(sandbox.temp, 'untorn-AbC123');
    mkdirSync(leftover, { mode: 0o700 });
    const owner = { pid: 1, startTicks: '1', bootId: '00000000-0000-4000-8000-000000000000' };
    const record = { format: 1, token: path.basename(leftover), owner, directory: null };
    writeFileSync(path.join(leftover, 'untorn-lab.json'), JSON.stringify(record));
  });
  afterEach(() => sandbox.remove());

  /** Starts a quick command, and does something once the question stands there. */
  function ask(
    act: (type: (text: string) => void, pid: number) => void,
  ): Promise<{ code: number | null; shown: string }> {
    const words = `echo pid $$; exec "$UNTORN_NODE" "$UNTORN_COMMAND" probe "$UNTORN_TARGET"`;
    const child = spawn('script', ['-qec', words, '/dev/null'], {
      env: {
        // Of its own, too: "yes" is for what this test has left behind, and for nothing else.
        ...{ XDG_RUNTIME_DIR: path.join(sandbox.folder, 'run'), TMPDIR: sandbox.temp },
        ...{ PATH: process.env['PATH'], TERM: 'dumb', SHELL: '/bin/sh' },
        ...{ UNTORN_NODE: process.execPath, UNTORN_COMMAND: command, UNTORN_TARGET: sandbox.folder },
      },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let shown = '';
    let isAsked = false;
    child.stdout.on('data', (part: Buffer) => {
      shown += part.toString();
      if (isAsked || !shown.includes(question)) return;
      isAsked = true;
      act((text) => child.stdin.write(text), Number(/pid (\d+)/.exec(shown)?.[1]));
    });
    return new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => resolve({ code, shown: shown.replaceAll('\r', '') }));
    });
  }
  /** What was shown behind the question. */
  const after = (shown: string) => shown.slice(shown.indexOf(question) + question.length);

  it.each([
    ['Ctrl-C', 130, (type: (text: string) => void) => type('\u0003')],
    ['SIGTERM', 143, (_: unknown, pid: number) => void process.kill(pid, 'SIGTERM')],
  ])('ends at %s as interrupted, with %i, and removes nothing', async (_, code, act) => {
    const answer = await ask(act);
    expect(after(answer.shown)).toMatch(/^(\^C)?\nuntorn: interrupted; "untorn clean" removes it\n$/);
    expect(answer.code).toBe(code);
    expect(existsSync(leftover)).toBe(true);
  });

  it.each([
    ['n', 'n\n', true],
    ['the end of input', '\u0004', true],
    ['yes', 'yes\n', false],
  ])('goes on after %s', async (_, typed, isKept) => {
    const { code, shown } = await ask((type) => type(typed));
    expect(code).toBe(0);
    expect(after(shown).includes('untorn: "untorn clean" removes it\n')).toBe(isKept);
    expect(after(shown)).toContain(sandbox.folder);
    expect(existsSync(leftover)).toBe(isKept);
  });
});
