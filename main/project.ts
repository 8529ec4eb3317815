import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assert } from '../core/assert.ts';

/** A path inside the installed project, the same from the sources, from dist and from the packaged app. */
export function projectPath(...parts: readonly string[]): string {
  return join(projectRoot, ...parts);
}

/**
 * The same for what the system itself has to open: programs, and the addon. In the packaged app these lie beside the
 * archive (electron-builder's asarUnpack), not in it.
 */
export function unpackedPath(...parts: readonly string[]): string {
  const unpacked = projectRoot.endsWith(`${sep}app.asar`) ? `${projectRoot}.unpacked` : projectRoot;
  return join(unpacked, ...parts);
}

/** Untorn's version. */
export function projectVersion(): string {
  const description: unknown = JSON.parse(readFileSync(projectPath('package.json'), 'utf8'));
  assert(
    typeof description === 'object' && description !== null && 'version' in description,
    'package.json names a version',
  );
  return String(description.version);
}

const projectRoot = findRoot(dirname(fileURLToPath(import.meta.url)));

function findRoot(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder;
  const parent = dirname(folder);
  assert(parent !== folder, 'the sources lie below a package.json');
  return findRoot(parent);
}
