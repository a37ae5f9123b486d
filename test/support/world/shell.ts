import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KINDS } from '../../../controller/kinds/index.ts';
import { applyCommand } from '../../../controller/cli/apply.ts';
import type { ApplyOptions } from '../../../controller/cli/apply.ts';
import type { CommandContext } from '../../../controller/cli/context.ts';
import { logsCommand } from '../../../controller/cli/logs.ts';
import type { LogsOptions } from '../../../controller/cli/logs.ts';
import { pathCommand } from '../../../controller/cli/path.ts';
import type { PathOptions } from '../../../controller/cli/path.ts';
import { planCommand } from '../../../controller/cli/plan.ts';
import type { PlanOptions } from '../../../controller/cli/plan.ts';
import { explainCommand } from '../../../controller/cli/explain.ts';
import type { ExplainOptions } from '../../../controller/cli/explain.ts';
import { validateCommand } from '../../../controller/cli/validate.ts';
import type { ValidateOptions } from '../../../controller/cli/validate.ts';
import { statusCommand } from '../../../controller/cli/status.ts';
import type { StatusOptions } from '../../../controller/cli/status.ts';
import { DEFAULT_PRUNE_BUDGET } from '../../../controller/plan/prune-rules.ts';
import { createSandbox } from '../../../sandbox/sandbox.ts';
import type { Sandbox } from '../../../sandbox/sandbox.ts';
import { VirtualClock } from '../../../sandbox/virtual-clock.ts';
import { SILENT_LOG, isRead } from './world.ts';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** What the command changed in AWS: `ecs:CreateCluster` of every mutation. */
  readonly mutations: readonly string[];
}

/** Commands as somebody runs them one after the other, in one account and in virtual time. */
export interface Shell {
  /** Manifests are read from here. */
  readonly folder: string;
  readonly sandbox: Sandbox;
  readonly clock: VirtualClock;
  validate(options?: Partial<ValidateOptions>): Promise<Ran>;
  explain(options?: Partial<ExplainOptions>): Promise<Ran>;
  plan(options?: Partial<PlanOptions>): Promise<Ran>;
  apply(options?: Partial<ApplyOptions>): Promise<Ran>;
  path(options?: Partial<PathOptions>): Promise<Ran>;
  /** Without a controller to ask. */
  status(options?: Partial<StatusOptions>): Promise<Ran>;
  /** `stop` ends one that follows. */
  logs(this: void, options?: Partial<LogsOptions>, stop?: AbortSignal): Promise<Ran>;
}

export function createShell(): Shell {
  const clock = new VirtualClock();
  const sandbox = createSandbox({ clock });
  const folder = mkdtempSync(join(tmpdir(), 'stationkeeper-'));
  const common = {
    path: folder,
    owner: 'stationkeeper',
    sourceId: undefined,
    takeOverSource: [],
    region: undefined,
    endpointUrl: undefined,
    pruneBudget: DEFAULT_PRUNE_BUDGET,
  };

  async function ran(
    command: (context: CommandContext) => Promise<number>,
    stop = new AbortController().signal,
  ): Promise<Ran> {
    const said = { out: '', err: '' };
    const mutations: string[] = [];
    const code = await clock.run(
      command({
        kinds: KINDS,
        terminal: {
          out: (text) => {
            said.out += text;
          },
          err: (text) => {
            said.err += text;
          },
          isTty: false,
          columns: () => 80,
          color: false,
        },
        secretRules: [],
        clock,
        awsClock: clock,
        env: process.env,
        random: () => 0.5,
        log: SILENT_LOG,
        version: '0.0.0',
        stop,
        kill: new AbortController().signal,
        topics: undefined,
        transport:
          ({ region = 'us-east-1' }) =>
          ({ service, operation, input }) => {
            const name = `${service}:${operation}`;
            if (!isRead(name)) mutations.push(name);
            return sandbox.call({ service, operation, input, region });
          },
      }),
    );
    // After some seconds the tagging API lists what was changed.
    await clock.advance(20_000);
    return { code, ...said, mutations };
  }

  return {
    folder,
    sandbox,
    clock,
    validate: (options = {}) =>
      ran((context) => validateCommand({ ...common, output: 'text', ...options }, context)),
    explain: (options = {}) =>
      ran((context) =>
        explainCommand(
          { ...common, object: 'DaemonService/xray', environment: undefined, server: undefined, ...options },
          context,
        ),
      ),
    plan: (options = {}) =>
      ran((context) =>
        planCommand({ ...common, output: 'text', detailedExitcode: false, ...options }, context),
      ),
    apply: (options = {}) =>
      ran((context) =>
        applyCommand({ ...common, wait: true, timeoutMs: 600_000, confirm: undefined, ...options }, context),
      ),
    path: (options = {}) =>
      ran((context) =>
        pathCommand(
          { ...common, name: 'xray', from: undefined, environment: undefined, output: 'json', ...options },
          context,
        ),
      ),
    status: (options = {}) =>
      ran((context) =>
        statusCommand(
          {
            ...common,
            name: undefined,
            server: 'http://127.0.0.1:1',
            serverGiven: false,
            environment: undefined,
            output: 'table',
            fleet: false,
            watch: false,
            ...options,
          },
          context,
        ),
      ),
    logs: (options = {}, stop) =>
      ran(
        (context) =>
          logsCommand(
            {
              ...common,
              name: 'xray',
              sinceMs: 600_000,
              follow: false,
              container: undefined,
              environment: undefined,
              ...options,
            },
            context,
          ),
        stop,
      ),
  };
}
