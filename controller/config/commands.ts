import type { SecretRules } from '../core/secrets.ts';
import type { OwnTask } from '../core/self.ts';
import type { PruneBudget } from '../plan/prune-rules.ts';
import type { Host } from '../policy/trust.ts';
import type { OutsideConsumer } from './consumer.ts';
import type { LogLevel } from './flags.ts';
import type { ImageCommand } from './image-commands.ts';
import type { Address } from './values.ts';

/** What the AWS in this process is like. */
interface SandboxWorld {
  readonly speed: number;
  readonly seed: number;
  readonly quotas: number | 'off';
  readonly breaker: 'healthy' | 'running';
  readonly newAccount: boolean;
}

/** The sandbox runs containers as processes. */
export interface ProcessesConfig {
  readonly commands: readonly ImageCommand[];
  /** Commands that stand for the health checks of images. */
  readonly healthChecks: readonly ImageCommand[];
  /** A block of 127.0.0.0/8. */
  readonly taskNetwork: string;
  /** Undefined: security groups do not count. */
  readonly enforcement: { readonly consumer: OutsideConsumer | undefined } | undefined;
}

export interface GlobalConfig {
  readonly sandbox: boolean;
  /** Matters with `sandbox` and to the command of that name. */
  readonly sandboxWorld: SandboxWorld;
  readonly endpointUrl: string | undefined;
  /** Undefined: the SDK's own. */
  readonly region: string | undefined;
  readonly owner: string;
  readonly sourceId: string | undefined;
  readonly takeOverSource: readonly string[];
  readonly secretPatterns: SecretRules;
  readonly logLevel: LogLevel;
  readonly logFormat: 'json' | 'pretty';
}

interface ValidateConfig extends GlobalConfig {
  readonly command: 'validate';
  readonly path: string;
  readonly output: 'text' | 'wide' | 'json';
}

interface ExplainConfig extends GlobalConfig {
  readonly command: 'explain';
  /** A reason, `ImageNotFound`, or an object, `DaemonService/xray`. */
  readonly subject: string;
  /** Of the manifests. */
  readonly path: string;
  /** Undefined: the only one that has it, or all that do. */
  readonly environment: string | undefined;
  /** Undefined: no controller is asked. */
  readonly server: string | undefined;
}

interface PlanConfig extends GlobalConfig {
  readonly command: 'plan';
  readonly path: string;
  readonly output: 'text' | 'json' | 'markdown';
  readonly detailedExitcode: boolean;
  readonly pruneBudget: PruneBudget;
}

interface ApplyConfig extends GlobalConfig {
  readonly command: 'apply';
  readonly path: string;
  readonly wait: boolean;
  readonly timeoutMs: number;
  readonly pruneBudget: PruneBudget;
  /** Hash of a plan whose held deletions are confirmed. */
  readonly confirm: string | undefined;
}

/** Where a secret is kept, and what said so: `--token-file`, or the variable that holds it. The secret itself is no part of a Config. */
export type SecretSource =
  | { readonly type: 'file'; readonly path: string; readonly by: string }
  | { readonly type: 'variable'; readonly by: string };

interface GitConfig {
  readonly type: 'git';
  readonly url: string;
  readonly branch: string;
  /** Inside the repository; empty for its root. */
  readonly path: string;
  readonly cacheDir: string | undefined;
  readonly timeoutMs: number;
  /** For https. */
  readonly username: string;
  readonly token: SecretSource | undefined;
  /** For ssh. */
  readonly keyFile: string | undefined;
  readonly knownHostsFile: string | undefined;
  /** Whose signature the head of the branch must bear. */
  readonly allowedSignersFile: string | undefined;
}

export type SourceConfig = { readonly type: 'directory'; readonly path: string } | GitConfig;

