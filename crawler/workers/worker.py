"""What a worker has in memory before it reads the first page. Processes are forked from one that has imported this."""

import crawler.reading
from crawler.extraction.language import language

language("The model of languages takes a second and 100 MB, which the processes then share.")

__all__ = ["crawler"]
