import type { Aws } from '../../aws/operations.ts';
import { toUpperTags } from '../../aws/tags.ts';
import type { Tags } from '../../core/resource.ts';
import type { NamespaceType } from './facts.ts';
import type { NamespaceSpec } from './model.ts';

/** What can be changed of a namespace. */
export type Fields = Pick<NamespaceSpec, 'description' | 'soaTtl'>;

/** What is made, and what tells this request from others. */
interface Creation extends Pick<NamespaceSpec, 'name' | 'type' | 'description' | 'soaTtl'> {
  readonly vpcId: string;
  readonly creatorRequestId: string;
  readonly tags: Tags;
}

/** Starts the creation; returns the operation's id. */
export async function startCreation(
  { servicediscovery }: Aws,
  { name, type = 'private-dns', vpcId, creatorRequestId, tags, ...fields }: Creation,
): Promise<string | undefined> {
  const common = {
    Name: name,
    CreatorRequestId: creatorRequestId,
    Description: fields.description,
    Tags: toUpperTags(tags),
  };
  const Properties = dnsPropertiesOf(fields);
  switch (type) {
    case 'private-dns': {
      const request = { ...common, Vpc: vpcId, Properties };
      return (await servicediscovery.createPrivateDnsNamespace(request)).OperationId;
    }
    case 'public-dns':
      return (await servicediscovery.createPublicDnsNamespace({ ...common, Properties })).OperationId;
    case 'http':
      return (await servicediscovery.createHttpNamespace(common)).OperationId;
  }
}

/** Starts the change of these fields, and of no others; returns the operation's id. */
export async function startUpdate(
  { servicediscovery }: Aws,
  { id: Id, type }: { readonly id: string; readonly type: NamespaceType },
  changed: Fields,
): Promise<string | undefined> {
  const Namespace = { Description: changed.description, Properties: dnsPropertiesOf(changed) };
  switch (type) {
    case 'private-dns':
      return (await servicediscovery.updatePrivateDnsNamespace({ Id, Namespace })).OperationId;
    case 'public-dns':
      return (await servicediscovery.updatePublicDnsNamespace({ Id, Namespace })).OperationId;
    case 'http': {
      // There is nothing else to change in one.
      const { description: Description } = changed;
      return (await servicediscovery.updateHttpNamespace({ Id, Namespace: { Description } })).OperationId;
    }
  }
}

function dnsPropertiesOf({ soaTtl }: Fields) {
  return soaTtl === undefined ? undefined : { DnsProperties: { SOA: { TTL: soaTtl } } };
}
