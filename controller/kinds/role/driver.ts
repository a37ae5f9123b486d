import type { RoleDetail } from '@aws-sdk/client-iam';
import { createdAt } from '../../core/created-at.ts';
import { collect } from '../../aws/collect.ts';
import { authorizationDetails } from '../../aws/roles.ts';
import { changeTags, fromTagList, toUpperTags } from '../../aws/tags.ts';
import { StationkeeperError, hasCode } from '../../core/errors.ts';
import { HEALTHY } from '../../core/kind.ts';
import { requireOutputs } from '../../core/outputs.ts';
import { ownership } from '../../core/ownership.ts';
import type { Observed, Progress, Tags, Work } from '../../core/resource.ts';
import { isChanged } from '../../plan/compare.ts';
import type { DriverContext, KindDriver } from '../kind.ts';
import { roleFacts } from './facts.ts';
import type { RoleOutputs } from './facts.ts';
import { inlinePolicyOf, trustPolicyOf } from './model.ts';
import type { RoleState } from './model.ts';
import type { RoleSpec } from './spec.ts';
import { canonicalPolicy, parsePolicy } from '../../core/policy-document.ts';
import type { PolicyDocument } from '../../core/policy-document.ts';

/** How soon a role that somebody else just made is visible to a read. */
const LOOK_AGAIN_MS = 2_000;
/** How soon ECS most often takes a new role (reference: hazards, new roles); where it takes longer, ECS refuses it and is asked again. */
const KNOWN_ELSEWHERE_MS = 3_000;
/** Managed policies that a role takes at a time, unless somebody has had that raised (IAM and AWS STS quotas). */
const MOST_ATTACHED = 10;

export function roleDriver(context: DriverContext): KindDriver<RoleSpec, RoleState> {
  const { iam } = context.aws;

  function observed(name: string, arn: string, tags: Tags, state: RoleState): Observed<RoleState> {
    return {
      id: { environment: context.claim.environment, kind: roleFacts.name, name },
      ...ownership(context.claim, tags),
      arn,
      state,
      outputs: { arn, name } satisfies RoleOutputs,
      health: HEALTHY,
    };
  }

  async function tagsOf(RoleName: string): Promise<Tags> {
    const tags = await collect(async (Marker) => {
      const page = await iam.listRoleTags({ RoleName, ...(Marker === undefined ? {} : { Marker }) });
      return { items: page.Tags, next: page.IsTruncated === true ? page.Marker : undefined };
    });
    return fromTagList(tags);
  }

  async function putPolicies(
    RoleName: string,
    policies: Readonly<Record<string, PolicyDocument>>,
  ): Promise<void> {
    for (const [PolicyName, document] of Object.entries(policies)) {
      await iam.putRolePolicy({ RoleName, PolicyName, PolicyDocument: JSON.stringify(document) });
    }
  }

  async function attach(RoleName: string, arns: readonly string[]): Promise<void> {
    for (const PolicyArn of arns) await iam.attachRolePolicy({ RoleName, PolicyArn });
  }

  async function detach(RoleName: string, arns: readonly string[]): Promise<void> {
    for (const PolicyArn of arns) await unlessGone(() => iam.detachRolePolicy({ RoleName, PolicyArn }));
  }

  /** What comes is attached before what goes is detached, so that tasks lack nothing meanwhile, unless IAM allows only so many at a time. */
  async function exchange(
    name: string,
    before: readonly string[],
    changes: Work['changes'],
  ): Promise<readonly string[]> {
    const { coming, going } = attachmentsIn(changes);
    if (before.length + coming.length > MOST_ATTACHED) await detach(name, going);
    await attach(name, coming);
    if (before.length + coming.length <= MOST_ATTACHED) await detach(name, going);
    return [...before.filter((arn) => !going.includes(arn)), ...coming];
  }

  async function bound(RoleName: string, PermissionsBoundary: string | null): Promise<void> {
    await (PermissionsBoundary === null
      ? unlessGone(() => iam.deleteRolePermissionsBoundary({ RoleName }))
      : iam.putRolePermissionsBoundary({ RoleName, PermissionsBoundary }));
  }

  return {
    async observe({ desired, scope }) {
      if (desired.length === 0 && scope === 'these') return { items: [], unseen: [] };
      const wanted = new Set(desired.map(({ spec }) => spec.name));
      const details = await authorizationDetails(iam);
      const items: Observed<RoleState>[] = [];
      for (const role of details) {
        if (role.RoleName === undefined || role.Arn === undefined) continue;
        const isWanted = wanted.has(role.RoleName);
        const isUntold = role.Tags === undefined && isWanted;
        const tags = isUntold ? await tagsOf(role.RoleName) : fromTagList(role.Tags);
        const seen = observed(role.RoleName, role.Arn, tags, stateOf(role));
        const item = { ...seen, ...createdAt(role.CreateDate) };
        if (isWanted || (scope === 'all-owned' && item.owner === 'us')) items.push(item);
      }
      return { items, unseen: [] };
    },

    async create(desired, tags, needs): Promise<Progress<RoleState>> {
      const { spec } = desired;
      const inlinePolicies = inlinePolicyOf(spec, requireOutputs(needs, spec.environment));
      const { permissionsBoundary = null } = spec;
      try {
        await iam.createRole({
          RoleName: spec.name,
          Path: spec.path ?? '/',
          AssumeRolePolicyDocument: JSON.stringify(trustPolicyOf(spec)),
          Description: spec.description,
          Tags: toUpperTags(tags),
          ...(permissionsBoundary === null ? {} : { PermissionsBoundary: permissionsBoundary }),
        });
        await putPolicies(spec.name, inlinePolicies);
        await attach(spec.name, spec.managedPolicyArns ?? []);
        const message = 'IAM has created it; other services see it within a few seconds';
        return { type: 'started', checkAgainInMs: KNOWN_ELSEWHERE_MS, message };
      } catch (error) {
        if (!hasCode(error, 'EntityAlreadyExists')) throw withDemands(error, spec);
        const message = `a role named ${spec.name} exists already; the controller looks again`;
        return { type: 'started', checkAgainInMs: LOOK_AGAIN_MS, message };
      }
    },

    async update(desired, before, { changes }, _tags, needs) {
      const name = before.id.name;
      const trustPolicy = trustPolicyOf(desired.spec);
      const wanted = inlinePolicyOf(desired.spec, requireOutputs(needs, desired.spec.environment));
      const state = { ...before.state, inlinePolicies: { ...before.state.inlinePolicies } };
      // Where accounts demand a boundary, nothing else may be changed of a role without it.
      if (isChanged(changes, 'permissionsBoundary')) {
        state.permissionsBoundary = desired.spec.permissionsBoundary ?? null;
        await bound(name, state.permissionsBoundary);
      }
      if (isChanged(changes, 'trustPolicy')) {
        await iam.updateAssumeRolePolicy({ RoleName: name, PolicyDocument: JSON.stringify(trustPolicy) });
        state.trustPolicy = canonicalPolicy(trustPolicy);
      }
      for (const [policy, document] of Object.entries(wanted)) {
        if (!isChanged(changes, `inlinePolicies[${policy}]`)) continue;
        await putPolicies(name, { [policy]: document });
        state.inlinePolicies[policy] = canonicalPolicy(document);
      }
      for (const policy of Object.keys(before.state.inlinePolicies)) {
        if (wanted[policy] !== undefined || !isChanged(changes, `inlinePolicies[${policy}]`)) continue;
        await unlessGone(() => iam.deleteRolePolicy({ RoleName: name, PolicyName: policy }));
        delete state.inlinePolicies[policy];
      }
      state.attachedPolicies = await exchange(name, before.state.attachedPolicies, changes);
      return { type: 'done', observed: { ...before, state } };
    },

    async delete({ id, state }) {
      for (const PolicyName of Object.keys(state.inlinePolicies)) {
        await unlessGone(() => iam.deleteRolePolicy({ RoleName: id.name, PolicyName }));
      }
      await detach(id.name, state.attachedPolicies);
      try {
        await unlessGone(() => iam.deleteRole({ RoleName: id.name }));
        return { type: 'gone' };
      } catch (error) {
        if (!hasCode(error, 'DeleteConflict')) throw error;
        const message = `role ${id.name} still has policies or instance profiles; the controller looks again`;
        return { type: 'started', checkAgainInMs: LOOK_AGAIN_MS, message };
      }
    },

    async tagsNow({ id }) {
      try {
        return await tagsOf(id.name);
      } catch (error) {
        if (!hasCode(error, 'NoSuchEntity')) throw error;
        return undefined;
      }
    },

    async tag(before, set, remove) {
      const RoleName = before.id.name;
      const tags = await changeTags(before.tags, set, remove, {
        set: (some) => iam.tagRole({ RoleName, Tags: toUpperTags(some) }),
        remove: (TagKeys) => iam.untagRole({ RoleName, TagKeys }),
      });
      return observed(RoleName, before.arn ?? '', tags, before.state);
    },
  };
}

