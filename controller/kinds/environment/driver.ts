import type { GetCallerIdentityCommandOutput } from '@aws-sdk/client-sts';
import type { Filter, Subnet, Vpc } from '@aws-sdk/client-ec2';
import type { Aws } from '../../aws/operations.ts';
import { collect } from '../../aws/collect.ts';
import { fromTagList } from '../../aws/tags.ts';
import { StationkeeperError, asStationkeeperError } from '../../core/errors.ts';
import { HEALTHY } from '../../core/kind.ts';
import { canonicalJson } from '../../core/ownership.ts';
import type { EnvironmentOutputs } from '../../core/reference.ts';
import type { Desired, Observed, Tags } from '../../core/resource.ts';
import type { DriverContext, KindDriver } from '../kind.ts';
import { neverChanged } from '../looked-up.ts';
import type { EnvironmentSpec, EnvironmentState } from './model.ts';

/**
 * Looks an environment up: who we are (once, unless `spec.account` says who we must be and no role is assumed, whose account never changes), its
 * VPC (in turn, while it has the subnets) and its subnets (every pass). Rejects, so that nothing in
 * the environment is touched, with WrongAccount where `spec.account` is another one, and with VpcNotFound,
 * VpcAmbiguous, SubnetsNotFound or SubnetsUnclear; all with retry `never`.
 */
export function environmentDriver({
  aws,
  takeTurns,
  assumesRole,
}: DriverContext): KindDriver<EnvironmentSpec, EnvironmentState> {
  let identifying: Promise<Caller> | undefined;
  const turns = takeTurns('vpc', 0);
  /** What was found last, by what was looked for. */
  const known = new Map<string, Vpc>();

  async function networkOf({ id, spec }: Desired<EnvironmentSpec>): Promise<Network> {
    const key = canonicalJson(spec.vpc);
    const before = known.get(key);
    const isDue = turns([key]).has(key);
    if (before !== undefined && !isDue) {
      try {
        return { vpc: before, subnets: await findSubnets(aws, id.name, spec.subnets, before) };
      } catch (thrown) {
        // It may be another VPC by now.
        if (asStationkeeperError(thrown).retry !== 'never') throw thrown;
      }
    }
    known.clear();
    const vpc = await findVpc(aws, id.name, spec.vpc);
    const subnets = await findSubnets(aws, id.name, spec.subnets, vpc);
    known.set(key, vpc);
    return { vpc, subnets };
  }

  async function caller(): Promise<Caller> {
    identifying ??= identify();
    try {
      return await identifying;
    } catch (thrown) {
      identifying = undefined;
      throw thrown;
    }
  }

  async function identify(): Promise<Caller> {
    return readCaller(await aws.sts.getCallerIdentity({}));
  }

  return {
    async observe({ desired }) {
      const items: Observed<EnvironmentState>[] = [];
      for (const environment of desired) {
        // Credentials may be exchanged while we run, and come to be another account's.
        const isSettled = assumesRole || environment.spec.account === undefined;
        const identity = isSettled ? await caller() : await identify();
        refuseOtherAccount(environment, identity);
        items.push(lookedUp(environment, identity, await networkOf(environment)));
      }
      return { items, unseen: [] };
    },
    ...neverChanged('an environment'),
  };
}

interface Caller {
  readonly accountId: string;
  readonly arn: string;
  readonly partition: string;
}

function readCaller({ Account: accountId, Arn: arn }: GetCallerIdentityCommandOutput): Caller {
  const partition = arn?.split(':')[1];
  if (accountId === undefined || arn === undefined || partition === undefined) {
    throw new StationkeeperError({
      code: 'CallerUnknown',
      message: 'sts:GetCallerIdentity did not return the account of the credentials',
      retry: 'backoff',
      operation: 'sts:GetCallerIdentity',
    });
  }
  return { accountId, arn, partition };
}

function refuseOtherAccount({ id, spec }: Desired<EnvironmentSpec>, identity: Caller): void {
  if (spec.account === undefined || spec.account === identity.accountId) return;
  throw refusal(
    'WrongAccount',
    `environment "${id.name}" is in account ${spec.account}, but the credentials (${identity.arn}) are of account ${identity.accountId}; nothing is touched: use credentials of ${spec.account}, set spec.roleArn, or correct spec.account`,
  );
}

interface Network {
  readonly vpc: Vpc;
  readonly subnets: readonly Subnet[];
}

function lookedUp(
  { id, spec }: Desired<EnvironmentSpec>,
  { accountId, partition }: Caller,
  { vpc, subnets }: Network,
): Observed<EnvironmentState> {
  const vpcId = vpc.VpcId ?? '';
  const subnetIds = subnets.flatMap((subnet) => subnet.SubnetId ?? []).toSorted();
  const region = subnets[0]?.SubnetArn?.split(':')[3] ?? spec.region;
  if (region === undefined) {
    throw refusal(
      'RegionUnknown',
      `environment "${id.name}": AWS did not say which region its subnets are in; set spec.region`,
    );
  }
  return {
    id,
    owner: 'nobody',
    tags: {},
    state: { accountId, vpcId, subnetIds },
    outputs: { accountId, partition, region, vpcId, subnetIds } satisfies EnvironmentOutputs,
    health: HEALTHY,
  };
}

