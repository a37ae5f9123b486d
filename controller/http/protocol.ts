import type { SecretSource } from '../config/commands.ts';
import type { Approval } from '../core/rollout/course.ts';
import type { ApprovalVerdict } from '../plan/rollout/approval.ts';
import type { LoopBeat } from '../core/loop-health.ts';
import type { LogOptions } from '../logger.ts';
import type { Published } from './published.ts';

/** What the HTTP thread is started with. */
export interface HttpSetup {
  readonly version: string;
  readonly listen: { readonly host: string; readonly port: number };
  /** Undefined: any name. */
  readonly allowedHosts: readonly string[] | undefined;
  readonly branch: string | undefined;
  readonly token: SecretSource | undefined;
  readonly webhookSecret: SecretSource | undefined;
  readonly log: LogOptions;
}

/** What is served before anything was told. */
export interface FirstPublished {
  readonly published: Published;
  readonly beat: LoopBeat;
}

export interface HttpWorkerData {
  readonly setup: HttpSetup;
  readonly first: FirstPublished;
}

/** What the HTTP thread is told. */
export type ToHttp =
  | { readonly type: 'publish'; readonly published: Published }
  | { readonly type: 'beat'; readonly beat: LoopBeat }
  | { readonly type: 'confirmation'; readonly id: number; readonly result: Confirmation }
  | { readonly type: 'approval'; readonly id: number; readonly result: ApprovalVerdict }
  | { readonly type: 'close' };

/** What the HTTP thread tells and asks. */
export type FromHttp =
  | { readonly type: 'listening'; readonly url: string }
  /** It cannot listen; `EADDRINUSE`, say. */
  | { readonly type: 'refused'; readonly code: string }
  | { readonly type: 'reconcile'; readonly reason: string; readonly again: boolean }
  | { readonly type: 'confirm'; readonly id: number; readonly hash: string }
  | { readonly type: 'approve'; readonly id: number; readonly approval: Approval };

export type Confirmation = 'confirmed' | 'unknown';
