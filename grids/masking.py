"""Masks for lists (rule R2): 张*安, 1101************34, 199****1234."""

FORGOTTEN = "已清除"  # stands for a name that was deleted; kept in the database, so it is not translated


def mask_name(name: str) -> str:
    """Keep the first character, and the last of three or more: 张*安, 张*; a single character is hidden whole."""
    if name == FORGOTTEN:
        return name
    if len(name) <= 1:
        return "*" * len(name)
    if len(name) == 2:
        return name[0] + "*"
    return name[0] + "*" * (len(name) - 2) + name[-1]


def keep_phone(phone: str) -> str:
    """Return of a phone what is kept in plain for the mask, its first three and last four digits; "" of ""."""
    return phone[:3] + phone[-4:] if phone else ""


def mask_phone(prefix_and_tail: str) -> str:
    """Return 199****1234 for the kept seven digits "1991234" (first three, last four); "" stays ""."""
    return f"{prefix_and_tail[:3]}****{prefix_and_tail[3:]}" if prefix_and_tail else ""


def mask_id_number(prefix_and_tail: str) -> str:
    """Return 1101************34 for the kept six characters (first four, last two); "" stays ""."""
    return f"{prefix_and_tail[:4]}{'*' * 12}{prefix_and_tail[4:]}" if prefix_and_tail else ""
