import * as v from 'valibot';
import type { PowerCutResult } from '../../../core/torn/index.ts';
import { throwIfCancelled } from '../../failure.ts';
import { verifyWithWitness } from '../witness/arm.ts';
import { honestDrive } from './settings.ts';
import { tornCommand, withGuest, type Stage } from './stage.ts';

const resultSchema = v.looseObject({ kind: v.literal('power-cut') });

/**
 * Judges what a power cut left in `image`: on this host where units lie on the bare drive; after a reboot, in a guest that
 * recovers the filesystem, where they lie in a file. A text says why nothing could be verified. Throws Failure, Cancelled.
 */
export async function verifyAfter(
  stage: Stage,
  image: string,
  run: string,
): Promise<PowerCutResult | string> {
  const { settings, witness, signal } = stage;
  if (settings.on === 'device') {
    const place = { host: '127.0.0.1', port: witness.port, key: witness.key };
    return verifyWithWitness(place, run, { target: image, signal });
  }
  const how = { model: honestDrive, below: () => 0, writesThrough: true };
  return withGuest(stage, image, how, async ({ guest }) => {
    const said = { stdout: [] as string[], stderr: [] as string[] };
    try {
      await tornCommand(stage, guest, 'verify', ['--run', run, '--json'], ({ from, line }) => {
        said[from].push(line);
      });
    } catch (error) {
      throwIfCancelled(signal);
      return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    }
    const [json] = said.stdout;
    if (json === undefined) return said.stderr.at(-1) ?? 'the verification said nothing';
    // Made by this very build.
    return v.parse(resultSchema, JSON.parse(json)) as unknown as PowerCutResult;
  });
}
