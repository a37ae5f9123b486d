import { DEFAULT_ACCOUNT_ID } from '../../../sandbox/sandbox.ts';

/** What the tables name of what `manifests/xray.yaml` made. */
export const LOG_GROUP = '/stationkeeper/xray';
export const TASK_ROLE = 'role/xray-task';
/** What the task role of the tests of drifts has, beside its statements. */
export const ATTACHED = 'arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess';
export const BOUNDARY = 'arn:aws:iam::aws:policy/PowerUserAccess';
export const PARAMETER = `arn:aws:ssm:us-east-1:${DEFAULT_ACCOUNT_ID}:parameter/xray/key`;
