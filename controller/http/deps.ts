import type { FastifyBaseLogger } from 'fastify';
import type { LoopHealth, Secret } from '../core/ports.ts';
import type { Approval } from '../core/rollout/course.ts';
import type { ApprovalVerdict } from '../plan/rollout/approval.ts';
import type { Published } from './published.ts';

/** All that the HTTP side knows of the controller. It never calls AWS (law 4). */
export interface HttpDeps {
  readonly version: string;
  published(): Published;
  /** Asks for a pass and returns at once; asking often must cost no more than asking once. `again`: what failed is tried at once. */
  requestReconcile(reason: string, how: { readonly again: boolean }): void;
  confirmPlan(hash: string): Promise<'confirmed' | 'unknown'>;
  /** Approves a stage of a Rollout for a digest, where that is current. */
  approveStage(approval: Approval): Promise<ApprovalVerdict>;
  health(): LoopHealth;
  /** Bearer token for what is not read-only; without one such requests are refused. */
  readonly token?: Secret;
  /** Secret that a git host signs its webhooks with; without one webhooks are refused. */
  readonly webhookSecret?: Secret;
  /** The branch that is followed; undefined where manifests do not come from git. */
  readonly branch?: string;
  /**
   * Names that a request's Host may have, without port: against DNS rebinding, which needs a name, so that any address
   * will do. Undefined accepts any name too.
   */
  readonly allowedHosts?: readonly string[];
  /** Pino, or what looks like it; without one nothing is logged. */
  readonly logger?: FastifyBaseLogger;
}

/** The names by which people reach a server on loopback. */
export const LOOPBACK_HOSTS: readonly string[] = ['localhost'];
