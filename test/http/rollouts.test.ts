import { describe, expect, it } from 'vitest';
import { approvalOf } from '../../controller/plan/rollout/approval.ts';
import { testServer } from '../support/reports/server.ts';
import { courseOfFleet, NEW, OLD, old, stage } from '../support/rollouts/members.ts';

const token = 'correct-horse';
const authorization = `Bearer ${token}`;
const URL_OF_REST = '/rollouts/fleet/stages/rest/approve';

const COURSE = courseOfFleet({
  stages: [stage('canary'), stage('rest', { needsApproval: true })],
  members: [{ a: old() }, { b: old() }],
});

type Server = ReturnType<typeof testServer>;

/** A server over one definition whose last stage is to be approved. */
function server(configured: string | undefined = token): Server {
  return testServer({
    ...(configured === undefined ? {} : { token: configured }),
    approveStage: (approval) => Promise.resolve(approvalOf([COURSE], approval)),
  });
}

async function approve(
  { app }: Server,
  { url = URL_OF_REST, payload = { digest: NEW } }: { url?: string; payload?: object } = {},
) {
  const response = await app.inject({ method: 'POST', url, headers: { authorization }, payload });
  return { status: response.statusCode, body: response.json() };
}

describe('POST /rollouts/:name/stages/:stage/approve', () => {
  it('answers 202 where it approves, and asks for a pass that tries nothing again', async () => {
    const controller = server();
    const { status, body } = await approve(controller);
    expect([status, body]).toEqual([
      202,
      {
        accepted: true,
        message: `stage rest of Rollout/fleet for xray (${NEW}) is approved for as long as this controller runs`,
      },
    ]);
    expect(controller.asked).toEqual(['POST /rollouts/:name/stages/:stage/approve']);
  });

  it('answers 202 where the stage asks for no approval, and asks for no pass', async () => {
    const controller = server();
    const { status, body } = await approve(controller, { url: '/rollouts/fleet/stages/canary/approve' });
    expect([status, body.message]).toEqual([202, expect.stringContaining('asks for no approval')]);
    expect(controller.asked).toEqual([]);
  });

  it.each([
    [
      '/rollouts/fleeet/stages/rest/approve',
      NEW,
      404,
      'UnknownRollout',
      'no definition goes through a Rollout "fleeet"; did you mean "fleet"?',
    ],
    [
      '/rollouts/fleet/stages/rset/approve',
      NEW,
      404,
      'UnknownStage',
      'Rollout/fleet has no stage "rset"; did you mean "rest"?',
    ],
    [URL_OF_REST, OLD, 409, 'StaleDigest', `current is ${NEW} of xray`],
  ])('answers to %s with digest %s %i %s', async (url, digest, code, name, message) => {
    const controller = server();
    const { status, body } = await approve(controller, { url, payload: { digest } });
    expect([status, body]).toEqual([
      code,
      { error: { code: name, message: expect.stringContaining(message) } },
    ]);
    expect(controller.asked).toEqual([]);
  });

  it.each<[string, object]>([
    ['none', {}],
    ['an empty one', { digest: '' }],
    ['one that is too long', { digest: 'a'.repeat(129) }],
    ['one that is a list', { digest: [NEW] }],
    ['a member besides', { digest: NEW, stage: 'rest' }],
  ])('answers 400 to a body whose digest is %s', async (_what, payload) => {
    const controller = server();
    const { status, body } = await approve(controller, { payload });
    expect([status, body.error.code]).toEqual([400, 'BadRequest']);
    expect(controller.asked).toEqual([]);
  });

  it.each([
    ['application/json', '{"digest": ', 400, 'BadRequest'],
    ['text/plain', NEW, 400, 'BadRequest'],
    ['application/x-www-form-urlencoded', `digest=${NEW}`, 415, 'UnsupportedMediaType'],
    ['application/json', `{"digest":"${'a'.repeat(17 * 1024)}"}`, 413, 'PayloadTooLarge'],
  ])('refuses a body of type %s that it cannot read: %s', async (type, payload, code, name) => {
    const controller = server();
    const headers = { authorization, 'content-type': type };
    const response = await controller.app.inject({ method: 'POST', url: URL_OF_REST, headers, payload });
    expect([response.statusCode, response.json().error.code]).toEqual([code, name]);
    expect(controller.asked).toEqual([]);
  });

  it.each([
    ['no token is configured', false, authorization, 403, 'NoTokenConfigured'],
    ['none is presented', true, undefined, 401, 'Unauthorized'],
    ['another is presented', true, 'Bearer wrong', 401, 'Unauthorized'],
  ])('approves nothing when %s', async (_why, isConfigured, presented, code, name) => {
    const approved: unknown[] = [];
    const { app, asked } = testServer({
      ...(isConfigured ? { token } : {}),
      approveStage: (approval) => {
        approved.push(approval);
        return Promise.resolve(approvalOf([COURSE], approval));
      },
    });
    const headers = presented === undefined ? {} : { authorization: presented };
    const response = await app.inject({
      method: 'POST',
      url: URL_OF_REST,
      headers,
      payload: { digest: NEW },
    });
    expect([response.statusCode, response.json().error.code]).toEqual([code, name]);
    expect([approved, asked]).toEqual([[], []]);
  });
});
