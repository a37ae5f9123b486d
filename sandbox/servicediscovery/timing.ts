/** Simulated milliseconds. AWS's own samples show 3.6 s for a namespace and 2.7 s for an instance (reference: Not established). */
export const OPERATION_PENDING_AFTER_MS = 300;
export const OPERATION_MIN_MS = 1500;
export const OPERATION_MAX_MS = 3000;

/** One interval: the failure threshold is always 1 (HealthCheckCustomConfig, Cloud Map API reference). */
export const CUSTOM_HEALTH_CHANGE_MS = 30_000;
