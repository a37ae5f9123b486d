import type { NatGateway } from '@aws-sdk/client-ec2';
import type { Network } from '../aws/network.ts';
import { valueOf } from '../core/read.ts';
import { aclJudgement, ownAclJudgement } from './acls.ts';
import { EPHEMERAL, endOf } from './flow.ts';
import type { End, Flow } from './flow.ts';
import { egressJudgement, ingressJudgement } from './groups.ts';
import { blocked, ok, overAll, unknown, unread, worstOf } from './hop.ts';
import type { Judgement } from './hop.ts';
import { routeJudgement, routeTo, tableOf, targetOf } from './routes.ts';

/** Whether the interfaces of a daemon get to the services that it calls: by an endpoint in its VPC, or over the internet. */
export function wayOutJudgement(
  ends: readonly End[],
  services: readonly string[],
  network: Network,
): Judgement {
  if (services.length === 0) return ok('it calls no AWS service that Stationkeeper knows of');
  const judgements = ends.flatMap((from) => services.map((service) => toService(from, service, network)));
  return overAll(judgements, 'flows', unknown('it has no network interface', 'see the hop instances'));
}

function toService(from: End, service: string, network: Network): Judgement {
  const { endpoints, interfaces } = network;
  if ('unread' in endpoints) return unread('the VPC endpoints', endpoints.unread);
  const endpoint = endpoints.value.find(
    ({ ServiceName = '', State, VpcEndpointType, PrivateDnsEnabled, RouteTableIds = [] }) =>
      ServiceName.endsWith(`.${service}`) &&
      State?.toLowerCase() === 'available' &&
      (VpcEndpointType === 'Gateway'
        ? RouteTableIds.includes(tableOf(valueOf(network.routeTables), from)?.RouteTableId ?? '')
        : PrivateDnsEnabled === true),
  );
  if (endpoint === undefined) return overInternet(from, service, network);
  const id = endpoint.VpcEndpointId ?? '';
  if (endpoint.VpcEndpointType === 'Gateway') return ok(`${id} leads to ${service}`);
  if ('unread' in interfaces) return unread(`the interfaces of ${id}`, interfaces.unread);
  const ways = interfaces.value
    .filter(
      ({ NetworkInterfaceId = '' }) => endpoint.NetworkInterfaceIds?.includes(NetworkInterfaceId) === true,
    )
    .map((one) => wayTo(httpsTo(from, endOf(one)), network));
  return told(
    overAll(ways, 'interfaces', unknown('it has no interface', 'check its subnets')),
    `${id} leads to ${service}`,
    id,
  );
}

/** An address that stands for all of the internet, where AWS's own endpoints are (RFC 5737 keeps it from being anybody's). */
const ANYWHERE: End = { interfaceId: '', address: '192.0.2.1', subnetId: '', vpcId: '', groupIds: [] };

function overInternet(from: End, service: string, network: Network): Judgement {
  const flow = httpsTo(from, ANYWHERE);
  const own = worstOf([
    egressJudgement(network, flow),
    ownAclJudgement(network, flow),
    gatewayJudgement(from, network),
  ]);
  return told(own, `${own?.evidence ?? ''}, for ${service}`, service);
}

function gatewayJudgement(from: End, network: Network): Judgement {
  const chosen = routeTo(network.routeTables, from, ANYWHERE.address);
  if ('status' in chosen) {
    return chosen.status === 'blocked'
      ? {
          ...chosen,
          advice:
            'add a NAT gateway, or a VPC endpoint of the service, or an internet gateway with public addresses',
        }
      : chosen;
  }
  const target = targetOf(chosen.route);
  const says = `${chosen.table} routes ${chosen.route.DestinationCidrBlock ?? ''} to ${target}`;
  if (target.startsWith('igw-')) {
    return from.publicAddress === undefined
      ? blocked(
          `${says}, but ${from.interfaceId} has no public address`,
          'set assignPublicIp, or route to a NAT gateway',
        )
      : ok(`${says}, and ${from.interfaceId} has ${from.publicAddress}`);
  }
  if (!target.startsWith('nat-'))
    return unknown(
      `${says}, and the controller does not read beyond that`,
      'check there that it leads to AWS',
    );
  const { natGateways } = network;
  if ('unread' in natGateways) return unread(target, natGateways.unread);
  return natJudgement(
    natGateways.value.find(({ NatGatewayId }) => NatGatewayId === target),
    says,
    network,
  );
}

function natJudgement(gateway: NatGateway | undefined, says: string, { routeTables }: Network): Judgement {
  const { State = 'gone', ConnectivityType, SubnetId: subnetId = '', VpcId: vpcId = '' } = gateway ?? {};
  if (State !== 'available')
    return blocked(`${says}, which is ${State}`, 'route to a NAT gateway that is available');
  if (ConnectivityType === 'private') {
    return unknown(`${says}, which is a private one`, 'check where its subnet routes to');
  }
  const on = routeTo(routeTables, { subnetId, vpcId }, ANYWHERE.address);
  if ('status' in on) return on;
  const gatewayOn = targetOf(on.route);
  return gatewayOn.startsWith('igw-')
    ? ok(`${says}, and on to ${gatewayOn}`)
    : blocked(
        `${says}, whose subnet ${subnetId} routes to ${gatewayOn}`,
        `route ${on.table} to an internet gateway`,
      );
}

function wayTo(flow: Flow, network: Network): Judgement {
  const judgements = [
    egressJudgement(network, flow),
    aclJudgement(network, flow),
    routeJudgement(network, flow),
    ingressJudgement(network, flow),
  ];
  return worstOf(judgements) ?? ok('');
}

function httpsTo(from: End, to: End): Flow {
  return { protocol: 'tcp', port: 443, from, to, sentFrom: EPHEMERAL };
}

/** As it is told: where all is well in short, and else what of the way is not. */
function told(judgement: Judgement | undefined, well: string, what: string): Judgement {
  if (judgement === undefined || judgement.status === 'ok') return ok(well);
  return { ...judgement, evidence: `to ${what}: ${judgement.evidence}` };
}
