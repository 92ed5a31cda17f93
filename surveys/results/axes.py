"""Turns a published variable into one side of a table: every table of a wave has the categories that were published."""

from surveys.questionnaire import Kind, Variable
from surveys.results.columns import Axis
from surveys.results.distributions import START
from surveys.results.shapes import Distribution


def make_axis(variable: Variable, distribution: Distribution) -> Axis:
    """Return the axis of a variable whose distribution is shown."""
    shares = distribution.shares
    cuts: tuple[float, ...] = ()
    slots = {code: place for place, share in enumerate(shares) for code in share.codes}
    if variable.question.kind == Kind.NUMBER:
        cuts = tuple(float(share.codes[0]) for share in shares if share.codes[0] != START)
        slots = {str(place): place for place in range(len(shares))}
    return Axis(
        variable=variable,
        labels=tuple(share.label for share in shares),
        slots=slots,
        is_known=tuple(share.count is not None for share in shares),
        cuts=cuts,
    )
