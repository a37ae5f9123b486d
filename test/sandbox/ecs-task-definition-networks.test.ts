import { describe, expect, test } from 'vitest';
import { ecsSandbox, taskDefinitionInput } from '../support/sandbox/ecs.ts';
import {
  acceptances,
  beside,
  container,
  containerOnEc2,
  inMode,
  refusals,
} from '../support/sandbox/task-definition-refusals.ts';
import type { TaskDefinitionChanges } from '../support/sandbox/task-definition-refusals.ts';

const invalid = "Invalid setting for container 'xray'.";

describe('network modes', () => {
  const ports = (...portMappings: object[]) => container({ portMappings });
  const link = beside({ name: 'other', links: ['xray:daemon'] });
  refusals([
    [
      'another one',
      { networkMode: 'nat' as 'none' },
      'Network mode should be one of [awsvpc,bridge,host,none]',
    ],
    [
      'ports without a network',
      inMode('none', ports({ containerPort: 2000 })),
      'Port mappings are not supported when networkMode=none.',
    ],
    [
      'another host port in the host’s network',
      inMode('host', ports({ containerPort: 2000, hostPort: 2001 })),
      'When networkMode=host, the host ports and container ports in port mappings must match.',
    ],
    [
      'a range of ports in the host’s network',
      inMode('host', ports({ containerPortRange: '4000-4010' })),
      "Invalid 'containerPortRange' setting for container 'xray'.",
    ],
    [
      'ranges that overlap behind a bridge',
      inMode('bridge', ports({ containerPortRange: '4000-4010' }, { containerPortRange: '4010-4020' })),
      "Invalid 'containerPortRange' setting for container 'xray'.",
    ],
    [
      'ranges that overlap in a network of the task’s own',
      ports({ containerPortRange: '8080-8090' }, { containerPortRange: '8085-8095' }),
      "TCP container port '8085' is used multiple times in task when networkMode=awsvpc.",
    ],
    [
      'one port in two containers of the host’s network',
      inMode('host', beside({ name: 'other', portMappings: [{ containerPort: 2000, protocol: 'udp' }] })),
      "UDP container port '2000' is used multiple times in task when networkMode=host.",
    ],
    [
      'one name of two ports',
      ports({ name: 'a', containerPort: 1 }, { name: 'a', containerPort: 2 }),
      'When networkMode=awsvpc, port mapping name is already used',
    ],
    [
      'a name in capitals',
      ports({ name: 'HTTP', containerPort: 80 }),
      `${invalid} The name of a port mapping contains invalid characters: HTTP.`,
    ],
    [
      'another application protocol',
      ports({ name: 'a', containerPort: 80, appProtocol: 'smtp' }),
      `${invalid} 'appProtocol' should be one of [http,http2,grpc]`,
    ],
    ['links in the host’s network', inMode('host', link), 'Links are not supported when networkMode=host.'],
    [
      'a link to a container that there is not',
      containerOnEc2({ links: ['other:alias'] }),
      "Container 'xray' cannot link to container 'other'.",
    ],
    [
      'a host without an address',
      containerOnEc2({ extraHosts: [{ hostname: 'a', ipAddress: '' }] }),
      'HostEntry.hostname and HostEntry.ipAddress should not be null or empty.',
    ],
    [
      'fault injection behind a bridge',
      inMode('bridge', { enableFaultInjection: true }),
      'Fault injection is not supported when networkMode=bridge.',
    ],
  ]);

  acceptances([
    [
      'one container port twice behind a bridge',
      inMode('bridge', beside({ name: 'other', portMappings: [{ containerPort: 2000, protocol: 'udp' }] })),
    ],
    ['a fixed host port behind a bridge', inMode('bridge', ports({ containerPort: 2000, hostPort: 8000 }))],
    ['a range of ports behind a bridge', inMode('bridge', ports({ containerPortRange: '4000-4010' }))],
    ['a link behind a bridge', inMode('bridge', link)],
    [
      'names and hosts of one’s own behind a bridge',
      containerOnEc2({
        hostname: 'xray',
        dnsServers: ['10.0.0.2'],
        dnsSearchDomains: ['a.example'],
        extraHosts: [{ hostname: 'a', ipAddress: '10.0.0.3' }],
      }),
    ],
    ['no network', inMode('none', container({ portMappings: [], disableNetworking: true }))],
    ['fault injection in the host’s network', inMode('host', { enableFaultInjection: true })],
    ['fault injection on Fargate', { enableFaultInjection: true }],
  ]);

  test('a range has no port of the host, a port behind a bridge any', async () => {
    const aws = await ecsSandbox();
    const { taskDefinition } = await aws.ecs(
      'RegisterTaskDefinition',
      taskDefinitionInput(
        inMode('bridge', ports({ containerPortRange: '4000-4010' }, { containerPort: 2000 })),
      ),
    );
    expect(taskDefinition?.containerDefinitions?.[0]?.portMappings).toEqual([
      { containerPortRange: '4000-4010', protocol: 'tcp' },
      { containerPort: 2000, hostPort: 0, protocol: 'tcp' },
    ]);
  });
});

describe('App Mesh', () => {
  const properties = Object.entries({
    IgnoredUID: '1337',
    ProxyIngressPort: '15000',
    ProxyEgressPort: '15001',
    AppPorts: '2000',
    EgressIgnoredIPs: '169.254.170.2',
  }).map(([name, value]) => ({ name, value }));
  const proxy = (changes: object = {}): TaskDefinitionChanges => ({
    proxyConfiguration: { type: 'APPMESH', containerName: 'xray', properties, ...changes },
  });
  const without = (name: string) => proxy({ properties: properties.filter((each) => each.name !== name) });
  refusals([
    [
      'a proxy behind a bridge',
      inMode('bridge', proxy()),
      'APPMESH proxy configuration is only supported in networkMode=awsvpc',
    ],
    [
      'a proxy that there is not',
      proxy({ containerName: 'envoy' }),
      'Proxy container [envoy] does not exist.',
    ],
    [
      'a proxy of another kind',
      proxy({ type: 'ISTIO' }),
      'Proxy configuration type should be one of [APPMESH]',
    ],
    ['no ingress port', without('ProxyIngressPort'), 'Ingress port not found'],
    ['no egress port', without('ProxyEgressPort'), 'Egress port not found'],
    [
      'nobody whose own traffic is left alone',
      without('IgnoredUID'),
      'Either IgnoredUID or IgnoredGID must be specified',
    ],
  ]);

  acceptances([['a proxy on Fargate', proxy()]]);
});
