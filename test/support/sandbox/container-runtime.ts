import type {
  ContainerCheck,
  ContainerEvents,
  ContainerLaunch,
  ContainerRuntime,
} from '../../../sandbox/ecs/containers/runtime.ts';

interface Running {
  readonly launch: ContainerLaunch;
  readonly events: ContainerEvents;
  readonly signals: string[];
  readonly checks: { readonly check: ContainerCheck; readonly answer: (passed: boolean) => void }[];
}

/** A runtime of all images in which nothing happens but what the test says. */
export interface ToldRuntime extends ContainerRuntime {
  /** In the order in which they were started. */
  readonly started: readonly Running[];
  /** The latest container of a name. */
  container(name: string): Running;
  /** Lets every container that was started run, and those that wait for them. */
  letAllRun(): void;
}

export function toldRuntime(runs: (image: string) => boolean = () => true): ToldRuntime {
  const started: Running[] = [];
  const byId = (id: string): Running => started.find(({ launch }) => launch.id === id)!;
  const running = new Set<Running>();
  return {
    started,
    runs,
    start: (launch, events) => void started.push({ launch, events, signals: [], checks: [] }),
    signal: (id, signal) => void byId(id).signals.push(signal),
    check: (id, check, answer) => void byId(id).checks.push({ check, answer }),
    reset: () => void started.splice(0),
    container(name) {
      const found = started.findLast(({ launch }) => launch.name === name);
      if (found === undefined) throw new Error(`No container ${name} was started.`);
      return found;
    },
    letAllRun() {
      for (const container of started) {
        if (running.has(container)) continue;
        running.add(container);
        container.events.started();
      }
    },
  };
}
