import type { ScalingState } from './application-autoscaling/state.ts';
import type { CloudMapState } from './servicediscovery/state.ts';
import type { Ec2State } from './ec2/state.ts';
import type { EcrState } from './ecr/state.ts';
import type { EcsState } from './ecs/state.ts';
import type { LoadBalancingState } from './elasticloadbalancing/state.ts';
import type { IamState } from './iam/state.ts';
import type { LogsState } from './logs/state.ts';
import type { SecretsManagerState } from './secretsmanager/state.ts';
import type { SsmState } from './ssm/state.ts';
import type { Route53State } from './route53/state.ts';
import type { StsState } from './sts/state.ts';
import type { TaggingState } from './tagging/state.ts';
import type { XRayState } from './xray/state.ts';

/** What one account holds in one region. Each service owns its part; others reach it through that service's functions. */
export interface RegionState {
  readonly ecs: EcsState;
  readonly ecr: EcrState;
  readonly elasticloadbalancing: LoadBalancingState;
  readonly servicediscovery: CloudMapState;
  readonly ec2: Ec2State;
  readonly logs: LogsState;
  readonly secretsManager: SecretsManagerState;
  readonly ssm: SsmState;
  readonly tagging: TaggingState;
  readonly applicationAutoScaling: ScalingState;
  readonly xray: XRayState;
}

/** What is global in an account. */
export interface AccountState {
  readonly iam: IamState;
  readonly route53: Route53State;
  readonly sts: StsState;
}
