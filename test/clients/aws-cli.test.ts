import { describe, expect, it, vi } from 'vitest';
import { useClientStack } from '../support/programs/clients.ts';
import { canRun } from '../support/programs/command.ts';
import { leftInAccount } from '../support/aws/left-in-account.ts';
import { skippedFor } from '../support/runs/skipped.ts';

const lack = (await canRun('aws', '--version')) ? undefined : 'aws is not on this machine';

// Each command is a process that loads the models of its service.
vi.setConfig({ testTimeout: 300_000 });

const TRUST = json({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' },
  ],
});
const WRITE_TRACES = json({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'xray:PutTraceSegments', Resource: '*' }],
});

/** As one word of a shell's command line. */
function json(value: unknown): string {
  return `'${JSON.stringify(value)}'`;
}

describe('the AWS CLI', skippedFor(lack), () => {
  // Waiters see an end at their first or second look.
  const client = useClientStack('--speed', '100');

  /** Runs `aws …line`, as typed into a shell. */
  const aws = (line: string) => client.run('bash', ['-c', `aws ${line}`]);

  /** What `aws …line` prints; fails where it does not end with 0. */
  async function answer(line: string): Promise<string> {
    const { code, stdout, stderr } = await aws(line);
    expect(code, `aws ${line}\n${stdout}${stderr}`).toBe(0);
    return stdout.trim();
  }

  const text = (line: string): Promise<string> => answer(`${line} --output text`);

  /** Ends where a Cloud Map operation has. */
  async function cloudMap(line: string): Promise<void> {
    const id = await text(`servicediscovery ${line} --query OperationId`);
    await vi.waitFor(
      async () => {
        const status = await text(
          `servicediscovery get-operation --operation-id ${id} --query Operation.Status`,
        );
        expect(status).toBe('SUCCESS');
      },
      { timeout: 120_000, interval: 100 },
    );
  }

  async function network(): Promise<{ readonly vpc: string; readonly subnets: string }> {
    const vpc = await text('ec2 describe-vpcs --filters Name=is-default,Values=true --query Vpcs[0].VpcId');
    const subnets = await text(
      `ec2 describe-subnets --filters Name=vpc-id,Values=${vpc} --query 'join(\`,\`, Subnets[].SubnetId)'`,
    );
    return { vpc, subnets };
  }

  it('builds a daemon service up from nothing, waits until it is stable, and takes it down again', async () => {
    const before = await leftInAccount(client.url);
    const account = await text('sts get-caller-identity --query Account');
    const { vpc, subnets } = await network();

    await answer(`iam create-role --role-name cli --assume-role-policy-document ${TRUST}`);
    await answer('iam wait role-exists --role-name cli');
    await answer(`iam put-role-policy --role-name cli --policy-name write --policy-document ${WRITE_TRACES}`);
    const managed = 'arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy';
    await answer(`iam attach-role-policy --role-name cli --policy-arn ${managed}`);
    await answer('logs create-log-group --log-group-name /cli/xray --tags team=platform');
    await answer('logs put-retention-policy --log-group-name /cli/xray --retention-in-days 7');
    const group = await text(
      `ec2 create-security-group --group-name cli --description X-Ray --vpc-id ${vpc} --query GroupId`,
    );
    await answer(`ec2 wait security-group-exists --group-ids ${group}`);
    await answer(
      `ec2 authorize-security-group-ingress --group-id ${group} --protocol udp --port 2000 --cidr 172.31.0.0/16`,
    );
    await cloudMap(`create-private-dns-namespace --name cli.local --vpc ${vpc}`);
    const namespace = await text(
      'servicediscovery list-namespaces --query "Namespaces[?Name==\'cli.local\'].Id | [0]"',
    );
    const registry = await text(
      `servicediscovery create-service --name xray --namespace-id ${namespace} --dns-config 'DnsRecords=[{Type=A,TTL=60}]' --health-check-custom-config FailureThreshold=1 --query Service.Arn`,
    );
    await answer('ecs create-cluster --cluster-name cli --tags key=team,value=platform');
    const definition = await text(
      `ecs register-task-definition --family cli --network-mode awsvpc --requires-compatibilities FARGATE --cpu 256 --memory 512 --execution-role-arn arn:aws:iam::${account}:role/cli --task-role-arn arn:aws:iam::${account}:role/cli --container-definitions ${json(
        [
          {
            name: 'xray',
            image: 'public.ecr.aws/xray/aws-xray-daemon:3.x',
            portMappings: [{ containerPort: 2000, protocol: 'udp' }],
          },
        ],
      )} --query taskDefinition.taskDefinitionArn`,
    );
    await answer(
      `ecs create-service --cluster cli --service-name xray --task-definition cli --desired-count 2 --launch-type FARGATE --network-configuration 'awsvpcConfiguration={subnets=[${subnets}],securityGroups=[${group}],assignPublicIp=ENABLED}' --service-registries registryArn=${registry}`,
    );
    await answer('ecs wait services-stable --cluster cli --services xray');

    const tasks = await text('ecs list-tasks --cluster cli --service-name xray --query taskArns');
    expect(tasks.split(/\s+/)).toHaveLength(2);
    await answer(`ecs wait tasks-running --cluster cli --tasks ${tasks}`);
    expect(
      JSON.parse(
        await answer(
          `ecs describe-services --cluster cli --services xray --query 'services[0].[status,runningCount,taskDefinition]'`,
        ),
      ),
    ).toEqual(['ACTIVE', 2, definition]);
    const discover = 'servicediscovery discover-instances --namespace-name cli.local --service-name xray';
    const addresses = await text(`${discover} --query Instances[].Attributes.AWS_INSTANCE_IPV4`);
    expect(addresses).toMatch(/^172\.31\.\d+\.\d+\s172\.31\.\d+\.\d+$/);

    await answer('ecs update-service --cluster cli --service xray --desired-count 0');
    await answer('ecs delete-service --cluster cli --service xray');
    await answer('ecs wait services-inactive --cluster cli --services xray');
    await answer(`ecs wait tasks-stopped --cluster cli --tasks ${tasks}`);
    await answer(`ecs deregister-task-definition --task-definition ${definition}`);
    await answer('ecs delete-cluster --cluster cli');
    await answer(`servicediscovery delete-service --id ${registry.split('/')[1]}`);
    await cloudMap(`delete-namespace --id ${namespace}`);
    await vi.waitFor(() => answer(`ec2 delete-security-group --group-id ${group}`), { timeout: 120_000 });
    await answer('logs delete-log-group --log-group-name /cli/xray');
    await answer('iam delete-role-policy --role-name cli --policy-name write');
    await answer(`iam detach-role-policy --role-name cli --policy-arn ${managed}`);
    await answer('iam delete-role --role-name cli');
    expect(await leftInAccount(client.url)).toEqual(before);
  });

  it('pages through lists, by its own size of pages and by hand', async () => {
    const names = ['page-a', 'page-b', 'page-c'];
    for (const name of names) await answer(`logs create-log-group --log-group-name ${name}`);
    const list = 'logs describe-log-groups --log-group-name-prefix page-';
    const shown = '--query logGroups[].logGroupName';
    expect(JSON.parse(await answer(`${list} --page-size 1 ${shown}`))).toEqual(names);
    const first = JSON.parse(await answer(`${list} --no-paginate --limit 2`)) as {
      readonly logGroups: readonly object[];
      readonly nextToken: string;
    };
    expect(first.logGroups).toHaveLength(2);
    expect(await text(`${list} --no-paginate --limit 2 --next-token '${first.nextToken}' ${shown}`)).toBe(
      'page-c',
    );
    const some = JSON.parse(await answer(`${list} --max-items 1`)) as { readonly NextToken: string };
    const rest = await text(`${list} --starting-token ${some.NextToken} ${shown}`);
    expect(rest.split(/\s+/)).toEqual(['page-b', 'page-c']);
    for (const name of names) await answer(`logs delete-log-group --log-group-name ${name}`);
  });

  it('reads namespaces of every type, their zones and the records of their instances', async () => {
    await cloudMap('create-public-dns-namespace --name cli.example.org');
    await cloudMap('create-http-namespace --name cli-daemons');
    const namespace = (name: string, what: string) =>
      text(`servicediscovery list-namespaces --query "Namespaces[?Name=='${name}'].${what} | [0]"`);
    const [id, zone] = [
      await namespace('cli.example.org', 'Id'),
      await namespace('cli.example.org', 'Properties.DnsProperties.HostedZoneId'),
    ];
    const service = await text(
      `servicediscovery create-service --name xray --namespace-id ${id} --dns-config 'RoutingPolicy=MULTIVALUE,DnsRecords=[{Type=AAAA,TTL=60}]' --query Service.Id`,
    );
    await cloudMap(
      `register-instance --service-id ${service} --instance-id one --attributes AWS_INSTANCE_IPV6=2001:db8::1`,
    );
    const shown = JSON.parse(await answer(`route53 get-hosted-zone --id ${zone}`)) as {
      readonly HostedZone: object;
      readonly DelegationSet: { readonly NameServers: readonly string[] };
    };
    expect(shown.HostedZone).toMatchObject({ Name: 'cli.example.org.', Config: { PrivateZone: false } });
    expect(shown.DelegationSet.NameServers).toHaveLength(4);
    expect(await text('route53 list-hosted-zones --query "HostedZones[].Id"')).toContain(
      `/hostedzone/${zone}`,
    );
    const records = 'ResourceRecordSets[].[Name,Type,SetIdentifier,ResourceRecords[0].Value]';
    expect(
      JSON.parse(
        await answer(`route53 list-resource-record-sets --hosted-zone-id ${zone} --query '${records}'`),
      ),
    ).toEqual([
      ['cli.example.org.', 'NS', null, `${shown.DelegationSet.NameServers[0]}.`],
      ['cli.example.org.', 'SOA', null, expect.any(String)],
      ['xray.cli.example.org.', 'AAAA', 'one', '2001:db8::1'],
    ]);
    const tested = `route53 test-dns-answer --hosted-zone-id ${zone} --record-name xray.cli.example.org --record-type AAAA`;
    expect(await text(`${tested} --query RecordData[0]`)).toBe('2001:db8::1');
    const refusal = await aws(`route53 delete-hosted-zone --id ${zone}`);
    expect(refusal.stderr).toContain(
      'An error occurred (AccessDenied) when calling the DeleteHostedZone operation',
    );
    await cloudMap(`deregister-instance --service-id ${service} --instance-id one`);
    await answer(`servicediscovery delete-service --id ${service}`);
    await cloudMap(`delete-namespace --id ${id}`);
    await cloudMap(`delete-namespace --id ${await namespace('cli-daemons', 'Id')}`);
    expect(await text('route53 get-hosted-zone-count')).toBe('0');
  });

  it('makes what a daemon fetches, reads it back, and deletes it', async () => {
    const before = await leftInAccount(client.url);
    const repository = '--repository-name cli/xray';
    const uri = await text(
      `ecr create-repository ${repository} --image-tag-mutability IMMUTABLE --tags Key=team,Value=platform --query repository.repositoryUri`,
    );
    expect(uri).toBe('385605022855.dkr.ecr.us-east-1.amazonaws.com/cli/xray');
    const manifest = json({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config: {
        mediaType: 'application/vnd.oci.image.config.v1+json',
        digest: `sha256:${'1'.repeat(64)}`,
        size: 2,
      },
      layers: [],
    });
    const digest = await text(
      `ecr put-image ${repository} --image-tag 3.x --image-manifest ${manifest} --query image.imageId.imageDigest`,
    );
    expect(
      await text(
        `ecr describe-images ${repository} --image-ids imageTag=3.x --query imageDetails[].imageDigest`,
      ),
    ).toBe(digest);
    expect(
      await text(`ecr batch-get-image ${repository} --image-ids imageTag=4.x --query failures[].failureCode`),
    ).toBe('ImageNotFound');
    expect(await answer('ecr get-login-password')).toMatch(/^[0-9a-f]{64}$/);

    await answer(
      'ssm put-parameter --name /cli/token --type SecureString --value sesame --tags Key=team,Value=platform',
    );
    const value = '--query Parameter.Value';
    expect(await text(`ssm get-parameter --name /cli/token --with-decryption ${value}`)).toBe('sesame');
    const recommended = '/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id';
    expect(await text(`ssm get-parameter --name ${recommended} ${value}`)).toMatch(/^ami-[0-9a-f]{17}$/);
    expect(
      await text(
        'ssm describe-parameters --parameter-filters Key=Path,Values=/cli --query Parameters[].Name',
      ),
    ).toBe('/cli/token');

    const secret = await text(
      `secretsmanager create-secret --name cli/db --secret-string ${json({ user: 'app' })} --query ARN`,
    );
    await answer(
      `secretsmanager put-secret-value --secret-id cli/db --secret-string ${json({ user: 'web' })}`,
    );
    const versions = JSON.parse(
      await answer(`secretsmanager describe-secret --secret-id ${secret} --query VersionIdsToStages`),
    ) as object;
    expect(Object.values(versions)).toEqual([['AWSPREVIOUS'], ['AWSCURRENT']]);
    expect(await text(`secretsmanager get-secret-value --secret-id ${secret} --query SecretString`)).toBe(
      '{"user":"web"}',
    );

    await answer(`ecr delete-repository ${repository} --force`);
    await answer('ssm delete-parameter --name /cli/token');
    await answer('secretsmanager delete-secret --secret-id cli/db --force-delete-without-recovery');
    expect(await leftInAccount(client.url)).toEqual(before);
  });

  it('sends segments, and finds the trace, its documents, its graph and the sampling rules', async () => {
    const now = Math.floor(Date.now() / 1000);
    const id = `1-${now.toString(16)}-${'0'.repeat(23)}1`;
    const segment = (members: object) =>
      json({
        name: 'cli',
        trace_id: id,
        id: '0000000000000001',
        start_time: now,
        end_time: now + 0.25,
        ...members,
      });
    const call = {
      id: '0000000000000002',
      name: 'api',
      start_time: now,
      end_time: now + 0.2,
      namespace: 'remote',
    };
    expect(
      await text(
        `xray put-trace-segments --trace-segment-documents ${segment({ subsegments: [call] })} ${segment({ name: '' })} --query 'UnprocessedTraceSegments[].ErrorCode'`,
      ),
    ).toBe('MissingName');
    const frame = `--start-time ${now - 60} --end-time ${now + 60}`;
    const found = `--filter-expression 'service("api") AND responsetime < 1' --query 'TraceSummaries[].[Id,Duration]'`;
    expect(JSON.parse(await answer(`xray get-trace-summaries ${frame} ${found}`))).toEqual([[id, 0.25]]);
    const documents = JSON.parse(
      await answer(`xray batch-get-traces --trace-ids ${id} --query 'Traces[0].Segments[].Document'`),
    ) as readonly string[];
    expect(documents.map((document) => JSON.parse(document) as unknown)).toMatchObject([
      { name: 'cli', subsegments: [call] },
      { name: 'api', inferred: true },
    ]);
    const nodes = `--query 'Services[].[Type,Name,SummaryStatistics.OkCount]'`;
    expect(JSON.parse(await answer(`xray get-service-graph ${frame} ${nodes}`))).toEqual([
      [null, 'cli', 1],
      ['remote', 'api', 1],
      ['client', 'cli', null],
    ]);
    const rate = '--query SamplingRuleRecords[].SamplingRule.FixedRate';
    expect(await text(`xray get-sampling-rules ${rate}`)).toBe('0.05');
    const report = json([
      { RuleName: 'Default', ClientID: 'c'.repeat(24), Timestamp: now, RequestCount: 2, SampledCount: 1 },
    ]);
    const quota = '--query SamplingTargetDocuments[].ReservoirQuota';
    expect(await text(`xray get-sampling-targets --sampling-statistics-documents ${report} ${quota}`)).toBe(
      '1',
    );
    const requests = '--query SamplingStatisticSummaries[].RequestCount';
    expect(await text(`xray get-sampling-statistic-summaries ${requests}`)).toBe('2');
  });

  const UNKNOWN_GROUP = 'sg-0123456789abcdef0';

  it.for<readonly [code: string, operation: string, line: string]>([
    ['ClientException', 'DescribeTaskDefinition', 'ecs describe-task-definition --task-definition none'],
    ['ClusterNotFoundException', 'ListServices', 'ecs list-services --cluster none'],
    ['ClusterNotFoundException', 'DeleteCluster', 'ecs delete-cluster --cluster none'],
    ['InvalidParameterException', 'CreateCluster', "ecs create-cluster --cluster-name 'no spaces'"],
    [
      'ClientException',
      'RegisterTaskDefinition',
      'ecs register-task-definition --family odd --network-mode awsvpc --requires-compatibilities FARGATE --cpu 400 --memory 600 --container-definitions name=x,image=x',
    ],
    [
      'InvalidGroup.NotFound',
      'DescribeSecurityGroups',
      `ec2 describe-security-groups --group-ids ${UNKNOWN_GROUP}`,
    ],
    [
      'InvalidVpcID.NotFound',
      'CreateSecurityGroup',
      'ec2 create-security-group --group-name x --description x --vpc-id vpc-0123456789abcdef0',
    ],
    ['NoSuchEntity', 'GetRole', 'iam get-role --role-name none'],
    [
      'MalformedPolicyDocument',
      'CreateRole',
      "iam create-role --role-name broken --assume-role-policy-document '{'",
    ],
    ['ResourceNotFoundException', 'DeleteLogGroup', 'logs delete-log-group --log-group-name none'],
    [
      'InvalidRequestException',
      'GetTraceSummaries',
      "xray get-trace-summaries --start-time 0 --end-time 1 --filter-expression 'colour = 1'",
    ],
    [
      'InvalidParameterException',
      'PutRetentionPolicy',
      'logs put-retention-policy --log-group-name none --retention-in-days 8',
    ],
    ['NoSuchHostedZone', 'GetHostedZone', 'route53 get-hosted-zone --id Z0000000000000'],
    ['RepositoryNotFoundException', 'DescribeImages', 'ecr describe-images --repository-name none'],
    ['ParameterNotFound', 'GetParameter', 'ssm get-parameter --name /none'],
    ['ResourceNotFoundException', 'DescribeSecret', 'secretsmanager describe-secret --secret-id none'],
    ['NamespaceNotFound', 'GetNamespace', 'servicediscovery get-namespace --id ns-aaaaaaaaaaaaaaaa'],
    ['ServiceNotFound', 'DeleteService', 'servicediscovery delete-service --id srv-aaaaaaaaaaaaaaaa'],
    [
      'NamespaceNotFound',
      'DiscoverInstances',
      'servicediscovery discover-instances --namespace-name none --service-name none',
    ],
  ])('prints %s of a wrong %s and ends with its code for that', async ([code, operation, line]) => {
    const { code: exitCode, stdout, stderr } = await aws(line);
    expect(stderr).toContain(`An error occurred (${code}) when calling the ${operation} operation`);
    expect(stdout).toBe('');
    // Version 2 ends with 254, version 1 with 255.
    expect([254, 255]).toContain(exitCode);
  });

  it('gives up waiting for what never comes', async () => {
    const { code, stderr } = await aws('ecs wait services-stable --cluster default --services none');
    expect({ code, stderr }).toMatchObject({
      code: 255,
      stderr: expect.stringContaining('Waiter ServicesStable failed'),
    });
  });
});