export interface RunConfig extends GlobalConfig {
  readonly command: 'run';
  readonly source: SourceConfig;
  readonly intervalMs: number;
  readonly listen: Address;
  readonly mode: 'enforce' | 'observe';
  readonly pruneBudget: PruneBudget;
  readonly token: SecretSource | undefined;
  readonly webhookSecret: SecretSource | undefined;
  /** Undefined: names of loopback where it listens on loopback, any name elsewhere. */
  readonly allowedHosts: readonly string[] | undefined;
  readonly metricsDetail: 'object' | 'environment';
  /** Whom it tells what; undefined: nobody. */
  readonly notifyConfig: string | undefined;
  /** The ECS service that it runs as; undefined: as ECS tells. */
  readonly ownService: OwnTask | undefined;
  /** Where the AWS of `--sandbox` listens. */
  readonly sandboxListen: Address;
  /** Where its names are resolved. */
  readonly dns: Address | undefined;
  /** Undefined: containers run as nothing there. */
  readonly processes: ProcessesConfig | undefined;
}

interface StatusConfig extends GlobalConfig {
  readonly command: 'status';
  readonly name: string | undefined;
  readonly server: string;
  /** Somebody named the server, so that there is no looking elsewhere. */
  readonly serverGiven: boolean;
  /** Undefined: all. */
  readonly environment: string | undefined;
  readonly output: 'table' | 'json';
  /** By definition instead of by object. */
  readonly fleet: boolean;
  readonly watch: boolean;
}

export interface ApproveConfig extends GlobalConfig {
  readonly command: 'approve';
  /** Its name. */
  readonly rollout: string;
  /** Its name. */
  readonly stage: string;
  /** Of the definition. */
  readonly digest: string;
  readonly server: string;
  readonly token: SecretSource | undefined;
}

interface ModeConfig extends GlobalConfig {
  readonly command: 'pause' | 'skip';
  /** `fleet`, `Rollout/fleet` or `DaemonService/xray`. */
  readonly name: string;
  /** Of the manifests. */
  readonly path: string;
}

interface PathConfig extends GlobalConfig {
  readonly command: 'path';
  readonly name: string;
  /** Undefined: all consumers that the manifest declares. */
  readonly from: string | undefined;
  /** Of the manifests. */
  readonly path: string;
  /** Undefined: there is only one that has the name. */
  readonly environment: string | undefined;
  readonly output: 'table' | 'json';
}

interface LogsConfig extends GlobalConfig {
  readonly command: 'logs';
  readonly name: string;
  /** How long ago it begins. */
  readonly sinceMs: number;
  readonly follow: boolean;
  /** Undefined: all. */
  readonly container: string | undefined;
  /** Of the manifests. */
  readonly path: string;
  /** Undefined: there is only one that has the name. */
  readonly environment: string | undefined;
}

export interface NotifyConfig extends GlobalConfig {
  readonly command: 'notify';
  /** A file. */
  readonly notifyConfig: string;
  /** Its name; undefined: all. */
  readonly receiver: string | undefined;
}

interface ExportConfig extends GlobalConfig {
  readonly command: 'export';
  /** Empty: all services. */
  readonly names: readonly string[];
  readonly out: string | undefined;
  readonly force: boolean;
}

interface SandboxConfig extends GlobalConfig {
  readonly command: 'sandbox';
  readonly listen: Address;
  readonly dns: Address | undefined;
  /** Undefined: containers run as nothing. */
  readonly processes: ProcessesConfig | undefined;
}

interface PolicyConfig extends GlobalConfig {
  readonly command: 'policy';
  readonly path: string;
  readonly access: 'read' | 'converge';
  /** Undefined: there is only one. */
  readonly document: string | undefined;
  /** Only what the controller's own role or user needs. */
  readonly controller: boolean;
  /** Undefined: no trust policy of the controller's own role is made. */
  readonly host: Host | undefined;
  /** Undefined: no trust policies of the Environments' roles are made. */
  readonly controllerArn: string | undefined;
  /** Of Environments that name none. */
  readonly externalId: string | undefined;
  /** Undefined: only the daemon services of the manifests. */
  readonly anyName: string | undefined;
  readonly output: 'policy' | 'json' | 'text';
}

interface SchemaConfig extends GlobalConfig {
  readonly command: 'schema';
}

export type Config =
  | ValidateConfig
  | ExplainConfig
  | PlanConfig
  | ApplyConfig
  | RunConfig
  | StatusConfig
  | ApproveConfig
  | ModeConfig
  | PathConfig
  | LogsConfig
  | NotifyConfig
  | ExportConfig
  | SandboxConfig
  | PolicyConfig
  | SchemaConfig;
