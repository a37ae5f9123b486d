import type {
  CreateListenerCommandInput,
  CreateListenerCommandOutput,
  DeleteListenerCommandInput,
  DeleteListenerCommandOutput,
  DescribeListenerAttributesCommandInput,
  DescribeListenerAttributesCommandOutput,
  DescribeListenersCommandInput,
  DescribeListenersCommandOutput,
  Listener,
  ModifyListenerAttributesCommandInput,
  ModifyListenerAttributesCommandOutput,
  ModifyListenerCommandInput,
  ModifyListenerCommandOutput,
  ProtocolEnum,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import { SortedMap } from '../sorted-map.ts';
import { tagsChanged } from '../tagging/state.ts';
import { readActions } from './actions.ts';
import { listenerAttributes, setAttributes, showAttributes } from './attributes.ts';
import { requireOneOf, requireWithin, validationError } from './errors.ts';
import type { ListenerRecord, LoadBalancerRecord } from './state.ts';
import { elbPage, requireListener, requireLoadBalancer } from './store.ts';
import { readTags } from './tags.ts';
import { settleTargets } from './targets.ts';

/** In AWS's order (its words: terraform#18126, pulumi-aws#1193). */
const PROTOCOLS: Readonly<Record<LoadBalancerRecord['type'], readonly string[]>> = {
  application: ['HTTPS', 'HTTP'],
  network: ['TLS', 'TCP', 'TCP_UDP', 'UDP'],
};
const DEFAULT_POLICY = 'ELBSecurityPolicy-2016-08';
/** Quota "Listeners per load balancer". */
const MOST_LISTENERS = 50;

type Settings = Pick<
  ListenerRecord,
  'port' | 'protocol' | 'sslPolicy' | 'certificates' | 'alpnPolicy' | 'mutualAuthentication'
>;

/** Throws ValidationError, DuplicateListener, CertificateNotFound and what its actions and tags throw. */
export function createListener(
  input: CreateListenerCommandInput,
  context: CallContext,
): Answer<CreateListenerCommandOutput> {
  const loadBalancer = requireLoadBalancer(context, input.LoadBalancerArn);
  const settings = readSettings(loadBalancer, input);
  const defaultActions = readActions(context, input.DefaultActions, { ...settings, loadBalancer });
  if (loadBalancer.listeners.size >= MOST_LISTENERS) {
    throw new AwsError('TooManyListeners', 'The maximum number of listeners has been reached');
  }
  const tags = readTags(input.Tags);
  const arn = `${loadBalancer.arn.replace(':loadbalancer/', ':listener/')}/${context.world.randomText(16)}`;
  const made: ListenerRecord = {
    ...settings,
    arn,
    loadBalancer,
    defaultActions,
    attributes: new Map(),
    tags,
    rules: new SortedMap(),
  };
  loadBalancer.listeners.set(arn, made);
  tagsChanged(context, arn, tags);
  settleTargets(context);
  return { Listeners: [showListener(made)] };
}

export function describeListeners(
  input: DescribeListenersCommandInput,
  context: CallContext,
): Answer<DescribeListenersCommandOutput> {
  const { LoadBalancerArn, ListenerArns } = input;
  if ((LoadBalancerArn === undefined) === (ListenerArns === undefined)) {
    throw validationError('You must specify either listener ARNs or a load balancer ARN');
  }
  const listeners =
    ListenerArns === undefined
      ? [...requireLoadBalancer(context, LoadBalancerArn).listeners.values()]
      : ListenerArns.map((arn) => requireListener(context, arn));
  const entries = listeners.map((listener) => [listener.arn, listener] as const);
  const { items, NextMarker } = elbPage(entries, input);
  return { Listeners: items.map(showListener), NextMarker };
}

/** What is left out stays. */
export function modifyListener(
  input: ModifyListenerCommandInput,
  context: CallContext,
): Answer<ModifyListenerCommandOutput> {
  const listener = requireListener(context, input.ListenerArn);
  const { loadBalancer } = listener;
  const settings = readSettings(loadBalancer, input, listener);
  const actions = input.DefaultActions ?? listener.defaultActions;
  const defaultActions = readActions(context, actions, { ...settings, loadBalancer });
  Object.assign(listener, settings, { defaultActions });
  settleTargets(context);
  return { Listeners: [showListener(listener)] };
}

export function deleteListener(
  input: DeleteListenerCommandInput,
  context: CallContext,
): Answer<DeleteListenerCommandOutput> {
  const { arn, loadBalancer, rules } = requireListener(context, input.ListenerArn);
  loadBalancer.listeners.delete(arn);
  for (const gone of [arn, ...[...rules.values()].map((rule) => rule.arn)])
    tagsChanged(context, gone, undefined);
  settleTargets(context);
  return {};
}

export function describeListenerAttributes(
  input: DescribeListenerAttributesCommandInput,
  context: CallContext,
): Answer<DescribeListenerAttributesCommandOutput> {
  const { protocol, attributes } = requireListener(context, input.ListenerArn);
  return { Attributes: showAttributes(listenerAttributes(protocol), attributes) };
}

export function modifyListenerAttributes(
  input: ModifyListenerAttributesCommandInput,
  context: CallContext,
): Answer<ModifyListenerAttributesCommandOutput> {
  const { protocol, attributes } = requireListener(context, input.ListenerArn);
  const defaults = listenerAttributes(protocol);
  setAttributes('Listener', defaults, { set: attributes, asked: input.Attributes });
  return { Attributes: showAttributes(defaults, attributes) };
}

function readSettings(
  loadBalancer: LoadBalancerRecord,
  input: CreateListenerCommandInput | ModifyListenerCommandInput,
  before?: ListenerRecord,
): Settings {
  const port = input.Port ?? before?.port;
  if (port === undefined) throw validationError('A listener port must be specified');
  requireWithin('Listener port', port, 1, 65_535);
  const protocol: ProtocolEnum | undefined = input.Protocol ?? before?.protocol;
  if (protocol === undefined) throw validationError('A listener protocol must be specified');
  requireOneOf('Listener protocol', protocol, PROTOCOLS[loadBalancer.type]);
  refuseTaken(loadBalancer, { port, protocol }, before);
  const isSecure = protocol === 'HTTPS' || protocol === 'TLS';
  const certificates = input.Certificates ?? before?.certificates ?? [];
  if (isSecure && certificates.length === 0) {
    throw validationError(`A certificate must be specified for ${protocol} listeners`);
  }
  return {
    port,
    protocol,
    certificates: isSecure ? [...certificates] : [],
    sslPolicy: isSecure ? (input.SslPolicy ?? before?.sslPolicy ?? DEFAULT_POLICY) : undefined,
    alpnPolicy: [...(input.AlpnPolicy ?? before?.alpnPolicy ?? [])],
    mutualAuthentication:
      protocol === 'HTTPS'
        ? (input.MutualAuthentication ?? before?.mutualAuthentication ?? { Mode: 'off' })
        : undefined,
  };
}

/** One port is one listener, but for TCP and UDP beside each other. Throws DuplicateListener. */
function refuseTaken(
  { listeners }: LoadBalancerRecord,
  { port, protocol }: Pick<Settings, 'port' | 'protocol'>,
  self: ListenerRecord | undefined,
): void {
  const transports = transportsOf(protocol);
  for (const other of listeners.values()) {
    if (other === self || other.port !== port) continue;
    if (!transportsOf(other.protocol).some((transport) => transports.includes(transport))) continue;
    throw new AwsError('DuplicateListener', 'A listener already exists on this port for this load balancer');
  }
}

function transportsOf(protocol: ProtocolEnum): readonly string[] {
  if (protocol === 'UDP') return ['udp'];
  return protocol === 'TCP_UDP' ? ['tcp', 'udp'] : ['tcp'];
}

function showListener(listener: ListenerRecord): Listener {
  const { sslPolicy, certificates, alpnPolicy, mutualAuthentication } = listener;
  return {
    ListenerArn: listener.arn,
    LoadBalancerArn: listener.loadBalancer.arn,
    Port: listener.port,
    Protocol: listener.protocol,
    DefaultActions: listener.defaultActions,
    ...(certificates.length === 0 ? {} : { Certificates: certificates }),
    ...(sslPolicy === undefined ? {} : { SslPolicy: sslPolicy }),
    ...(alpnPolicy.length === 0 ? {} : { AlpnPolicy: alpnPolicy }),
    ...(mutualAuthentication === undefined ? {} : { MutualAuthentication: mutualAuthentication }),
  };
}
