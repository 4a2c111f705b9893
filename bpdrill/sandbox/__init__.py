"""One child process that can be limited and killed: for work that may not end, or may eat all memory.

worker   the parent's side: start, ask, kill, replace
child    what runs over there: the requests of one module, by name, out of its table
limits   what the operating system holds the child to
"""

from bpdrill.sandbox.worker import NoReply, Reply, Worker

__all__ = ["NoReply", "Reply", "Worker"]
