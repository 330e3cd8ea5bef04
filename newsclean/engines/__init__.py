"""Thin doors to the engines: each hands `newsclean.arrow.BatchCleaner` to one of them, and thinks nothing of its own."""
