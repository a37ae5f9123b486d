import type { FastifyInstance, FastifyReply } from 'fastify';
import { Type } from 'typebox';
import type { ServiceControlPolicy } from '../authorization/service-control-policies.ts';
import type { Metric, SandboxControl, TaskEnd } from '../control/control.ts';
import { INSTANCE_ACTIONS } from '../control/instances.ts';
import type { ImagePush } from '../control/images.ts';
import type { InstanceAction } from '../control/instances.ts';
import type { Packet } from '../ec2/packets.ts';
import type { HostLaunch } from '../ecs/instances/launch.ts';
import type { Fault } from '../control/faults.ts';
import { AwsError } from '../error.ts';
import { OPERATIONS, isServed } from '../operations.ts';
import type { OutsideConsumer } from '../outside.ts';
import type { QuotaScale } from '../throttle.ts';
import type { Obstacle } from '../unavailable.ts';
import {
  AlarmBody,
  ConsumerBody,
  FaultBody,
  ImageBody,
  InstancesBody,
  MetricBody,
  PacketBody,
  PolicyBody,
  QuotasBody,
  SpotBody,
  TaskEndBody,
  UnavailableBody,
} from './control-bodies.ts';

/** What each route is for, as `GET /_sandbox/` tells it. */
const ROUTES = {
  'GET /_sandbox/state': 'everything that exists, as JSON',
  'GET /_sandbox/requests': 'the latest 1000 requests, and how often each operation was called',
  'DELETE /_sandbox/requests': 'forget them',
  'POST /_sandbox/tasks/<task id>/stop': 'end a task: {"reason": "…", "exitCode": 137}, both optional',
  'POST /_sandbox/spot/reclaim': 'take Fargate Spot tasks back: all that run, or {"task": "<id or ARN>"}',
  'POST /_sandbox/instances':
    'make container instances: {"cluster": "main", "count": 3, "instanceType": "t3.medium", "availabilityZone": "us-east-1a", "attributes": {"stack": "prod"}, "capacityProvider": "asg"}; all optional, also subnetId, and external: true for one that is not EC2’s',
  'POST /_sandbox/instances/<container instance id>/<action>': `act on one: ${INSTANCE_ACTIONS.join(', ')}`,
  'POST /_sandbox/packets':
    'ask whether a packet would arrive: {"protocol": "udp", "fromAddress": "172.31.0.4", "fromPort": 40000, "toAddress": "172.31.16.4", "toPort": 2000}; answers where it is lost, or null',
  'GET /_sandbox/consumer': 'what counts for what comes from outside of tasks, or null',
  'PUT /_sandbox/consumer':
    'say what counts, where security groups decide what reaches processes: {"securityGroupIds": ["sg-…"], "subnetId": "subnet-…"}',
  'DELETE /_sandbox/consumer': 'let nothing through from outside of tasks',
  'POST /_sandbox/images':
    'put an image into a repository: {"repository": "daemons/xray", "tags": ["3.x"], "architectures": ["amd64", "arm64"]}; repository: name, ARN or URI; with architectures an index with an image for each',
  'GET /_sandbox/alarms': 'the CloudWatch alarms in ALARM',
  'PUT /_sandbox/alarms/<name>': 'put an alarm into a state: {"state": "ALARM"} or {"state": "OK"}',
  'GET /_sandbox/faults': 'the faults in force',
  'POST /_sandbox/faults':
    'inject one: {"operation": "ecs:CreateService", "effect": "fail", "code": "ThrottlingException", "times": 2}; effects: fail (code, message, status), delay (ms), hang, drop, lag (ms); times: 1, a number or "always"; probability: 0 to 1',
  'DELETE /_sandbox/faults': 'remove all of them',
  'DELETE /_sandbox/faults/<id>': 'remove one',
  'GET /_sandbox/unavailable': 'what tasks do not get at',
  'POST /_sandbox/unavailable':
    'make a secret, parameter, file in S3, file system, access point, image or capacity provider unavailable to tasks that start: {"reference": "fs-01234567", "because": "missing"}; reference: as the task definition has it; because: missing, denied or unreachable',
  'DELETE /_sandbox/unavailable': 'make all of it available again',
  'DELETE /_sandbox/unavailable/<reference>': 'make one available again',
  'GET /_sandbox/metrics': 'the metrics that people have set',
  'POST /_sandbox/metrics':
    'say what a tracked metric is, so that its service scales: {"resourceId": "service/main/otel", "metric": "ECSServiceAverageCPUUtilization", "value": 80}',
  'GET /_sandbox/scp': 'the service control policies; at first FullAWSAccess alone',
  'POST /_sandbox/scp':
    'limit every account by one more: {"name": "boundaries", "policy": {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "iam:CreateRole", "Resource": "*", "Condition": {"Null": {"iam:PermissionsBoundary": "true"}}}]}}',
  'DELETE /_sandbox/scp': 'leave FullAWSAccess alone',
  'DELETE /_sandbox/scp/<name>': 'detach one',
  'GET /_sandbox/quotas': 'the scale of the token buckets',
  'PUT /_sandbox/quotas': 'set it: {"scale": 0.1}, a factor on AWS’s own rates, or "off"',
  'POST /_sandbox/reset': 'as at the start',
};

