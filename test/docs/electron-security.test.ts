import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { projectPath } from '../../main/project.ts';

/** The table of docs/electron-security.md: every item of the checklist with its code and its tests. */
const rows = readFileSync(projectPath('docs', 'electron-security.md'), 'utf8')
  .split('\n')
  .map((line) => line.split(' | ').map((cell) => cell.replace(/^\||\|$/g, '').trim()))
  .filter(([number = '']) => /^\d+$/.test(number));

it('has the twenty items of the checklist', () => {
  expect(rows.map(([number]) => Number(number))).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
});

it.each(rows)('%s. %s', (_number, _item, _how, code = '', tests = '') => {
  const files = [...code.matchAll(/`([^`]+)`/g)].map(([, path = '']) => path);
  expect(files.length).toBeGreaterThan(0);
  expect(files.filter((path) => !existsSync(projectPath(path)))).toEqual([]);
  const named = [...tests.matchAll(/`([^`]+)`: ([^;]+)/g)];
  expect(named.length).toBeGreaterThan(0);
  for (const [, path = '', title = ''] of named)
    expect(readFileSync(projectPath(path), 'utf8')).toContain(title.trim());
});
