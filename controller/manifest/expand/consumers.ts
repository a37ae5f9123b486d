import type { EnvironmentOutputs, Reference } from '../../core/reference.ts';
import type { Desired } from '../../core/resource.ts';
import { givenGroup } from '../../kinds/given-security-group/spec.ts';
import type { GivenGroup } from '../../kinds/given-security-group/facts.ts';
import { securityGroupRuleFacts } from '../../kinds/security-group-rule/facts.ts';
import type { SecurityGroupRuleSpec } from '../../kinds/security-group-rule/spec.ts';
import type { SecurityGroupOutputs } from '../../kinds/security-group/facts.ts';
import type { ConsumerManifest } from '../schema/consumers.ts';
import type { ContainerManifest, DaemonServiceManifestSpec } from '../schema/daemon-service.ts';

type PortMapping = NonNullable<ContainerManifest['portMappings']>[number];

/** Whose rules they are, and in which Environment. */
interface Derived extends Omit<Desired, 'id' | 'spec'> {
  readonly environment: Reference<EnvironmentOutputs>;
  readonly daemon: Reference<SecurityGroupOutputs>;
}

/** The rules between a daemon and its consumers: one a port mapping and direction, each once, and each made only where nobody has it. */
export function consumerRules(
  { consumers = [], containers }: Pick<DaemonServiceManifestSpec, 'consumers' | 'containers'>,
  { environment, daemon, ...own }: Derived,
): readonly Desired<SecurityGroupRuleSpec>[] {
  const ports = new Map(
    containers
      .flatMap(({ portMappings = [] }) => portMappings)
      .flatMap(portsOf)
      .map((each) => [portsText(each), each]),
  );
  return consumers.flatMap((consumer) =>
    [...ports].flatMap(([text, each]) =>
      (['egress', 'ingress'] as const).map((direction) => ({
        ...own,
        yields: { others: [] },
        id: {
          environment: environment.environment,
          kind: securityGroupRuleFacts.name,
          name: `${own.manifest.name}/${consumer.name}/${direction}/${text}`,
        },
        spec: {
          environment,
          direction,
          daemon,
          consumer: groupOf(consumer, environment.environment),
          ...each,
          peer: direction === 'ingress' && consumer.ingress === 'subnets' ? 'subnets' : 'group',
        },
      })),
    ),
  );
}

function groupOf({ securityGroup, ingress }: ConsumerManifest, environment: string): GivenGroup {
  return givenGroup(environment, { ...securityGroup, subnets: ingress === 'subnets' });
}

type Ports = Pick<SecurityGroupRuleSpec, 'protocol' | 'fromPort' | 'toPort'>;

/** A task with an interface of its own is reached at the ports of its containers. */
function portsOf({
  containerPort,
  containerPortRange = '',
  protocol = 'tcp',
}: PortMapping): readonly Ports[] {
  const [first, last = first] =
    containerPort === undefined ? containerPortRange.split('-').map(Number) : [containerPort];
  return first === undefined || last === undefined ? [] : [{ protocol, fromPort: first, toPort: last }];
}

/** `udp-2000`, `tcp-8000-8010`. */
function portsText({ protocol, fromPort, toPort }: Ports): string {
  return `${protocol}-${fromPort}${toPort === fromPort ? '' : `-${toPort}`}`;
}
