"""Tests: `domain` the policy, `contracts` the published language, `shape` the house itself, `integration` and `browser` the whole."""
