import type { ResourceId } from '../../core/resource.ts';
import type { SecurityGroupRule } from '../../core/security-group-rule.ts';
import type { SecurityGroupSpec } from '../../kinds/security-group/model.ts';
import { normalizeRule } from '../rules.ts';
import type { DaemonServiceManifestSpec } from '../schema/daemon-service.ts';

const ANYWHERE = '0.0.0.0/0';
/** What may go out where the manifest does not say: HTTP, HTTPS and DNS. */
const DEFAULT_EGRESS: readonly SecurityGroupRule[] = [
  { protocol: 'tcp', fromPort: 80, toPort: 80, peer: ANYWHERE },
  { protocol: 'tcp', fromPort: 443, toPort: 443, peer: ANYWHERE },
  { protocol: 'udp', fromPort: 53, toPort: 53, peer: ANYWHERE },
];

export function securityGroupSpec(
  group: DaemonServiceManifestSpec['securityGroup'],
  derived: { readonly name: string; readonly environment: ResourceId },
): SecurityGroupSpec {
  return {
    name: derived.name,
    ...(group?.description === undefined ? {} : { description: group.description }),
    environment: derived.environment,
    ingress: (group?.ingress ?? []).map(normalizeRule),
    egress: group?.egress?.map(normalizeRule) ?? DEFAULT_EGRESS,
  };
}
