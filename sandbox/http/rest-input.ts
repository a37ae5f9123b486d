import { NormalizedSchema } from '@smithy/core/schema';
import type { StaticOperationSchema } from '@smithy/types';
import { AwsError } from '../error.ts';
import { isServed } from '../operations.ts';
import { decodeSimple } from './query-input.ts';
import { missingMembers, missingMessage } from './required.ts';
import type { RestXmlService } from './services.ts';

/** The operation that a method and a path mean, or these where none that is served here does. None served has labels in its path. */
export function operationAt(
  { name, schemas }: RestXmlService,
  { method, path }: { readonly method: string; readonly path: string },
): string {
  const found = Object.values(schemas).find(
    (schema) => isOperation(schema) && isServed(name, schema[2]) && isBoundTo(schema, method, path),
  );
  return isOperation(found) ? found[2] : `${method} ${path}`;
}

/** The typed input of a request without a body. Raises MalformedInput for wrong types, InvalidInput for missing members. */
export function readRestInput(operation: StaticOperationSchema, parameters: URLSearchParams): object {
  const schema = NormalizedSchema.of(operation[4]);
  const input = Object.fromEntries(
    [...schema.structIterator()].flatMap(([name, member]) => {
      const { httpQuery } = member.getMergedTraits();
      const text = typeof httpQuery === 'string' ? parameters.get(httpQuery) : null;
      return text === null ? [] : [[name, decodeSimple(member, text, { ec2: false, path: name })]];
    }),
  );
  const absent = missingMembers(operation[4], input);
  if (absent.length === 0) return input;
  throw new AwsError('InvalidInput', missingMessage(absent));
}

function isOperation(schema: unknown): schema is StaticOperationSchema {
  return Array.isArray(schema) && schema[0] === 9;
}

/** Whether an operation's model binds it to this method and path. */
function isBoundTo(operation: StaticOperationSchema, method: string, path: string): boolean {
  const traits: unknown = operation[3];
  const http: unknown =
    typeof traits === 'object' && traits !== null && 'http' in traits ? traits.http : undefined;
  return Array.isArray(http) && http[0] === method && http[1] === path;
}
