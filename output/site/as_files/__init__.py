"""The site as plain files, for any file server: the same pages at the same addresses, without what a server answers."""
