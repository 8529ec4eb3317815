import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { differingRun, sampleRun } from '../support/sample-run.ts';
import { ownSandbox } from './own-sandbox.ts';
import { whyNotBuilt } from './untorn.ts';

const why = whyNotBuilt();

describe.skipIf(why)(`untorn runs${why ? ` (${why})` : ''}`, () => {
  const sandbox = ownSandbox();

  const runs = (...args: string[]) =>
    sandbox.start(['runs', ...args], { environment: { XDG_DATA_HOME: path.join(sandbox.folder, 'data') } })
      .answer;

  it('takes runs in, finds, compares, exports and forgets them', async () => {
    expect(await runs('list')).toMatchObject({ code: 0, stdout: 'no runs\n' });
    const one = sampleRun();
    const other = differingRun();
    for (const run of [one, other]) {
      expect(await runs('import', sandbox.write('run.json', run))).toEqual({
        code: 0,
        stdout: `${run.id}\n`,
        stderr: '',
      });
    }
    const listed = await runs('list', 'differs');
    expect(listed.stdout).toContain(other.id);
    expect(listed.stdout).not.toContain(one.id);
    const compared = await runs('compare', one.id, other.id);
    expect(compared.code).toBe(1);
    expect(compared.stdout).toContain('step 0 (create): one run has 0, the other ENOSPC');
    const page = path.join(sandbox.folder, 'page.html');
    expect(await runs('export', one.id, '-o', page)).toMatchObject({ code: 0, stdout: '' });
    expect(readFileSync(page, 'utf8')).toContain('✓ Match');
    const { stdout } = await runs('export', one.id, '--format', 'json');
    expect(JSON.parse(stdout)).toEqual(one);
    expect((await runs('remove', one.id, other.id)).code).toBe(0);
    expect((await runs('list')).stdout).toBe('no runs\n');
  });

  it('keeps a storm where --save asks for it, and hands it on', async () => {
    const target = path.join(sandbox.folder, 'units');
    const record = path.join(sandbox.folder, 'record');
    const args = ['torn', 'storm', target, '--size', '256KiB', '--writes', '40', '--record', record];
    const environment = { XDG_DATA_HOME: path.join(sandbox.folder, 'data') };
    const { code, stderr } = await sandbox.start([...args, '--save'], { environment }).answer;
    expect(code).toBe(0);
    const id = /kept as (\S+)/.exec(stderr)?.[1] ?? '';
    const listed = JSON.parse((await runs('list', 'storm', '--json')).stdout) as { runs: unknown[] };
    expect(listed.runs).toMatchObject([{ id, kind: 'storm', verdict: 'untorn', checked: 16, faults: 0 }]);
    expect((await runs('export', id, '--format', 'junit')).stdout).toContain('name="seeded faults"');
    expect((await runs('export', id, '--format', 'html')).stdout).toContain('class="v-new"');
    expect(await runs('compare', id, id)).toMatchObject({ code: 0 });
    const page = await runs('export', id, '--format', 'json');
    expect(JSON.parse(page.stdout)).toMatchObject({ version: 2, result: { numbers: { acknowledged: 40 } } });
  });

  it.each([
    ['a run that is not there', ['export', '20260101T000000Z-000000'], 'there is no run'],
    ['a name that is none', ['remove', '../x'], 'is not the name of a run'],
    ['a file that is not there', ['import', 'nowhere.json'], 'nowhere.json'],
  ])('refuses %s in one line', async (_, args, reason) => {
    const { code, stderr, stdout } = await runs(...args);
    expect({ code, stdout, lines: stderr.trim().split('\n').length }).toEqual({
      code: 2,
      stdout: '',
      lines: 1,
    });
    expect(stderr).toContain(reason);
  });
});
