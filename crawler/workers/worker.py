"""What a worker has in memory before it reads the first page. Processes are forked from one that has imported this."""

import trafilatura.readability_lxml  # which a page that has to be extracted would import in each process

import crawler.reading
from crawler.extraction.language import language

language("The model of languages takes memory, and at first a second, which the processes then share.")

__all__ = ["crawler", "trafilatura"]
