import { validationError } from './errors.ts';

interface Attribute {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

/** What a kind of resource has, with the values that it begins with (API reference, LoadBalancerAttribute and its like). */
export type AttributeDefaults = Readonly<Record<string, string>>;

const OF_ALL = {
  'access_logs.s3.enabled': 'false',
  'access_logs.s3.bucket': '',
  'access_logs.s3.prefix': '',
  'deletion_protection.enabled': 'false',
  'ipv6.deny_all_igw_traffic': 'false',
  'zonal_shift.config.enabled': 'false',
};

export const LOAD_BALANCER_ATTRIBUTES: Readonly<Record<'network' | 'application', AttributeDefaults>> = {
  network: {
    ...OF_ALL,
    'load_balancing.cross_zone.enabled': 'false',
    'dns_record.client_routing_policy': 'any_availability_zone',
    'secondary_ips.auto_assigned.per_subnet': '0',
  },
  application: {
    ...OF_ALL,
    'load_balancing.cross_zone.enabled': 'true',
    'client_keep_alive.seconds': '3600',
    'connection_logs.s3.enabled': 'false',
    'connection_logs.s3.bucket': '',
    'connection_logs.s3.prefix': '',
    'health_check_logs.s3.enabled': 'false',
    'health_check_logs.s3.bucket': '',
    'health_check_logs.s3.prefix': '',
    'idle_timeout.timeout_seconds': '60',
    'routing.http.desync_mitigation_mode': 'defensive',
    'routing.http.drop_invalid_header_fields.enabled': 'false',
    'routing.http.preserve_host_header.enabled': 'false',
    'routing.http.x_amzn_tls_version_and_cipher_suite.enabled': 'false',
    'routing.http.xff_client_port.enabled': 'false',
    'routing.http.xff_header_processing.mode': 'append',
    'routing.http2.enabled': 'true',
    'waf.fail_open.enabled': 'false',
  },
};

const OF_ALL_GROUPS = {
  'deregistration_delay.timeout_seconds': '300',
  'stickiness.enabled': 'false',
  'load_balancing.cross_zone.enabled': 'use_load_balancer_configuration',
  'target_group_health.dns_failover.minimum_healthy_targets.count': '1',
  'target_group_health.dns_failover.minimum_healthy_targets.percentage': 'off',
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.count': '1',
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage': 'off',
};

/** What a target group has, by its protocol. Clients' addresses are kept by default but where TCP or TLS goes to addresses. */
export function targetGroupAttributes(protocol: string, targetType: string): AttributeDefaults {
  if (protocol === 'HTTP' || protocol === 'HTTPS') {
    return {
      ...OF_ALL_GROUPS,
      'stickiness.type': 'lb_cookie',
      'stickiness.lb_cookie.duration_seconds': '86400',
      'stickiness.app_cookie.cookie_name': '',
      'stickiness.app_cookie.duration_seconds': '86400',
      'slow_start.duration_seconds': '0',
      'load_balancing.algorithm.type': 'round_robin',
      'load_balancing.algorithm.anomaly_mitigation': 'off',
    };
  }
  const hidesClients = targetType === 'ip' && (protocol === 'TCP' || protocol === 'TLS');
  return {
    ...OF_ALL_GROUPS,
    'stickiness.type': 'source_ip',
    'deregistration_delay.connection_termination.enabled': 'false',
    'preserve_client_ip.enabled': String(!hidesClients),
    'proxy_protocol_v2.enabled': 'false',
    'target_health_state.unhealthy.connection_termination.enabled': 'true',
    'target_health_state.unhealthy.draining_interval_seconds': '0',
  };
}

export function listenerAttributes(protocol: string): AttributeDefaults {
  if (protocol === 'TCP' || protocol === 'TCP_UDP') return { 'tcp.idle_timeout.seconds': '350' };
  if (protocol !== 'HTTP' && protocol !== 'HTTPS') return {};
  const headers = [
    'access_control_allow_origin',
    'access_control_allow_methods',
    'access_control_allow_headers',
    'access_control_allow_credentials',
    'access_control_expose_headers',
    'access_control_max_age',
    'content_security_policy',
    'strict_transport_security',
    'x_content_type_options',
    'x_frame_options',
  ].map((name) => [`routing.http.response.${name}.header_value`, '']);
  return { ...Object.fromEntries(headers), 'routing.http.response.server.enabled': 'true' };
}

export function showAttributes(
  defaults: AttributeDefaults,
  set: ReadonlyMap<string, string>,
): { Key: string; Value: string }[] {
  return Object.entries(defaults).map(([Key, Value]) => ({ Key, Value: set.get(Key) ?? Value }));
}

/** Sets all of them or none. `what` is as in `Target group`. Throws ValidationError. */
export function setAttributes(
  what: string,
  defaults: AttributeDefaults,
  {
    set,
    asked = [],
  }: { readonly set: Map<string, string>; readonly asked: readonly Attribute[] | undefined },
): void {
  for (const { Key = '', Value = '' } of asked) {
    const before = Object.hasOwn(defaults, Key) ? defaults[Key] : undefined;
    if (before === undefined) throw validationError(`${what} attribute key '${Key}' is not recognized`);
    const isSwitch = before === 'true' || before === 'false';
    const mayDeferToBalancer = Key === 'load_balancing.cross_zone.enabled';
    if (isSwitch && !/^(true|false)$/.test(Value) && !mayDeferToBalancer) {
      throw validationError(`${what} attribute '${Key}' must be 'true' or 'false'`);
    }
    if (Key.endsWith('seconds') && !/^\d+$/.test(Value)) {
      throw validationError(`${what} attribute '${Key}' must be a number of seconds`);
    }
  }
  for (const { Key = '', Value = '' } of asked) set.set(Key, Value);
}
