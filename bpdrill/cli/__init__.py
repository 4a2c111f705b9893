"""The command line: one module a command. Each parses, calls one function, prints, and says how it ended."""
