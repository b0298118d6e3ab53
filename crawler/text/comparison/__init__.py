"""What changed between two texts, as a reader would tell it: words, sentences, moved paragraphs. Plain: no I/O."""
