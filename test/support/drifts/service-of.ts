import type { Live } from '../simulation/live.ts';

/** What ECS calls a service by. */
export function serviceOf({ arn }: Pick<Live, 'arn'>): {
  readonly cluster: string;
  readonly service: string;
} {
  const [, cluster = '', service = ''] = arn.split('/');
  return { cluster, service };
}
