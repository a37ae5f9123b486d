/** One reason, or several that mean the same, as `explain` prints it and docs/operations.md lists it. */
export interface Reason {
  /** CamelCase, as a condition, an error or a log line has them; at least one. */
  readonly names: readonly string[];
  /** What it means. Markdown whose links are relative to docs/. */
  readonly meaning: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** Reasons that belong together, under a heading of their own. */
export interface ReasonGroup {
  readonly title: string;
  readonly reasons: readonly Reason[];
}
