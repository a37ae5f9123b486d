import { Type } from 'typebox';
import { environmentName } from './text.ts';

export const clusterSpec = Type.Object(
  {
    environment: Type.Optional(environmentName()),
    containerInsights: Type.Optional(
      Type.Enum(['enabled', 'enhanced', 'disabled'], {
        description: 'CloudWatch Container Insights. Default: disabled.',
      }),
    ),
  },
  { additionalProperties: false, description: 'An ECS cluster; its name is metadata.name.' },
);
