"""Tokens that open a survey on a tablet which is not signed in. No table: a token is the link's id, signed."""

from django.core.signing import BadSignature, Signer

from surveys.models import WaveLink

KIOSK_PURPOSE = "surveys.kiosk"


def make_kiosk_token(link: WaveLink) -> str:
    """Return what opens the kiosk of a wave in a community; it shows nothing once the wave is over."""
    return Signer(salt=KIOSK_PURPOSE).sign(link.public_id)


def read_kiosk_token(token: str) -> str:
    """Return the public id of the link in a token; "" when it is none of ours."""
    try:
        return Signer(salt=KIOSK_PURPOSE).unsign(token)
    except BadSignature:
        return ""