/** The interface by which people meddle with the sandbox: JSON in and out, below `/_sandbox/`. */
export function controlRoutes(app: FastifyInstance, control: SandboxControl): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, JSON.parse(String(body)));
    } catch {
      done(Object.assign(new Error('The body is not JSON.'), { statusCode: 400 }));
    }
  });
  app.setErrorHandler((error: Error & { readonly statusCode?: number }, _request, reply) =>
    reply.code(statusOf(error)).send({ message: error.message }),
  );
  app.all('/*', (request, reply) =>
    notFound(reply, `Nothing is served at ${request.method} ${request.url}; GET /_sandbox/ lists what is.`),
  );

  app.get('/', () => ({ about: 'Control of the Stationkeeper sandbox, which is not AWS.', routes: ROUTES }));
  app.get('/state', () => control.state());
  app.get('/requests', () => control.requests());
  app.delete('/requests', (_request, reply) => {
    control.forgetRequests();
    return reply.code(204).send();
  });
  app.post<{ Params: { task: string }; Body: TaskEnd | null }>(
    '/tasks/:task/stop',
    { schema: { body: Type.Union([TaskEndBody, Type.Null()]) } },
    (request) => ({ taskArn: control.stopTask(request.params.task, request.body ?? {}) }),
  );
  app.post<{ Body: { readonly task?: string } | null }>(
    '/spot/reclaim',
    { schema: { body: Type.Union([SpotBody, Type.Null()]) } },
    ({ body }) => ({ taskArns: control.reclaimSpot(body?.task) }),
  );
  app.post<{ Body: HostLaunch | null }>(
    '/instances',
    { schema: { body: Type.Union([InstancesBody, Type.Null()]) } },
    ({ body }, reply) =>
      reply
        .code(201)
        .send({ containerInstances: refusingBadInput(() => control.launchInstances(body ?? {})) }),
  );
  app.post<{ Params: { instance: string; action: InstanceAction } }>(
    `/instances/:instance/:action(^${INSTANCE_ACTIONS.join('$|^')}$)`,
    ({ params }, reply) => {
      const changed = refusingBadInput(() => control.actOnInstance(params.instance, params.action));
      if (changed !== undefined) return { containerInstance: changed };
      return notFound(reply, `There is no container instance ${params.instance}.`);
    },
  );
  app.post<{ Body: Packet }>('/packets', { schema: { body: PacketBody } }, ({ body }) => ({
    lostAt: refusingBadInput(() => control.lossOf(body)) ?? null,
  }));
  app.get('/consumer', () => ({ consumer: control.consumer() ?? null }));
  app.put<{ Body: OutsideConsumer }>('/consumer', { schema: { body: ConsumerBody } }, ({ body }) => {
    refusingBadInput(() => control.setConsumer(body));
    return { consumer: control.consumer() };
  });
  app.delete('/consumer', (_request, reply) => {
    refusingBadInput(() => control.setConsumer(undefined));
    return reply.code(204).send();
  });
  app.post<{ Body: ImagePush }>('/images', { schema: { body: ImageBody } }, ({ body }, reply) =>
    reply.code(201).send({ image: refusingBadInput(() => control.putImage(body)) }),
  );
  app.get('/alarms', () => ({ alarms: control.alarms() }));
  app.put<{ Params: { name: string }; Body: { readonly state: 'ALARM' | 'OK' } }>(
    '/alarms/:name',
    { schema: { body: AlarmBody } },
    ({ params, body }) => {
      control.setAlarm(params.name, body.state);
      return { alarms: control.alarms() };
    },
  );
  app.get('/faults', () => ({ faults: control.faults() }));
  app.post<{ Body: Fault }>('/faults', { schema: { body: FaultBody } }, (request, reply) => {
    const { operation } = request.body;
    if (canHappen(operation)) return reply.code(201).send(control.inject(request.body));
    return reply.code(400).send({ message: `The sandbox serves nothing that is ${operation}.` });
  });
  app.delete('/faults', (_request, reply) => {
    control.clearFaults();
    return reply.code(204).send();
  });
  app.delete<{ Params: { id: string } }>('/faults/:id', (request, reply) =>
    control.removeFault(request.params.id)
      ? reply.code(204).send()
      : notFound(reply, `There is no fault ${request.params.id}.`),
  );
  app.get('/unavailable', () => ({ unavailable: control.unavailable() }));
  app.post<{ Body: { readonly reference: string; readonly because?: Obstacle } }>(
    '/unavailable',
    { schema: { body: UnavailableBody } },
    ({ body }, reply) => reply.code(201).send(control.makeUnavailable(body.reference, body.because)),
  );
  app.delete('/unavailable', (_request, reply) => {
    control.makeAllAvailable();
    return reply.code(204).send();
  });
  app.delete<{ Params: { '*': string } }>('/unavailable/*', (request, reply) => {
    const reference = request.params['*'];
    if (control.makeAvailable(reference)) return reply.code(204).send();
    return notFound(reply, `${reference} is not unavailable.`);
  });
  app.get('/metrics', () => ({ metrics: control.metrics() }));
  app.post<{ Body: Metric }>('/metrics', { schema: { body: MetricBody } }, ({ body }, reply) =>
    reply.code(201).send(control.setMetric(body)),
  );
  app.get('/scp', () => ({ policies: control.policies() }));
  app.post<{ Body: ServiceControlPolicy }>('/scp', { schema: { body: PolicyBody } }, ({ body }, reply) =>
    reply.code(201).send(control.attachPolicy(body)),
  );
  app.delete('/scp', (_request, reply) => {
    control.resetPolicies();
    return reply.code(204).send();
  });
  app.delete<{ Params: { name: string } }>('/scp/:name', ({ params }, reply) =>
    control.detachPolicy(params.name)
      ? reply.code(204).send()
      : notFound(reply, `No service control policy is called ${params.name}.`),
  );
  app.get('/quotas', () => ({ scale: control.quotas }));
  app.put<{ Body: { readonly scale: QuotaScale } }>(
    '/quotas',
    { schema: { body: QuotasBody } },
    (request) => {
      control.setQuotas(request.body.scale);
      return { scale: control.quotas };
    },
  );
  app.post('/reset', (_request, reply) => {
    control.reset();
    return reply.code(204).send();
  });
}

const NOT_FOUND: readonly string[] = ['ClusterNotFoundException', 'RepositoryNotFoundException'];

/** A misspelt operation would never meet its fault. */
function canHappen(operation: string): boolean {
  const [service = '', name = ''] = operation.split(':');
  return operation === '*' || (name === '*' ? Object.hasOwn(OPERATIONS, service) : isServed(service, name));
}

/** What is wrong with what was asked for is a bad request; a cluster or repository that there is not is not found. */
function refusingBadInput<Done>(act: () => Done): Done {
  try {
    return act();
  } catch (thrown) {
    if (!(thrown instanceof AwsError) || NOT_FOUND.includes(thrown.name)) throw thrown;
    throw Object.assign(new Error(thrown.message), { statusCode: 400 });
  }
}

function statusOf(error: Error & { readonly statusCode?: number }): number {
  if (error instanceof AwsError) return error.name === 'MalformedPolicyDocument' ? 400 : 404;
  return error.statusCode ?? 500;
}

function notFound(reply: FastifyReply, message: string): FastifyReply {
  return reply.code(404).send({ message });
}
