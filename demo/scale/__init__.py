"""The large data sets S and M, for measuring and for looking at the portal at size; the demo street is street.py.

Residents have neither ID number nor phone: both are nullable, and nobody looks up an invented person's number.
"""

from demo.scale.loading import load
from demo.scale.sizes import M, S, Size

__all__ = ["M", "S", "Size", "load"]
