import { Type } from 'typebox';
import type { Static } from 'typebox';
import { NAMESPACE_NAMING, NAMESPACE_TYPES } from '../../kinds/namespace/facts.ts';
import { fleetMembers } from './fleet.ts';
import { environmentName, nameText } from './text.ts';

export const namespaceSpec = Type.Object(
  {
    environment: Type.Optional(environmentName()),
    ...fleetMembers,
    name: Type.Optional(
      nameText(
        NAMESPACE_NAMING,
        'Name of the namespace in Cloud Map, and domain of its hosted zone where it has one, instead of metadata.name.',
      ),
    ),
    type: Type.Optional(
      Type.Enum([...NAMESPACE_TYPES], {
        description:
          'private-dns: names resolve in the VPC of the Environment. public-dns: they resolve everywhere, to private addresses, once you delegate the domain to the name servers in its status; not in GovCloud. http: there are no DNS names. Clients ask DiscoverInstances, or Service Connect is in it. Default: private-dns.',
      }),
    ),
    description: Type.Optional(Type.String({ maxLength: 1024, description: 'Shown in Cloud Map.' })),
    soaTtl: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 2147483647,
        description: "TTL of the hosted zone's SOA record, in seconds. Not for http, which has no zone.",
      }),
    ),
  },
  {
    additionalProperties: false,
    description: 'A Cloud Map namespace and, but for http, the hosted zone that Cloud Map makes for it.',
  },
);
export type NamespaceManifestSpec = Static<typeof namespaceSpec>;
