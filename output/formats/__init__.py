"""The formats that others work with: each is written, and where that makes sense read, in one module."""
