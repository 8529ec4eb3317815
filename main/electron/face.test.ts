import type * as Electron from 'electron';
import { describe, expectTypeOf, it } from 'vitest';
import type { FakeElectron, FakeMenu } from '../../test/support/electron/fake.ts';
import type { FakeContents, FakeWindow } from '../../test/support/electron/fake-window.ts';
import type { ConfinableContents, ContentsFace, ElectronFace } from './face.ts';

/** Judged by the compiler (npm run typecheck). */

type Modules = Pick<
  typeof Electron,
  'app' | 'BrowserWindow' | 'dialog' | 'ipcMain' | 'Menu' | 'protocol' | 'screen' | 'session'
>;

/** `on` of an emitter, for one event whose listener expects to be given just this. */
interface Tells<Name extends string, Given extends unknown[]> {
  readonly on: (event: Name, listener: (...given: Given) => void) => unknown;
}

describe('what the shell uses of Electron', () => {
  it('is a part of what Electron has', () => {
    expectTypeOf<Modules>().toExtend<ElectronFace<Electron.BrowserWindow, Electron.Menu>>();
    expectTypeOf<Electron.WebContents>().toExtend<ContentsFace>();
    expectTypeOf<Electron.WebContents>().toExtend<ConfinableContents>();
  });

  it('is a part of what its stand-in has', () => {
    expectTypeOf<FakeElectron>().toExtend<ElectronFace<FakeWindow, FakeMenu>>();
    expectTypeOf<FakeContents>().toExtend<ContentsFace>();
    expectTypeOf<FakeContents>().toExtend<ConfinableContents>();
  });

  it('hears events that there are, and expects no more of them than Electron promises', () => {
    type Start<Data> = Tells<'second-instance', [event: unknown, argv: string[], folder: string, data: Data]>;
    expectTypeOf<Electron.App>().toExtend<Start<unknown>>();
    expectTypeOf<Electron.App>().not.toExtend<Start<string>>();
    expectTypeOf<Electron.App>().not.toExtend<Tells<'second-start', []>>();
  });
});
