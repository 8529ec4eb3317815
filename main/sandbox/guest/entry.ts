/**
 * What runs in a sandbox's guest: takes requests of the host, does them with the same code that runs plans on a host,
 * answers. `node entry.js PORT`, where PORT is a file, or `virtio:NAME`. Ends when the host ends the stream; the
 * guest's first process then powers off.
 */
import os from 'node:os';
import { Failure } from '../../failure.ts';
import { until } from '../../lab/index.ts';
import { hasLargeFolios, pageSizeBytes, possibleCpus } from '../../machine/index.ts';
import { loadModule } from '../../native/index.ts';
import type { Attach, Command, Reply, Request, Run, Setup, Units } from '../protocol.ts';
import { attachDrive, type AttachedDrive } from './drive.ts';
import { Port, virtioPort } from './port.ts';
import { quietFlusher } from './quiet.ts';
import { runOnDrive } from './run.ts';

const beatMs = 1000;

async function serve(port: Port): Promise<void> {
  let drive: AttachedDrive | null = null;
  const beat = setInterval(() => port.say({ kind: 'beat' }), beatMs);
  port.say({
    kind: 'hello',
    facts: {
      release: os.release(),
      possibleCpus: possibleCpus(),
      pageSizeBytes: pageSizeBytes(),
      largeFolios: hasLargeFolios(),
    },
  });
  for (let request = await port.next(); request !== null; request = await port.next()) {
    const { id } = request;
    try {
      port.say({ kind: 'done', id, value: await answer(request) });
    } catch (error) {
      port.say(failureOf(id, error));
    }
  }
  clearInterval(beat);

  async function answer(request: Request) {
    const body: unknown = JSON.parse((await port.take(request.body)).toString('utf8'));
    switch (request.op) {
      case 'setup':
        for (const module of (body as Setup).modules) await loadModule(module);
        quietFlusher();
        return null;
      case 'attach': {
        const data =
          request.data === undefined || 'path' in request.data
            ? (request.data?.path ?? '')
            : await port.take(request.data);
        const former = drive;
        drive = null;
        await former?.detach();
        drive = await attachDrive(body as Attach, data);
        return drive.facts;
      }
      case 'units': {
        if (drive === null) throw new Error('no drive is attached');
        // Loaded only where it is wanted: every module costs a guest its time.
        const { writeUnitsOn } = await import('../../torn/crash/index.ts');
        await writeUnitsOn(drive.device, body as Units, (text) =>
          port.say({ kind: 'note', id: request.id, text }),
        );
        return null;
      }
      case 'command': {
        if (drive === null) throw new Error('no drive is attached');
        const { runCommand } = await import('./command.ts');
        return runCommand(drive.device, body as Command, (text) =>
          port.say({ kind: 'note', id: request.id, text }),
        );
      }
      case 'run': {
        if (drive === null) throw new Error('no drive is attached');
        const onProgress = (progress: object) =>
          port.say({ kind: 'progress', id: request.id, progress } as Reply);
        return runOnDrive(body as Run, drive, onProgress);
      }
    }
  }
}

function failureOf(id: number, error: unknown): Reply {
  const isOurs = error instanceof Failure;
  const message =
    error instanceof Error ? (isOurs ? error.message : (error.stack ?? error.message)) : String(error);
  return {
    kind: 'failed',
    id,
    exitCode: isOurs ? error.exitCode : null,
    message,
    place: isOurs ? error.place : null,
  };
}

/** A port of virtio-serial appears a moment after the kernel has started. */
async function portFile(name: string): Promise<string> {
  const wanted = name.startsWith('virtio:') ? name.slice('virtio:'.length) : null;
  if (wanted === null) return name;
  let file: string | null = null;
  await until(
    () => {
      file = virtioPort(wanted);
      return file !== null;
    },
    { everyMs: 10, patienceMs: 10_000 },
  );
  if (file === null) throw new Error(`there is no virtio port ${wanted}`);
  return file;
}

await serve(new Port(await portFile(process.argv[2] ?? '')));
process.exit(0);