async function findVpc(aws: Aws, environment: string, wanted: EnvironmentSpec['vpc']): Promise<Vpc> {
  const [filters, what] = vpcFilters(wanted);
  const found = await collect(async (NextToken) => {
    const page = await aws.ec2.describeVpcs({ Filters: filters, NextToken });
    return { items: page.Vpcs, next: page.NextToken };
  });
  const vpcs = typeof wanted === 'object' && 'tags' in wanted ? carrying(wanted.tags, found) : found;
  const [vpc] = vpcs;
  if (vpc === undefined) {
    throw refusal(
      'VpcNotFound',
      `environment "${environment}": there is no ${what} in this account and region; correct spec.vpc or create it`,
    );
  }
  if (vpcs.length > 1) {
    throw refusal(
      'VpcAmbiguous',
      `environment "${environment}": ${vpcs.length} VPCs are a ${what} (${list(vpcs.map((each) => each.VpcId))}); name one by its id or by more tags`,
    );
  }
  return vpc;
}

function vpcFilters(wanted: EnvironmentSpec['vpc']): readonly [Filter[], string] {
  if (wanted === 'default') return [[{ Name: 'is-default', Values: ['true'] }], 'default VPC'];
  if ('id' in wanted) return [[{ Name: 'vpc-id', Values: [wanted.id] }], `VPC ${wanted.id}`];
  return [tagFilters(wanted.tags), `VPC tagged ${describeTags(wanted.tags)}`];
}

async function findSubnets(
  aws: Aws,
  environment: string,
  wanted: EnvironmentSpec['subnets'],
  vpc: Vpc,
): Promise<readonly Subnet[]> {
  const vpcId = vpc.VpcId ?? '';
  if (wanted === 'default' && vpc.IsDefault !== true) {
    throw refusal(
      'SubnetsUnclear',
      `environment "${environment}": ${vpcId} is not the default VPC, so it has no default subnets; list spec.subnets by id or by tags`,
    );
  }
  const found = await collect(async (NextToken) => {
    const page = await aws.ec2.describeSubnets({ Filters: subnetFilters(wanted, vpcId), NextToken });
    return { items: page.Subnets, next: page.NextToken };
  });
  const inVpc = found.filter((subnet) => subnet.VpcId === vpcId);
  if (wanted !== 'default' && 'ids' in wanted) {
    const missing = wanted.ids.filter((id) => inVpc.every((subnet) => subnet.SubnetId !== id));
    if (missing.length === 0) return inVpc;
    throw refusal(
      'SubnetsNotFound',
      `environment "${environment}": ${vpcId} has no subnet ${list(missing)}; correct spec.subnets`,
    );
  }
  const subnets = wanted === 'default' ? inVpc : carrying(wanted.tags, inVpc);
  if (subnets.length > 0) return subnets;
  const what = wanted === 'default' ? 'default subnet' : `subnet tagged ${describeTags(wanted.tags)}`;
  throw refusal(
    'SubnetsNotFound',
    `environment "${environment}": ${vpcId} has no ${what}; correct spec.subnets or create one`,
  );
}

function subnetFilters(wanted: EnvironmentSpec['subnets'], vpcId: string): Filter[] {
  if (wanted === 'default') {
    return [
      { Name: 'vpc-id', Values: [vpcId] },
      { Name: 'default-for-az', Values: ['true'] },
    ];
  }
  if ('ids' in wanted) return [{ Name: 'subnet-id', Values: [...wanted.ids] }];
  return [{ Name: 'vpc-id', Values: [vpcId] }, ...tagFilters(wanted.tags)];
}

function tagFilters(tags: Tags): Filter[] {
  return Object.entries(tags).map(([key, value]) => ({ Name: `tag:${key}`, Values: [value] }));
}

/** The items that carry these very tags: EC2 reads `*` and `?` in a filter as wildcards, while a tag in a manifest means itself. */
function carrying<Item extends Pick<Vpc, 'Tags'>>(tags: Tags, items: readonly Item[]): Item[] {
  return items.filter((item) => {
    const has = fromTagList(item.Tags);
    return Object.entries(tags).every(([key, value]) => has[key] === value);
  });
}

function describeTags(tags: Tags): string {
  return Object.entries(tags)
    .map(([key, value]) => `${key}=${value}`)
    .join(', ');
}

function list(ids: readonly (string | undefined)[]): string {
  return ids.join(', ');
}

function refusal(code: string, message: string): StationkeeperError {
  return new StationkeeperError({ code, message, retry: 'never' });
}
