import { existsSync, readdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { whyNotProgram } from '../support/machine.ts';
import { Sandbox, whyNotBuilt } from './untorn.ts';

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
const why =
  whyNotBuilt() ||
  whyNotProgram('apt-get') ||
  (process.arch === 'x64' ? false : 'skipped: not x86-64') ||
  (existsSync(keyring) ? false : `skipped: no ${keyring}`);

describe.skipIf(why)(`untorn sandbox install${why ? ` (${why})` : ''}`, () => {
  let sandbox: Sandbox;
  const mirrors: Server[] = [];
  beforeEach(() => {
    sandbox = new Sandbox();
  });
  afterEach(() => {
    for (const mirror of mirrors.splice(0)) shut(mirror);
    sandbox.remove();
  });

  /** A mirror that takes every request and never answers. */
  async function silentMirror(): Promise<Server> {
    const mirror = createServer(() => undefined);
    await new Promise<void>((resolve) => mirror.listen(0, '127.0.0.1', resolve));
    mirrors.push(mirror);
    return mirror;
  }
  function shut(mirror: Server): void {
    mirror.closeAllConnections();
    mirror.close();
  }

  const cache = () => path.join(sandbox.folder, 'untorn', 'sandbox');
  const portOf = (mirror: Server) => (mirror.address() as AddressInfo).port;
  const install = (port: number) =>
    sandbox.start(['sandbox', 'install', 'uml', '--mirror', `http://127.0.0.1:${port}/debian`], {
      environment: { XDG_CACHE_HOME: sandbox.folder, HOME: sandbox.folder },
    });
  /** Waits for an install that has asked the silent mirror; its folders are there then. */
  async function underWay(running: ReturnType<typeof install>, mirror: Server): Promise<string[]> {
    let isAsked = false;
    mirror.once('connection', () => (isAsked = true));
    while (!isAsked) {
      if (running.process.exitCode !== null) throw new Error((await running.answer).stderr);
      await sleep(20);
    }
    return readdirSync(cache());
  }

  it('takes away what killed installs have left behind, and leaves those that run', async () => {
    const first = await silentMirror();
    const killed = install(portOf(first));
    const left = await underWay(killed, first);
    killed.process.kill('SIGKILL');
    await killed.answer;
    shut(first);
    expect(readdirSync(cache())).toEqual(left);
    expect(left).not.toEqual([]);

    const second = await silentMirror();
    const running = install(portOf(second));
    const its = await underWay(running, second);
    expect(its.filter((name) => left.includes(name))).toEqual([]);
    // Nobody listens at the port of discard: this one ends at once, and the other goes on.
    const refused = await install(9).answer;
    expect(refused.code).toBe(3);
    expect(readdirSync(cache())).toEqual(its);

    running.process.kill('SIGINT');
    expect((await running.answer).code).toBe(130);
    expect(readdirSync(cache())).toEqual([]);
  });
});
