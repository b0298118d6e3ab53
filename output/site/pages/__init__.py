"""The pages: what each of them shows, as plain functions of the corpus and of a request."""
