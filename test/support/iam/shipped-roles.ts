import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { RoleSpec } from '../../../controller/kinds/role/spec.ts';
import { expandManifests } from '../../../controller/manifest/expand/index.ts';
import { parseManifests } from '../../../controller/manifest/parse.ts';
import type { PolicyJson } from '../../../controller/policy/packing.ts';
import { OWN_MANIFEST } from '../world/world.ts';

/** What makes the role that a controller assumes in an account: a template of CloudFormation and a module of Terraform. */
export const ACCOUNTS_FOLDER = join(import.meta.dirname, '..', '..', '..', 'deploy', 'accounts');

/** The policy that deploy/ecs gives the controller's own tasks. */
export function policyOfOwnRole(): PolicyJson {
  const { manifests } = parseManifests([{ file: 'stationkeeper.yaml', text: OWN_MANIFEST }]);
  const role = expandManifests(manifests).desired.find(({ id }) => id.name === 'stationkeeper-task');
  const { statements } = role!.spec as RoleSpec;
  return {
    Version: '2012-10-17',
    Statement: statements.map(({ sid = '', effect, actions, resources, conditions }) => ({
      Sid: sid,
      Effect: effect as 'Allow',
      Action: actions,
      Resource: resources as readonly string[],
      ...(conditions === undefined ? {} : { Condition: conditions }),
    })),
  };
}

/** The role of the template of CloudFormation, as far as a test looks into it. */
interface AccountRole {
  readonly RoleName: string;
  readonly AssumeRolePolicyDocument: PolicyJson;
  readonly Policies: readonly [{ readonly PolicyName: string; readonly PolicyDocument: PolicyJson }];
}

/** What CloudFormation makes of the template of deploy/accounts with these parameters. */
export function accountRole(
  parameters: Readonly<Record<'ControllerRoleArn' | 'RoleName' | 'ExternalId', string>>,
  edited: (template: string) => string = (template) => template,
): AccountRole {
  const text = edited(readFileSync(join(ACCOUNTS_FOLDER, 'role.yaml'), 'utf8'));
  const { Conditions, Resources } = parse(text) as {
    readonly Conditions: Readonly<Record<string, unknown>>;
    readonly Resources: { readonly Role: { readonly Properties: unknown } };
  };
  const conditions = filledIn(Conditions, parameters) as Readonly<Record<string, unknown>>;
  return filledIn(Resources.Role.Properties, { ...parameters, ...conditions }) as AccountRole;
}

export function policyOfAccountRole(edited?: (template: string) => string): PolicyJson {
  const parameters = { ControllerRoleArn: '', RoleName: '', ExternalId: '' };
  return accountRole(parameters, edited).Policies[0].PolicyDocument;
}

/** A value with its functions replaced by what they give; `AWS::NoValue` is undefined (CloudFormation: intrinsic functions). */
function filledIn(value: unknown, names: Readonly<Record<string, unknown>>): unknown {
  if (Array.isArray(value)) return value.map((item) => filledIn(item, names));
  if (typeof value !== 'object' || value === null) return value;
  const filled = Object.entries(value).map(([key, item]) => [key, filledIn(item, names)] as const);
  const [[key, its] = ['', []]] = filled;
  const [first, second, third] = [its].flat() as readonly unknown[];
  switch (key) {
    case 'Ref':
      return names[String(first)];
    case 'Fn::Equals':
      return first === second;
    case 'Fn::Not':
      return first !== true;
    case 'Fn::If':
      return names[String(first)] === true ? second : third;
    default:
      return Object.fromEntries(filled);
  }
}
