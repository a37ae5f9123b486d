import type { ResourceRecordSet, RRType } from '@aws-sdk/client-route-53';
import type { ZoneOfNamespace } from '../dns/namespace-zone.ts';
import type { RegionState } from '../state.ts';
import { shownName } from './names.ts';

/**
 * What Cloud Map makes of the instances of a namespace that are load balancers: alias records, which name the balancer's own zone
 * (RegisterInstance, Cloud Map API reference). A balancer that there is not has none.
 */
export function aliasSetsOf(
  { namespace }: ZoneOfNamespace,
  { servicediscovery, elasticloadbalancing }: RegionState,
): readonly ResourceRecordSet[] {
  return [...namespace.services.values()].flatMap((id) => {
    const service = servicediscovery.services.get(id);
    if (service === undefined) return [];
    const name = service.name === '.' ? namespace.name : `${service.name}.${namespace.name}`;
    return [...service.instances.values()].flatMap((instance) => {
      const target = instance.attributes['AWS_ALIAS_DNS_NAME']?.toLowerCase().replace(/\.$/, '');
      const balancer = [...elasticloadbalancing.loadBalancers.values()].find(
        ({ dnsName }) => dnsName.toLowerCase() === target,
      );
      if (balancer === undefined) return [];
      return service.dnsRecordTypes.map((type) => ({
        Name: shownName(name),
        Type: type as RRType,
        SetIdentifier: instance.id,
        Weight: 1,
        AliasTarget: {
          HostedZoneId: balancer.hostedZoneId,
          DNSName: shownName(balancer.dnsName),
          EvaluateTargetHealth: true,
        },
      }));
    });
  });
}
