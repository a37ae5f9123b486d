import type { CallContext } from '../call.ts';
import { checkIdentityPolicy } from '../iam/policy-document.ts';
import { malformed } from '../iam/malformed.ts';
import { partitionOf } from '../partition.ts';
import { callerOf } from '../sts/caller.ts';
import { accessDenied } from './refusals.ts';
import { BATCH_KEYS } from './hosted-zones.ts';
import { actionsWithResources, requestsOf } from './requests.ts';
import type { Called } from './requests.ts';
import { decisionOf, isAbout, statementsIn, textsOf } from './statements.ts';
import type { IamRequest, Statement } from './statements.ts';

/** A policy of the organization that the accounts are in; it holds in all of them. */
export interface ServiceControlPolicy {
  readonly name: string;
  readonly policy: object;
}

/** What Organizations attaches everywhere, so that other policies need only deny. */
const FULL_ACCESS: ServiceControlPolicy = {
  name: 'FullAWSAccess',
  policy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
};

/** Condition keys that requests have here, beside those of tags. */
const KEYS = [
  'aws:PrincipalAccount',
  'aws:PrincipalArn',
  'aws:RequestedRegion',
  'aws:TagKeys',
  'ec2:CreateAction',
  'ecs:CreateAction',
  'iam:AWSServiceName',
  'iam:PassedToService',
  'iam:PermissionsBoundary',
  'iam:PolicyARN',
  ...BATCH_KEYS,
];
const TAG_KEYS = ['aws:RequestTag/', 'aws:ResourceTag/'];

/** The policies that limit every account, in the order in which they were attached. */
export class ServiceControlPolicies {
  readonly #byName = new Map([[FULL_ACCESS.name, FULL_ACCESS]]);
  #statements: readonly Statement[] = statementsOf(FULL_ACCESS);

  /** Attaches a policy, or changes the one of that name. Throws MalformedPolicyDocument for one that IAM would not take, or that could never hold here. */
  attach(policy: ServiceControlPolicy): void {
    checkIdentityPolicy(JSON.stringify(policy.policy), { region: 'us-east-1' });
    for (const statement of statementsOf(policy)) checkStatement(statement);
    this.#byName.set(policy.name, policy);
    this.#changed();
  }

  list(): readonly ServiceControlPolicy[] {
    return [...this.#byName.values()];
  }

  /** False where none of that name is attached. */
  detach(name: string): boolean {
    const wasThere = this.#byName.delete(name);
    this.#changed();
    return wasThere;
  }

  /** Leaves FullAWSAccess alone. */
  reset(): void {
    this.#byName.clear();
    this.#byName.set(FULL_ACCESS.name, FULL_ACCESS);
    this.#changed();
  }

  /** Throws the service's refusal of a call that a policy denies, or that none allows (Organizations user guide, SCP evaluation). */
  check(called: Called, context: CallContext): void {
    // Nobody needs to be asked who calls as long as everything is allowed.
    if (this.list().length === 1 && this.#byName.get(FULL_ACCESS.name) === FULL_ACCESS) return;
    const caller = callerOf(context).arn;
    for (const request of requestsOf(called, context)) {
      const decision = decisionOf(this.#statements, withCaller(request, context, caller));
      if (decision === 'allow') continue;
      const { action, resource } = request;
      throw accessDenied(
        { service: called.service, caller, action, resource },
        decision === 'explicit deny'
          ? 'with an explicit deny in a service control policy'
          : `because no service control policy allows the ${action} action`,
      );
    }
  }

  #changed(): void {
    this.#statements = this.list().flatMap(statementsOf);
  }
}

/** IAM and Route 53 are in one Region for everybody. */
const GLOBAL = /^(?:iam|route53):/;

function withCaller(request: IamRequest, context: CallContext, caller: string): IamRequest {
  const { accountId, region } = context;
  const isGlobal = GLOBAL.test(request.action) && partitionOf(region) === 'aws';
  return {
    ...request,
    keys: new Map([
      ...request.keys,
      ['aws:principalaccount', [accountId]],
      ['aws:principalarn', [principalOf(context, caller)]],
      ['aws:requestedregion', [isGlobal ? 'us-east-1' : region]],
    ]),
  };
}

/** Of a session the role, with its path (IAM user guide, global condition keys). */
function principalOf({ accounts }: CallContext, caller: string): string {
  const [, accountId = '', roleName = ''] = /:sts::(\d+):assumed-role\/([^/]+)\//.exec(caller) ?? [];
  return accounts.get(accountId)?.iam.roles.get(roleName.toLowerCase())?.arn ?? caller;
}

function statementsOf({ policy }: ServiceControlPolicy): readonly Statement[] {
  return statementsIn(JSON.stringify(policy));
}

/** Refuses what would silently never hold: keys that no request has here, and resources of what is asked about none. */
function checkStatement(statement: Statement): void {
  for (const tests of Object.values((statement['Condition'] ?? {}) as Readonly<Record<string, object>>)) {
    for (const key of Object.keys(tests)) {
      if (isKey(key)) continue;
      throw malformed(
        `No request has the condition key ${key} in the sandbox; those that it has are ${[...KEYS, ...TAG_KEYS.map((prefix) => `${prefix}<key>`)].join(', ')}.`,
      );
    }
  }
  const isAnywhere = textsOf(statement['Resource']).includes('*');
  if (isAnywhere || actionsWithResources().some((action) => isAbout(statement, action))) return;
  throw malformed(
    `The sandbox knows no resource of ${textsOf(statement['Action'] ?? statement['NotAction']).join(', ')}: write "Resource": "*".`,
  );
}

function isKey(key: string): boolean {
  const lower = key.toLowerCase();
  return (
    KEYS.some((known) => known.toLowerCase() === lower) ||
    TAG_KEYS.some((prefix) => lower.startsWith(prefix.toLowerCase()))
  );
}
