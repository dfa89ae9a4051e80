"""Evaluation for machines, by subject: projects and their scores, the year's assessment, each unit's year."""
