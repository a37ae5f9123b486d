import { expect } from 'vitest';
import { DEFAULT_ACCOUNT_ID } from '../../../sandbox/sandbox.ts';
import type { callsTo } from '../world/account.ts';

export type Call = ReturnType<typeof callsTo>;

/** What somebody does in AWS to what `manifests/xray.yaml` made, and what is to be told of it. */
export interface DriftRow {
  readonly meddle: (call: Call) => Promise<unknown>;
  readonly resource: string;
  readonly path: string;
  readonly desired: unknown;
  readonly actual: unknown;
}

export const LOG_GROUP = '/stationkeeper/xray';
export const TASK_ROLE = 'role/xray-task';
export const PARAMETER = `arn:aws:ssm:us-east-1:${DEFAULT_ACCOUNT_ID}:parameter/xray/key`;

export function endsIn(text: string): unknown {
  return expect.stringMatching(new RegExp(`${text}$`));
}
