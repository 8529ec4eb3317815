import { projectPath } from '../project.ts';
import { here } from '../service/index.ts';
import { loadSite } from '../web/index.ts';
import { startServer, type RunningServer } from './server.ts';

export interface ServeOptions {
  /** 0, the default, for one that is free. */
  readonly port?: number;
  /** Accept plans that write to a device of the user's. */
  readonly allowDestructive?: boolean;
}

/**
 * `untorn serve`: starts the desktop app's interface for a browser of this machine, on 127.0.0.1 alone. The caller
 * prints `url` and waits; `close` ends it. Throws Unable where the interface is not built or the port is taken.
 */
export async function serve(options: ServeOptions = {}): Promise<RunningServer> {
  const site = await loadSite(projectPath('dist', 'renderer'));
  const { service, settled } = here({ allowDestructive: options.allowDestructive ?? false });
  const onDefect = (error: unknown, procedure: string) => {
    const trace = error instanceof Error ? error.stack : String(error);
    process.stderr.write(`untorn: a defect in ${procedure}: ${trace}\n`);
  };
  return startServer({ site, service, settled, port: options.port ?? 0, onDefect });
}

export type { RunningServer };
