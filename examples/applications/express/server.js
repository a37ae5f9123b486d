'use strict';

/** A to-do list that AWS X-Ray traces; what differs from place to place comes from the environment. */

const AWSXRay = require('aws-xray-sdk');
const express = require('express');
const openDatabase = require('sql.js');
const http = AWSXRay.captureHTTPs(require('node:http'));

const host = process.env.HOST ?? '127.0.0.1';
const port = Number(process.env.PORT ?? 3000);
// The service's name in X-Ray. The SDK's own variable AWS_XRAY_TRACING_NAME goes before it.
const service = process.env.AWS_XRAY_TRACE_NAME ?? 'todo-express';
// What the button calls; without it the application calls its own /items.
const downstream = process.env.DOWNSTREAM_URL;

// Without sampling every request is seen; with it those that the account's sampling rules choose.
if (process.env.XRAY_SAMPLING !== 'on') {
  AWSXRay.middleware.disableCentralizedSampling();
  AWSXRay.middleware.setSamplingRules({ version: 2, rules: [], default: { fixed_target: 0, rate: 1 } });
}

/** The SDK traces MySQL and PostgreSQL by itself; any other database is traced like this. */
function query(database, sql, values) {
  return AWSXRay.captureFunc('todo-express@sqlite', (subsegment) => {
    subsegment.namespace = 'remote';
    subsegment.addSqlData({ database_type: 'sqlite', sanitized_query: sql });
    return (database.exec(sql, values)[0]?.values ?? []).map(([title]) => title);
  });
}

function call(url) {
  return new Promise((resolve) => {
    const failed = ({ message }) => resolve(`${url} did not answer: ${message}`);
    const request = http.get(url, { timeout: 5000 }, (response) => {
      response.resume().once('end', () => resolve(`${url} answered ${response.statusCode}`));
    });
    request.once('timeout', () => request.destroy(new Error('5 s are over')));
    request.once('error', failed);
  });
}

function pageOf(items, said) {
  return `<!doctype html>
<title>To do</title>
<h1>To do</h1>
<form method="post"><button>Add an item</button></form>
${said === undefined ? '' : `<p>${said}; the trace is ${AWSXRay.getSegment().trace_id}</p>`}
<ul>${items.map((title) => `<li>${title}</li>`).join('')}</ul>
`;
}

async function main() {
  const database = new (await openDatabase()).Database();
  database.run('CREATE TABLE item (id INTEGER PRIMARY KEY, title TEXT)');
  const newest = () => query(database, 'SELECT title FROM item ORDER BY id DESC LIMIT 10');

  const app = express();
  app.use(AWSXRay.express.openSegment(service));
  app.get('/', (_request, response) => response.send(pageOf(newest())));
  app.get('/items', (_request, response) => response.json({ items: newest() }));
  // The button writes to the database and calls another service.
  app.post('/', async (request, response) => {
    query(database, "INSERT INTO item (title) SELECT 'Item ' || (count(*) + 1) FROM item");
    const said = await call(downstream ?? `http://${request.host}/items`);
    response.send(pageOf(newest(), said));
  });
  app.use(AWSXRay.express.closeSegment());
  app.listen(port, host, () => process.stdout.write(`http://${host}:${port}\n`));
}

void main();
