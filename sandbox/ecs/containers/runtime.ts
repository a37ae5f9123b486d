/** A port on which a container listens. */
export interface ContainerPort {
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
}

/** A container as it is to run. */
export interface ContainerLaunch {
  /** By which the runtime is told what becomes of it; there is never another of that id. */
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly taskId: string;
  /** The service's or the family's, for people. */
  readonly group: string;
  readonly accountId: string;
  readonly region: string;
  /** Of the task, as the API has it; undefined where it has none. */
  readonly address: string | undefined;
  /** Whether that is the task's alone, and not its host's. */
  readonly hasOwnInterface: boolean;
  /** Of its port mappings, in their order. */
  readonly ports: readonly ContainerPort[];
  readonly entryPoint: readonly string[];
  readonly command: readonly string[];
  readonly workingDirectory: string | undefined;
  /** With the values of secrets: it is shown to nobody. */
  readonly environment: Readonly<Record<string, string>>;
}

/** What is told of a container. Nothing is told before `start` has returned, and nothing after `exited` or `failed`. */
export interface ContainerEvents {
  started(): void;
  /** It could not be started, and why. */
  failed(reason: string): void;
  exited(exitCode: number): void;
  /** Lines of its output, none empty. */
  wrote(lines: readonly string[]): void;
}

/** What runs containers for real, where anything does. */
export interface ContainerRuntime {
  /** Whether it runs containers of an image; those of all others run as nothing. */
  runs(image: string): boolean;
  start(launch: ContainerLaunch, events: ContainerEvents): void;
  /** Does nothing where the container has ended. */
  signal(id: string, signal: 'SIGTERM' | 'SIGKILL'): void;
  /** Runs a command beside a container, within some time; tells later whether it ended with 0. */
  check(id: string, check: ContainerCheck, checked: (passed: boolean) => void): void;
  /** Ends all at once, and tells nothing of it. */
  reset(): void;
}

export interface ContainerCheck {
  readonly command: readonly string[];
  readonly timeoutMs: number;
}

/** Containers that run as nothing: they start, and stay until they are told to stop. */
export const NOTHING_RUNS: ContainerRuntime = {
  runs: () => false,
  start: () => undefined,
  signal: () => undefined,
  check: () => undefined,
  reset: () => undefined,
};
