"""Rules of how often something is held are about no person (communities/personal.py)."""

PLAIN = {
    "cadence.CadenceRule": "name weekdays",
    "cadence.CadenceNote": "reason",
}