function stateOf(role: RoleDetail): RoleState {
  return {
    trustPolicy: parsePolicy(role.AssumeRolePolicyDocument ?? '{}'),
    inlinePolicies: Object.fromEntries(
      (role.RolePolicyList ?? []).map((policy) => [
        policy.PolicyName ?? '',
        parsePolicy(policy.PolicyDocument ?? '{}'),
      ]),
    ),
    attachedPolicies: (role.AttachedManagedPolicies ?? []).flatMap(({ PolicyArn }) => PolicyArn ?? []),
    path: role.Path ?? '/',
    permissionsBoundary: role.PermissionsBoundary?.PermissionsBoundaryArn ?? null,
  };
}

/** ARNs of the managed policies that these changes attach and detach. */
function attachmentsIn(changes: Work['changes']): {
  readonly coming: readonly string[];
  readonly going: readonly string[];
} {
  const found = changes.flatMap(({ path, to, held }) => {
    const [, arn] = /^attachedPolicies\[(.+)\]$/.exec(path) ?? [];
    return arn === undefined || held !== undefined ? [] : [{ arn, comes: to !== null }];
  });
  const arns = (comes: boolean) => found.filter((one) => one.comes === comes).map(({ arn }) => arn);
  return { coming: arns(true), going: arns(false) };
}

/** A refusal to make a role, with what companies demand of roles most often, where the manifests say none of it. */
function withDemands(error: unknown, { permissionsBoundary = null, path }: RoleSpec): unknown {
  if (!hasCode(error, 'AccessDenied') || error.operation !== 'iam:CreateRole') return error;
  const unsaid = [
    ...(permissionsBoundary === null ? ['permissionsBoundary: <the ARN of a managed policy>'] : []),
    ...(path === undefined ? ['path: </a/path/>'] : []),
  ];
  if (unsaid.length === 0) return error;
  const { code, retry, operation, isAdvised } = error;
  return new StationkeeperError({
    code,
    retry,
    isAdvised,
    message: `${error.message}; where the account demands it of new roles, write on the Environment spec.iam: { ${unsaid.join(', ')} }`,
    ...(operation === undefined ? {} : { operation }),
    cause: error,
  });
}

async function unlessGone(remove: () => Promise<unknown>): Promise<void> {
  try {
    await remove();
  } catch (error) {
    if (!hasCode(error, 'NoSuchEntity')) throw error;
  }
}
