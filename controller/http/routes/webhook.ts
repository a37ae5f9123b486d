import type { FastifyInstance, onRequestHookHandler } from 'fastify';
import { Type } from 'typebox';
import type { HttpDeps } from '../deps.ts';
import { errorResponses, refuse } from '../errors.ts';
import { createDeliveryLog, deliveryCheck, deliveryId, isPush, payloadOf } from '../webhook.ts';

const BODY_LIMIT = 256 * 1024;
const REMEMBERED_DELIVERIES = 1000;

/** A git host's push event. Whatever it says, it only asks for a pass. */
export function webhookRoutes(app: FastifyInstance, deps: HttpDeps): void {
  const { webhookSecret } = deps;
  // An empty secret counts as none: anybody could sign with it.
  const check =
    webhookSecret === undefined || webhookSecret === '' ? undefined : deliveryCheck(webhookSecret);
  const isNew = createDeliveryLog(REMEMBERED_DELIVERIES);

  // The signature is over the bytes as they came, so no parser may touch them.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: BODY_LIMIT }, (_request, body, done) =>
    done(null, body),
  );
  const onRequest: onRequestHookHandler = (_request, reply, done) => {
    if (check !== undefined) return done();
    const message = 'no webhook secret is configured; start the controller with --webhook-secret-file';
    void refuse(reply, 403, 'NoWebhookSecretConfigured', message);
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
          'Signed with X-Hub-Signature-256 or X-Stationkeeper-Signature-256 (`sha256=` and the HMAC-SHA256 of the body in hex), or with X-Gitlab-Token. At most 256 KiB.',
        response: {
          202: { description: 'Received', ...Type.Ref('Accepted#') },
          ...errorResponses(401, 413),
        },
      },
    },
    (request, reply) => {
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const verdict = check?.(request.headers, body);
      if (verdict !== 'genuine') {
        request.log.warn({ remoteAddress: request.ip, verdict }, 'a webhook was refused');
        void reply.header('www-authenticate', 'HMAC-SHA256 realm="stationkeeper webhook"');
        const message =
          verdict === 'forged'
            ? 'the signature does not fit the body and the secret of --webhook-secret-file'
            : 'needs X-Hub-Signature-256, X-Stationkeeper-Signature-256 or X-Gitlab-Token';
        return refuse(reply, 401, 'BadSignature', message);
      }
      if (payloadOf(request.headers, body) === undefined) {
        return refuse(reply, 400, 'MalformedPayload', 'the payload is not a JSON object');
      }
      const accepted = (message: string): typeof reply => reply.code(202).send({ accepted: true, message });
      if (!isPush(request.headers)) return accepted('not a push event; nothing to do');
      const id = deliveryId(request.headers);
      if (id !== undefined && !isNew(id)) return accepted('this delivery was received before');
      request.log.info({ delivery: id }, 'a push event asks for a pass');
      deps.requestReconcile('POST /webhook');
      return accepted('a pass was asked for');
    },
  );
}
