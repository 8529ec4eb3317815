import type { AtomicAnswer, Known, RuleId, UnitShare, Window } from '../../core/atomic/index.ts';

/** Named value of a layer, as a person reads it. */
export interface Fact {
  readonly name: string;
  readonly value: string;
}

/** What a drive says about itself, beside what the kernel makes of it. */
export interface DriveClaims {
  readonly source: 'NVMe Identify' | 'SCSI VPD page B0h';
  /** What the rules make of the claims on this kernel; null where nothing is left. */
  readonly window: Known<Window> | null;
  /** Whether the kernel's own limits say the same. */
  readonly agrees: Known<boolean>;
  readonly why: string;
  readonly facts: readonly Fact[];
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
  /** For a drive that could be asked. */
  readonly claims: DriveClaims | null;
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
  /** STATX_ATTR_DAX, _VERITY and _ENCRYPTED, where the kernel answers them. */
  readonly attributes?: {
    readonly dax: Known<boolean>;
    readonly verity: Known<boolean>;
    readonly encrypted: Known<boolean>;
  };
}

/** One place at which the window shrinks or closes, with what would help. */
export interface Finding {
  readonly layer: string;
  readonly rule: RuleId;
  readonly because: string;
  readonly remedy: string | null;
}

/** Who keeps accepted writes of a file whole. */
export interface Ways {
  /** Lengths that the drive is asked for; null where it never is. */
  readonly hardware: Known<Window> | null;
  /** Lengths that the filesystem can complete by remapping; null where it cannot. */
  readonly software: Known<Window> | null;
  readonly why: string;
}

/** How a file's units lie, or why that could not be read. */
export type Layout =
  | { readonly kind: 'read'; readonly shares: readonly UnitShare[] }
  | { readonly kind: 'unread'; readonly why: string };

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
  /** Null for a device, and where nothing is possible. */
  readonly ways: Ways | null;
  /** Everything that narrows or closes, from the file down. */
  readonly findings: readonly Finding[];
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
  /** One scale for the windows of all layers, powers of two. */
  readonly scale: { readonly fromBytes: number; readonly toBytes: number };
  /** The filesystem inside, where the path is an image of one. */
  readonly image: PassportLayer | null;
  /** For a regular file: how its units lie. */
  readonly layout: Layout | null;
  /** The answer to a question, where one was asked. */
  readonly answer: AtomicAnswer | null;
  /** What could not be found out, and why. */
  readonly missing: readonly string[];
  /** What root would add, in words; empty where nothing. */
  readonly withRoot: readonly string[];
}
