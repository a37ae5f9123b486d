import type {
  CreateTargetGroupInput,
  ModifyTargetGroupInput,
  ProtocolEnum,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { requireOneOf, requireWithin, validationError } from './errors.ts';
import type { HealthCheck } from './state.ts';

const PROTOCOLS = ['HTTP', 'HTTPS', 'TCP'];

type Asked = CreateTargetGroupInput | ModifyTargetGroupInput;

/**
 * How a group's targets are checked: what was asked for, over what is or the protocol's defaults (API reference, CreateTargetGroup).
 * Throws ValidationError.
 */
export function readHealthCheck(
  asked: Asked,
  { protocol, before }: { readonly protocol: ProtocolEnum; readonly before?: HealthCheck },
): HealthCheck {
  const isApplication = protocol === 'HTTP' || protocol === 'HTTPS';
  const by = asked.HealthCheckProtocol ?? before?.protocol ?? (isApplication ? 'HTTP' : 'TCP');
  requireOneOf('Health check protocol', by, PROTOCOLS);
  if (isApplication && by === 'TCP') {
    throw validationError(
      `Health check protocol 'TCP' is not supported for target groups with the protocol '${protocol}'`,
    );
  }
  const speaksHttp = by !== 'TCP';
  const kept = before?.protocol === by ? before : undefined;
  const check: HealthCheck = {
    enabled: asked.HealthCheckEnabled ?? before?.enabled ?? true,
    protocol: by,
    port: asked.HealthCheckPort ?? before?.port ?? 'traffic-port',
    path: speaksHttp ? (asked.HealthCheckPath ?? kept?.path ?? '/') : undefined,
    intervalSeconds: asked.HealthCheckIntervalSeconds ?? before?.intervalSeconds ?? 30,
    timeoutSeconds:
      asked.HealthCheckTimeoutSeconds ?? kept?.timeoutSeconds ?? defaultTimeout(by, isApplication),
    healthyThreshold: asked.HealthyThresholdCount ?? before?.healthyThreshold ?? 5,
    unhealthyThreshold: asked.UnhealthyThresholdCount ?? before?.unhealthyThreshold ?? 2,
    matcher: speaksHttp
      ? (asked.Matcher ?? kept?.matcher ?? { HttpCode: isApplication ? '200' : '200-399' })
      : undefined,
  };
  checkHealthCheck(check);
  if (!speaksHttp && asked.HealthCheckPath !== undefined) {
    throw validationError('Health check paths are not supported for TCP health checks');
  }
  if (!speaksHttp && asked.Matcher !== undefined) {
    throw validationError('Health check matchers are not supported for TCP health checks');
  }
  return check;
}

function defaultTimeout(by: string, isApplication: boolean): number {
  if (by === 'TCP') return 10;
  return isApplication ? 5 : 6;
}

function checkHealthCheck(check: HealthCheck): void {
  if (!check.enabled)
    throw validationError('Health check enabled must be true for target groups with this target type');
  requireWithin('Health check interval', check.intervalSeconds, 5, 300);
  requireWithin('Health check timeout', check.timeoutSeconds, 2, 120);
  requireWithin('Healthy threshold count', check.healthyThreshold, 2, 10);
  requireWithin('Unhealthy threshold count', check.unhealthyThreshold, 2, 10);
  if (check.timeoutSeconds > check.intervalSeconds) {
    throw validationError(
      `Health check interval must be greater than or equal to the timeout: ${check.intervalSeconds} and ${check.timeoutSeconds}`,
    );
  }
  if (check.port !== 'traffic-port') requireWithin('Health check port', Number(check.port), 1, 65_535);
}
