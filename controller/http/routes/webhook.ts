import type { FastifyInstance, FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify';
import { Type } from 'typebox';
import type { LogVerb } from '../../core/log-verbs.ts';
import type { HttpDeps } from '../deps.ts';
import { errorResponses, refuse } from '../errors.ts';
import {
  createDeliveryLog,
  deliveryId,
  isGenuine,
  isPush,
  isSigned,
  payloadOf,
  pushedRef,
} from '../webhook.ts';

const BODY_LIMIT = 256 * 1024;
const REMEMBERED_DELIVERIES = 1000;

/** The route for a git host's push event. Whatever the event says, it only asks for a pass. */
export function webhookRoutes(app: FastifyInstance, deps: HttpDeps): void {
  const { webhookSecret, branch } = deps;
  const isNew = createDeliveryLog(REMEMBERED_DELIVERIES);

  // The signature is over the bytes as they came, so no parser may touch them.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: BODY_LIMIT }, (_request, body, done) =>
    done(null, body),
  );
  const refuseUnsigned = (request: FastifyRequest, reply: FastifyReply, message: string): FastifyReply => {
    request.log.warn({ remoteAddress: request.ip, message }, 'refused' satisfies LogVerb);
    void reply.header('www-authenticate', 'HMAC-SHA256 realm="stationkeeper webhook"');
    return refuse(reply, 401, 'BadSignature', message);
  };
  // This runs before the body is read: nobody makes us hold one without a signature.
  const onRequest: onRequestHookHandler = (request, reply, done) => {
    if (webhookSecret === undefined) {
      const message =
        'no webhook secret is configured; start the controller with --webhook-secret-file or STATIONKEEPER_WEBHOOK_SECRET';
      void refuse(reply, 403, 'NoWebhookSecretConfigured', message);
    } else if (!isSigned(request.headers)) {
      const message =
        'needs X-Hub-Signature-256, X-Stationkeeper-Signature-256, Webhook-Signature or X-Gitlab-Token';
      void refuseUnsigned(request, reply, message);
    } else done();
  };

  app.post(
    '/webhook',
    {
      bodyLimit: BODY_LIMIT,
      onRequest,
      schema: {
        operationId: 'receiveWebhook',
        summary: "A git host's push event; only asks for a pass",
        description:
          'Signed with X-Hub-Signature-256 or X-Stationkeeper-Signature-256 (`sha256=` and the HMAC-SHA256 of the body in hex), with Webhook-Signature (Standard Webhooks) or with X-Gitlab-Token. At most 256 KiB.',
        response: {
          202: { description: 'Received', ...Type.Ref('Accepted#') },
          ...errorResponses(401, 413),
        },
      },
    },
    async (request, reply) => {
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      if (webhookSecret === undefined || !isGenuine(request.headers, body, await webhookSecret())) {
        const message = 'the signature does not fit the body and the secret of --webhook-secret-file';
        return refuseUnsigned(request, reply, message);
      }
      const payload = payloadOf(request.headers, body);
      if (payload === undefined) {
        return refuse(reply, 400, 'MalformedPayload', 'the payload is not a JSON object');
      }
      const accepted = (message: string): typeof reply => reply.code(202).send({ accepted: true, message });
      if (!isPush(request.headers)) return accepted('not a push event; nothing to do');
      const ref = pushedRef(payload);
      if (ref !== undefined && branch !== undefined && ref !== `refs/heads/${branch}`) {
        return accepted(`a push to another ref; the controller follows branch ${branch}`);
      }
      const id = deliveryId(request.headers);
      if (id !== undefined && !isNew(id))
        return accepted('the controller has already received this delivery');
      request.log.info({ delivery: id, message: 'a pass by a push event' }, 'requested' satisfies LogVerb);
      deps.requestReconcile('POST /webhook', { again: false });
      return accepted('a pass begins now');
    },
  );
}
