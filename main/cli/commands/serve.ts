import type { Console } from '../console.ts';
import { exitCodes, type ExitCode } from '../exit.ts';

export interface ServeFlags {
  readonly port?: number;
  readonly allowDestructive?: boolean;
  readonly json?: boolean;
}

/** `untorn serve`: the desktop app's interface for a browser of this machine, until a signal ends it. */
export async function serveCommand(
  flags: ServeFlags,
  console: Console,
  signal: AbortSignal,
): Promise<ExitCode> {
  const { serve } = await import('../../serve/index.ts');
  const { port = 0, allowDestructive = false } = flags;
  const server = await serve({ port, allowDestructive });
  if (flags.json) console.printJson({ url: server.url });
  else console.print(server.url);
  console.say('open this address in a browser of this machine; Ctrl-C ends it');
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await server.close();
  return exitCodes.done;
}
