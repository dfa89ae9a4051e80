"""The shape of the house, held by tests: sizes, names, rooms, words, laws over all deciders, what the tree may not say."""
