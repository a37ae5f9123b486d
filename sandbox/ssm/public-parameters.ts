import { createHash } from 'node:crypto';
import { partitionOf } from '../partition.ts';
import type { Parameter } from './state.ts';

/** The families of ECS-optimized images by the path below `optimized-ami` (ECS developer guide, retrieving ECS-optimized AMI metadata). */
const OPTIMIZED: Readonly<Record<string, string>> = {
  'amazon-linux-2': 'amzn2-ami-ecs-hvm-2.0.20261118-x86_64-ebs',
  'amazon-linux-2/arm64': 'amzn2-ami-ecs-hvm-2.0.20261118-arm64-ebs',
  'amazon-linux-2/gpu': 'amzn2-ami-ecs-gpu-hvm-2.0.20261118-x86_64-ebs',
  'amazon-linux-2023': 'al2023-ami-ecs-hvm-2023.0.20261118-kernel-6.1-x86_64',
  'amazon-linux-2023/arm64': 'al2023-ami-ecs-hvm-2023.0.20261118-kernel-6.1-arm64',
  'amazon-linux-2023/gpu': 'al2023-ami-ecs-gpu-hvm-2023.0.20261118-kernel-6.1-x86_64',
  'amazon-linux-2023/neuron': 'al2023-ami-ecs-neuron-hvm-2023.0.20261118-kernel-6.1-x86_64',
};

/** Images of Amazon Linux, of which a parameter holds the id alone (Amazon Linux user guide). */
const LINUX = [
  'al2023-ami-kernel-default-x86_64',
  'al2023-ami-kernel-default-arm64',
  'amzn2-ami-hvm-x86_64-gp2',
  'amzn2-ami-hvm-arm64-gp2',
];

const PUBLISHED = new Date(Date.UTC(2026, 10, 20));

/** A parameter that AWS publishes in every Region; undefined for every other name. Ids and versions of images are made up. */
export function publicParameter(region: string, name: string): Parameter | undefined {
  const value = valueOf(region, name);
  if (value === undefined) return undefined;
  return {
    name,
    arn: `arn:${partitionOf(region)}:ssm:${region}::parameter${name}`,
    tags: new Map(),
    versions: [
      {
        version: 1,
        type: 'String',
        value: { hidden: value },
        description: undefined,
        keyId: undefined,
        allowedPattern: undefined,
        tier: 'Standard',
        dataType: name.endsWith('/image_id') || name.startsWith(LINUX_PATH) ? 'aws:ec2:image' : 'text',
        policies: undefined,
        modifiedAt: PUBLISHED,
        modifiedBy: `arn:${partitionOf(region)}:iam::aws:root`,
        labels: new Set(),
      },
    ],
  };
}

/** Names of those that are published, in order. */
export function publicNames(): readonly string[] {
  return [
    ...Object.keys(OPTIMIZED).flatMap((family) => {
      const recommended = `${OPTIMIZED_PATH}${family}/recommended`;
      return [recommended, ...Object.keys(metadataOf('', family)).map((key) => `${recommended}/${key}`)];
    }),
    ...LINUX.map((image) => `${LINUX_PATH}${image}`),
  ].toSorted();
}

const OPTIMIZED_PATH = '/aws/service/ecs/optimized-ami/';
const LINUX_PATH = '/aws/service/ami-amazon-linux-latest/';

function valueOf(region: string, name: string): string | undefined {
  if (name.startsWith(LINUX_PATH)) {
    const image = name.slice(LINUX_PATH.length);
    return LINUX.includes(image) ? imageId(region, image) : undefined;
  }
  const [, family = '', key] =
    /^\/aws\/service\/ecs\/optimized-ami\/(.+)\/recommended(?:\/(\w+))?$/.exec(name) ?? [];
  if (!Object.hasOwn(OPTIMIZED, family)) return undefined;
  const metadata: Readonly<Record<string, string>> = metadataOf(region, family);
  if (key === undefined) return JSON.stringify(metadata);
  return Object.hasOwn(metadata, key) ? metadata[key] : undefined;
}

function metadataOf(region: string, family: string) {
  const name = OPTIMIZED[family] ?? '';
  return {
    ecs_agent_version: '1.100.1',
    ecs_runtime_version: 'Docker version 25.0.13',
    image_id: imageId(region, name),
    image_name: name,
    image_version: '20261118',
    os: family.startsWith('amazon-linux-2023') ? 'Amazon Linux 2023' : 'Amazon Linux 2',
    schema_version: '1',
    source_image_name: name.replace(/-ecs(-gpu|-neuron)?/, ''),
  };
}

function imageId(region: string, image: string): string {
  return `ami-${createHash('sha256').update(`${region}/${image}`).digest('hex').slice(0, 17)}`;
}
