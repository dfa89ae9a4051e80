"""Tests of publishing's policy."""
