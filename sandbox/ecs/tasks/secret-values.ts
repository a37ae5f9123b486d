import type { CallContext } from '../../call.ts';
import { AwsError } from '../../error.ts';
import { findSecret, secretNotFound } from '../../secretsmanager/find.ts';
import { valueFor } from '../../secretsmanager/values.ts';
import { findParameter } from '../../ssm/find.ts';
import type { RegionState } from '../../state.ts';

/** A value that a task is given, or why it is not. */
export type Looked = { readonly value: string } | { readonly error: Error };

/** What `valueFrom` means, a secret or a parameter; undefined where it is another account's, which is taken on trust. */
export function lookUp(context: CallContext, valueFrom: string): Looked | undefined {
  return valueFrom.split(':')[2] === 'secretsmanager'
    ? lookUpSecret(context, valueFrom)
    : lookUpParameter(context, valueFrom);
}

/** By name or ARN. */
export function lookUpParameter(context: CallContext, reference: string): Looked | undefined {
  const [, region, accountId] = /^arn:[^:]+:ssm:([^:]+):(\d*):/.exec(reference) ?? [];
  if (accountId !== undefined && accountId !== '' && accountId !== context.accountId) return undefined;
  const where = region ?? context.region;
  const state = stateIn(context, where);
  const found =
    state === undefined ? undefined : findParameter({ ...context, region: where, state }, reference);
  return found?.version === undefined
    ? { error: new AwsError('ParameterNotFound', '') }
    : { value: found.version.value.hidden };
}

/** `arn:…:secret:name-AbCdEf`, with or without `:json-key:version-stage:version-id` behind it. */
export function lookUpSecret(context: CallContext, reference: string): Looked | undefined {
  const [, , , region = context.region, accountId = context.accountId, , , key = '', stage = '', id = ''] =
    reference.split(':');
  if (accountId !== context.accountId) return undefined;
  const state = stateIn(context, region);
  const arn = reference.split(':').slice(0, 7).join(':');
  const secret = state === undefined ? undefined : findSecret(state, arn);
  if (secret === undefined) return { error: secretNotFound() };
  try {
    const text = valueFor(secret, {
      ...(stage === '' ? {} : { VersionStage: stage }),
      ...(id === '' ? {} : { VersionId: id }),
    });
    return key === '' ? { value: text } : valueAt(text, key);
  } catch (thrown) {
    if (thrown instanceof AwsError) return { error: thrown };
    throw thrown;
  }
}

function valueAt(text: string, key: string): Looked {
  const members = membersOf(text);
  // As the agent says it, which has got the secret.
  if (members === undefined || !Object.hasOwn(members, key)) {
    return { error: new Error(`retrieved secret from Secrets Manager did not contain json key ${key}`) };
  }
  const value = members[key];
  return { value: typeof value === 'string' ? value : JSON.stringify(value) };
}

function membersOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** What the account holds in a Region; undefined where nobody has looked yet. */
export function stateIn(context: CallContext, region: string): RegionState | undefined {
  return region === context.region ? context.state : context.regions().get(region);
}
