import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect } from 'vitest';
import { findLeftovers, removeLeftovers, type Leftover } from '../../main/lab/index.ts';

/** Plans in processes of their own (plan-child.ts); what is left of them is removed after each test. */
export interface PlanChildren {
  /** Starts one, its plan in the test's folder, and waits until it has said `word`. */
  start(what: 'lab' | 'crash', plan: object, word: string): Promise<ChildProcess>;
  end(child: ChildProcess, signal: NodeJS.Signals): Promise<void>;
  /** Others may run the lab on this machine: only what lies in our temp directory is ours to judge. */
  ownLeftovers(): Promise<readonly Leftover[]>;
}

/** @param temp The test's own temp directory, which the children have, too. */
export function usePlanChildren(temp: () => string): PlanChildren {
  const children: ChildProcess[] = [];
  const ownLeftovers = async (): Promise<Leftover[]> =>
    (await findLeftovers()).filter(({ folder }) => folder.path.startsWith(`${temp()}/`));
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    await removeLeftovers(await ownLeftovers());
  });
  return {
    ownLeftovers,
    async start(what, plan, word) {
      const planFile = path.join(temp(), 'plan.json');
      writeFileSync(planFile, JSON.stringify(plan));
      const words = ['test/support/run-ts.mjs', 'test/support/plan-child.ts', what, planFile];
      const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
      children.push(child);
      let said = '';
      child.stdout.on('data', (text: Buffer) => (said += text.toString()));
      await expect.poll(() => said, { timeout: 60_000 }).toContain(word);
      return child;
    },
    async end(child, signal) {
      const exited = once(child, 'exit');
      child.kill(signal);
      await exited;
    },
  };
}
