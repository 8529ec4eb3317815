import { existsSync, readFileSync } from 'node:fs';
import { _electron as electron } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { projectPath } from '../../main/project.ts';

/** Electron's own program, found without loading its package, which would start a download; or why it cannot run. */
function findElectron(): { program: string; whyNot: null } | { program: null; whyNot: string } {
  const pathFile = projectPath('node_modules', 'electron', 'path.txt');
  const program = existsSync(pathFile)
    ? projectPath('node_modules', 'electron', 'dist', readFileSync(pathFile, 'utf8').trim())
    : '';
  if (!existsSync(program)) return { program: null, whyNot: 'no Electron binary' };
  if (!process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY'])
    return { program: null, whyNot: 'no display' };
  return { program, whyNot: null };
}

const { program, whyNot } = findElectron();

describe.skipIf(program === null)(`the desktop app${whyNot ? ` (skipped: ${whyNot})` : ''}`, () => {
  it('opens its window, reaches its service and predicts', async () => {
    const app = await electron.launch({ executablePath: program ?? '', args: [projectPath()] });
    try {
      const page = await app.firstWindow();
      expect(page.url()).toBe('untorn://app/');
      await page.getByRole('option').first().waitFor({ state: 'attached' });
      await page.getByRole('button', { name: 'Predict' }).click();
      await page.getByRole('region', { name: 'Verdict' }).getByText('Predicted').waitFor();
      const reach = await page.evaluate(() => [typeof globalThis.process, typeof globalThis.require]);
      expect(reach).toEqual(['undefined', 'undefined']);
    } finally {
      await app.close();
    }
  });
});
