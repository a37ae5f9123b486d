import { ENVIRONMENT, anyOf, counted, lastingWithReason, noneOf, series } from './alert.ts';
import type { Alert } from './alert.ts';
import { CREDENTIALS, DENIALS } from './reasons.ts';

const NOT_WELL = noneOf('state', ['ready', 'suspended']);

/** Causes that all objects of an Environment may share: one alert for an Environment, not one for an object. */
export const SHARED_CAUSE_ALERTS: readonly Alert[] = [
  {
    name: 'StationkeeperCredentialsRefused',
    severity: 'critical',
    when: 'AWS has refused the credentials of an Environment for 5 minutes',
    expr: lastingWithReason(
      series('object_state', NOT_WELL, anyOf('reason', CREDENTIALS)),
      ENVIRONMENT,
      '5m',
    ),
    labels: {},
    summary: 'AWS refuses the credentials for {{ $labels.environment }} ({{ $labels.reason }}).',
    description: `Stationkeeper cannot look at ${counted('object')}. Daemons keep running; nobody heals drift or applies a commit there until somebody renews the credentials.`,
    runbook: {
      means:
        'AWS takes the credentials of the controller, or of the role that it assumes for the Environment, for expired or unknown. Stationkeeper sees and changes nothing there. Daemons keep running.',
      look: [
        '`stationkeeper status` has the error of AWS once, on top, as a cause that several objects share.',
        '`aws sts get-caller-identity` with the same credentials; `aws sts assume-role --role-arn ROLE --role-session-name test` where the Environment names a role.',
      ],
      do: [
        'Renew or configure the credentials. A role of EKS, of ECS or of an instance renews them by itself: if those have expired, look at the agent that hands them out, and at the clock of the host.',
        'No restart is needed: the next pass tries again.',
      ],
    },
  },
  {
    name: 'StationkeeperAccessDenied',
    severity: 'warning',
    when: 'AWS has denied the controller a permission that an Environment needs for 10 minutes',
    expr: lastingWithReason(series('object_state', NOT_WELL, anyOf('reason', DENIALS)), ENVIRONMENT, '10m'),
    labels: {},
    summary: 'AWS denies Stationkeeper a permission in {{ $labels.environment }} ({{ $labels.reason }}).',
    description: `Stationkeeper cannot keep ${counted('object')} as git says. The message of each has the action that is denied, and the statement to add to the policy.`,
    runbook: {
      means:
        "The controller's role lacks a permission, or an SCP or a permissions boundary takes it away. Stationkeeper does everything else.",
      look: [
        '`stationkeeper status` names the denied action once for all objects; `stationkeeper status NAME` has the statement to add.',
        '`stationkeeper policy PATH` prints the policy that the manifests need.',
      ],
      do: [
        'Add the statement to the policy of the controller, or attach the printed policy ([permissions.md](permissions.md)).',
        'If the message says "explicit deny", look for the SCP, the boundary or the policy of the resource that denies it.',
      ],
    },
  },
  {
    name: 'StationkeeperObjectsUnknown',
    severity: 'critical',
    when: 'objects of an Environment could not be looked at for 10 minutes',
    expr: lastingWithReason(
      series('object_state', 'state="unknown"', noneOf('reason', [...CREDENTIALS, ...DENIALS])),
      ENVIRONMENT,
      '10m',
    ),
    labels: {},
    summary: `Stationkeeper cannot look at ${counted('object')} in {{ $labels.environment }} ({{ $labels.reason }}).`,
    description:
      'Whether they run as git says is not known, and nobody corrects them. `stationkeeper status` has the cause that they share.',
    runbook: {
      means:
        'Reads of AWS fail or do not come back. Stationkeeper knows nothing of these objects and changes nothing, so that it does no harm. Whether the daemons run is not known.',
      look: [
        '`stationkeeper status` has the shared cause on top: the operation, and since when it has not been answered.',
        '`sum by (service, code) (rate(stationkeeper_aws_requests_total{code!="OK"}[5m]))` in Prometheus, and the AWS Health Dashboard.',
        'Whether the daemons run: `aws ecs describe-services --cluster CLUSTER --services NAME`.',
      ],
      do: [
        'If AWS has an outage, wait: the next pass after it finds all again.',
        'If only Stationkeeper cannot reach it, look at its network: VPC endpoints, NAT gateway, proxy, DNS.',
      ],
    },
  },
];
