"""Cleaning: what is no part of the article is found, named and set aside. Pure.

`markers` knows the phrases that announce other stories, appeals and adverts.
"""

from .markers import Marker, announces_related, compare_key, marker

__all__ = ["Marker", "announces_related", "compare_key", "marker"]
