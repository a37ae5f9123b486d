import type { TestDNSAnswerCommandInput, TestDNSAnswerCommandOutput } from '@aws-sdk/client-route-53';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { nameServersOf } from '../dns/authority.ts';
import { resolve } from '../dns/resolve.ts';
import { isIn } from '../dns/zone.ts';
import { AwsError } from '../error.ts';
import { seededRandom } from '../seeded-random.ts';
import { readName, shownName } from './names.ts';
import { valueOf } from './record-sets.ts';
import { RECORD_TYPES } from './zone-file.ts';
import { requireZone } from './zones.ts';

/**
 * What a name server of a public zone answers (TestDNSAnswer, Route 53 API reference); the order of several comes from the moment, as
 * looking changes nothing. Throws NoSuchHostedZone, InvalidInput, also for a private zone.
 */
export function testDNSAnswer(
  { HostedZoneId, RecordName, RecordType }: TestDNSAnswerCommandInput,
  context: CallContext,
): Answer<TestDNSAnswerCommandOutput> {
  const zone = requireZone(context, HostedZoneId);
  if (zone.isPrivate) {
    throw new AwsError('InvalidInput', 'Only public hosted zones can be asked for their answers.');
  }
  const name = readName(RecordName ?? '');
  const type = RECORD_TYPES.find((each) => each === RecordType);
  if (type === undefined || !isIn(name, zone.name)) {
    throw new AwsError('InvalidInput', `The zone ${zone.id} has no records ${RecordName} ${RecordType}.`);
  }
  const { rcode, answers } = resolve({ name, type }, [zone], seededRandom(context.world.now()));
  return {
    Nameserver: nameServersOf(zone)[0],
    RecordName: shownName(name),
    RecordType,
    RecordData: answers.map(valueOf),
    ResponseCode: rcode,
    Protocol: 'UDP',
  };
}
