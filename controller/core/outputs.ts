import { StationkeeperError } from './errors.ts';
import type { Needs } from './kind.ts';
import { displayId } from './resource.ts';
import type { Outputs, ResourceId } from './resource.ts';

/** An output that is one text; undefined where it is missing. */
export function textOutput(outputs: Outputs | undefined, name: string): string | undefined {
  const value = outputs?.[name];
  return typeof value === 'string' ? value : undefined;
}

/** An output that is a list; undefined where it is missing. */
export function listOutput(outputs: Outputs | undefined, name: string): readonly string[] | undefined {
  const value = outputs?.[name];
  return value === undefined || typeof value === 'string' ? undefined : value;
}

/**
 * An output that a mutation cannot do without. The planner holds such a step as `waiting`, so this fails only
 * where what is needed vanished since: StationkeeperError NeedMissing, retry `wait`.
 */
export function requireText(needs: Needs, id: ResourceId, name: string): string {
  return textOutput(needs(id), name) ?? missing(id, name);
}

function missing(id: ResourceId, name: string): never {
  throw new StationkeeperError({
    code: 'NeedMissing',
    message: `the ${name} of ${displayId(id)} is not known yet; it is looked up again`,
    retry: 'wait',
  });
}
