import { didYouMean } from '../../core/suggest.ts';
import type { ContainerManifest, DaemonServiceManifestSpec } from '../schema/daemon-service.ts';
import { checksOf } from './check.ts';

/** Which containers go before which: by dependsOn, and by what else makes one wait for another. */

const check = checksOf<DaemonServiceManifestSpec>();

/** ECS API reference, ContainerDependency; ECS's answers: cdk-preflight, pf-ecs-dependson-*, measured in September 2026. */
const conditions = check(['containers'], ({ containers }, { report }) => {
  const byName = new Map(containers.map((container) => [container.name, container]));
  containers.forEach((container, index) => {
    container.dependsOn?.forEach(({ containerName, condition }, nth) => {
      const at = ['spec', 'containers', index, 'dependsOn', nth];
      const other = byName.get(containerName);
      if (other === undefined) {
        const help = didYouMean(containerName, [...byName.keys()], 'the containers are');
        report([...at, 'containerName'], `no container is called ${JSON.stringify(containerName)}; ${help}`);
      } else if (condition === 'HEALTHY' && other.healthCheck === undefined) {
        report([...at, 'condition'], `HEALTHY needs a healthCheck on container ${containerName}`);
      } else if ((condition === 'COMPLETE' || condition === 'SUCCESS') && other.essential !== false) {
        report(
          [...at, 'condition'],
          `${condition} waits for the end of ${containerName}, which ends the task while it is essential; set essential: false there`,
        );
      }
    });
  });
});

/** Links are `name` or `name:alias` (ECS API reference, ContainerDefinition). */
const links = check(['containers'], ({ containers }, { report }) => {
  containers.forEach((container, index) => {
    container.links?.forEach((link, nth) => {
      const linked = nameIn(link);
      const at = ['spec', 'containers', index, 'links', nth];
      const others = containers.map(({ name }) => name).filter((name) => name !== container.name);
      if (others.includes(linked)) return;
      const help =
        others.length === 0
          ? 'the task has no other; remove it'
          : didYouMean(linked, others, 'the others are');
      report(at, `no other container is called ${JSON.stringify(linked)}; ${help}`);
    });
  });
});

function nameIn(link: string): string {
  return link.split(':')[0] ?? link;
}

type Edges = ReadonlyMap<string, readonly string[]>;

const cycles = check(['containers'], ({ containers }, { report, warn }) => {
  const depends = new Map(
    containers.map(({ name, dependsOn = [] }) => [name, dependsOn.map(({ containerName }) => containerName)]),
  );
  const found = cycleIn(depends);
  if (found !== undefined) {
    report(
      ['spec', 'containers', indexOf(containers, found), 'dependsOn'],
      `containers wait for each other: ${found.join(' → ')}; remove one dependsOn`,
    );
    return;
  }
  // The agent has a container wait for those whose volumes and links it uses and for its log router (amazon-ecs-agent, dependency graph).
  const waits = cycleIn(waitsOf(containers));
  if (waits === undefined) return;
  warn(
    ['spec', 'containers', indexOf(containers, waits)],
    `ECS takes it, and the task does not start: containers wait for each other by dependsOn, volumesFrom, links or for their log router: ${waits.join(' → ')}; remove one of these`,
  );
});

function indexOf(containers: readonly ContainerManifest[], [first]: readonly string[]): number {
  return containers.findIndex(({ name }) => name === first);
}

function waitsOf(containers: readonly ContainerManifest[]): Edges {
  const router = containers.find(({ firelensConfiguration }) => firelensConfiguration !== undefined)?.name;
  return new Map(
    containers.map((container) => {
      const { name, dependsOn = [], volumesFrom = [], links: linked = [], logConfiguration } = container;
      const others = [
        ...dependsOn.map(({ containerName }) => containerName),
        ...volumesFrom.map(({ sourceContainer }) => sourceContainer),
        ...linked.map(nameIn),
        ...(logConfiguration?.logDriver === 'awsfirelens' && router !== undefined ? [router] : []),
      ];
      // That a container must not name itself is told where it does.
      return [name, others.filter((other) => other !== name)];
    }),
  );
}

/** Names around a cycle, the first again at the end; undefined where there is none. */
function cycleIn(edges: Edges): readonly string[] | undefined {
  const done = new Set<string>();
  const findFrom = (name: string, trail: readonly string[]): readonly string[] | undefined => {
    if (trail.includes(name)) return [...trail.slice(trail.indexOf(name)), name];
    if (done.has(name)) return undefined;
    for (const other of edges.get(name) ?? []) {
      const cycle = findFrom(other, [...trail, name]);
      if (cycle !== undefined) return cycle;
    }
    done.add(name);
    return undefined;
  };
  for (const name of edges.keys()) {
    const cycle = findFrom(name, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}

export const dependencyChecks = [conditions, links, cycles];
