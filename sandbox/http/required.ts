import { NormalizedSchema } from '@smithy/core/schema';
import type { SchemaRef } from '@smithy/types';

/**
 * The paths of all required members that a decoded input lacks, as AWS's validation names them:
 * `roleName`, `tags.1.member.key`.
 */
export function missingMembers(ref: SchemaRef, input: unknown): readonly string[] {
  return [...missing(NormalizedSchema.of(ref), input, [])].map((path) => path.join('.'));
}

function* missing(
  schema: NormalizedSchema,
  value: unknown,
  path: readonly string[],
): Generator<readonly string[]> {
  if (schema.isStructSchema()) {
    const members = value as Readonly<Record<string, unknown>>;
    const required = requiredCount(schema);
    let index = 0;
    for (const [name, member] of schema.structIterator()) {
      const memberPath = [...path, lowerFirst(name)];
      if (members[name] !== undefined) yield* missing(member, members[name], memberPath);
      else if (index < required) yield memberPath;
      index += 1;
    }
  } else if (schema.isListSchema()) {
    const element = schema.getValueSchema();
    for (const [index, item] of (value as readonly unknown[]).entries()) {
      yield* missing(element, item, [...path, String(index + 1), 'member']);
    }
  } else if (schema.isMapSchema()) {
    const element = schema.getValueSchema();
    for (const [key, item] of Object.entries(value as object)) {
      yield* missing(element, item, [...path, key, 'member']);
    }
  }
}

/** A struct's schema lists its required members first and ends with their number. */
function requiredCount(schema: NormalizedSchema): number {
  const struct: unknown = schema.getSchema();
  const count: unknown = Array.isArray(struct) ? struct[6] : undefined;
  return typeof count === 'number' ? count : 0;
}

function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

/** AWS's sentence about them. */
export function missingMessage(paths: readonly string[]): string {
  const each = paths.map(
    (path) => `Value null at '${path}' failed to satisfy constraint: Member must not be null`,
  );
  return `${paths.length} validation error${paths.length === 1 ? '' : 's'} detected: ${each.join('; ')}`;
}
