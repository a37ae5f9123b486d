import { parseAllDocuments } from 'yaml';
import type { Example } from '../manifests/examples.ts';
import { LONGEST_PROVISIONING_MS, makeTargetGroups } from '../sandbox/target-groups.ts';
import { makeFetched, pushDeclared } from './fetched.ts';
import { balancingIn, networkOf } from './other-tools.ts';
import { createWorld } from './world.ts';
import type { World } from './world.ts';

/** Of each cluster whose daemons are on every host. */
export const HOSTS = 3;

interface Balanced {
  readonly targetGroupArn: string;
  readonly containerPort: number;
}

interface Daemon {
  readonly spec: {
    readonly cluster: string;
    readonly schedulingStrategy?: string;
    readonly loadBalancers?: readonly Balanced[];
    readonly containers?: readonly { readonly secrets?: Readonly<Record<string, string>> }[];
  };
}

/**
 * The world of an account that has what an example takes for granted, and nothing else of it: parameters, images, target groups, and hosts of its clusters. AWS
 * makes up the end of an ARN, so the files name what was made instead of what the example names.
 */
export async function exampleWorld({ files }: Pick<Example, 'files'>): Promise<World> {
  const world = createWorld({ files });
  await makeFetched(world);
  if (Object.values(files).some((text) => text.includes('\nkind: Repository\n'))) {
    // Nobody can push into what is not there: the daemon waits for its image meanwhile.
    await world.settle();
    await pushDeclared(world);
  }
  const daemons = Object.values(files)
    .filter((text) => text.includes('\nkind: DaemonService\n'))
    .flatMap((text) => parseAllDocuments(text).map((document) => document.toJS() as Daemon));
  await nameTargetGroups(
    world,
    daemons.flatMap(({ spec }) => spec.loadBalancers ?? []),
  );
  const onHosts = daemons.filter(({ spec }) => spec.schedulingStrategy === 'DAEMON');
  // Where there is no cluster, no host can join it.
  if (onHosts.length > 0) await world.settle();
  for (const name of new Set(onHosts.map(({ spec }) => spec.cluster))) {
    world.sandbox.control.launchInstances({ cluster: name, count: HOSTS });
  }
  return world;
}

async function nameTargetGroups(world: World, balanced: readonly Balanced[]): Promise<void> {
  if (balanced.length === 0) return;
  const made = await makeNamed(world, balanced);
  for (const [file, text] of world.files) {
    world.files.set(
      file,
      text.replaceAll(/arn:aws:elasticloadbalancing:\S+/g, (arn) => made.get(arn) ?? arn),
    );
  }
}

/** Makes target groups of these names and ports behind a load balancer: their ARNs, by those that are named. */
async function makeNamed(world: World, balanced: readonly Balanced[]): Promise<ReadonlyMap<string, string>> {
  const { vpc: vpcId, subnets } = await networkOf(world);
  const arns = await makeTargetGroups(
    balancingIn(world),
    { vpcId, subnets },
    balanced.map(({ targetGroupArn, containerPort: Port }) => ({
      Name: targetGroupArn.split('/')[1],
      Protocol: 'TCP',
      Port,
    })),
  );
  await world.clock.advance(LONGEST_PROVISIONING_MS);
  return new Map(balanced.map(({ targetGroupArn }, nth) => [targetGroupArn, arns[nth]!]));
}
