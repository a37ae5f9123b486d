import { applicationAutoScalingOperations } from './application-autoscaling/operations.ts';
import { ec2Operations } from './ec2/operations.ts';
import { ecrOperations } from './ecr/operations.ts';
import { ecsOperations } from './ecs/operations.ts';
import { loadBalancingOperations } from './elasticloadbalancing/operations.ts';
import { iamOperations } from './iam/operations.ts';
import { logsOperations } from './logs/operations.ts';
import { route53Operations } from './route53/operations.ts';
import { secretsManagerOperations } from './secretsmanager/operations.ts';
import { cloudMapOperations } from './servicediscovery/operations.ts';
import { ssmOperations } from './ssm/operations.ts';
import { stsOperations } from './sts/operations.ts';
import { taggingOperations } from './tagging/operations.ts';
import { xrayOperations } from './xray/operations.ts';

/** Everything the sandbox serves. To add an operation, write its function and name it in its service's table. */
export const OPERATIONS = {
  ecs: ecsOperations,
  ecr: ecrOperations,
  elasticloadbalancing: loadBalancingOperations,
  servicediscovery: cloudMapOperations,
  ec2: ec2Operations,
  iam: iamOperations,
  logs: logsOperations,
  route53: route53Operations,
  secretsmanager: secretsManagerOperations,
  ssm: ssmOperations,
  sts: stsOperations,
  tagging: taggingOperations,
  xray: xrayOperations,
  'application-autoscaling': applicationAutoScalingOperations,
} as const;

/** Whether there is such an operation here: `ecs`, `CreateService`. */
export function isServed(service: string, operation: string): boolean {
  const operations: Readonly<Record<string, object>> = OPERATIONS;
  return Object.hasOwn(operations, service) && Object.hasOwn(operations[service]!, operation);
}
