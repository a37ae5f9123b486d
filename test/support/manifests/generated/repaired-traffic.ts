import type { ManifestDocument } from '../documents.ts';
import type { Existing } from './existing.ts';
import { withDriverOptions } from './repaired-logs.ts';
import { withField } from './with-field.ts';

type DaemonSpec = ManifestDocument<'DaemonService'>['spec'];
type Balancer = NonNullable<DaemonSpec['loadBalancers']>[number];
type PortMapping = NonNullable<DaemonSpec['containers'][number]['portMappings']>[number];
type Connect = NonNullable<DaemonSpec['serviceConnectConfiguration']>;
type ConnectService = NonNullable<Connect['services']>[number];

/** Load balancers and Service Connect of ports that there are. */
export function withTraffic(spec: DaemonSpec, existing: Existing | undefined): DaemonSpec {
  const balanced = withField(spec, 'loadBalancers', (balancers) => balancersOf(spec, balancers, existing));
  const { serviceConnectConfiguration: connect } = balanced;
  if (connect === undefined) return balanced;
  if (!connect.enabled) return { ...balanced, serviceConnectConfiguration: { enabled: false } };
  const named = (connect.services ?? []).length === 0 ? balanced : withNamedPort(balanced);
  return { ...named, serviceConnectConfiguration: connectOf(named, connect, existing) };
}

/** A port that Service Connect could be for has a name. */
function withNamedPort(spec: DaemonSpec): DaemonSpec {
  const isFit = ({ containerPort, protocol = 'tcp' }: PortMapping): boolean =>
    containerPort !== undefined && protocol === 'tcp';
  const first = spec.containers.flatMap(({ portMappings = [] }) => portMappings).find(isFit);
  if (first === undefined) return spec;
  const containers = spec.containers.map((container) =>
    withField(container, 'portMappings', (mappings) =>
      mappings.map((mapping) => (mapping === first ? { name: 'connected', ...mapping } : mapping)),
    ),
  );
  return { ...spec, containers };
}

/** Each is a group of its own, of what tasks are in their network. */
function balancersOf(
  { networkMode = 'awsvpc', containers }: DaemonSpec,
  balancers: readonly Balancer[],
  existing: Existing | undefined,
): Balancer[] {
  const ports = containers.flatMap(({ name, portMappings = [] }) =>
    portMappings.flatMap(({ containerPort }) =>
      containerPort === undefined ? [] : [{ containerName: name, containerPort }],
    ),
  );
  if (existing === undefined || ports.length === 0 || networkMode === 'none') return [];
  const groups = existing.targetGroups[networkMode === 'awsvpc' ? 'ip' : 'instance'];
  return balancers
    .slice(0, groups.length)
    .map((_, nth) => ({ targetGroupArn: groups[nth]!, ...ports[nth % ports.length]! }));
}

/** It is for named ports of TCP, once each; those that have requests come first, as there is most to say of them. */
function connectOf(
  { containers }: DaemonSpec,
  { accessLogConfiguration, ...connect }: Connect,
  existing: Existing | undefined,
): Connect {
  const ports = containers
    .flatMap(({ portMappings = [] }) => portMappings)
    .filter(({ name, protocol = 'tcp' }) => name !== undefined && protocol === 'tcp')
    .toSorted(
      (one, other) => Number(other.appProtocol !== undefined) - Number(one.appProtocol !== undefined),
    );
  const services = withField(connect, 'services', (all) =>
    all.slice(0, ports.length).map((service, nth) => {
      const { name = '', appProtocol } = ports[nth]!;
      return { ...withRequests(service, appProtocol !== undefined), portName: name };
    }),
  );
  const once = withField(services, 'containerConfigurations', (settings) => settings.slice(0, 1));
  const logged = withField(once, 'logConfiguration', (logs) => withDriverOptions(logs, existing));
  if (logged.logConfiguration === undefined || accessLogConfiguration === undefined) return logged;
  return { ...logged, accessLogConfiguration };
}

function withRequests(service: ConnectService, hasRequests: boolean): ConnectService {
  const { discoveryName: _itself, ...rest } = service;
  const named = hasRequests ? service : rest;
  const once = withField(named, 'clientAliases', (aliases) => aliases.slice(0, 1));
  return withField(once, 'timeout', ({ perRequestTimeoutSeconds: most, ...timeout }) =>
    hasRequests && most !== undefined ? { ...timeout, perRequestTimeoutSeconds: most } : timeout,
  );
}
