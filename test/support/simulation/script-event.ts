/** Something that happens to a world. What exactly it happens to follows from its own seed, so that dropping others leaves it as it is. */
export interface ScriptEventOf<Happening> {
  readonly number: number;
  /** Milliseconds from the start. */
  readonly at: number;
  /** It happens at the call of this number after that, in the middle of a pass; 0: at that time. */
  readonly atCall: number;
  readonly happening: Happening;
  readonly seed: number;
}

/** What happens, in the words of a table of what happened. */
export function named({ type, what }: { readonly type: string; readonly what: string }): string {
  return `${type}: ${what}`;
}

export function inWords({
  number,
  at,
  atCall,
  happening,
}: ScriptEventOf<Parameters<typeof named>[0]>): string {
  const when = atCall === 0 ? '' : `, at call ${atCall} from then`;
  return `${number}. ${(at / 1000).toFixed(1)} s${when}: ${named(happening)}`;
}
