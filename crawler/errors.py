"""What the project ends with where it cannot go on: one root, and the few that are caught apart."""


class PolicytrailError(Exception):
    """Something cannot be done. The message is a sentence for the user: what, where, what was expected, what to do."""


class ArgumentError(PolicytrailError):
    """An argument, an option or a setting cannot be used."""


class VendorsFileError(PolicytrailError):
    """A vendors file cannot be used. The message has everything that is wrong with it, one sentence per line."""


class CorpusError(PolicytrailError):
    """The corpus cannot be opened or written."""


class CorpusRowError(CorpusError):
    """Something in the corpus is not what it should be. It concerns one policy: the others go on."""


class MissingDocumentError(CorpusRowError):
    """The corpus lacks a document that its revisions name."""


class TextTooLargeError(CorpusRowError):
    """The corpus holds a text that is larger than a text may be: it is none of ours."""


class CorpusLockedError(CorpusError):
    """Another process is writing the corpus."""


class ArchiveFilesError(PolicytrailError):
    """There are no captures where archive files were expected."""


class ArchiveClosedError(PolicytrailError):
    """The archive is out of reach, or its rate limit or ban lasts longer than a crawl waits."""


class StateError(PolicytrailError):
    """The state that all crawls of a user share cannot be kept."""


class ClusterError(PolicytrailError):
    """A crawl cannot be handed to a cluster, or a machine of it cannot take part."""


class FormatError(PolicytrailError):
    """A file, folder or repository cannot be written in a format, or read in it."""


class WorkersError(PolicytrailError):
    """There is nobody to read pages any more."""


FOREIGN = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, MemoryError, RecursionError)
"""What comes of values that no crawl stores, in a corpus that somebody else wrote: NULL, other types, broken JSON."""
