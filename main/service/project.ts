import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { assert } from '../../core/assert.ts';

/** A path inside the installed project, the same from the sources, from dist and from the packaged app. */
export function projectPath(...parts: readonly string[]): string {
  return join(projectRoot, ...parts);
}

/** Untorn's version. */
export function projectVersion(): string {
  const text = readFileSync(projectPath('package.json'), 'utf8');
  return v.parse(v.object({ version: v.string() }), JSON.parse(text)).version;
}

const projectRoot = findRoot(dirname(fileURLToPath(import.meta.url)));

function findRoot(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder;
  const parent = dirname(folder);
  assert(parent !== folder, 'the sources lie below a package.json');
  return findRoot(parent);
}
