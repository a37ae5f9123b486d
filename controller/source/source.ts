/** One manifest file as the source holds it. */
export interface SourceFile {
  /** Relative to the source path, with `/`. */
  readonly file: string;
  readonly text: string;
}

/** A file that manifests name: its text, or what is wrong with it and what to do, in a sentence that names it. */
export type NamedFile = {
  /** Relative to the source path, with `/`. */
  readonly file: string;
} & ({ readonly text: string } | { readonly problem: string });

/** A file, or the source as a whole, that cannot be used. Same shape as a manifest error. */
export interface SourceError {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly path: string;
  readonly message: string;
}

/** Who made a commit, when, and what for, as far as it says. */
export interface Commit {
  /** ISO 8601. */
  readonly committedAt?: string;
  /** The first line of its message. */
  readonly subject?: string;
  /** The name, without the address. */
  readonly author?: string;
}

/** A file or folder that is passed over, and is no error. */
export interface IgnoredFile {
  /** Relative to the source path, with `/`, and with one behind a folder. */
  readonly file: string;
  /** Of the document in it; 0 where all of it is meant. */
  readonly line: number;
  /** Why, to be read behind the name: `is hidden: its name begins with a dot`. */
  readonly message: string;
}

/** What git, or a folder, wants at one moment. */
export interface SourceSnapshot {
  /** The commit; for a folder a digest of its files, `sha256:…`. */
  readonly revision: string;
  /** Absent for a folder. */
  readonly commit?: Commit;
  /** A commit that was in force before, and that the branch was moved off: what goes with it may have gone by accident. */
  readonly rewoundFrom?: string;
  readonly files: readonly SourceFile[];
  /** The other files that these name, of the same revision; each once, sorted. */
  readonly named: readonly NamedFile[];
  /** Files that were refused before parsing: too big, not text, a symlink. Nothing is deleted while there are any. */
  readonly errors: readonly SourceError[];
  /** Hidden files and folders, and what people leave out. */
  readonly ignored: readonly IgnoredFile[];
}

/**
 * `fresh`: read just now.
 * `stale`: the source could not be read; `snapshot` is the last good one, undefined where there never was one.
 * A source that reads well and holds no manifests at all (empty, vanished path) is `stale` too, with code SourceInvalid.
 */
export type SourceReading =
  | { readonly type: 'fresh'; readonly snapshot: SourceSnapshot }
  | {
      readonly type: 'stale';
      readonly snapshot: SourceSnapshot | undefined;
      /** The revision that could not be used; absent where the source could not even be asked for it. */
      readonly head?: string;
      /** `SourceUnreachable` or `SourceInvalid`. */
      readonly code: 'SourceUnreachable' | 'SourceInvalid';
      /** What happened and what to do; credentials redacted, control characters stripped. */
      readonly message: string;
    };

/** Where manifests come from. */
export interface Source {
  readonly type: 'directory' | 'git';
  /** The folder, or the repository's URL without credentials. */
  readonly url: string;
  readonly branch?: string;
  /** What stands in the tag of its resources (identity.ts); absent for a single file, which is a part of a source. */
  readonly id?: string;
  /** Reads, never throws; bounded in time by `signal` and the source's own limits. */
  read(signal?: AbortSignal): Promise<SourceReading>;
  /**
   * The revision in force at this moment, whether it can be used or not. May be asked while a read goes on.
   *
   * @throws StationkeeperError where the source cannot be asked
   */
  head(signal?: AbortSignal): Promise<string>;
}
