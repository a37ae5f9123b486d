"""
A list of items that OpenTelemetry traces. Its button is a span, which goes as OTLP to OTEL_EXPORTER_OTLP_ENDPOINT, and counts an item by
StatsD at STATSD_ADDRESS, host:port. What else the SDK reads comes from the environment too, such as OTEL_SERVICE_NAME.
"""

import os
import socket
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind, format_trace_id

PAGE = """<!doctype html>
<title>To do</title>
<h1>To do</h1>
<form method="post"><button>Add an item</button></form>
{said}
<ul>{items}</ul>
"""

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
tracer = provider.get_tracer("todo")
datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
items = []


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer("")

    def do_POST(self):
        with tracer.start_as_current_span("add item", kind=SpanKind.SERVER) as span:
            items.append(f"Item {len(items) + 1}")
            span.set_attribute("item.title", items[-1])
            count("items.added")
        trace_id = format_trace_id(span.get_span_context().trace_id)
        self.answer(f"<p>Added; the trace is {trace_id}</p>")

    def answer(self, said):
        shown = "".join(f"<li>{title}</li>" for title in reversed(items[-10:]))
        page = PAGE.format(said=said, items=shown).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)


def count(name):
    """Adds one to a counter of StatsD, whose server is looked for by its name at every datagram."""
    host, _, port = os.environ["STATSD_ADDRESS"].rpartition(":")
    try:
        datagrams.sendto(f"{name}:1|c".encode(), (host, int(port)))
    except OSError as error:
        # Nobody waits for a counter.
        print(f"not counted: {error}", flush=True)


if __name__ == "__main__":
    address = (os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "3000")))
    ThreadingHTTPServer(address, Handler).serve_forever()
