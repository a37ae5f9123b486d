import { Type } from 'typebox';
import { environmentName } from './text.ts';

export const namespaceSpec = Type.Object(
  {
    environment: Type.Optional(environmentName()),
    type: Type.Optional(
      Type.Enum(['private-dns'], {
        description: 'A namespace with a private hosted zone. Default: private-dns.',
      }),
    ),
    description: Type.Optional(Type.String({ maxLength: 1024, description: 'Shown in Cloud Map.' })),
    soaTtl: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 2147483647,
        description: "TTL of the hosted zone's SOA record, in seconds.",
      }),
    ),
  },
  {
    additionalProperties: false,
    description: 'A Cloud Map namespace and its private hosted zone; its name is metadata.name.',
  },
);
