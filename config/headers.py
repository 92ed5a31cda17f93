"""Headers of every answer that Django has no setting for. The others: settings.py, under Accounts."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# The camera reads codes at the door (static/js/checkin.js), the screen of a wall stays awake, links are copied.
PERMISSIONS = {
    "camera": "(self)",
    "screen-wake-lock": "(self)",
    "clipboard-write": "(self)",
    **dict.fromkeys(
        (
            *("accelerometer", "autoplay", "browsing-topics", "clipboard-read", "display-capture"),
            *("geolocation", "gyroscope", "hid", "idle-detection", "local-fonts", "magnetometer", "microphone", "midi"),
            *("payment", "publickey-credentials-get", "serial", "usb", "xr-spatial-tracking"),
        ),
        "()",
    ),
}
HEADERS = {
    "Permissions-Policy": ", ".join(f"{name}={who}" for name, who in PERMISSIONS.items()),
    "Cross-Origin-Resource-Policy": "same-origin",
}


class HeadersMiddleware:
    """Sets the headers that a view has not set itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response
