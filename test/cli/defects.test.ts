import { describe, expect, it } from 'vitest';
import { whyNotProgram, whyNotRoot } from '../support/machine.ts';
import { ownSandbox } from './own-sandbox.ts';
import { planOf, whyNotBuilt } from './untorn.ts';

const reason = whyNotBuilt();
const whyNoRun = reason || whyNotRoot() || whyNotProgram('mkfs.ext4');

const sandbox = ownSandbox();

/** Throws where nobody catches, a while after the program has started. */
const boom = (afterMs: number): Record<string, string> => ({
  HOME: sandbox.folder,
  NODE_OPTIONS: `--import=data:text/javascript,setTimeout(()=>{throw(new(Error)("boom"))},${afterMs})`,
});

describe.skipIf(reason)(`what nobody catches ${reason || ''}`, () => {
  it('ends the command as unable, and not as if something differed', async () => {
    const answer = await sandbox.run(['serve'], { environment: boom(1500) });
    expect(answer).toMatchObject({ code: 3, stderr: expect.stringContaining('a defect of Untorn: boom') });
  });

  it.skipIf(whyNoRun)(`leaves nothing behind ${whyNoRun || ''}`, async () => {
    const endless = [{ op: 'many', prefix: 'm', count: 10_000_000, length: 0, how: 'buffered' }];
    const plan = sandbox.write('plan.json', planOf(endless));
    const answer = await sandbox.run(['run', plan], { environment: boom(3000) });
    expect(answer).toMatchObject({ code: 3, stderr: expect.stringContaining('boom') });
    expect(sandbox.leftBehind()).toEqual([]);
  });

  it('does not come of a reader of standard error that goes away', async () => {
    const { process: child, answer } = sandbox.start(['runs', 'compare', 'none', 'nothing'], {
      environment: { HOME: sandbox.folder },
    });
    child.stderr?.destroy();
    expect((await answer).code).toBe(2);
  });
});
