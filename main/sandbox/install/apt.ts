import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { Cancelled, Unable } from '../../failure.ts';

const run = promisify(execFile);

/** Debian's own keys: what a mirror gives is believed only where they signed it. */
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/**
 * An apt of its own, in a folder of the user's: it knows some suites of Debian and no installed package, and needs no root. Nothing of
 * the system's package management is read beyond where its mirror is, and nothing is changed.
 */
export class PrivateApt {
  readonly #folder: string;
  readonly #signal: AbortSignal | undefined;

  private constructor(folder: string, signal: AbortSignal | undefined) {
    this.#folder = folder;
    this.#signal = signal;
  }

  /** Throws Unable where there is no apt, no mirror or no key. */
  static async make(
    folder: string,
    { suites, mirror, signal }: { suites: readonly string[]; mirror: string | null; signal?: AbortSignal },
  ): Promise<PrivateApt> {
    if (!existsSync(keyring))
      throw new Unable(
        `${keyring} is missing (Debian, Ubuntu: apt-get install debian-archive-keyring)`,
        keyring,
      );
    const site = mirror ?? (await configuredMirror());
    await rm(folder, { recursive: true, force: true });
    for (const name of [
      'etc/apt.conf.d',
      'etc/preferences.d',
      'etc/sources.list.d',
      'state/lists/partial',
      'cache/archives/partial',
    ])
      await mkdir(path.join(folder, name), { recursive: true });
    // A mirror may stand still for a while; what it has is signed all the same.
    const entries = suites.map(
      (suite) => `deb [check-valid-until=no signed-by=${keyring}] ${site} ${suite} main\n`,
    );
    await writeFile(path.join(folder, 'etc/sources.list'), entries.join(''));
    await writeFile(path.join(folder, 'status'), '');
    await writeFile(path.join(folder, 'apt.conf'), configuration(folder));
    return new PrivateApt(folder, signal);
  }

  async update(): Promise<void> {
    await this.#run('apt-get', 'update', '-q');
  }

  /** Names of packages that match a regular expression. */
  async names(pattern: string): Promise<string[]> {
    const text = await this.#run('apt-cache', 'search', '--names-only', pattern);
    return text.split('\n').flatMap((line) => (line === '' ? [] : [line.split(' ', 1)[0] ?? '']));
  }

  /** Names that a package depends on. */
  async dependencies(name: string): Promise<string[]> {
    const text = await this.#run('apt-cache', 'depends', name);
    return [...text.matchAll(/^\s*Depends: (\S+)$/gm)].map(([, dependency = '']) => dependency);
  }

  /** Unpacks packages, with all that they depend on where `whole`, into `target`. */
  async unpack(
    names: readonly string[],
    target: string,
    { whole, suite }: { whole: boolean; suite?: string },
  ): Promise<void> {
    const archives = path.join(this.#folder, 'cache/archives');
    const release = suite === undefined ? [] : ['-t', suite];
    const how = whole
      ? ['install', '-y', '-q', '--no-install-recommends', '--download-only', ...release]
      : ['download', '-q', ...release];
    await this.#run('apt-get', ...how, ...names);
    for (const file of (await readdir(archives)).filter((name) => name.endsWith('.deb')))
      await run('dpkg-deb', ['-x', path.join(archives, file), target], this.#options());
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #run(program: string, ...args: string[]): Promise<string> {
    try {
      return (await run(program, args, this.#options())).stdout;
    } catch (error) {
      if (this.#signal?.aborted) throw new Cancelled('cancelled');
      throw new Unable(`${program} ${args[0]}: ${complaintOf(error)}`, program, { cause: error });
    }
  }

  #options() {
    return {
      cwd: path.join(this.#folder, 'cache/archives'),
      env: { ...process.env, APT_CONFIG: path.join(this.#folder, 'apt.conf'), LC_ALL: 'C' },
      maxBuffer: 2 ** 26,
      ...(this.#signal ? { signal: this.#signal } : {}),
    };
  }
}

/** Every folder of apt's is ours; as root, too, it fetches as the one who asked, since others cannot write there. */
function configuration(folder: string): string {
  return [
    `Dir::Etc "${folder}/etc";`,
    `Dir::Etc::sourcelist "${folder}/etc/sources.list";`,
    `Dir::State "${folder}/state";`,
    `Dir::State::status "${folder}/status";`,
    `Dir::Cache "${folder}/cache";`,
    'APT::Architecture "amd64";',
    'Acquire::Languages "none";',
    'APT::Sandbox::User "";',
    '',
  ].join('\n');
}

/** The mirror of Debian that this machine's own apt is configured for. */
async function configuredMirror(): Promise<string> {
  const format = '$(ORIGIN)\t$(REPO_URI)';
  let text: string;
  try {
    const asked = await run('apt-get', ['indextargets', '--format', format, 'Created-By: Packages'], {
      env: { ...process.env, LC_ALL: 'C' },
    });
    text = asked.stdout;
  } catch (error) {
    throw new Unable(
      'a sandbox is installed from Debian by apt, and there is none here: --kernel PATH takes a kernel of yours',
      'apt-get',
      {
        cause: error,
      },
    );
  }
  const entries = text.split('\n').map((line) => line.split('\t'));
  // The origin is known only where the lists have been fetched once.
  const found =
    entries.find(
      ([origin, site]) => origin === 'Debian' && site !== undefined && !site.includes('security'),
    ) ?? entries.find(([, site]) => site !== undefined && /\/debian\/?$/.test(site));
  const site = found?.[1];
  if (site === undefined || site === '')
    throw new Unable('apt is configured for no mirror of Debian: name one with --mirror URL', 'apt-get');
  return site;
}

function complaintOf(error: unknown): string {
  const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : '';
  const lines = said.split('\n').filter((line) => line.startsWith('E:'));
  return (
    lines.at(-1)?.slice(2).trim() ??
    (error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error))
  );
}
