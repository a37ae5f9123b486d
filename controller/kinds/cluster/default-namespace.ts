import { collect } from '../../aws/collect.ts';
import type { Aws } from '../../aws/operations.ts';
import type { Observed } from '../../core/resource.ts';
import type { ClusterSpec, ClusterState } from './model.ts';

/**
 * ECS shows the ARN of a cluster's default namespace, whatever it was told: where a manifest names it, the name is looked up. Where that
 * cannot be, it was not returned.
 */
export async function withNamespaceNames(
  servicediscovery: Pick<Aws['servicediscovery'], 'listNamespaces'>,
  wanted: ReadonlyMap<string, ClusterSpec>,
  items: readonly Observed<ClusterState>[],
): Promise<readonly Observed<ClusterState>[]> {
  const isNamed = ({ id, state }: Observed<ClusterState>): boolean => {
    const asked = wanted.get(id.name)?.serviceConnectDefaults?.namespace ?? '';
    return asked !== '' && !isArn(asked) && isArn(state.serviceConnectDefaults?.namespace ?? '');
  };
  if (!items.some(isNamed)) return items;
  const names = await namesByArn(servicediscovery);
  return items.map((item) => {
    if (!isNamed(item)) return item;
    const { serviceConnectDefaults, ...state } = item.state;
    const namespace = names.get(serviceConnectDefaults?.namespace ?? '');
    return {
      ...item,
      state: namespace === undefined ? state : { ...state, serviceConnectDefaults: { namespace } },
    };
  });
}

function isArn(text: string): boolean {
  return text.startsWith('arn:');
}

async function namesByArn({
  listNamespaces,
}: Pick<Aws['servicediscovery'], 'listNamespaces'>): Promise<ReadonlyMap<string, string>> {
  try {
    const namespaces = await collect(async (NextToken) => {
      const page = await listNamespaces({ ...(NextToken !== undefined && { NextToken }) });
      return { items: page.Namespaces, next: page.NextToken };
    });
    return new Map(namespaces.map(({ Arn = '', Name = '' }) => [Arn, Name]));
  } catch {
    return new Map();
  }
}
