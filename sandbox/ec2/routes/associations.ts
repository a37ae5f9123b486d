import type {
  AssociateRouteTableCommandInput,
  AssociateRouteTableCommandOutput,
  DisassociateRouteTableCommandInput,
  DisassociateRouteTableCommandOutput,
  ReplaceRouteTableAssociationCommandInput,
  ReplaceRouteTableAssociationCommandOutput,
  RouteTableAssociation,
} from '@aws-sdk/client-ec2';
import type { Answer } from '../../answer.ts';
import type { CallContext } from '../../call.ts';
import { AwsError } from '../../error.ts';
import { requireById } from '../ids.ts';
import { requireRouteTable, requireSubnet, requireVpc, subnetsOf } from '../lookups.ts';
import type { RouteTable, TableAssociation } from '../network-state.ts';
import { newId } from '../state.ts';
import type { Ec2State } from '../state.ts';

const ASSOCIATED = { State: 'associated' } as const;

/** What uses a table: a VPC, as its main one, a subnet, or a gateway for what comes in. */
interface TableUser {
  readonly members: Pick<RouteTableAssociation, 'Main' | 'SubnetId' | 'GatewayId'>;
  readonly vpcId: string | undefined;
  readonly association: TableAssociation | undefined;
  readonly use: (association: TableAssociation | undefined) => void;
}

/** What uses the table, as answers show it. */
export function associationsOf(ec2: Ec2State, table: RouteTable): readonly RouteTableAssociation[] {
  const { routeTableId, vpcId } = table;
  return usersIn(ec2, vpcId)
    .filter(({ association }) => association?.routeTableId === routeTableId)
    .map(({ members, association }) => ({
      ...members,
      RouteTableAssociationId: association?.associationId,
      RouteTableId: routeTableId,
      AssociationState: ASSOCIATED,
    }));
}

/** A subnet or an internet gateway takes a table of its own. It may name the one that it has already. */
export function associateRouteTable(
  input: AssociateRouteTableCommandInput,
  { world, state: { ec2 } }: CallContext,
): Answer<AssociateRouteTableCommandOutput> {
  const table = requireRouteTable(ec2, input.RouteTableId ?? '');
  const { routeTableId } = table;
  const user = requestedUser(ec2, input);
  if (user.vpcId !== table.vpcId) {
    const { SubnetId, GatewayId } = user.members;
    throw new AwsError(
      'InvalidParameterValue',
      `Route table ${routeTableId} and ${SubnetId === undefined ? 'gateway' : 'subnet'} ${SubnetId ?? GatewayId} belong to different networks`,
    );
  }
  if (user.association !== undefined && user.association.routeTableId !== routeTableId) {
    throw new AwsError(
      'Resource.AlreadyAssociated',
      `the specified association for route table ${routeTableId} conflicts with an existing association`,
    );
  }
  const association = user.association ?? { associationId: newId(world, 'rtbassoc'), routeTableId };
  user.use(association);
  return { AssociationId: association.associationId, AssociationState: ASSOCIATED };
}

function requestedUser(ec2: Ec2State, input: AssociateRouteTableCommandInput): TableUser {
  const { SubnetId: subnetId, GatewayId: gatewayId } = input;
  if ((subnetId === undefined) === (gatewayId === undefined)) {
    throw new AwsError('MissingParameter', 'The request must contain exactly one of subnetId, gatewayId');
  }
  if (subnetId !== undefined) {
    const subnet = requireSubnet(ec2, subnetId);
    return usersIn(ec2, subnet.vpcId).find(({ members }) => members.SubnetId === subnetId)!;
  }
  const gateway = requireById('gateway', gatewayId ?? '', (id) => ec2.internetGateways.get(id));
  const user = usersIn(ec2, gateway.vpcId).find(({ members }) => members.GatewayId === gatewayId);
  if (user !== undefined) return user;
  throw new AwsError('Gateway.NotAttached', `resource ${gatewayId} is not attached to a network`);
}

/** What used the table uses its VPC's main one from now on. */
export function disassociateRouteTable(
  input: DisassociateRouteTableCommandInput,
  { state: { ec2 } }: CallContext,
): Answer<DisassociateRouteTableCommandOutput> {
  const { members, association, use } = requireUser(ec2, input.AssociationId);
  if (members.Main === true) {
    throw new AwsError(
      'InvalidParameterValue',
      `cannot disassociate the main route table association ${association?.associationId}`,
    );
  }
  use(undefined);
  return {};
}

/** The association goes, and one with a new id takes its place; so a VPC gets another main table. */
export function replaceRouteTableAssociation(
  input: ReplaceRouteTableAssociationCommandInput,
  { world, state: { ec2 } }: CallContext,
): Answer<ReplaceRouteTableAssociationCommandOutput> {
  const user = requireUser(ec2, input.AssociationId);
  const { routeTableId, vpcId } = requireRouteTable(ec2, input.RouteTableId ?? '');
  if (vpcId !== user.vpcId) {
    throw new AwsError(
      'InvalidParameterValue',
      `Route table ${routeTableId} and association ${input.AssociationId} belong to different networks`,
    );
  }
  const associationId = newId(world, 'rtbassoc');
  user.use({ associationId, routeTableId });
  return { NewAssociationId: associationId, AssociationState: ASSOCIATED };
}

/** Throws InvalidAssociationID.NotFound, InvalidAssociationID.Malformed. */
function requireUser(ec2: Ec2State, associationId: string | undefined): TableUser {
  return requireById('tableAssociation', associationId ?? '', (id) =>
    [...ec2.vpcs.values()]
      .flatMap(({ vpcId }) => usersIn(ec2, vpcId))
      .find(({ association }) => association?.associationId === id),
  );
}

/** Everything in a VPC that can use a table. */
function usersIn(ec2: Ec2State, vpcId: string | undefined): readonly TableUser[] {
  if (vpcId === undefined) return [];
  const vpc = requireVpc(ec2, vpcId);
  const gateways = [...ec2.internetGateways.values()].filter((gateway) => gateway.vpcId === vpcId);
  return [
    {
      members: { Main: true },
      vpcId,
      association: vpc.mainRouteTable,
      use: (association) => {
        if (association !== undefined) vpc.mainRouteTable = association;
      },
    },
    ...subnetsOf(ec2, vpcId).map(
      (subnet): TableUser => ({
        members: { Main: false, SubnetId: subnet.subnetId },
        vpcId,
        association: subnet.routeTable,
        use: (association) => {
          subnet.routeTable = association;
        },
      }),
    ),
    ...gateways.map(
      (gateway): TableUser => ({
        members: { Main: false, GatewayId: gateway.internetGatewayId },
        vpcId,
        association: gateway.routeTable,
        use: (association) => {
          gateway.routeTable = association;
        },
      }),
    ),
  ];
}
