"""Why a capture is not the policy: the words kept in `snapshots.reason`.

A reason is a short phrase that stays the same for good, so that SQL can group by it; what was seen on the one
page goes into the detail.
"""

from typing import Final

CHALLENGE: Final = "challenge page"  # a bot wall or captcha stood before the page
NOT_FOUND: Final = "not found page"  # status 404 or 410, or a page that says so under status 200
ERROR: Final = "error page"  # another status of 400 and above, or a server's error text
REDIRECT: Final = "redirect stub"  # sends the reader elsewhere and has no text of its own
PLACEHOLDER: Final = "placeholder page"  # a server's default page, a listing of files, a site under construction
PARKED: Final = "parked domain"  # for sale, or filled with a registrar's advertisements
LOG_IN: Final = "log-in wall"  # asks for an account before showing anything
CONSENT: Final = "consent wall"  # nothing but the question whether cookies are accepted
SHELL: Final = "empty shell"  # the frame of a JavaScript application; its text came later
FRAMESET: Final = "frameset"  # its content is at other addresses, in frames or an iframe
ARCHIVE: Final = "archive message"  # the archive speaking about itself
NO_TEXT: Final = "no text"  # no words at all
TOO_LITTLE: Final = "too little text"  # fewer words than a policy can do with
NOT_A_PAGE: Final = "not a page"  # an image, an office document, a feed, a script: the detail names the type
TOO_LARGE: Final = "too large"  # more characters, elements or levels than a page may have
NOTHING_SELECTED: Final = "nothing selected"  # a selector of the vendors file matches nothing
PDF_BROKEN: Final = "broken PDF"  # not a PDF, or one that cannot be opened
PDF_ENCRYPTED: Final = "encrypted PDF"  # needs a password
PDF_SCANNED: Final = "scanned PDF"  # pictures of pages, without text
PDF_TOO_LARGE: Final = "oversized PDF"  # would take more time, memory or pages than one document is given
PARTIAL: Final = "partial content"  # status 206: a part of the page, as a client asked for
TOO_SLOW: Final = "too slow to read"  # would take more time than a page is given
TOO_MUCH_MEMORY: Final = "too much memory"  # would take more memory than a page is given

REASONS: Final = frozenset(
    {
        CHALLENGE, NOT_FOUND, ERROR, REDIRECT, PLACEHOLDER, PARKED, LOG_IN, CONSENT, SHELL, FRAMESET, ARCHIVE,
        NO_TEXT, TOO_LITTLE, NOT_A_PAGE, TOO_LARGE, NOTHING_SELECTED,
        PDF_BROKEN, PDF_ENCRYPTED, PDF_SCANNED, PDF_TOO_LARGE, PARTIAL, TOO_SLOW, TOO_MUCH_MEMORY,
    }
)  # fmt: skip
"""Every reason for which a response that was received may hold no document."""
