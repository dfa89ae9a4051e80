"""Rounds (集中监控、预算中期评估): the August round over January–July, and a mid-term review at any other time, by the same machinery.

opening    a round (`round/2026-08`) opens over a period for the projects in scope, and closes when all is decided
part       a project's part in a round (项目监控表): how it lies, from the stream of the project; the one `decide` of all below
taking     its figures up to the period's end are taken down, so that everything can be derived again
filling    the unit says why it deviates and what the year will come to; chased by working day; finance returns or passes it
proposing  `propose`: what the system proposes, pure, by the severities of a dated file
deciding   an official confirms or changes the proposal; a cut goes to goals, a suspension or a stop is ordered
policy     what that dated file may say (`rules/mid_term/*.toml`)
events     the private events of rounds
"""
