import { describe, expect, it } from 'vitest';
import { readNotifyConfig } from '../../controller/notifications/config.ts';

const SECRET = 'https://hooks.slack.com/services/T000/B000/XXXXXXXXXXXXXXXX';

/** `line:column path: message`, each. */
function errorsOf(text: string): readonly string[] {
  const read = readNotifyConfig(text);
  if (read.type === 'config') return [];
  return read.errors.map(({ line, column, path, message }) => `${line}:${column} ${path}: ${message}`);
}

describe('a notification file', () => {
  it('of every sort of receiver has no errors, and names its secrets with their places', () => {
    const read = readNotifyConfig(`receivers:
  - name: on-call
    slack: { urlFile: /run/secrets/slack }
    match: { severities: [critical], environments: ["prod-*"], objects: [xray], reasons: ["Image*"] }
    sendResolved: false
    maxPerMinute: 3
  - name: events
    webhook:
      urlFile: url
      secretFile: secret
      headersFiles: { Authorization: authorization }
  - name: topic
    sns: { topicArn: "arn:aws-cn:sns:cn-north-1:111122223333:a.fifo", roleArn: "arn:aws-cn:iam::111122223333:role/x", region: cn-north-1, externalId: abc }
`);
    expect(read.type).toBe('config');
    expect(read.type === 'config' && read.secrets).toEqual([
      {
        file: '/run/secrets/slack',
        isUrl: true,
        at: { line: 3, column: 23, path: 'receivers[0].slack.urlFile' },
      },
      { file: 'url', isUrl: true, at: { line: 9, column: 16, path: 'receivers[1].webhook.urlFile' } },
      { file: 'secret', isUrl: false, at: { line: 10, column: 19, path: 'receivers[1].webhook.secretFile' } },
      {
        file: 'authorization',
        isUrl: false,
        at: { line: 11, column: 38, path: 'receivers[1].webhook.headersFiles.Authorization' },
      },
    ]);
  });

  it.each<readonly [string, string, readonly string[]]>([
    [
      'that says nothing',
      '# nothing\n',
      ['1:1 : the file says nothing; it needs receivers, see docs/notifications.md'],
    ],
    ['without receivers', 'receivers: []\n', ['1:12 receivers: needs at least 1 item']],
    [
      'with a misspelt field',
      'receivers:\n  - { name: a, slack: { urlFiles: x } }\n',
      ['2:25 receivers[0].slack.urlFiles: unknown key "urlFiles"; did you mean "urlFile"?'],
    ],
    [
      'with an unknown severity',
      'receivers:\n  - { name: a, slack: { urlFile: x }, match: { severities: [warn] } }\n',
      ['2:61 receivers[0].match.severities[0]: "warn" must be one of critical, warning, info'],
    ],
    [
      'with nobody to send to',
      'receivers:\n  - name: a\n',
      ['2:5 receivers[0]: a receiver needs one of slack, webhook, sns, and has none'],
    ],
    [
      'with two to send to',
      'receivers:\n  - { name: a, slack: { urlFile: x }, sns: { topicArn: "arn:aws:sns:eu-west-1:111122223333:a" } }\n',
      ['2:5 receivers[0]: a receiver needs one of slack, webhook, sns, and has slack and sns'],
    ],
    [
      'with two receivers of one name',
      'receivers:\n  - { name: a, slack: { urlFile: x } }\n  - { name: a, slack: { urlFile: y } }\n',
      ['3:7 receivers[1].name: another receiver is called a; rename one'],
    ],
    [
      'with a webhook without a URL',
      'receivers:\n  - { name: a, webhook: { secretFile: x } }\n',
      ['2:16 receivers[0].webhook: a webhook needs either url or urlFile'],
    ],
    [
      'with a header that is ours',
      'receivers:\n  - { name: a, webhook: { url: "http://x/", secretFile: x, headersFiles: { content-type: y } } }\n',
      [
        '2:76 receivers[0].webhook.headersFiles.content-type: Stationkeeper sets content-type itself; remove it',
      ],
    ],
    [
      'with what is no topic',
      'receivers:\n  - { name: a, sns: { topicArn: stationkeeper } }\n',
      [
        '2:33 receivers[0].sns.topicArn: "stationkeeper" must be the ARN of an SNS topic, such as arn:aws:sns:eu-west-1:111122223333:stationkeeper',
      ],
    ],
    [
      'with two documents',
      'receivers:\n  - { name: a, slack: { urlFile: x } }\n---\nreceivers: []\n',
      ['4:1 : the file may hold one document; remove this one'],
    ],
  ])('%s says where what is wrong', (_rule, text, expected) => {
    expect(errorsOf(text)).toEqual(expected);
  });

  it.each([
    ['as urlFile', `receivers:\n  - { name: a, slack: { urlFile: "${SECRET}" } }\n`],
    ['as url', `receivers:\n  - { name: a, slack: { url: "${SECRET}" } }\n`],
    ['as slack', `receivers:\n  - { name: a, slack: "${SECRET}" }\n`],
    [
      'as the url of a webhook',
      `receivers:\n  - { name: a, webhook: { url: "https://u:hunter22@x/", secretFile: x } }\n`,
    ],
  ])('never shows a secret that stands %s', (_rule, text) => {
    const errors = errorsOf(text).join('\n');
    expect(errors).not.toBe('');
    expect(errors).not.toMatch(/XXXX|hunter22/);
  });
});
