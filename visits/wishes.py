"""What a resident's wish may not say: the words under which the portal keeps nothing, anywhere in the line."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from grids.vocabulary import FORBIDDEN_TERMS, fold


def refuse_forbidden_words(text: str) -> None:
    """Raise ValidationError that names the forbidden words in a line of free text.

    A name is refused when it *is* such a word (grids.validators), a line when it holds one: it is about a person then.
    """
    plain = fold(text)
    found = sorted({term for term in FORBIDDEN_TERMS if term in plain}, key=len, reverse=True)
    named = [term for place, term in enumerate(found) if not any(term in longer for longer in found[:place])]
    if named:
        raise ValidationError(
            _("请换个说法，只写居民想要什么。这里不能出现：%(words)s。") % {"words": _("、").join(named)},
            code="forbidden",
        )
