import { DEFAULT_ACCOUNT_ID } from '../../../sandbox/sandbox.ts';

/** What the tables name of what `manifests/xray.yaml` made. */
export const LOG_GROUP = '/stationkeeper/xray';
export const TASK_ROLE = 'role/xray-task';
export const PARAMETER = `arn:aws:ssm:us-east-1:${DEFAULT_ACCOUNT_ID}:parameter/xray/key`;
