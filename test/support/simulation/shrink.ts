/** What came of a script in which something does not hold. */
interface Ran<Event> {
  readonly script: readonly Event[];
  readonly violation: { readonly invariant: string } | undefined;
}

/** The world that failed with the fewest of its events with which the same invariant does not hold: none can be left out any more. */
export async function shortest<World extends Ran<unknown>>(
  failed: World,
  run: (script: World['script']) => Promise<World>,
): Promise<World> {
  let found = failed;
  for (let index = 0; index < found.script.length; ) {
    const ran = await run(found.script.filter((_event, at) => at !== index));
    if (ran.violation?.invariant === failed.violation?.invariant) found = ran;
    else index += 1;
  }
  return found;
}

/** The events of these numbers alone: how a shrunk script is named on a command line. */
export function onlyThose<Event extends { readonly number: number }>(
  script: readonly Event[],
  numbers: readonly number[],
): readonly Event[] {
  return script.filter(({ number }) => numbers.includes(number));
}
