import { parseAllDocuments } from 'yaml';
import type { Example } from '../manifests/examples.ts';
import { LONGEST_PROVISIONING_MS } from '../sandbox/load-balancing.ts';
import { networkOf, otherTool } from './other-tools.ts';
import { createWorld } from './world.ts';
import type { World } from './world.ts';

interface Balanced {
  readonly targetGroupArn: string;
  readonly containerPort: number;
}

/**
 * The world of an account that has what an example takes for granted, and nothing else of it. AWS makes up the end of an ARN, so the files
 * name what was made instead of what the example names.
 */
export async function exampleWorld({ files }: Pick<Example, 'files'>): Promise<World> {
  const world = createWorld({ files });
  const balanced = Object.values(files)
    .filter((text) => text.includes('\nkind: DaemonService\n'))
    .flatMap((text) => parseAllDocuments(text).flatMap((document) => balancedBy(document.toJS())));
  if (balanced.length === 0) return world;
  const made = await makeTargetGroups(world, balanced);
  for (const [file, text] of world.files) {
    world.files.set(
      file,
      text.replaceAll(/arn:aws:elasticloadbalancing:\S+/g, (arn) => made.get(arn) ?? arn),
    );
  }
  return world;
}

function balancedBy(document: {
  readonly spec?: { readonly loadBalancers?: readonly Balanced[] };
}): readonly Balanced[] {
  return document.spec?.loadBalancers ?? [];
}

/** Makes a network load balancer that forwards each port to a target group of that name: the groups' ARNs, by those that are named. */
async function makeTargetGroups(
  world: World,
  balanced: readonly Balanced[],
): Promise<ReadonlyMap<string, string>> {
  const { call } = otherTool(world);
  const { vpc: VpcId, subnets } = await networkOf(world);
  const { LoadBalancers } = await call<{ LoadBalancers: { LoadBalancerArn: string }[] }>(
    'elasticloadbalancing',
    'CreateLoadBalancer',
    { Name: 'examples', Type: 'network', Scheme: 'internal', Subnets: subnets },
  );
  const made = new Map<string, string>();
  for (const { targetGroupArn, containerPort } of balanced) {
    const port = { Protocol: 'TCP', Port: containerPort };
    const { TargetGroups } = await call<{ TargetGroups: { TargetGroupArn: string }[] }>(
      'elasticloadbalancing',
      'CreateTargetGroup',
      { Name: targetGroupArn.split('/')[1], ...port, TargetType: 'ip', VpcId },
    );
    const { TargetGroupArn } = TargetGroups[0]!;
    await call('elasticloadbalancing', 'CreateListener', {
      LoadBalancerArn: LoadBalancers[0]!.LoadBalancerArn,
      ...port,
      DefaultActions: [{ Type: 'forward', TargetGroupArn }],
    });
    made.set(targetGroupArn, TargetGroupArn);
  }
  await world.clock.advance(LONGEST_PROVISIONING_MS);
  return made;
}
