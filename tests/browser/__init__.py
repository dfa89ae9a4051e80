"""Tests that look at the pages with a browser, and `screenshots`, which takes their pictures."""
