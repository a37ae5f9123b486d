import type { IamRequest } from './statements.ts';
import { request, requestedTags } from './where.ts';
import type { Input, Keys, Where } from './where.ts';

/** What IAM is asked about a call with this input. */
export type Row = (input: Input, where: Where) => readonly IamRequest[];

/** What makes something asks about that, and with tags in the request about tagging it too. */
export function made(
  action: string,
  tagging: string,
  resource: string,
  input: Input,
  keys: { readonly making?: Keys; readonly tagging?: Keys } = {},
): readonly IamRequest[] {
  const requested = requestedTags(input);
  return [
    request(action, resource, { requested }, keys.making),
    ...(requested.size === 0 ? [] : [request(tagging, resource, { requested }, keys.tagging)]),
  ];
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
