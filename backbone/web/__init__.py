"""The doors for people and machines: the FastAPI app of a service, commands, problem details, pages, words, charts."""
