import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { DirectoryWatch, isSystemCallError } from '../../native/index.ts';
import type { ChangeWatch } from './privileges.ts';

/** A long step may change more than the kernel's queue holds (16 384 events for users): it is emptied meanwhile. */
const drainEveryMs = 20;

/** {@link openDirectoryChanges}, with what it cannot tell. */
export interface DirectoryChangeWatch extends ChangeWatch {
  /** Whether more happened at some moment than the queue holds. */
  readonly hasLost: boolean;
}

/**
 * Sees other processes change the files below a directory, without privilege: each directory is watched by itself, and new ones once
 * they are seen. A directory that was changed after `sinceMs`, before it was watched, was changed by somebody else: nobody but he has
 * been there yet. Throws a SystemCallError where the kernel lets only root watch.
 */
export function openDirectoryChanges(root: string, sinceMs: number): DirectoryChangeWatch {
  const watch = new DirectoryWatch();
  let hasLost = false;
  let others = 0;
  let isFirstLook = true;
  const take = (): void => {
    const changes = watch.drain();
    others += changes.others;
    hasLost ||= changes.lost;
    if (changes.madeDirectory || changes.lost) addBelow(root);
  };
  const addBelow = (directory: string): void => {
    try {
      watch.add(directory);
      if (isFirstLook && statSync(directory).ctimeMs > sinceMs) others++;
      for (const entry of readdirSync(directory, { withFileTypes: true })) {
        if (entry.isDirectory()) addBelow(path.join(directory, entry.name));
      }
    } catch (error) {
      // Gone meanwhile, or not for this user, who then cannot change it either; or more of them than may be watched.
      hasLost ||= isSystemCallError(error) && error.code === 'ENOSPC';
    }
  };
  let isOpen = true;
  const close = (): void => {
    if (!isOpen) return;
    isOpen = false;
    clearInterval(timer);
    watch.close();
  };
  const timer = setInterval(() => {
    try {
      take();
    } catch {
      hasLost = true;
      clearInterval(timer);
    }
  }, drainEveryMs).unref();
  addBelow(root);
  isFirstLook = false;
  return {
    get hasLost() {
      return hasLost;
    },
    drain() {
      take();
      // The kernel tells only root whose they were.
      const changed = others > 0 ? [0] : [];
      others = 0;
      return Promise.resolve(changed);
    },
    close: () => Promise.resolve(close()),
  };
}
