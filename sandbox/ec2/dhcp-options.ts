import type {
  AssociateDhcpOptionsCommandInput,
  AssociateDhcpOptionsCommandOutput,
  CreateDhcpOptionsCommandInput,
  CreateDhcpOptionsCommandOutput,
  DeleteDhcpOptionsCommandInput,
  DeleteDhcpOptionsCommandOutput,
  DescribeDhcpOptionsCommandInput,
  DescribeDhcpOptionsCommandOutput,
  DhcpOptions as DhcpOptionsShape,
} from '@aws-sdk/client-ec2';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import { describedPage } from './describe.ts';
import { requireDhcpOptions, requireVpc } from './lookups.ts';
import type { DhcpOptions } from './network-state.ts';
import { newId } from './state.ts';
import type { Ec2State } from './state.ts';
import { forgetTags, setTags } from './tag-store.ts';
import { shownTags, specifiedTags } from './tags.ts';

/** What a VPC without options is said to have. */
const NONE = 'default';

/** Option → the most values that it takes (DHCP option sets, Amazon VPC user guide). */
const OPTIONS: ReadonlyMap<string, number> = new Map([
  ['domain-name', 1],
  ['domain-name-servers', 4],
  ['ntp-servers', 4],
  ['netbios-name-servers', 4],
  ['netbios-node-type', 1],
  ['ipv6-address-preferred-lease-time', 1],
]);

/** They cannot be changed, only replaced. */
export function createDhcpOptions(
  input: CreateDhcpOptionsCommandInput,
  context: CallContext,
): Answer<CreateDhcpOptionsCommandOutput> {
  const { ec2 } = context.state;
  const configurations = new Map(
    (input.DhcpConfigurations ?? []).map(({ Key: key = '', Values: values = [] }) => {
      const most = OPTIONS.get(key);
      if (most === undefined || values.length === 0 || values.length > most) {
        throw new AwsError(
          'InvalidParameterValue',
          `Value (${values.join(', ')}) for parameter ${key} is invalid. ${
            most === undefined ? 'There is no such option.' : `The option takes from 1 to ${most} values.`
          }`,
        );
      }
      return [key, values] as const;
    }),
  );
  if (configurations.size === 0) {
    throw new AwsError('MissingParameter', 'The request must contain the parameter dhcpConfiguration');
  }
  const tags = specifiedTags(input.TagSpecifications, 'dhcp-options');
  const options: DhcpOptions = { dhcpOptionsId: newId(context.world, 'dopt'), configurations };
  ec2.dhcpOptions.set(options.dhcpOptionsId, options);
  setTags(context, options.dhcpOptionsId, tags);
  return { DhcpOptions: optionsShape(ec2, options) };
}

/** Gives a VPC other options, or none for `default`. */
export function associateDhcpOptions(
  input: AssociateDhcpOptionsCommandInput,
  { state: { ec2 } }: CallContext,
): Answer<AssociateDhcpOptionsCommandOutput> {
  const { DhcpOptionsId: wanted = '' } = input;
  const dhcpOptionsId = wanted === NONE ? NONE : requireDhcpOptions(ec2, wanted).dhcpOptionsId;
  requireVpc(ec2, input.VpcId ?? '').dhcpOptionsId = dhcpOptionsId;
  return {};
}

/** Refused while a VPC has them. */
export function deleteDhcpOptions(
  input: DeleteDhcpOptionsCommandInput,
  context: CallContext,
): Answer<DeleteDhcpOptionsCommandOutput> {
  const { ec2 } = context.state;
  const { dhcpOptionsId } = requireDhcpOptions(ec2, input.DhcpOptionsId ?? '');
  if ([...ec2.vpcs.values()].some((vpc) => vpc.dhcpOptionsId === dhcpOptionsId)) {
    throw new AwsError(
      'DependencyViolation',
      `The dhcpOptions '${dhcpOptionsId}' has dependencies and cannot be deleted.`,
    );
  }
  ec2.dhcpOptions.delete(dhcpOptionsId);
  forgetTags(context, dhcpOptionsId);
  return {};
}

export function describeDhcpOptions(
  input: DescribeDhcpOptionsCommandInput,
  { state: { ec2 } }: CallContext,
): Answer<DescribeDhcpOptionsCommandOutput> {
  const page = describedPage(
    ec2,
    { ...input, ids: input.DhcpOptionsIds, Filters: input.Filters },
    {
      kind: 'dhcpOptions',
      items: ec2.dhcpOptions,
      idOf: (options) => options.dhcpOptionsId,
      filters: {
        'dhcp-options-id': (options) => [options.dhcpOptionsId],
        key: (options) => [...options.configurations.keys()],
        value: (options) => [...options.configurations.values()].flat(),
        'owner-id': () => [ec2.place.accountId],
      },
    },
  );
  return { DhcpOptions: page.items.map((options) => optionsShape(ec2, options)), NextToken: page.nextToken };
}

function optionsShape(ec2: Ec2State, { dhcpOptionsId, configurations }: DhcpOptions): DhcpOptionsShape {
  return {
    DhcpOptionsId: dhcpOptionsId,
    DhcpConfigurations: [...configurations].map(([key, values]) => ({
      Key: key,
      Values: values.map((Value) => ({ Value })),
    })),
    OwnerId: ec2.place.accountId,
    Tags: shownTags(ec2, dhcpOptionsId) ?? [],
  };
}
