import { describe, expect, it } from 'vitest';
import { segment, segmentId, START, subsegment, xraySandbox } from '../support/sandbox/xray.ts';
import type { XRay } from '../support/sandbox/xray.ts';

/** `web` on ECS, called by a client with status 500, which calls a table, and `api`, which answered with 404. */
async function withTrace(): Promise<XRay> {
  const xray = xraySandbox();
  await xray.put(
    segment({
      origin: 'AWS::ECS::Container',
      user: 'alice',
      end_time: START + 6,
      fault: true,
      annotations: { gameid: '817DL6VO', age: 30, won: true, lost: false, 'dotted.key': 'x', quote: 'a"b' },
      http: {
        request: { url: 'http://web/api/game/1', method: 'GET', user_agent: 'curl/8', client_ip: '10.0.0.9' },
        response: { status: 500 },
      },
      aws: { ec2: { instance_id: 'i-1', availability_zone: 'us-east-1a' } },
      subsegments: [
        subsegment({ id: segmentId(2), name: 'DynamoDB', namespace: 'aws', aws: { table_name: 'scores' } }),
        subsegment({ id: segmentId(3), name: 'api', namespace: 'remote', error: true }),
      ],
    }),
    segment({
      id: segmentId(4),
      name: 'api',
      parent_id: segmentId(3),
      error: true,
      resource_arn: 'arn:aws:ecs:task',
      end_time: undefined,
      in_progress: true,
    }),
  );
  return xray;
}

describe('a filter expression', () => {
  it.each([
    ['', true],
    ['fault', true],
    ['!fault', false],
    ['NOT fault', false],
    ['fault = true', true],
    ['fault != false', true],
    ['ok', false],
    ['ok = false', true],
    ['error', false],
    ['throttle', false],
    ['partial', true],
    ['inferred', true],
    ['responsetime > 5', true],
    ['responseTime > 6.5', false],
    ['duration >= 5 AND duration <= 8', true],
    ['duration = 6', true],
    ['duration < 6 OR duration > 6', false],
    ['http.status = 500', true],
    ['http.status != 500', false],
    ['http.status >= 400 and http.status < 600', true],
    ['http.url CONTAINS "/api/game/"', true],
    ['http.url contains "x"', false],
    ['http.url BEGINSWITH "http://web/" AND http.url ENDSWITH "/1"', true],
    ['http.method = "GET"', true],
    ['http.method != "GET"', false],
    ['http.useragent CONTAINS "curl"', true],
    ['http.clientip = "10.0.0.9"', true],
    ['user = "alice"', true],
    ['user = "Alice"', false],
    ['user CONTAINS ""', true],
    ['http.url AND responseTime > 2', true],
    ['instance.id = "i-1" availabilityzone = "us-east-1a"', true],
    ['resource.arn CONTAINS "ecs"', true],
    ['fault !partial duration <3', false],
    ['fault partial duration <7', true],
    ['annotation.gameid = "817DL6VO"', true],
    ['annotation[gameid] BEGINSWITH "817"', true],
    ['annotation["gameid"] = "x"', false],
    ['annotation[dotted.key] = "x"', true],
    ['annotation.dotted.key = "x"', true],
    ['annotation.quote = "a\\"b"', true],
    ['annotation.age > 29', true],
    ['annotation.age = "30"', false],
    ['annotation.age', true],
    ['annotation.won', true],
    ['annotation.lost', false],
    ['annotation.lost = false', true],
    ['annotation.height', false],
    ['!annotation.height', true],
    ['annotation.height != 3', false],
    ['service("web")', true],
    ['service("scores")', true],
    ['service("DynamoDB")', false],
    ['service("other")', false],
    ['!service("other")', true],
    ['service() { error }', true],
    ['service() { throttle }', false],
    ['service("web") { fault }', true],
    ['service("web") { error }', false],
    ['service("api") { partial and error }', true],
    ['service("web") { root = true and fault = true }', true],
    ['service("api") { root }', false],
    ['service() { name = "scores" and type BEGINSWITH "AWS::DynamoDB" and inferred }', true],
    ['service(id(name: "web", type: "AWS::ECS::Container"))', true],
    ['service(id(name: "web", type: "AWS::EC2::Instance"))', false],
    ['service(id(type: "AWS::DynamoDB::Table")) { ok }', true],
    ['service(id(account.id: "385605022855")) { user = "alice" }', true],
    ['service(id(account.id: "111122223333"))', false],
    ['edge("web", "api")', true],
    ['edge("api", "web")', false],
    ['edge("web", "web")', false],
    ['edge("web", "api") { error }', true],
    ['edge("web", "api") { fault }', false],
    ['edge(id(name: "web"), id(type: "AWS::DynamoDB::Table")) { ok and responsetime < 1 }', true],
    ['ok OR (fault AND NOT (error OR throttle))', true],
    ['ok AND fault OR partial', true],
    ['ok AND (fault OR partial)', false],
    ['!(ok)', true],
    [`traceid = "1-${START.toString(16)}-000000000000000000000001"`, true],
    ['traceid = "1-00000000-000000000000000000000001"', false],
  ])('%s: %s', async (filter, expected) => {
    expect(await (await withTrace()).matches(filter)).toBe(expected);
  });

  it.each([
    ['colour = 3', 'at character 1 (colour = 3): there is no such keyword here'],
    ['fault AND', 'at its end: a keyword is expected'],
    ['fault )', 'at character 7 ()): nothing more is expected'],
    ['(fault', 'at its end: ")" is expected'],
    ['responsetime > "5"', 'at character 14 (> "5"): a number is not compared like this'],
    ['http.url > 5', 'at character 10 (> 5): a string is not compared like this'],
    ['http.url >= "x"', 'at character 10 (>= "x"): a string is not compared like this'],
    [
      'http.url = fault',
      'at character 12 (fault): a number, true, false or a text in quotation marks is expected',
    ],
    ['http.method = "GET', 'at character 15 ("GET): the quotation mark has no second one'],
    ["http.method = 'GET'", "at character 15 ('GET'): nothing begins like this"],
    ['service(web)', 'at character 9 (web)): a name in quotation marks or id(…) is expected'],
    ['service(id(colour: "red"))', 'at character 12 (colour: "red"))): name, type or account.id is expected'],
    [
      'service(id(constructor: "x"))',
      'at character 12 (constructor: "x"))): name, type or account.id is expected',
    ],
    ['edge("web")', 'at character 11 ()): "," is expected'],
    [
      'service("web") { annotation.age > 3 }',
      'at character 18 (annotation.age > 3 }): annotations are not asked for within service() and edge()',
    ],
    ['name = "web"', 'at character 1 (name = "web"): there is no such keyword here'],
    [
      'rootcause.fault.service { name = "x" }',
      'at character 1 (rootcause.fault.serv): the sandbox does not filter by this',
    ],
    [`annotation[${' '.repeat(100_000)}`, `at character 11 ([${' '.repeat(19)}): nothing begins like this`],
    ['group.name = "x"', 'at character 1 (group.name = "x"): the sandbox does not filter by this'],
    [`${'('.repeat(101)}ok`, 'at character 101 ((ok): it is nested more than 100 deep'],
  ])('is refused where it is not understood: %s', async (FilterExpression, why) => {
    const xray = xraySandbox();
    const StartTime = new Date(START * 1000);
    expect(
      await xray.refusal('GetTraceSummaries', { StartTime, EndTime: StartTime, FilterExpression }),
    ).toMatchObject({
      name: 'InvalidRequestException',
      message: `Invalid filter expression, ${why}.`,
    });
  });
});
