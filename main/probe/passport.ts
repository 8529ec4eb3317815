import type { Known, RuleId, Window } from '../../core/atomic/index.ts';

/** Named value of a layer, as a person reads it. */
export interface Fact {
  readonly name: string;
  readonly value: string;
}

/** What one layer lets through. */
export interface PassportLayer {
  /** `file`, `filesystem`, or the kernel's name of a device. */
  readonly layer: string;
  readonly kind: 'file' | 'filesystem' | 'device' | 'kernel';
  /** Null where nothing passes. */
  readonly window: Known<Window> | null;
  /** The rule that closes the layer; null where it is open or not known. */
  readonly rule: RuleId | null;
  /** Why the window is as it is; what is missing where it is not known. */
  readonly why: string;
  /** A command or a call that would widen it, as text: never run by Untorn. */
  readonly remedy: string | null;
  readonly facts: readonly Fact[];
}

/** What statx(2) answered; null for a part that this kernel does not answer. */
export interface StatxFacts {
  readonly direct: { readonly memoryAlignBytes: number; readonly offsetAlignBytes: number } | null;
  readonly atomic: {
    readonly unitMinBytes: number;
    readonly unitMaxBytes: number;
    /** How far the fast path goes; 0 says nothing. */
    readonly unitMaxOptBytes: number;
    readonly segmentsMax: number;
  } | null;
}

/** Everything that was found out about a path, from the file down to the drive. */
export interface Passport {
  readonly path: string;
  readonly kind: 'file' | 'directory' | 'block device' | 'other';
  /** Release of the running kernel. */
  readonly kernel: string;
  /** Whether any length can be written untorn. */
  readonly possible: Known<boolean>;
  readonly window: Known<Window> | null;
  /** Up to this length the drive itself does it; null where the filesystem does it all, or where nothing is possible. */
  readonly hardwareMaxBytes: number | null;
  /** One line for a person. */
  readonly verdict: string;
  readonly remedy: string | null;
  /** Null where statx could not be asked. */
  readonly statx: StatxFacts | null;
  readonly mount: {
    readonly mountPoint: string;
    readonly source: string;
    readonly fsType: string;
    readonly options: string;
  } | null;
  /** From the file down. */
  readonly layers: readonly PassportLayer[];
  /** The filesystem inside, where the path is an image of one. */
  readonly image: PassportLayer | null;
  /** What could not be found out, and what would help (mostly: root). */
  readonly missing: readonly string[];
}
