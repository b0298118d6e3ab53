"""The error that exports end with."""


class ExportError(Exception):
    """Something cannot be exported; the message says what, where, and what to do."""
