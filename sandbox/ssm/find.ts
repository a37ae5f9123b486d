import { AwsError } from '../error.ts';
import type { RegionState } from '../state.ts';
import { publicParameter } from './public-parameters.ts';
import { latestOf } from './state.ts';
import type { Parameter, ParameterVersion } from './state.ts';

/** What a call or a task sees of a Region. */
interface Where {
  readonly region: string;
  readonly accountId: string;
  readonly state: RegionState;
}

export interface FoundParameter {
  readonly parameter: Parameter;
  /** Undefined where there is none of that number or label. */
  readonly version: ParameterVersion | undefined;
  /** `:3` or `:label`, as it was asked for. */
  readonly selector: string | undefined;
}

/** A parameter by name or ARN, with or without the number or a label of a version; also one of those that AWS publishes. */
export function findParameter(where: Where, reference: string): FoundParameter | undefined {
  const [name = '', selector] = split(nameIn(where, reference));
  const { parameters } = where.state.ssm;
  const parameter = parameters.get(name) ?? publicParameter(where.region, name);
  if (parameter === undefined) return undefined;
  if (selector === undefined) return { parameter, version: latestOf(parameter), selector };
  const version = /^\d+$/.test(selector)
    ? parameter.versions.find((each) => each.version === Number(selector))
    : parameter.versions.find(({ labels }) => labels.has(selector));
  return { parameter, version, selector: `:${selector}` };
}

/** One of the account's own by its name. Throws ParameterNotFound, whose message is empty in AWS too. */
export function requireParameter({ state }: Pick<Where, 'state'>, name: string | undefined): Parameter {
  const parameter = state.ssm.parameters.get(name ?? '');
  if (parameter === undefined) throw notFound();
  return parameter;
}

export function notFound(): AwsError {
  return new AwsError('ParameterNotFound', '');
}

/** Of an ARN the name, which begins with a slash where it has more of them; what is of elsewhere is nothing here. */
function nameIn({ region, accountId, state }: Where, reference: string): string {
  const [, itsRegion, itsAccount, path = ''] =
    /^arn:[^:]+:ssm:([^:]+):(\d*):parameter(\/.+)$/.exec(reference) ?? [];
  if (itsRegion === undefined) return reference;
  if (itsRegion !== region || (itsAccount !== accountId && itsAccount !== '')) return '';
  const short = path.slice(1);
  const [name = ''] = split(short);
  return state.ssm.parameters.has(name) ? short : path;
}

function split(reference: string): readonly string[] {
  const colon = reference.indexOf(':');
  return colon === -1 ? [reference] : [reference.slice(0, colon), reference.slice(colon + 1)];
}
