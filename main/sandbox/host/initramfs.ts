import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { Unable } from '../../failure.ts';
import { contentsOf, ModuleFolder, moduleName } from '../kernel/modules.ts';
import { CpioWriter } from './cpio.ts';
import { wantedModules } from './machine.ts';
import { guestProgram, initProgram, type Runtime } from './runtime.ts';

/** Where things lie in a guest that does not see the host's tree. */
const project = 'untorn';
const modulesFolder = 'modules';

/** What a guest needs beside its kernel, and what is there by itself. */
export interface Initramfs {
  /** Node, and the program that it runs there. */
  readonly program: readonly [string, string];
  /** Modules to load first, in order, and the one that makes a drive. */
  readonly modules: readonly string[];
  readonly scsiModule: string | null;
}

/**
 * Writes the first root of a guest to `file`: our first process, Node with its libraries, this build, and the kernel's
 * modules, `more` beside those that every guest gets. Throws Unable where a part is missing.
 */
export function writeInitramfs(
  file: string,
  runtime: Runtime,
  modulesOf: string | null,
  more: readonly string[] = [],
): Initramfs {
  const archive = new CpioWriter(file);
  archive.device('dev/console', 5, 1);
  archive.file('init', readFileSync(path.join(runtime.project, initProgram)), 0o755);
  const node = realpathSync(runtime.node);
  for (const needed of new Set([
    node,
    ...librariesOf(node),
    ...librariesOf(path.join(runtime.project, initProgram)),
  ]))
    archive.file(needed.slice(1), readFileSync(needed), 0o755);
  for (const name of filesBelow(runtime.project, 'dist/main'))
    archive.file(path.join(project, name), readFileSync(path.join(runtime.project, name)));
  for (const name of ['package.json', 'native/build/untorn.node'])
    archive.file(path.join(project, name), readFileSync(path.join(runtime.project, name)), 0o755);
  const modules = addModules(archive, modulesOf, more);
  archive.end();
  return { program: [node, `/${project}/${guestProgram}`], ...modules };
}

function addModules(
  archive: CpioWriter,
  folder: string | null,
  more: readonly string[],
): Pick<Initramfs, 'modules' | 'scsiModule'> {
  if (folder === null) return { modules: [], scsiModule: null };
  const all = new ModuleFolder(folder);
  const add = (files: readonly string[]): string[] =>
    files.map((module) => {
      const name = path.join(modulesFolder, `${moduleName(module)}.ko`);
      archive.file(name, contentsOf(module));
      return `/${name}`;
    });
  const first = all.filesFor([...wantedModules, ...more]);
  const rest = all.filesFor([...wantedModules, 'scsi_debug']).filter((module) => !first.includes(module));
  const [modules, scsi] = [add(first), add(rest)];
  return { modules: [...modules, ...scsi.slice(0, -1)], scsiModule: scsi.at(-1) ?? null };
}

/** The shared libraries of a program, its loader among them (ldd(1)). */
function librariesOf(program: string): string[] {
  try {
    const text = execFileSync('ldd', [program], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return [...text.matchAll(/(\/\S+) \(0x/g)].map(([, file = '']) => file);
  } catch (error) {
    throw new Unable(`${program}: its libraries cannot be found (ldd)`, null, { cause: error });
  }
}

/** Scripts and descriptions below a folder, relative to `root`. */
function filesBelow(root: string, folder: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(m?js|json)$/.test(entry.name))
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)));
}
