"""How many answers came in, in steps of k: read from mixed answers only, never from those that wait sealed.

While a wave is open nobody is told more: a count that moved by one would tell who just answered.
"""

from collections.abc import Iterable

from django.db.models import Count, F, QuerySet

from surveys.models import NamedAnswer, Response, Wave


def step(count: int, k: int) -> int:
    """Return the count as it may be told: rounded down to a whole number of steps."""
    return count // k * k


def answers_of(wave: Wave) -> QuerySet:
    """Return the answers of a wave that have come to their place, whatever is kept beside them; `place`: where."""
    if wave.mode == Wave.Mode.NAMED:
        return NamedAnswer.objects.filter(link__wave=wave).annotate(place=F("link__community"))
    return Response.objects.filter(wave=wave).annotate(place=F("community"))


def count_by_community(wave: Wave, communities: Iterable[int] | None = None) -> dict[int, int]:
    """Return community -> answers in steps of k; of these communities, or of all that have any."""
    rows = answers_of(wave).order_by().values_list("place").annotate(count=Count("pk"))
    counts = {key: step(count, wave.k) for key, count in rows}
    return counts if communities is None else {key: counts.get(key, 0) for key in communities}
