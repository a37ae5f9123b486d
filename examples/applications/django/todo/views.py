import requests
from aws_xray_sdk.core import xray_recorder
from django.conf import settings
from django.http import JsonResponse
from django.shortcuts import render

from .models import Item


def page(request):
    """The list and its button, which writes to the database and calls another service."""
    said = None
    if request.method == "POST":
        Item.objects.create(title=f"Item {Item.objects.count() + 1}")
        said = call_downstream(settings.DOWNSTREAM_URL or request.build_absolute_uri("/items"))
    newest = Item.objects.order_by("-id")[:10]
    trace_id = xray_recorder.current_segment().trace_id
    return render(request, "page.html", {"items": newest, "said": said, "trace_id": trace_id})


def items(request):
    return JsonResponse({"items": list(Item.objects.order_by("-id").values_list("title", flat=True)[:10])})


def call_downstream(url):
    try:
        return f"{url} answered {requests.get(url, timeout=5).status_code}"
    except requests.RequestException as error:
        return f"{url} did not answer: {error}"
