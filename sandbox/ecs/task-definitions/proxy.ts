import type { RegisterTaskDefinitionCommandInput } from '@aws-sdk/client-ecs';
import { clientError } from '../errors.ts';
import { networkModeOf } from './network-modes.ts';
import { requireWord } from './values.ts';

/** What the proxy cannot do without, and what AWS says where it is missing. */
const NEEDED: readonly (readonly [property: string, refusal: string])[] = [
  ['ProxyIngressPort', 'Ingress port not found'],
  ['ProxyEgressPort', 'Egress port not found'],
  ['AppPorts', 'App ports not found'],
  ['EgressIgnoredIPs', 'Egress ignored IPs not found'],
];

/**
 * A proxy of App Mesh: a container of a task with its own network, told its ports (API reference, ProxyConfiguration). AWS's texts of the
 * network, the container and the ingress port: cdk-preflight, measured in September 2026. Throws ClientException.
 */
export function checkProxy(definition: RegisterTaskDefinitionCommandInput): void {
  const { proxyConfiguration, containerDefinitions = [] } = definition;
  if (proxyConfiguration === undefined) return;
  const { type = 'APPMESH', containerName, properties = [] } = proxyConfiguration;
  requireWord('Proxy configuration type', type, ['APPMESH']);
  if (networkModeOf(definition) !== 'awsvpc') {
    throw clientError('APPMESH proxy configuration is only supported in networkMode=awsvpc');
  }
  if (!containerDefinitions.some(({ name }) => name === containerName)) {
    throw clientError(`Proxy container [${containerName}] does not exist.`);
  }
  const given = new Map(properties.map(({ name = '', value = '' }) => [name, value]));
  for (const [property, refusal] of NEEDED) {
    if (!given.has(property)) throw clientError(refusal);
  }
  if (!given.get('IgnoredUID') && !given.get('IgnoredGID')) {
    throw clientError('Either IgnoredUID or IgnoredGID must be specified');
  }
}
