import type { Network } from '../aws/network.ts';
import type { Discovery } from '../core/resource.ts';
import { addressesOf, isRunning, runningAddresses } from './daemon.ts';
import type { Daemon } from './daemon.ts';
import { blocked, ok, overAll, unknown, unread } from './hop.ts';
import type { Judgement } from './hop.ts';

/** From the making of a task to its record: it is pulled and started first, and Route 53 takes a minute (Route 53 developer guide). */
const RECORD_AFTER_MS = 180_000;

/** Whether Route 53 lacks the A record that it should have; false where it was not, or may not be, read. */
export function lacksRecord({ records, held }: Discovery): boolean {
  return held !== undefined && records.includes('A') && !held.records.some(({ type }) => type === 'A');
}

/** Whether none of its tasks was there for long enough when Route 53 was read. */
function isYoung({ tasks }: Daemon, { held }: Discovery): boolean {
  if (held === undefined || 'unread' in tasks) return false;
  return tasks.value
    .filter(isRunning)
    .every(({ createdAt = Number.NEGATIVE_INFINITY }) => held.readAt - createdAt < RECORD_AFTER_MS);
}

/** Whether the name of a daemon has answers, and whether those who ask in these VPCs are given them. */
export function nameJudgement(
  daemon: Daemon,
  network: Pick<Network, 'zones' | 'resolvers'>,
  vpcIds: readonly string[],
): Judgement {
  const { discovery, zoneId } = daemon;
  if (discovery === undefined) {
    return unknown(
      'its manifest gives it no name in service discovery',
      'check how its consumers find it, or add spec.serviceDiscovery',
    );
  }
  if ('unread' in discovery) return unread('its discovery service', discovery.unread);
  const { name } = discovery.value;
  const addresses = addressesOf(daemon);
  const registered = daemon.registrations.length;
  if (addresses.length === 0) {
    return blocked(
      `${name} has no address: ${registered === 0 ? 'no instance is registered' : `none of its ${registered} instances has an IPv4 address`}`,
      `look at the tasks of the daemon: stationkeeper status says why none is registered`,
    );
  }
  if (lacksRecord(discovery.value)) {
    const evidence = `Route 53 has no A record of ${name}, though Cloud Map has ${registered} ${registered === 1 ? 'instance' : 'instances'}`;
    return isYoung(daemon, discovery.value)
      ? unknown(`${evidence} since a moment ago`, 'wait a minute: Route 53 follows Cloud Map within one')
      : blocked(evidence, 'check the hosted zone of the namespace: only Cloud Map makes its records');
  }
  const says = ok(`${name} is ${addresses.join(', ')}`);
  if (zoneId === undefined) return says;
  const seen = vpcIds.map((vpcId) => zoneJudgement(network, zoneId, vpcId));
  const judgement = overAll(seen, 'VPCs', says);
  return judgement.status === 'ok'
    ? says
    : { ...judgement, evidence: `${says.evidence}, but ${judgement.evidence}` };
}

function zoneJudgement(
  { zones, resolvers }: Pick<Network, 'zones' | 'resolvers'>,
  zoneId: string,
  vpcId: string,
): Judgement {
  const vpcs = zones.get(zoneId) ?? { unread: 'ask again' };
  if ('unread' in vpcs) return unread(`the VPCs of hosted zone ${zoneId}`, vpcs.unread);
  if (!vpcs.value.includes(vpcId)) {
    return blocked(
      `hosted zone ${zoneId} is not associated with ${vpcId}, which asks`,
      `associate it: aws route53 associate-vpc-with-hosted-zone --hosted-zone-id ${zoneId} --vpc VPCRegion=REGION,VPCId=${vpcId}`,
    );
  }
  const resolver = resolvers.get(vpcId) ?? { unread: 'ask again' };
  if ('unread' in resolver) return unread(`the DNS attributes of ${vpcId}`, resolver.unread);
  return resolver.value
    ? ok(`${vpcId} resolves it`)
    : blocked(
        `DNS support or DNS hostnames are off in ${vpcId}, so that it knows no private hosted zone`,
        `turn both on: aws ec2 modify-vpc-attribute --vpc-id ${vpcId} --enable-dns-support, and --enable-dns-hostnames`,
      );
}

/** Whether what the name leads to are tasks that run. */
export function instancesJudgement(daemon: Daemon): Judgement {
  const { tasks } = daemon;
  if ('unread' in tasks) return unread('its tasks', tasks.unread);
  const running = tasks.value.filter(isRunning);
  if (running.length === 0) {
    return blocked('none of its tasks runs', 'stationkeeper status says why');
  }
  const theirs = runningAddresses(tasks);
  // Tasks in the network of their host have no address of their own.
  const strays =
    theirs.length < running.length ? [] : addressesOf(daemon).filter((one) => !theirs.includes(one));
  if (strays.length > 0) {
    return blocked(
      `no running task has ${strays.join(', ')}, which clients are given`,
      'wait until Cloud Map has removed it, or deregister it',
    );
  }
  return ok(`${running.length} of ${tasks.value.length} tasks run`);
}

/** Whether those that run are well. Without a check of health running is all that is known. */
export function healthJudgement({
  tasks,
  registrations,
}: Pick<Daemon, 'tasks' | 'registrations'>): Judgement {
  if ('unread' in tasks) return unread('its tasks', tasks.unread);
  const running = tasks.value.filter(isRunning);
  const ill = running.filter(({ healthStatus }) => healthStatus === 'UNHEALTHY').map(({ id }) => id);
  const out = registrations.filter(({ health }) => health === 'UNHEALTHY').map(({ id }) => id);
  const bad = [...new Set([...ill, ...out])];
  if (running.length > 0 && bad.length === 0) {
    const checked = running.filter(({ healthStatus }) => healthStatus === 'HEALTHY').length;
    return ok(
      checked === 0 ? 'no health check says otherwise' : `${checked} of ${running.length} are HEALTHY`,
    );
  }
  return blocked(
    running.length === 0
      ? 'none of its tasks runs'
      : `${bad.join(', ')} ${bad.length === 1 ? 'is' : 'are'} UNHEALTHY`,
    'read its logs, and check the health check of its containers',
  );
}
