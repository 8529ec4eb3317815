import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { bringUpNetwork, mount, unmount } from '../../native/index.ts';
import { unpackedPath } from '../../project.ts';
import {
  driveWord,
  filesWord,
  mountWord,
  type Command,
  type CommandEnd,
  type CommandLine,
} from '../protocol.ts';

const commandLine = 'dist/main/cli/untorn.js';
/** The one interface of a guest, and what QEMU's user networking expects of it. */
const network = { name: 'eth0', address: '10.0.2.15', mask: '255.255.255.0' } as const;

/** Runs a command of the command line as it would run on any machine; `note` gets each line as it comes. */
export async function runCommand(
  device: string,
  command: Command,
  note: (text: string) => void,
): Promise<CommandEnd> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'command-'));
  for (const { name, text } of command.files)
    writeFileSync(path.join(folder, path.basename(name)), text, { mode: 0o600 });
  if (command.network && existsSync(`/sys/class/net/${network.name}`))
    await bringUpNetwork(network.name, network.address, network.mask);
  const root = path.join(folder, 'mount');
  if (command.mount) {
    mkdirSync(root);
    await mount(device, root, command.mount.fs, { options: command.mount.options });
  }
  try {
    const words = command.words.map((word) =>
      word.replace(driveWord, device).replace(mountWord, root).replace(filesWord, folder),
    );
    return await follow(words, note);
  } finally {
    if (command.mount) await unmount(root);
  }
}

function follow(words: readonly string[], note: (text: string) => void): Promise<CommandEnd> {
  const child = spawn(process.execPath, [unpackedPath(commandLine), ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const from of ['stdout', 'stderr'] as const)
    createInterface({ input: child[from] }).on('line', (line) =>
      note(JSON.stringify({ from, line } satisfies CommandLine)),
    );
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code }));
  });
}
