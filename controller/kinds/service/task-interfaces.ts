/**
 * How many network interfaces the types of instances have, by size: the first is the host's own (Amazon EC2 instance types, maximum network
 * interfaces). Types that are not here have one that is not known here.
 */
const INTERFACES: readonly (readonly [RegExp, Readonly<Record<string, number>>])[] = [
  [/^t(3|3a|4g)$/, { nano: 2, micro: 2, small: 3, medium: 3, large: 3, xlarge: 4, '2xlarge': 4 }],
  [
    /^[cmr](5|6g|6i|7g|7i)$/,
    {
      medium: 2,
      large: 3,
      xlarge: 4,
      '2xlarge': 4,
      '4xlarge': 8,
      '8xlarge': 8,
      '12xlarge': 8,
      '16xlarge': 15,
      '24xlarge': 15,
    },
  ],
];

/** Of those with a trunk: tasks that have an interface of their own (ECS developer guide, network interface trunking). */
const TRUNKED: Readonly<Record<string, number>> = { large: 10, xlarge: 18, '2xlarge': 38, '4xlarge': 58 };

/** The most tasks with a network interface of their own that a host takes; undefined where that is not known. */
export function mostTasksWithInterface(instanceType: string, hasTrunk: boolean): number | undefined {
  const [family = '', size = ''] = instanceType.split('.');
  const row = INTERFACES.find(([families]) => families.test(family));
  if (row === undefined) return undefined;
  if (hasTrunk) return Object.hasOwn(TRUNKED, size) ? TRUNKED[size] : undefined;
  const interfaces = Object.hasOwn(row[1], size) ? row[1][size] : undefined;
  return interfaces === undefined ? undefined : interfaces - 1;
}
