import * as v from 'valibot';
import { wholeSchema } from '../schemas.ts';
import { menuCommands, type MenuCommandId } from '../commands/index.ts';
import { procedure } from './procedure.ts';

/**
 * What the interface asks of the desktop that it runs on: dialogs, files that the user named, the menu. In a browser
 * there is none (`desktop.facts` says so), and the interface takes the browser's own means.
 */

const pathSchema = v.pipe(v.string(), v.nonEmpty(), v.maxLength(4096));

/** Longest file that is read or written this way, in bytes of UTF-8: a plan, or a run as JSON. */
export const fileBytesMax = 15 * 2 ** 20;

const fileSchema = v.strictObject({
  path: v.string(),
  /** The last part of the path. */
  name: v.string(),
  text: v.string(),
});

const commandIds = Object.keys(menuCommands) as MenuCommandId[];

const happeningSchema = v.variant('kind', [
  /** The user chose it in the menu. */
  v.strictObject({ kind: v.literal('command'), id: v.picklist(commandIds) }),
  /** The user opened it from outside: as an argument, from the file manager, from the list of recent files. */
  v.strictObject({ kind: v.literal('opened'), file: fileSchema }),
  /** The same, but it cannot be read. */
  v.strictObject({ kind: v.literal('unreadable'), path: v.string(), why: v.string() }),
]);

const recentSchema = v.strictObject({
  path: v.string(),
  name: v.string(),
  /** Milliseconds since 1970. */
  opened: wholeSchema,
});

const nothing = v.strictObject({});

export const desktopProcedures = {
  'desktop.facts': procedure({
    input: nothing,
    output: v.strictObject({
      /** Whether the rest of `desktop.*` is answered here. */
      native: v.boolean(),
      /** Of Untorn and of what it runs on, for the about panel. */
      versions: v.array(v.strictObject({ name: v.string(), version: v.string() })),
    }),
  }),
  /** Runs until it is cancelled, and tells what the user does outside of the page. */
  'desktop.watch': procedure({ input: nothing, output: nothing, event: happeningSchema }),
  /** Lets the user choose a plan or a run and reads it; null where the user chose none. */
  'desktop.open': procedure({
    input: v.strictObject({ what: v.picklist(['plan', 'run']) }),
    output: v.nullable(fileSchema),
  }),
  /** Lets the user choose a path for a plan or a probe; null where the user chose none. */
  'desktop.choose': procedure({
    input: v.strictObject({ what: v.picklist(['image', 'file', 'folder', 'device']) }),
    output: v.strictObject({ path: v.nullable(v.string()) }),
  }),
  /** Lets the user choose where, and writes it there whole or not at all; null where the user chose nowhere. */
  'desktop.save': procedure({
    input: v.strictObject({
      /** Proposed; the user may choose another. */
      name: v.pipe(
        v.string(),
        v.nonEmpty(),
        v.maxLength(255),
        v.regex(/^[^/\0]+$/, 'a name without folders'),
      ),
      text: v.pipe(v.string(), v.maxLength(fileBytesMax)),
    }),
    output: v.strictObject({ path: v.nullable(v.string()) }),
  }),
  /** Files that were opened or saved here, newest first. */
  'files.recent': procedure({ input: nothing, output: v.array(recentSchema) }),
  /** Reads one of the recent files, and no other. */
  'files.open': procedure({ input: v.strictObject({ path: pathSchema }), output: fileSchema }),
  'files.forget': procedure({ input: nothing, output: nothing }),
} as const;

export type DesktopFacts = v.InferOutput<(typeof desktopProcedures)['desktop.facts']['output']>;
/** What happened outside of the page. */
export type Happening = v.InferOutput<typeof happeningSchema>;
export type OpenedFile = v.InferOutput<typeof fileSchema>;
export type RecentFile = v.InferOutput<typeof recentSchema>;
export type ChoosablePath = v.InferOutput<(typeof desktopProcedures)['desktop.choose']['input']>['what'];
